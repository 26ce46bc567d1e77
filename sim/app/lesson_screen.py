"""The screen of a lesson: guess, lock, run, own guess beside the result, why, the case that turns it, sandbox."""

from __future__ import annotations

from nicegui import ui

from sim.app.engine import Engine
from sim.app.lessons import GUESSES, LESSONS, Lesson
from sim.app.market_screen import Screen
from sim.app.page import frame, heading, link
from sim.app.texts import Texts
from sim.app.verdicts import OPEN


def show(name: str, language: str, engine: Engine) -> None:
    """Fill the page of a lesson."""
    lesson = LESSONS[name]
    with frame(language, f"/lesson/{name}", name) as t:
        ui.page_title(f"{lesson.text('title', t)} · {t('app.name')}")
        heading(lesson.text("title", t), 1)
        ui.label(t("lesson.minutes", minutes=lesson.minutes)).classes("quiet")
        LessonScreen(lesson, t, engine).fill()


class LessonScreen:
    """The steps of a lesson; each shows the next."""

    def __init__(self, lesson: Lesson, t: Texts, engine: Engine) -> None:
        self.lesson, self.t, self.engine = lesson, t, engine
        self.guess: str | None = None

    def fill(self) -> None:
        """The question and the guess."""
        t = self.t
        ui.label(self.lesson.text("question", t)).style("font-size:1.3rem")
        heading(t("lesson.question"), 2)
        ui.label(self.lesson.text("guess", t))
        with ui.row().classes("items-center") as self.choosing:
            chosen = (
                ui.radio({guess: t(f"lesson.{guess}") for guess in GUESSES}).props("inline").mark("guess")
            )
            lock = (
                ui.button(t("lesson.lock"), on_click=lambda: self.lock(chosen.value))
                .props("no-caps")
                .mark("lock")
            )
            lock.bind_enabled_from(chosen, "value", bool)
        self.after = ui.column().classes("wide")

    def lock(self, guess: str) -> None:
        """Fix the guess and run; the result comes below."""
        t = self.t
        self.guess = guess
        self.choosing.visible = False
        with self.after:
            ui.label(t("lesson.locked", guess=t(f"lesson.{guess}"))).classes("text-bold").mark("locked")
            asking = self.lesson.asking()
            self.asked = asking.check(), asking.metric
            self.screen = Screen(asking, t, self.engine, self.lesson.slider)
            self.screen.told.append(self.explain)
            self.said = ui.column().classes("wide")
            self.screen.fill()

    def explain(self) -> None:
        """After the lesson's own run: the guess beside the result, why, and the case that turns it."""
        t, lesson, asking = self.t, self.lesson, self.screen.asking
        if (asking.question, asking.metric) != self.asked:  # somebody has moved a value before
            return
        self.screen.told.clear()
        word = asking.verdict().word
        with self.said:
            key = "open" if word == OPEN else "right" if word == self.guess else "wrong"
            ui.label(t(f"lesson.{key}")).classes("text-bold").props("role=status").mark("judged")
            heading(t("lesson.why"), 2)
            ui.label(lesson.text("why", t)).mark("why")
            heading(t("lesson.turns"), 2)
            ui.label(lesson.text("false_when", t))
            with ui.row():
                ui.button(t("lesson.turn"), on_click=self.turn).props("no-caps").mark("turn")
                names = list(LESSONS)
                further = names[(names.index(lesson.name) + 1) % len(names)]
                ui.link(t("lesson.next"), link(f"/lesson/{further}", t))

    def turn(self) -> None:
        """Put the values of the turning case on the screen, which is a sandbox from then on."""
        asking = self.lesson.asking(turned=True)
        asking.metric = self.screen.asking.metric
        self.screen.take(asking)
