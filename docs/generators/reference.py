"""Write the pages of docs/reference that follow from declarations: ``python docs/generators/reference.py``, or `make docs`.

A page is its template in docs/generators/templates with every line ``<!-- table: KIND NAME -->`` replaced by a table.
"""

from __future__ import annotations

import importlib
import re
from argparse import Action
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from strategy_page import page as strategies_page

from sim.cli import COMMANDS, LATER
from sim.cli.options import Parser
from sim.core.parameters import Param
from sim.customers import columns as customers
from sim.customers import network
from sim.customers import traits as population
from sim.experiment.tables import TABLES
from sim.firms.mechanisms import MECHANISMS
from sim.firms.metrics import ALL
from sim.firms.offer_settings import OfferSettings, SecondOffer
from sim.firms.partners import base as stakeholders
from sim.scenario import settings
from sim.scenario.events import base as events
from sim.scenario.files import scenario_files, summary
from sim.strategies import Levers, Programme
from sim.strategies.levers import SUPPORT, Lever
from sim.theory import THEORY

DOCS = Path(__file__).resolve().parents[1]
TEMPLATES = Path(__file__).resolve().parent / "templates"
MARK = re.compile(r"^<!-- table: (\w+)(?: (\w+))? -->$", re.MULTILINE)
HEAD = "<!-- Written by `make docs` from docs/generators/templates and the declarations in sim/. Do not edit. -->\n\n"
_SCENARIO = {
    "market": settings.MarketSettings, "population": settings.Population, "firm": OfferSettings,
    "experiment": settings.ExperimentSettings, "execution": settings.Execution, "second": settings.SecondCategory,
    "second_offer": SecondOffer,
}  # fmt: skip


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A Markdown table."""
    names = list(head)
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    lines += ["| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def number(x: object) -> str:
    """A value as it is written in a scenario."""
    if x is None:
        return "none"
    if isinstance(x, bool):
        return str(x).lower()
    return f"{x:g}" if isinstance(x, float) else str(x)


def span(p: Param) -> str:
    """The range of a parameter in words."""
    if p.choices is not None:
        return ", ".join(p.choices)
    if p.low is None or p.high is None:
        return {bool: "true, false", str: "a name"}.get(p.type, "")
    return f"{number(p.low)} to {number(p.high)}"


def parameters(declared: Mapping[str, Param]) -> str:
    """The table of a declared section."""
    if any(isinstance(p, Lever) for p in declared.values()):
        return levers(declared)
    rows = (
        (f"`{p.name}`", number(p.default), span(p), p.unit, p.meaning, p.source) for p in declared.values()
    )
    return table(("parameter", "default", "range", "unit", "meaning", "source"), rows)


def levers(declared: Mapping[str, Param]) -> str:
    """The table of levers: no source, for 0 is no assumption, but the mechanism or partner without which one does nothing."""
    rows = (
        (f"`{p.name}`", number(p.default), span(p), p.unit, p.meaning, condition(p))
        for p in declared.values()
    )
    return table(("lever", "default", "range", "unit", "meaning", "acts only with"), rows)


def condition(p: Param) -> str:
    """The mechanism or partner that a lever needs, in words."""
    if not isinstance(p, Lever):
        return ""
    return MECHANISMS[p.needs].needs if p.needs else f"a partner of kind {p.partner}" if p.partner else ""


def drawn(d: population.Distribution) -> str:
    """A distribution in words."""
    if d.kind == "constant":
        return number(d.first)
    names = population.KINDS[d.kind]
    return (
        f"{d.kind}({', '.join(f'{n} {number(x)}' for n, x in zip(names, (d.first, d.second), strict=True))})"
    )


def traits() -> str:
    """The table of customers' traits."""
    rows = (
        (f"`{t.name}`", drawn(t.default), t.unit, t.meaning, t.source) for t in population.TRAITS.values()
    )
    return table(("trait", "default", "unit", "meaning", "source"), rows)


def segment() -> str:
    """The table of a segment's keys besides its traits."""
    return parameters(population.SEGMENT)


def columns() -> str:
    """The table of the state of a customer."""
    rows = (
        (f"`{c['name']}`", "yes" if "n_firms" in c["shape"] else "", c["meaning"])
        for c in customers.table_of_columns()
    )
    return table(("column", "per firm", "meaning"), rows)


def own_of(kind: Any, every: Any) -> dict[str, Param]:
    """The parameters of a registered kind besides those that all kinds have."""
    return {name: p for name, p in kind.declared.items() if name not in every.declared}


def event(name: str) -> str:
    """One type of event: its effect and its table."""
    lasts = events.EVENTS[name].declared["lasts"].default
    text = events.EVENTS[name].__doc__ + (f" It usually lasts {lasts} periods." if lasts else "")
    own = own_of(events.EVENTS[name], events.Event)
    return f"{text}\n\n" + parameters(own) if own else text


def all_events() -> str:
    """Every type of event."""
    when = "Every event has:\n\n" + parameters(events.Event.declared)
    return when + "\n\n" + "\n\n".join(f"**`{name}`**: " + event(name) for name in events.EVENTS)


def all_stakeholders() -> str:
    """The keys of every partner, and each kind with its effect and its own keys."""
    tie = "Every partner has:\n\n" + parameters(stakeholders.Partner.declared)
    kinds = (
        f"**`{name}`** (lever `{SUPPORT[name]}`): {kind.__doc__}\n\n"
        + parameters(own_of(kind, stakeholders.Partner))
        for name, kind in stakeholders.KINDS.items()
    )
    return "\n\n".join([tie, *kinds])


def metrics() -> str:
    """The table of outcomes."""
    rows = ((f"`{m.name}`", m.unit, m.meaning, m.over_time) for m in ALL.values())
    return table(("metric", "unit", "meaning", "over time"), rows)


def run_tables() -> str:
    """Rows of the table of a run folder's files: one per table of a run."""
    lines = []
    for t in TABLES.values():
        rows = ", ".join([*(c.name for c in t.keys), *t.rows])
        lines.append(f"| `{t.name}.parquet` | {rows} | {t.meaning} |")
    return "\n".join(lines)


def run_columns() -> str:
    """The columns of every table of a run besides its keys, with their units."""
    rows = (
        (f"`{t.name}.parquet`", f"`{c.name}`", c.unit)
        for t in TABLES.values()
        for c in t.columns
        if c.name not in ("period", "firm")
    )
    return table(("file", "column", "unit or meaning"), rows)


class _Read(Exception):
    """The parser of a command, at the moment it is to read."""


def parser_of(module: str) -> Parser:
    """The option parser that a command builds."""

    def stop(parser: Parser, given: list[str]) -> None:
        raise _Read(parser)

    reads, Parser.read = Parser.read, stop  # type: ignore[method-assign,assignment]
    try:
        importlib.import_module(module).main([])
    except _Read as caught:
        parser: Parser = caught.args[0]
        return parser
    finally:
        Parser.read = reads  # type: ignore[method-assign]
    raise ValueError(f"{module} reads no options")


def option(action: Action) -> str:
    """An option as it is typed."""
    names = ", ".join(action.option_strings) or str(action.metavar or action.dest)
    if not action.option_strings or action.nargs == 0:
        return f"`{names}`"
    value = str(action.metavar or "|".join(map(str, action.choices or [action.dest.upper()])))
    shown = f"[{value}]" if action.nargs == "?" else value
    return f"`{names} {' '.join([shown] * (action.nargs if isinstance(action.nargs, int) else 1))}`"


def commands() -> str:
    """Every command with its options."""
    parts = []
    for name, (module, about) in COMMANDS.items():
        options = [a for a in parser_of(module)._actions if a.dest != "help"]
        parts += [f"## guanxi {name}", "", about[0].upper() + about[1:] + ".", ""]
        parts += [table(("option", "meaning"), ((option(a), a.help or "") for a in options)), ""]
    parts += [
        "## Not built yet",
        "",
        table(("command", "purpose"), ((f"`{k}`", v) for k, v in LATER.items())),
    ]
    return "\n".join(parts)


def presets() -> str:
    """The presets, each with the first comment of its file."""
    found = []
    for path in sorted((DOCS.parent / "conf/preset").glob("*.yaml")):
        lines = path.read_text(encoding="utf-8").splitlines()[1:]
        comment = []
        for line in lines:
            if not line.startswith("#"):
                break
            comment.append(line.lstrip("# "))
        found.append((f"`{path.stem}`", " ".join(comment)))
    return table(("preset", "description"), found)


def all_scenarios() -> str:
    """Every scenario: its question, arms and concepts."""
    found = map(summary, scenario_files())
    rows = (
        (f"`{s['name']}`", s["question"].replace("|", "\\|"), ", ".join(s["arms"]), ", ".join(s["concepts"]))
        for s in found
    )
    return table(("scenario", "question", "arms", "concepts"), rows)


def filled(kind: str, name: str) -> str:
    """The table of a mark."""
    simple = {"traits": traits, "segment": segment, "columns": columns, "events": all_events, "stakeholders": all_stakeholders, "metrics": metrics, "presets": presets, "scenarios": all_scenarios, "commands": commands, "run_tables": run_tables, "run_columns": run_columns}  # fmt: skip
    if kind in simple:
        return simple[kind]()
    section = {
        "theory": THEORY, "network": network.LAYERS, "scenario": _SCENARIO,
        "plan": {"levers": Levers, "programme": Programme},
    }[kind][name]  # fmt: skip
    return parameters(section.declared)  # type: ignore[attr-defined]


def made(template: str) -> str:
    """A page from its template: the marks replaced by tables."""
    text = (TEMPLATES / template).read_text(encoding="utf-8")
    return HEAD + MARK.sub(lambda mark: filled(mark[1], mark[2] or ""), text)


def pages() -> dict[str, str]:
    """Every generated page by name."""
    templates = sorted(path.name for path in TEMPLATES.glob("*.md"))
    return {"reference/strategies.md": strategies_page()} | {
        f"reference/{name}": made(name) for name in templates
    }


if __name__ == "__main__":
    for name, text in pages().items():
        (DOCS / name).write_text(text, encoding="utf-8")
        print(f"docs/{name}")
