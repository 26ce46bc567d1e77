"""The page docs/reference/strategies.md, from the declarations of strategies; written by `make docs`."""

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

HEAD = """<!-- Written by `make docs` from the files in sim/strategies/library/. Do not edit. -->

# Strategies

A firm takes a strategy by name: `firms: {focal: {strategy: {name: club, contact_rate: 0.05}}}`. All strategies except `fixed_plan` decide from the
information of the firm and spend at most the share `budget_share` of its budget. To add one: [A strategy of your
own](../how-to/your-own-strategy.md). The rule for their amounts: [mixes](../evidence/mixes.md).
"""

SHARED = """Parameters that many strategies share. `guanxi show strategy NAME` lists all parameters of one strategy.
"""
#: Base classes with parameters, and the strategies that share them in words.
BASES = {
    Budgeted: "all but `fixed_plan`",
    MarketingMix: "those that spend the rest as `transactional` does",
    Reviewing: "those that cut tiers at a review",
    TrialAndError: "those that evaluate a plan after some weeks",
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
        "Parameters of one strategy:",
        "",
        *_own(),
    ]
    return "\n".join(parts) + "\n"


def idea(cls: type[Strategy]) -> str:
    """The first sentence of the strategy's file."""
    return (sys.modules[cls.__module__].__doc__ or "").strip().split("\n")[0]


def _overview() -> Iterator[str]:
    yield "| name | description | distinctive feature | source |"
    yield "|---|---|---|---|"
    for name, cls in sorted(STRATEGIES.items()):
        own = (cls.__doc__ or "").strip().split("\n")[0]
        yield f"| `{name}` | {idea(cls)} | {own} | {cls.source} |"


def _shared() -> Iterator[str]:
    yield "| strategies | parameter | default | range | unit | meaning | source |"
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
