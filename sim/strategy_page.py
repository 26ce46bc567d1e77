"""The page of strategies, from their declarations: ``python -m sim.strategy_page > docs/strategies.md``."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import sim.strategies  # noqa: F401
from sim.plan import STRATEGIES, Strategy

HEAD = """# Strategies

Made by `python -m sim.strategy_page` from the files in `sim/strategies/`. A firm takes one by name:
`firms: {focal: {strategy: {name: club, contact_rate: 0.05}}}`. All but `fixed_plan` read what the firm knows
and live within `budget_share` of its budget. How to add one: [your-own-strategy.md](your-own-strategy.md).
"""


def page() -> str:
    """The whole page as Markdown."""
    return "\n".join([HEAD, *_overview(), "", "## Parameters", "", *_parameters()]) + "\n"


def idea(cls: type[Strategy]) -> str:
    """The first sentence of the strategy's file."""
    return (sys.modules[cls.__module__].__doc__ or "").strip().split("\n")[0]


def _overview() -> Iterator[str]:
    yield "| name | does | as no other | source |"
    yield "|---|---|---|---|"
    for name, cls in sorted(STRATEGIES.items()):
        own = (cls.__doc__ or "").strip().split("\n")[0]
        yield f"| `{name}` | {idea(cls)} | {own} | {cls.source} |"


def _parameters() -> Iterator[str]:
    yield "| strategy | parameter | default | range | unit | meaning | source |"
    yield "|---|---|---|---|---|---|---|"
    for name, cls in sorted(STRATEGIES.items()):
        for key, p in cls.declared.items():
            span = f"{p.low:g} to {p.high:g}" if p.low is not None and p.high is not None else "any"
            usual = "as offered" if p.default is None else p.default if p.default != "" else "(empty)"
            yield f"| `{name}` | `{key}` | {usual} | {span} | {p.unit} | {p.meaning} | {p.source} |"


if __name__ == "__main__":
    sys.stdout.write(page())
