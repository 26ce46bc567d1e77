"""The screen of a market: one value to move, the paired difference large, a verdict in words, both versions small."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import shlex
from collections.abc import Callable
from itertools import groupby
from typing import Any

from nicegui import ui

from sim.app import charts
from sim.app.asking import Asking
from sim.app.engine import Engine
from sim.app.page import frame, heading, link, matching
from sim.app.questions import PER_PERIOD, SHOWN
from sim.app.sliders import Slider, sliders_of
from sim.app.texts import Texts
from sim.app.verdict_text import sentence
from sim.core.errors import InputError
from sim.core.parameters import allowed
from sim.scenario.scenario import Scenario

#: The value that is open where neither the page's address nor a lesson names one.
FIRST = "theory.bonds.g_soc"
_PNG = """
const image = new Image();
await new Promise((done, failed) => {{ image.onload = done; image.onerror = failed; image.src = {source}; }});
const canvas = document.createElement('canvas');
canvas.width = 2 * image.width; canvas.height = 2 * image.height;
const draw = canvas.getContext('2d');
draw.fillStyle = '#fff'; draw.fillRect(0, 0, canvas.width, canvas.height);
draw.drawImage(image, 0, 0, canvas.width, canvas.height);
return canvas.toDataURL('image/png');
"""


def show(scenario: Scenario, language: str, engine: Engine, opened: str = FIRST) -> None:
    """Fill the page of a market and ask its first question."""
    with frame(language, f"/market/{scenario.name}", scenario.name) as t:
        ui.page_title(f"{t.title(scenario.name)} · {t('app.name')}")
        heading(t.question(scenario.name, scenario.question), 1)
        Screen(Asking(scenario), t, engine, opened).fill()


class Screen:
    """The parts of the page that change with an answer, and the question that is under way."""

    def __init__(self, asking: Asking, t: Texts, engine: Engine, opened: str = FIRST) -> None:
        self.asking, self.t, self.engine = asking, t, engine
        self.sliders, self.names = sliders_of(asking.scenario), t.arms(asking.scenario)
        self.period = t.period(asking.scenario.market.periods_per_year)
        self.opened = opened if opened in self.sliders else next(iter(self.sliders))
        self.task: asyncio.Task[None] | None = None
        self.choosers: dict[str, Any] = {}
        self.told: list[Callable[[], None]] = []  # what follows a finished question: a lesson's next step

    # ------------------------------------------------------------ the page

    def fill(self) -> None:
        """Make the parts of the page, and ask the first question."""
        with ui.row().classes("wide items-start"):
            with ui.column().classes("side"):
                self._choices()
            with ui.column().classes("main"):
                self._answer()
        ui.context.client.on_disconnect(self.stop)
        self.ask()

    def _choices(self) -> None:
        t, asking = self.t, self.asking
        self.slot = ui.column().classes("wide")
        self._open(self.opened)
        for key, attribute, options in (
            ("market.arm", "arm", self.names), ("market.control", "control", self.names),
            ("market.metric", "metric", {m: t.metric(m) for m in SHOWN}),
        ):  # fmt: skip
            chooser = ui.select(
                options, label=t(key), value=getattr(asking, attribute), on_change=self._chosen(attribute)
            )
            self.choosers[attribute] = chooser.props("outlined").classes("wide").mark(attribute)
        ui.checkbox(t("market.twin"), value=asking.twin, on_change=self._chosen("twin")).mark("twin")
        with ui.row().classes("items-center"):
            self.seed = (
                ui.input(t("market.seed"), value=str(asking.seed)).props("outlined").style("width:9rem")
            )
            self.seed.on("change", self._seeded).mark("seed")
            ui.button(t("market.again"), on_click=self._again).props("no-caps").mark("again")
            ui.button(t("market.reset"), on_click=self._reset).props("no-caps outline").mark("reset")
        ui.link(t("field.open"), link(f"/customers/{asking.scenario.name}", t))
        with ui.expansion(t("market.values")).classes("wide").mark("values") as self.more:
            self.list = ui.column().classes("wide")
        self.more.on_value_change(lambda: self._fill_values() if not list(self.list) else None)

    def _answer(self) -> None:
        t = self.t
        self.verdict = (
            ui.label(t("market.waiting"))
            .classes("verdict")
            .props("role=status aria-live=polite")
            .mark("verdict")
        )
        self.rests, self.without, self.state = (ui.label("").classes("quiet") for _ in range(3))
        self.title = ui.label("").classes("text-bold")
        self.chart = (
            ui.echart(charts.difference([], self.asking.metric, t, "", self.period), renderer="svg")
            .classes("wide")
            .style("height:44vh")
            .mark("difference")
        )
        ui.label(t("market.band")).classes("quiet")
        heading(t("market.beside"), 2)
        self.legend = ui.label("").classes("quiet")
        self.small: dict[str, Any] = {}
        with ui.grid().classes("wide").style("grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr))"):
            for metric in SHOWN:
                with ui.column().classes("gap-0"):
                    ui.label(f"{t.metric(metric)} ({unit_of_course(metric, t, self.period)})")
                    self.small[metric] = (
                        ui.echart(charts.beside([], metric, t, ("", ""), self.period), renderer="svg")
                        .classes("wide")
                        .style("height:13rem")
                    )
        with (
            ui.row().classes("items-center"),
            ui.dropdown_button(t("market.download"), auto_close=True)
            .props("no-caps outline")
            .mark("download"),
        ):
            for key, act in (
                ("figure_png", self._png),
                ("figure_svg", self._svg),
                ("data", self._data),
                ("config", self._config),
            ):
                ui.item(t(f"market.{key}"), on_click=act).mark(key)
        ui.label(t("market.command")).classes("quiet")
        self.command = ui.code("", language="bash").classes("wide").mark("command")

    # ------------------------------------------------------------ values

    def _open(self, key: str) -> None:
        """Put one value into the open place."""
        self.opened = key
        self.slot.clear()
        with self.slot:
            self._moved(self.sliders[key])

    def _moved(self, one: Slider) -> None:
        t, p = self.t, one.declared
        name = t.value(one.text, "name", p.meaning)
        ui.label(name[:1].upper() + name[1:]).classes("text-bold")
        value = self.asking.values.get(one.key, one.value)
        with ui.row().classes("wide items-center no-wrap"):
            slide = (
                ui.slider(min=one.low, max=one.high, step=one.step, value=value)
                .props(f'label aria-label="{name}"')
                .mark("slider")
            )
            field = (
                ui.number(value=value, format="%.6g")
                .props(f'outlined dense aria-label="{name}"')
                .style("width:8rem")
                .mark("value")
            )
        error = ui.label("").classes("text-negative").props("role=alert")
        unit = t.value(one.text, "unit", p.unit)
        about = f"{t.value(one.text, 'meaning', p.meaning)}. {t('market.unit')}: {unit}. {t('market.source')}: {p.source}"
        ui.label(f"{unit}{' · ' + t('market.assumed') if p.assumed else ''}").classes("quiet").tooltip(about)

        def moved(number: Any, other: Any) -> None:
            """Take a number from one of the two, and show it in the other; an echo would undo what comes meanwhile."""
            error.text = ""
            if (
                number is None
                or not (p.low is None or p.low <= number)
                or not (p.high is None or number <= p.high)
            ):
                error.text = t("market.range", low=f"{p.low:g}", high=f"{p.high:g}")
                return
            other.value = min(max(number, one.low), one.high) if other is slide else number
            self._set(one, number)

        # rounded: 0.35, not 0.35000000000000003
        slide.on("change", lambda event: moved(round(float(event.args), 9), field))
        field.on("change", lambda: moved(field.value, slide))

    def _set(self, one: Slider, value: float) -> None:
        number: float = int(value) if one.declared.type is int else float(value)
        if number == self.asking.values.get(one.key, one.value):
            return
        self.asking.values[one.key] = number
        if number == one.value:
            del self.asking.values[one.key]
        self.ask()

    def _fill_values(self) -> None:
        """All other values, by theme, with a search."""
        t = self.t
        with self.list:
            search = ui.input(t("market.search")).props("outlined dense clearable").classes("wide")
            themes: dict[Any, list[tuple[str, Any]]] = {}
            for theme, some in groupby(self.sliders.values(), key=lambda one: one.theme):
                with ui.expansion(t(f"theme.{theme}")).classes("wide") as part:
                    themes[part] = [self._row(one) for one in some]

            def find() -> None:
                for part, rows in themes.items():
                    searched = matching(search, rows)
                    part.visible = any(button.visible for _, button in rows)
                    part.value = searched and part.visible

            search.on_value_change(find)

    def _row(self, one: Slider) -> tuple[str, Any]:
        """A button that opens a value, and the text by which it is found."""
        t, p = self.t, one.declared
        name = t.value(one.text, "name", p.meaning)
        about = f"{t.value(one.text, 'meaning', p.meaning)} ({allowed(p)})"
        button = ui.button(name, on_click=lambda: self._open(one.key)).props("flat no-caps align=left")
        return f"{name} {about}".lower(), button.classes("wide").tooltip(about)

    def _chosen(self, attribute: str) -> Callable[[Any], None]:
        def chosen(event: Any) -> None:
            if getattr(self.asking, attribute) == event.value:
                return
            setattr(self.asking, attribute, event.value)
            self.ask()

        return chosen

    def _seeded(self) -> None:
        try:
            self.asking.set_seed(self.seed.value)
        except InputError:
            ui.notify(self.t("market.seed_wrong"), type="negative")
            self.seed.value = str(self.asking.seed)
            return
        self.ask()

    def _again(self) -> None:
        self.asking.other_seeds()
        self.seed.value = str(self.asking.seed)
        self.ask()

    def _reset(self) -> None:
        self.asking.values.clear()
        self.asking.seed = 1
        self.seed.value = "1"
        self._open(self.opened)
        self.ask()

    # ------------------------------------------------------------ asking

    def ask(self) -> None:
        """Ask the question as it stands now; the one before is given up."""
        self.stop()
        self.task = asyncio.create_task(self._ask())

    def take(self, asking: Asking) -> None:
        """Go on with another question of the same scenario."""
        self.asking = asking
        for attribute, chooser in self.choosers.items():
            chooser.set_value(getattr(asking, attribute))
        self._open(self.opened)
        self.ask()

    def stop(self) -> None:
        """Give up the question that is under way."""
        if self.task is not None:
            self.task.cancel()

    async def _ask(self) -> None:
        try:
            async for _ in self.asking.run(self.engine):
                self.draw()
        except InputError as problem:
            self._failed("market.refused", problem)
            return
        except Exception as problem:  # a strategy may raise anything; the page tells it
            self._failed("market.failed", problem)
            return
        self.draw()
        for told in self.told:
            told()

    def _failed(self, key: str, problem: Exception) -> None:
        self.verdict.text = self.t(key, reason=" ".join(str(problem).split())[:300])
        self.rests.text = self.without.text = self.state.text = ""

    def draw(self) -> None:
        """Show the answers so far."""
        t, asking = self.t, self.asking
        names = (self.names[asking.arm], self.names[asking.control])
        said = sentence(asking, t, names)
        self.verdict.text, self.rests.text, self.without.text, self.state.text = said
        title = t("market.difference", metric=t.metric(asking.metric), arm=names[0], control=names[1])
        self.title.text = f"{title} ({unit_of_course(asking.metric, t, self.period)})"
        self.legend.text = f"━━ {names[0]}    ╌╌ {names[1]}"
        _shown(self.chart, charts.difference(asking.answers, asking.metric, t, title, self.period))
        for metric, chart in self.small.items():
            _shown(chart, charts.beside(asking.answers, metric, t, names, self.period))
        self.command.content = "guanxi run " + " ".join(map(shlex.quote, asking.overrides()))

    # ------------------------------------------------------------ downloads

    def _file(self, kind: str) -> str:
        return f"{self.asking.scenario.name}-{self.asking.arm}-{self.asking.seed}.{kind}"

    async def _svg_text(self) -> str:
        return str(await self.chart.run_chart_method("renderToSVGString", timeout=10))

    async def _svg(self) -> None:
        ui.download.content(await self._svg_text(), self._file("svg"))

    async def _png(self) -> None:
        source = base64.b64encode((await self._svg_text()).encode()).decode()
        made = await ui.run_javascript(
            _PNG.format(source=f"'data:image/svg+xml;base64,{source}'"), timeout=10
        )
        ui.download.content(base64.b64decode(made.partition(",")[2]), self._file("png"))

    def _data(self) -> None:
        ui.download.content(self.asking.data(), self._file("csv"))

    def _config(self) -> None:
        import yaml

        tree = (self.asking.question or self.asking.check()).scenario().to_dict()
        ui.download.content(yaml.safe_dump(tree, sort_keys=False, allow_unicode=True), self._file("yaml"))


def unit_of_course(metric: str, t: Texts, period: str) -> str:
    """The unit of a metric by period; ``period`` is the word for one."""
    return t("market.per_period", period=period) if metric in PER_PERIOD else t.metric(metric, "unit")


def _shown(chart: Any, options: dict[str, Any]) -> None:
    """Put options into a chart; none where its page has gone."""
    with contextlib.suppress(RuntimeError):
        chart.options.clear()
        chart.options.update(options)
        chart.update()
