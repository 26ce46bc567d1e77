"""The page of strategies, from their declarations: ``python docs/strategy_page.py > docs/strategies.md``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from inspect import get_annotations

import sim.strategies.library  # noqa: F401
from sim.core.parameters import Param
from sim.strategies import STRATEGIES, Strategy
from sim.strategies.budget import Budgeted, Reviewing
from sim.strategies.learning import TrialAndError
from sim.strategies.marketing_mix import MarketingMix

HEAD = """# Strategies

Made by `python docs/strategy_page.py` from the files in `sim/strategies/library/`. A firm takes one by name:
`firms: {focal: {strategy: {name: club, contact_rate: 0.05}}}`. All but `fixed_plan` read what the firm knows
and live within `budget_share` of its budget. How to add one: [your-own-strategy.md](your-own-strategy.md).
"""

SHARED = """Of many, said once; `guanxi show strategy NAME` lists all that a strategy has:
"""
#: What strategies are made from, and those who have its parameters in words.
BASES = {
    Budgeted: "all but `fixed_plan`",
    MarketingMix: "who spends what is left as `transactional` does",
    Reviewing: "who cuts tiers at a review",
    TrialAndError: "who holds a plan to judge it",
}


def page() -> str:
    """The whole page as Markdown."""
    parts = [
        HEAD,
        *_overview(),
        "",
        "## Parameters",
        "",
        SHARED,
        *_shared(),
        "",
        "Of one alone:",
        "",
        *_own(),
    ]
    return "\n".join(parts) + "\n"


def idea(cls: type[Strategy]) -> str:
    """The first sentence of the strategy's file."""
    return (sys.modules[cls.__module__].__doc__ or "").strip().split("\n")[0]


def _overview() -> Iterator[str]:
    yield "| name | does | as no other | source |"
    yield "|---|---|---|---|"
    for name, cls in sorted(STRATEGIES.items()):
        own = (cls.__doc__ or "").strip().split("\n")[0]
        yield f"| `{name}` | {idea(cls)} | {own} | {cls.source} |"


def _shared() -> Iterator[str]:
    yield "| of | parameter | default | range | unit | meaning | source |"
    yield "|---|---|---|---|---|---|---|"
    for base, words in BASES.items():
        one = next(cls for cls in STRATEGIES.values() if issubclass(cls, base))
        for key in get_annotations(base):
            yield f"| {words} | {_row(key, one.declared[key])} |"


def _own() -> Iterator[str]:
    yield "| strategy | parameter | default | range | unit | meaning | source |"
    yield "|---|---|---|---|---|---|---|"
    for name, cls in sorted(STRATEGIES.items()):
        shared = {key for base in BASES if issubclass(cls, base) for key in get_annotations(base)}
        for key, p in cls.declared.items():
            if key not in shared:
                yield f"| `{name}` | {_row(key, p)} |"


def _row(key: str, p: Param) -> str:
    span = f"{p.low:g} to {p.high:g}" if p.low is not None and p.high is not None else "any"
    usual = "as offered" if p.default is None else p.default if p.default != "" else "(empty)"
    return f"`{key}` | {usual} | {span} | {p.unit} | {p.meaning} | {p.source}"


if __name__ == "__main__":
    sys.stdout.write(page())
