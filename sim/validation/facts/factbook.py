"""Every fact of `sim.validation.facts.facts` measured on one seed, and the published figure beside it.

Markets of one seed share their random numbers, so that a change of price, lock-in or bonds is paired customer by customer.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.customers.ledger import Entry
from sim.scenario.merge import merge
from sim.theory import choice
from sim.validation.facts import facts
from sim.validation.facts.facts import FIRMS, YEAR, Observation, default_market, look, looks
from sim.validation.laws.checks import opened

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

SETTLED = 2 * YEAR  # customers have met the firms by then
DEAR, CHEAP = 10.5, 9.5
Changes = Mapping[str, Any]
#: From changes of the default market to its scenario.
SettingOf = Callable[[Changes], "Scenario"]


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A figure, its source, the range in which the market meets it, and the default it set ("": none)."""

    id: str
    key: str  # of `measured`
    what: str
    found: str  # elsewhere
    low: float
    high: float
    sets: str = ""

    def met(self, values: np.ndarray) -> bool:
        """True where the mean over seeds, (n,), is in the range."""
        return bool(self.low <= np.mean(values) <= self.high)


_ANY = math.inf
FACTS: tuple[Fact, ...] = (
    Fact(
        id="F1",
        key="elasticity",
        what="own-price elasticity of a brand: list price 5 % up against 5 % down from the start, units "
        "of the fourth year",
        found="-2.62 (Bijmolt et al. 2005, recalled)",
        low=-2.72,
        high=-2.52,
        sets="`price_sensitivity`: median 0.45, as it was",
    ),
    Fact(
        id="F2",
        key="top_fifth",
        what="top fifth of a firm's buyers, share of spend in 78 weeks",
        found="67 to 68 %, CDNOW; 55 to 75 % expected",
        low=0.55,
        high=0.75,
        sets="`need_rate`: shape 1.5, as it was",
    ),
    Fact(
        id="F3",
        key="satisfaction",
        what="mean satisfaction with the main supplier",
        found="0.3 to 0.5: surveys are skewed to the satisfied",
        low=0.3,
        high=0.5,
        sets="`quality` 0.8 and `noise_sd` 0.5, as they were",
    ),
    Fact(
        id="F3",
        key="attitude",
        what="satisfaction with loyalty as an attitude (commitment), r",
        found=".54 (Curtis et al. 2011)",
        low=0.50,
        high=0.58,
        sets="`c_sat`: 0.8, in place of 1.5",
    ),
    Fact(
        id="F3",
        key="explained",
        what="share of next year's purchases from the supplier, explained by satisfaction alone, R squared",
        found="small (Kumar et al. 2013)",
        low=0.0,
        high=0.1,
    ),
    Fact(
        id="F6",
        key="lock_in_and_switching",
        what="lock-in, spread exponentially with mean 0.5, with changing the main supplier in a year, r",
        found="negative but weak (Pick & Eisend 2014)",
        low=-0.2,
        high=-0.02,
        sets="`lock_in`: 0.5, as it was",
    ),
    Fact(
        id="F6",
        key="rivals_and_switching",
        what="advantage of the best rival's offer with the same, r",
        found="stronger than that of switching costs",
        low=0.25,
        high=1.0,
    ),
    Fact(
        id="F7",
        key="stayers_least",
        what="stayers: the weakest of the three full bonds, on the share of purchases",
        found="all three work",
        low=0.005,
        high=_ANY,
        sets="`w_fin`, `w_soc`, `w_str`, `s_fin`, `s_soc`, `s_str`, as they were",
    ),
    Fact(
        id="F7",
        key="dissatisfied_others",
        what="dissatisfied: the stronger of points and social bond over the structural",
        found="0: only the structural works",
        low=0.0,
        high=0.2,
    ),
    Fact(
        id="F7",
        key="switchers_social",
        what="satisfied switchers: the weaker of social and structural bond",
        found="both work",
        low=0.05,
        high=_ANY,
    ),
    Fact(
        id="F7",
        key="switchers_points",
        what="satisfied switchers: points over the social bond",
        found="0: points do not work",
        low=0.0,
        high=0.2,
    ),
)
#: Results that were not set.
ELSEWHERE: tuple[Fact, ...] = (
    Fact(id="F1", key="elasticity_first_year", what="units of the first year after a settled price moves 5 % up against 5 % down",
         found="-2.62, were it read so", low=-2.72, high=-2.52),
    Fact(id="F4", key="convexity", what="curve of satisfaction to the same supplier a year later: step to the top class less the step "
         "before it", found="convex in a competitive market: above 0", low=0.0, high=_ANY),
    Fact(id="F4", key="locked_least", what="the same with lock-in 3: lowest class", found="flat and high under lock-in", low=0.9, high=1.0),
    Fact(id="F4", key="times", what="odds to stay, very satisfied over satisfied", found="6 times (Jones & Sasser 1995)", low=4.0, high=8.0),
    Fact(id="F5", key="fall_against_rise", what="fall of satisfaction over its rise, quality 0.5 down and up for a quarter", found="above 1",
         low=1.0, high=3.0),
    Fact(id="F13", key="tenure", what="tenure with the last year's profit of a customer, r", found=".20 to .45 (Reinartz & Kumar 2002)", low=0.20, high=0.45),
    Fact(id="F13", key="lifetime", what="first to last purchase with all profit of a buyer in five years, r", found="the same", low=0.20, high=0.45),
    Fact(id="F13", key="lifetime_twin", what="that r with loyalty off: from differences in need alone", found="none", low=-_ANY, high=_ANY),
    Fact(id="F18", key="repeat_1", what="same brand as the purchase before", found="Yogurt .856, Cracker .773", low=0.773, high=0.856),
    Fact(id="F18", key="repeat_fall", what="the same less the share at ten purchases before", found="Yogurt .080, Cracker .016", low=0.016, high=0.080),
    Fact(id="F18", key="repeat_fall_twin", what="that fall with loyalty off", found="0: mere differences in taste", low=-0.005, high=0.005),
    Fact(id="F19", key="gone_2", what="a brand's buyers of a base year who do not buy in year 2", found="57 % (Dawes et al. 2020)", low=0.50, high=0.64),
    Fact(id="F19", key="gone_5", what="and in year 5", found="71.5 %", low=0.65, high=0.78),
    Fact(id="F19", key="gone_2_small", what="year 2, needs of 5 per year and eight more brands a third as large", found="57 %", low=0.50, high=0.64),
    Fact(id="F19", key="gone_5_small", what="year 5, the same", found="71.5 %", low=0.65, high=0.78),
)  # fmt: skip


class Neighbour(NamedTuple):
    """A default that a fact set, with the figures that other values would give."""

    default: str
    key: str  # of `measured`
    levels: tuple[float, ...]
    part: Any  # of `measured` that holds the key
    tree: Any  # level -> changes


def everyone(**traits: Any) -> dict[str, Any]:
    """Changes of traits of the one segment."""
    return {"population": {"segments": {"everyone": traits}}}


def measured(seed: int, customers: int = 20_000, changes: Changes | None = None) -> dict[str, float]:
    """Every figure of `FACTS` and `ELSEWHERE` on one seed, with changes laid upon the default market."""
    setting_of = partial(default_market, customers=customers)
    base = dict(changes or {})
    figures: dict[str, float] = {}
    for part in (prices, path, disappointment, switching_costs, bonds, twins, small_brands):
        figures |= part(seed, base, setting_of)
    return figures


def settled_prices(seed: int, base: Changes, setting_of: SettingOf) -> dict[str, float]:
    """F1: two markets that differ in a firm's list price from the start, read in their fourth year."""
    trees = [merge(dict(base), {"firms": {"focal": {"price": price}}}) for price in (DEAR, CHEAP)]
    sold = [_sold_last_year(setting_of(tree), seed, 4 * YEAR) for tree in trees]
    return {"elasticity": facts.elasticity(sold[0], sold[1], DEAR, CHEAP)}


def prices(seed: int, base: Changes, setting_of: SettingOf) -> dict[str, float]:
    """F1, and the part of it that shows in the year after a change."""
    trees = [_shocked(base, price - 10.0, FIRMS[:1]) for price in (DEAR, CHEAP)]
    sold = [_sold_last_year(setting_of(tree), seed, SETTLED + YEAR) for tree in trees]
    first = {"elasticity_first_year": facts.elasticity(sold[0], sold[1], DEAR, CHEAP)}
    return settled_prices(seed, base, setting_of) | first


def path(seed: int, base: Changes, setting_of: SettingOf) -> dict[str, float]:
    """F2, F3, F13 and F19, from one market followed for six years; F4 beside one with lock-in 3."""
    at = (52, 104, 130, 156, 208, 260, 312)
    year = dict(zip(at, looks(setting_of(base), seed, at), strict=True))
    locked = setting_of(_segment(base, lock_in=3.0))
    stays = facts.rebuying(year[156], year[208])
    return {
        **_satisfaction_facts(year),
        "tenure": facts.tenure_and_profit(year[208], year[260]),
        "lifetime": facts.lifetime_and_profit(year[260]),
        "gone_2": facts.not_buying((year[52], year[104]), (year[104], year[156])),
        "gone_5": facts.not_buying((year[52], year[104]), (year[260], year[312])),
        "times": facts.times_as_readily(stays),
        "convexity": float(stays[4] - 2 * stays[3] + stays[2]),
        "locked_least": float(facts.rebuying(*looks(locked, seed, (156, 208)))[1:].min()),
    } | {f"stays_{k + 1}": float(rate) for k, rate in enumerate(stays)}


def disappointment(seed: int, base: Changes, setting_of: SettingOf) -> dict[str, float]:
    """F5: quality of one firm 0.5 down and up, against neither, after a quarter."""
    after = []
    for change in (0.0, -0.5, 0.5):
        event = {"type": "quality_crisis", "at": SETTLED, "firm": FIRMS[0], "change": change}
        (seen,) = looks(setting_of(merge(dict(base), {"events": {"it": event}})), seed, (SETTLED + 13,))
        after.append(seen)
    return {"fall_against_rise": facts.fall_against_rise(after[0], after[1], after[2])}


def switching_costs(seed: int, base: Changes, setting_of: SettingOf) -> dict[str, float]:
    """F6: customers who change their main supplier in a year, by lock-in and by the offer of the best rival."""
    market = opened(setting_of(_segment(base, lock_in={"gamma": {"shape": 1.0, "mean": 0.5}})), seed, 1)
    market.run_for(SETTLED)
    now, lock_in, rivals = look(market), market.columns.lock_in.astype("f8"), _advantage_of_best_rival(market)
    market.run_for(YEAR)
    later = look(market)
    usual = _settled(seed, base, setting_of, {})
    freed = _settled(seed, base, setting_of, {"lock_in": 0.0})
    rival = looks(setting_of(_shocked(base, -1.0, FIRMS[1:])), seed, (SETTLED, SETTLED + YEAR))
    return {
        "lock_in_and_switching": facts.switching_and(lock_in, now, later),
        "rivals_and_switching": facts.switching_and(rivals, now, later),
        "switching": facts.switching(*usual, firm=0),
        "switching_freed": facts.switching(*freed, firm=0),
        "switching_rivals_cheaper": facts.switching(rival[0], rival[1], firm=0),
    }


def bonds(seed: int, base: Changes, setting_of: SettingOf) -> dict[str, float]:
    """F7: a full bond given to a firm's main customers, and their purchases in the half year after."""
    now, without = _settled(seed, base, setting_of, {}, weeks=26)
    helps = {
        bond: facts.bond_helps(now, without, _settled(seed, base, setting_of, {bond: full}, weeks=26)[1])
        for bond, full in facts.BONDS.items()
    }
    sad, gone = "dissatisfied", "satisfied switchers"
    points, social, structural = (helps[bond] for bond in facts.BONDS)
    return {
        "stayers_least": min(h["stayers"] for h in helps.values()),
        "dissatisfied_others": max(points[sad], social[sad]) / structural[sad],
        "switchers_social": min(social[gone], structural[gone]),
        "switchers_points": points[gone] / social[gone] if social[gone] else math.nan,
    } | {f"{bond} {state}": x for bond, h in helps.items() for state, x in h.items()}


def twins(seed: int, base: Changes, setting_of: SettingOf) -> dict[str, float]:
    """F18 and F13 in the market and in the same market without loyalty."""
    off = merge(dict(base), {"market": {"loyalty": False}})
    one, other = (facts.repeats(_bought(setting_of(tree), seed)) for tree in (base, off))
    return {
        "repeat_1": one[1],
        "repeat_fall": one[1] - one[10],
        "repeat_fall_twin": other[1] - other[10],
        "lifetime_twin": facts.lifetime_and_profit(looks(setting_of(off), seed, (260,))[0]),
    }


def small_brands(seed: int, base: Changes, setting_of: SettingOf) -> dict[str, float]:
    """F19 where needs are rare and brands many."""
    more = {f"rival_{k}": {"strategy": {"name": "fixed_plan"}, "taste_weight": 0.1} for k in range(4, 12)}
    tree = merge(_segment(base, need_rate={"gamma": {"shape": 1.5, "mean": 0.1}}), {"firms": more})
    year = looks(setting_of(tree), seed, (52, 104, 156, 260, 312))
    base_year = (year[0], year[1])
    return {
        "gone_2_small": facts.not_buying(base_year, (year[1], year[2])),
        "gone_5_small": facts.not_buying(base_year, (year[3], year[4])),
    }


def _sold_last_year(setting: Scenario, seed: int, periods: int) -> float:
    market = opened(setting, seed, 1)
    market.run_for(periods)
    return float(sum(ledger[0, Entry.UNITS] for ledger in market.books.ledgers[-YEAR:]))


def _segment(base: Changes, **traits: Any) -> dict[str, Any]:
    return merge(dict(base), everyone(**traits))


def _shocked(base: Changes, change: float, firms: Iterable[str]) -> dict[str, Any]:
    shocks = {f"to_{f}": {"type": "price_shock", "at": SETTLED, "firm": f, "change": change} for f in firms}
    return merge(dict(base), {"events": shocks})


def _settled(
    seed: int, base: Changes, setting_of: SettingOf, columns: Changes, weeks: int = YEAR
) -> tuple[Observation, Observation]:
    """A market when settled and later; columns of the focal firm's main customers are set in between."""
    market = opened(setting_of(base), seed, 1)
    market.run_for(SETTLED)
    now = look(market)
    for column, level in columns.items():
        values = getattr(market.columns, column)
        where = now.supplier == 0
        values[(where, 0) if values.ndim == 2 else where] = level
    market.run_for(weeks)
    return now, look(market)


def _advantage_of_best_rival(market: Any) -> np.ndarray:
    """Utility without bonds and inertia of the best other firm less that of the main supplier, (n,)."""
    c, p = market.columns, market.setting.theory.choice
    value = c.taste + choice.quality_value(c.quality_weight[:, None], c.expectation)
    value = value + choice.satisfaction_value(c.satisfaction, p)
    value = value + choice.risk_value(c.trust, p)  # prices and places are equal here
    own = (np.arange(len(value)), np.maximum(c.supplier, 0))
    mine = value[own].astype("f8")
    value[own] = -np.inf
    return np.where(c.supplier >= 0, value.max(axis=1) - mine, np.nan)


def _bought(setting: Scenario, seed: int) -> np.ndarray:
    """Brand bought in each week of a settled year, (weeks, n); -1 where nothing, or more than once."""
    market = opened(setting, seed, 1)
    market.run_for(SETTLED)
    weeks = []
    for _ in range(YEAR):
        before = market.columns.purchases.sum(axis=1)
        market.step()
        once = market.columns.purchases.sum(axis=1) - before == 1
        weeks.append(np.where(once, market.columns.last_bought, -1))
    return np.array(weeks)


def satisfaction(seed: int, base: Changes, setting_of: SettingOf) -> dict[str, float]:
    """F2 and F3 alone, of `path`."""
    at = (52, 130, 156, 208)
    return _satisfaction_facts(dict(zip(at, looks(setting_of(base), seed, at), strict=True)))


def _satisfaction_facts(year: Mapping[int, Observation]) -> dict[str, float]:
    return {
        "top_fifth": facts.top_fifth(year[52], year[130]),
        "satisfaction": facts.mean_satisfaction(year[156]),
        "attitude": facts.attitude_correlation(year[156]),
        "explained": facts.buying_explained(year[156], year[208]),
    }


NEIGHBOURS: tuple[Neighbour, ...] = (
    Neighbour("`price_sensitivity`, median", "elasticity", (0.30, 0.40, 0.45, 0.50), settled_prices,
              lambda x: everyone(price_sensitivity={"lognormal": {"median": x, "sigma": 0.5}})),
    Neighbour("`c_sat`", "attitude", (0.5, 0.8, 1.0, 1.5), satisfaction,
              lambda x: {"theory": {"commitment": {"c_sat": x}}}),
    Neighbour("`noise_sd`", "satisfaction", (0.3, 0.5, 0.7), satisfaction,
              lambda x: {"theory": {"experience": {"noise_sd": x}}}),
    Neighbour("`need_rate`, shape", "top_fifth", (0.5, 1.0, 1.5, 3.0), satisfaction,
              lambda x: everyone(need_rate={"gamma": {"shape": x, "mean": 0.5}})),
)  # fmt: skip
