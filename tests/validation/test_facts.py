"""Each fact that set a default is met with it, and missed where that or another default is wrong."""

from __future__ import annotations

from functools import cache, partial

import numpy as np
import pytest

from sim.customers.traits import TRAITS
from sim.theory import THEORY
from sim.validation.facts import factbook, facts
from sim.validation.facts.factbook import ELSEWHERE, FACTS

SEEDS = (1, 2, 3)


CUSTOMERS = 5000


SIGMAS = 4.0


PARTS = {
    "elasticity": factbook.settled_prices,
    **dict.fromkeys(("top_fifth", "satisfaction", "attitude", "explained"), factbook.satisfaction),
    "loss_aversion": factbook.disappointment,
    **dict.fromkeys(("lock_in_and_switching", "rivals_and_switching"), factbook.switching_costs),
    **dict.fromkeys(("stayers_least", "dissatisfied_others", "switchers_social"), factbook.bonds),
}


#: Named as not met on the page.
NOT_MET = {"switchers_points"}


TREES = {
    "": {},
    "half the price sensitivity": factbook.everyone(
        price_sensitivity={"lognormal": {"median": 0.225, "sigma": 0.5}}
    ),
    "needs too far apart": factbook.everyone(need_rate={"gamma": {"shape": 0.3, "mean": 0.5}}),
    "poor quality": {"firms": {name: {"quality": 0.3} for name in facts.FIRMS}},
    "commitment by satisfaction": {"theory": {"commitment": {"c_sat": 1.5}}},
    "choice by satisfaction": {"theory": {"choice": {"w_sat": 6.0}}},
    "no loss aversion": factbook.everyone(loss_aversion=1.0),
    "nothing but lock-in": {"market": {"taste": False}},
    "points that do not bind": {"theory": {"choice": {"w_fin": 0.0, "s_fin": 0.0}}},
    "weak structure": {"theory": {"choice": {"w_str": 0.0, "s_str": 0.1}}},
    "contacts that do not bind": {"theory": {"choice": {"w_soc": 0.0, "s_soc": 0.0}}},
}


WRONG = dict(
    zip(PARTS, ("half the price sensitivity", "needs too far apart", "poor quality", "commitment by satisfaction",
                "choice by satisfaction", "no loss aversion", "nothing but lock-in", "nothing but lock-in",
                "points that do not bind", "weak structure", "contacts that do not bind"), strict=True)
)  # fmt: skip


CHECKED = pytest.mark.parametrize("fact", [f for f in FACTS if f.key not in NOT_MET], ids=lambda f: f.key)


@cache
def of(part, changed):
    made = partial(facts.default_market, customers=CUSTOMERS)
    return [part(seed, TREES[changed], made) for seed in SEEDS]


def inside(fact, changed=""):
    """Whether the mean over seeds is in the fact's range, but for 4 of its standard errors."""
    values = [found[fact.key] for found in of(PARTS[fact.key], changed)]
    slack = SIGMAS * np.std(values, ddof=1) / np.sqrt(len(values))
    return fact.low - slack <= np.mean(values) <= fact.high + slack


@CHECKED
def test_the_defaults_meet_the_fact(fact):
    assert inside(fact)


@CHECKED
def test_a_wrong_default_misses_the_fact(fact):
    assert not inside(fact, WRONG[fact.key])


def test_every_fact_has_a_figure_of_its_name():
    found = factbook.measured(1, customers=1500)
    assert {fact.key for fact in (*FACTS, *ELSEWHERE)} <= set(found)
    assert {n.key for n in factbook.NEIGHBOURS} <= {fact.key for fact in FACTS if fact.sets}


def test_a_default_is_one_of_its_neighbours():
    defaults = [0.45, 0.8, 0.5, 1.5]
    assert TRAITS["price_sensitivity"].default.first == 0.45 and TRAITS["need_rate"].default.first == 1.5
    assert THEORY["commitment"]().c_sat == 0.8 and THEORY["experience"]().noise_sd == 0.5
    assert all(x in n.levels for x, n in zip(defaults, factbook.NEIGHBOURS, strict=True))
