"""Write the generated pages of the docs: `python docs/generate.py`, or `make docs`.

docs/model.md is docs/model_template.md with every line ``<!-- table: KIND NAME -->`` followed by a table made
from the declarations.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from strategy_page import page as strategies_page

from sim.core.parameters import Param
from sim.customers import columns as customers
from sim.customers import network
from sim.customers import traits as population
from sim.firms.metrics import ALL
from sim.firms.offer_settings import OfferSettings, SecondOffer
from sim.firms.partners import base as stakeholders
from sim.scenario import settings
from sim.scenario.events import base as events
from sim.strategies import Levers, Programme
from sim.strategies.levers import SUPPORT
from sim.theory import THEORY

DOCS = Path(__file__).resolve().parent
MARK = re.compile(r"^<!-- table: (\w+)(?: (\w+))? -->$", re.MULTILINE)
HEAD = "<!-- Written by `make docs` from model_template.md and the declarations in sim/. Do not edit. -->\n\n"
_SCENARIO = {
    "market": settings.MarketSettings, "population": settings.Population, "firm": OfferSettings,
    "experiment": settings.Experiment, "execution": settings.Execution, "second": settings.SecondCategory,
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
    rows = (
        (f"`{p.name}`", number(p.default), span(p), p.unit, p.meaning, p.source) for p in declared.values()
    )
    return table(("parameter", "default", "range", "unit", "meaning", "source"), rows)


def drawn(d: population.Distribution) -> str:
    """A distribution in words."""
    if d.kind == "constant":
        return number(d.first)
    names = population.KINDS[d.kind]
    return (
        f"{d.kind}({', '.join(f'{n} {number(x)}' for n, x in zip(names, (d.first, d.second), strict=True))})"
    )


def traits() -> str:
    """The table of what a customer is drawn with."""
    rows = (
        (f"`{t.name}`", drawn(t.default), t.unit, t.meaning, t.source) for t in population.TRAITS.values()
    )
    return table(("trait", "default", "unit", "meaning", "source"), rows)


def segment() -> str:
    """The table of what a segment has beside its traits."""
    return parameters(population.SEGMENT)


def columns() -> str:
    """The table of the state of a customer."""
    rows = (
        (f"`{c['name']}`", "firm" if "n_firms" in c["shape"] else "", c["meaning"])
        for c in customers.describe()
    )
    return table(("column", "one a", "meaning"), rows)


def own_of(kind: Any, every: Any) -> dict[str, Param]:
    """The parameters of a registered kind beside those that all have."""
    return {name: p for name, p in kind.declared.items() if name not in every.declared}


def event(name: str) -> str:
    """The table of one type of event, after what it does."""
    lasts = events.EVENTS[name].declared["lasts"].default
    text = events.EVENTS[name].__doc__ + (f" It usually lasts {lasts} periods." if lasts else "")
    own = own_of(events.EVENTS[name], events.Event)
    return f"{text}\n\n" + parameters(own) if own else text


def all_events() -> str:
    """Every type of event."""
    when = "Every event has:\n\n" + parameters(events.Event.declared)
    return when + "\n\n" + "\n\n".join(f"**`{name}`**: " + event(name) for name in events.EVENTS)


def all_stakeholders() -> str:
    """What every tie of a stakeholder has, and each kind after what it drives."""
    tie = "Every stakeholder has:\n\n" + parameters(stakeholders.Partner.declared)
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
    return table(("preset", "what it is"), found)


def filled(kind: str, name: str) -> str:
    """The table that a mark asks for."""
    simple = {"traits": traits, "segment": segment, "columns": columns, "events": all_events, "stakeholders": all_stakeholders, "metrics": metrics, "presets": presets}  # fmt: skip
    if kind in simple:
        return simple[kind]()
    section = {
        "theory": THEORY, "network": network.LAYERS, "scenario": _SCENARIO,
        "plan": {"levers": Levers, "programme": Programme},
    }[kind][name]  # fmt: skip
    return parameters(section.declared)  # type: ignore[attr-defined]


def made(template: str) -> str:
    """A page from its template: the marks replaced by tables."""
    text = (DOCS / template).read_text(encoding="utf-8")
    return HEAD + MARK.sub(lambda mark: filled(mark[1], mark[2] or ""), text)


def pages() -> dict[str, str]:
    """Every generated page by name."""
    return {"model.md": made("model_template.md"), "strategies.md": strategies_page()}


if __name__ == "__main__":
    for name, text in pages().items():
        (DOCS / name).write_text(text, encoding="utf-8")
        print(f"docs/{name}")
