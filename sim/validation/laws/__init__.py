"""Laws of the market when some mechanisms are off: closed forms, compared with runs."""

from __future__ import annotations

import importlib
from collections.abc import Collection
from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.validation.laws.checks import Row


@dataclass(frozen=True)
class Law:
    """A law: its statement, preset, expected values, the comparison with a run, and its source."""

    id: str
    _: KW_ONLY
    statement: str
    preset: str
    expected: str
    checked: str
    source: str
    module: str  # its ``rows(threads)`` runs the market and returns a row per number


_TOOTHPASTE = "Goodhardt, Ehrenberg & Chatfield (1984): toothpaste, UK 1973 Q1, M 1.456, K 0.779, S 1.298"
_QUARTER = (
    "600,000 customers, 13 weeks, seeds 1 and 2; 4 standard errors of each ratio of means (delta method)"
)

LAWS: tuple[Law, ...] = (
    Law(
        "L1",
        statement="A market of fixed tastes and steady needs is an NBD-Dirichlet.",
        preset="dirichlet",
        expected="penetration, purchases per buyer, category purchases per buyer, share of requirements, sole buyers: at "
        "share .25 .200/1.82/3.16/.576/.452, at .02 .018/1.61/3.38/.476/.355",
        checked=_QUARTER,
        source=_TOOTHPASTE,
        module="law_dirichlet",
    ),
    Law(
        "L2",
        statement="Double Jeopardy, and duplication of purchase in one ratio D for all pairs, without any loyalty.",
        preset="dirichlet",
        expected="penetrations 11 : 1, purchases per buyer 1.13 : 1; w(1-b) 1.46 to 1.58; D 1.198",
        checked=_QUARTER,
        source=_TOOTHPASTE,
        module="law_dirichlet",
    ),
    Law(
        "L3",
        statement="The probability to buy again is m + phi(1-m), phi = 1/(1+S).",
        preset="dirichlet",
        expected="repeat rate .576 at share .25, .446 at share .02",
        checked="customers of the same run with exactly two purchases; 4 binomial standard errors",
        source=_TOOTHPASTE,
        module="law_dirichlet",
    ),
    Law(
        "L5",
        statement="Retention rises with tenure by heterogeneity alone; with one rate of leaving for all it is flat.",
        preset="sbg",
        expected="of 100 customers after 1, 2, ... 12 years 85.1 74.7 67.0 61.0 56.2 52.2 48.9 46.0 43.6 41.4 39.5 37.8",
        checked="100,000 customers, seed 1; 4 binomial standard errors",
        source="Fader & Hardie (2007): high end, alpha .668, beta 3.806",
        module="law_sbg",
    ),
    Law(
        "L6",
        statement="A customer retained with probability r has the lifetime value m r/(1+i-r), the first margin after a period.",
        preset="logit",
        expected="elasticity of the value in r 2.67, 3.50, 5.09 at r = .7, .8, .9 and i = .12; tenure geometric",
        checked="customer equity exactly; margins brought by 50,000 customers in 12 years, seed 1, 4 standard errors",
        source="Gupta & Lehmann (2003)",
        module="law_lifetime_value",
    ),
    Law(
        "L7",
        statement="Habit alone makes equal customers of equal firms loyal beyond a threshold: D = tanh(D b/b_c).",
        preset="weisbuch_kirman",
        expected="preference .710, .859, .958 at b = 1.25, 1.5, 2 b_c; three firms: hysteresis below b_c",
        checked="200 customers, 60, 35 and 20 thousand purchases at k = .999, seed 1; 4 standard errors, and the first-order "
        "effect of finite memory",
        source="Weisbuch, Kirman & Herreiner (2000)",
        module="law_habit",
    ),
    Law(
        "L8",
        statement="Without differences or learning shares are multinomial logit, and a switching cost makes a Markov chain.",
        preset="logit",
        expected="staying: 1/(1 + sum over others e^(v_k - v_j - s) + e^(V0 - v_j - s outside_pays)); no customer pays s "
        "before having a supplier",
        checked="100,000 customers under contract and as many in a repertoire, 4 periods, seed 1; 4 standard errors of each "
        "share or count, customer equity exactly",
        source="McFadden (1974)",
        module="law_logit",
    ),
)


def validate(laws: Collection[str] = (), threads: int = 1) -> list[Row]:
    """Run the laws of these ids (none: all) and return a row per number: law, quantity, expected, got, tolerance, ok."""
    chosen = [law for law in LAWS if not laws or law.id in laws]
    modules = dict.fromkeys(law.module for law in chosen)
    found = [
        row
        for name in modules
        for row in importlib.import_module(f"sim.validation.laws.{name}").rows(threads=threads)
    ]
    return [row for row in found if row.law in {law.id for law in chosen}]
