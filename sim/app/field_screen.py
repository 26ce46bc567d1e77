"""The screen of a market's customers: a dot each, played period by period; click one and read its life."""

from __future__ import annotations

from typing import Any

import numpy as np
from nicegui import run, ui

from sim.app.charts import GREY, SMALL
from sim.app.field import BY, Field
from sim.app.page import frame, heading, link
from sim.app.texts import Texts
from sim.scenario.scenario import Scenario

#: Colours that stay apart for readers who see hues differently, and signs that do without any.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#777777", "#000000")
SIGNS = ("circle", "triangle", "rect", "diamond", "pin", "arrow", "roundRect", "emptyCircle")
SPEEDS = (1, 4, 12)  # periods per second


def show(scenario: Scenario, language: str, arm: str, seed: int = 1) -> None:
    """Fill the page."""
    with frame(language, f"/customers/{scenario.name}", scenario.name) as t:
        title = f"{t('field.title')}: {t.title(scenario.name)}"
        ui.page_title(title)
        heading(title, 1)
        ui.link(t("field.back"), link(f"/market/{scenario.name}", t))
        FieldScreen(scenario, t, arm, seed).fill()


class FieldScreen:
    """The dots, the buttons that play them, and the life of the chosen customer."""

    def __init__(self, scenario: Scenario, t: Texts, arm: str, seed: int) -> None:
        self.scenario, self.t, self.arm, self.seed = scenario, t, arm, seed
        self.by, self.row = BY[0], -1
        self.field: Field | None = None
        self.busy = False
        self.timer: Any = None

    def fill(self) -> None:
        """Make the parts and begin at period 0."""
        t = self.t
        with ui.row().classes("items-center"):
            self.play = ui.button(t("field.play"), on_click=self._play).props("no-caps").mark("play")
            ui.button(t("field.step"), on_click=self._step).props("no-caps outline").mark("step")
            ui.button(t("field.reset"), on_click=self.begin).props("no-caps outline").mark("restart")
            ui.toggle({speed: t("field.speed", number=speed) for speed in SPEEDS}, value=SPEEDS[1],
                      on_change=lambda event: setattr(self.timer, "interval", 1 / event.value)).props("no-caps").mark("speed")  # fmt: skip
            ui.label("").bind_text_from(self, "clock").classes("text-bold").props("role=status").mark(
                "period"
            )
        with ui.row().classes("items-center"):
            ui.select(
                t.arms(self.scenario), label=t("market.arm"), value=self.arm, on_change=self._arm
            ).props("outlined").classes("side")
            ui.select(
                {by: t(f"field.by_{by}") for by in BY}, label=t("field.by"), value=self.by, on_change=self._by
            ).props("outlined").classes("side").mark("by")
            self.number = (
                ui.number(t("field.number"), min=1, format="%d", on_change=self._numbered)
                .props("outlined")
                .classes("side")
                .mark("number")
            )
        with ui.row().classes("wide items-start"):
            self.chart = (
                ui.echart(_empty(), on_point_click=self._clicked)
                .classes("main")
                .style("height:62vh")
                .mark("field")
            )
            self.life = ui.column().classes("side").style("max-height:62vh; overflow:auto").mark("life")
        self.timer = ui.timer(1 / SPEEDS[1], self._tick, active=False)
        ui.timer(0.01, self.begin, once=True)

    @property
    def clock(self) -> str:
        """The period that is shown, in words."""
        return self._at(self.field.period if self.field else 0)

    def _at(self, number: int) -> str:
        period = self.t.period(self.scenario.market.periods_per_year)
        return self.t("field.at", period=period, number=number)

    async def begin(self) -> None:
        """Draw the customers anew: period 0."""
        self._pause()
        self.field = await run.io_bound(Field, self.scenario, self.arm, self.seed)
        if self.field is not None:
            side = int(np.ceil(np.sqrt(self.field.count * 1.6)))
            self.places = [(k % side, -(k // side)) for k in range(self.field.count)]
            self.number.max = self.field.count
            self.draw()

    async def _step(self) -> None:
        self._pause()
        await self._tick()

    async def _tick(self) -> None:
        if self.field is None or self.busy:
            return
        if self.field.period >= self.scenario.experiment.periods:
            self._pause()
            return
        self.busy = True
        await run.io_bound(self.field.step)
        self.busy = False
        self.draw()

    def _play(self) -> None:
        self.timer.active = not self.timer.active
        self.play.text = self.t("field.pause" if self.timer.active else "field.play")

    def _pause(self) -> None:
        self.timer.active = False
        self.play.text = self.t("field.play")

    async def _arm(self, event: Any) -> None:
        self.arm = event.value
        await self.begin()

    def _by(self, event: Any) -> None:
        self.by = event.value
        self.draw()

    def _numbered(self, event: Any) -> None:
        if self.field is not None and event.value and 1 <= event.value <= self.field.count:
            self.row = int(event.value) - 1
            self.draw()

    def _clicked(self, event: Any) -> None:
        self.number.value = int(event.value[2]) + 1

    def draw(self) -> None:
        """Show the dots of this period and the life of the chosen customer."""
        if self.field is None:
            return
        groups, names = self.field.groups(self.by)
        series = []
        for number, name in enumerate(names):
            at = np.flatnonzero(groups == number)
            series.append({
                "type": "scatter", "name": self._group(name), "symbol": SIGNS[number % len(SIGNS)], "symbolSize": 17,
                "itemStyle": {"color": COLOURS[number % len(COLOURS)]},
                "data": [[*self.places[row], int(row)] for row in at],
            })  # fmt: skip
        if self.row >= 0:
            series.append({
                "type": "scatter", "name": self.t("field.chosen"), "symbol": "emptyCircle", "symbolSize": 34, "silent": True,
                "itemStyle": {"color": "#c00", "borderWidth": 4}, "data": [[*self.places[self.row], self.row]],
            })  # fmt: skip
        self.chart.options["series"] = series
        self.chart.update()
        self._tell()

    def _group(self, name: str) -> str:
        t = self.t
        if self.by == "supplier":
            return self.t.firm(name) if name else t("field.nobody")
        return t(f"{self.by}.{name}")

    def _tell(self) -> None:
        t, field = self.t, self.field
        self.life.clear()
        with self.life:
            if field is None or self.row < 0:
                ui.label(t("field.choose")).classes("quiet")
                return
            ui.label(t("field.customer", number=self.row + 1)).classes("text-bold")
            for name, value in field.now(self.row).items():
                ui.label(f"{t(f'field.{name}')}: {value:.2f}")
            for one in reversed(field.lives[self.row][-60:]):
                text = t(
                    f"life.{one.key}",
                    firm=self.t.firm(one.firm),
                    other=self.t.firm(one.other),
                    value=f"{one.value:+.2f}",
                )
                ui.label(f"{self._at(one.period)}: {text}")


def _empty() -> dict[str, Any]:
    hidden = {"show": False, "type": "value", "scale": True}
    return {
        "animation": False, "xAxis": hidden, "yAxis": hidden, "series": [],
        "legend": {"top": 0, "textStyle": {"fontSize": SMALL, "color": GREY}, "itemGap": 24},
        "grid": {"left": 10, "right": 10, "top": 50, "bottom": 10},
    }  # fmt: skip
