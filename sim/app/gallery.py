"""The first page: lessons, then every market of the library, with a search over both."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nicegui import ui

from sim.app.lessons import LESSONS
from sim.app.page import frame, heading, link, matching
from sim.app.texts import Texts
from sim.scenario.files import scenario_files, summary


def show(language: str, folders: Sequence[Path | str] = ()) -> None:
    """Fill the page."""
    with frame(language, "/", "关系") as t:
        heading(t("gallery.title"), 1)
        ui.label(t("gallery.lead")).classes("quiet")
        cards: list[tuple[str, Any]] = []
        search = ui.input(t("gallery.search")).props("clearable outlined").classes("side").mark("search")
        heading(t("gallery.lessons"), 2)
        with ui.row().classes("wide"):
            cards += [_lesson(name, t) for name in LESSONS]
        heading(t("gallery.scenarios"), 2)
        with ui.row().classes("wide"):
            cards += [_market(name, t, folders) for name in scenario_files(folders)]
        nothing = ui.label(t("gallery.none"))
        nothing.visible = False

        def find() -> None:
            matching(search, cards)
            nothing.visible = not any(card.visible for _, card in cards)

        search.on_value_change(find)


def _lesson(name: str, t: Texts) -> tuple[str, Any]:
    lesson = LESSONS[name]
    title, question = lesson.text("title", t), lesson.text("question", t)
    return _card(title, question, link(f"/lesson/{name}", t), f"lesson-{name}")


def _market(name: str, t: Texts, folders: Sequence[Path | str]) -> tuple[str, Any]:
    question = t.question(name, summary(name, folders)["question"])
    return _card(t.title(name), question, link(f"/market/{name}", t), f"market-{name}")


def _card(title: str, text: str, where: str, mark: str) -> tuple[str, Any]:
    with ui.card().classes("card").mark(mark) as card:
        ui.link(title, where).classes("text-bold")
        ui.label(text).classes("quiet")
    return f"{title} {text}".lower(), card
