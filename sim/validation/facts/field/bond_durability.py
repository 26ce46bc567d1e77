"""F8: duration of each bond after its programme stops, and the part of its profit that is left once rivals copy it."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np

from sim.scenario.merge import merge
from sim.validation.facts.factbook import SETTLED, Changes, Fact, SettingOf
from sim.validation.facts.facts import BONDS, FIRMS, YEAR, Observation, look
from sim.validation.laws.checks import opened

SOURCE = "Berry & Parasuraman 1991, recalled"
FACTS: tuple[Fact, ...] = (
    Fact(
        id="F8",
        key="lasts structural_bond over social_bond",
        what="durability: weeks for which half of the hold is left, structural less social",
        found=f"above 0: structural lasts longest ({SOURCE})",
        low=0.0,
        high=math.inf,
    ),
    Fact(
        id="F8",
        key="lasts social_bond over points",
        what="durability: social less financial",
        found=f"above 0 ({SOURCE})",
        low=0.0,
        high=math.inf,
    ),
    Fact(
        id="F8",
        key="left structural_bond over social_bond",
        what="imitability: share of the profit gain left when every rival copies after "
        "four weeks, structural less social",
        found=f"above 0: structural is hardest to copy ({SOURCE})",
        low=0.0,
        high=math.inf,
    ),
    Fact(
        id="F8",
        key="left social_bond over points",
        what="imitability: social less financial",
        found=f"above 0 ({SOURCE})",
        low=0.0,
        high=math.inf,
    ),
)
#: The lever that builds each bond, at a dose that shows; and the strategy that adds the bond to plain marketing.
LEVERS = {"points": ("reward_rate", 0.1), "social_bond": ("contact_rate", 0.3), "structural_bond": ("integration", 1.0)}  # fmt: skip
STRATEGIES = {"points": "frequency_programme", "social_bond": "club", "structural_bond": "partner"}
HALF, HALVES = 26, 8  # weeks of a window; windows followed after the stop
COPIED_YEARS, LAG, HEADS = 6, 4, 2_000


def measured(seed: int, base: Changes, setting_of: SettingOf) -> dict[str, float]:
    """Every figure of F8, with the remaining hold of each bond by half year and the gains in profit."""
    figures: dict[str, float] = {}
    for bond in BONDS:
        left = hold_left(seed, base, setting_of, bond)
        figures |= {f"{bond} half year {k + 1}": float(share) for k, share in enumerate(left)}
        figures[f"lasts {bond}"] = weeks_of_half(left)
    figures |= imitability(seed, base, setting_of)
    for figure in ("lasts", "left"):
        for better, worse in (("structural_bond", "social_bond"), ("social_bond", "points")):
            figures[f"{figure} {better} over {worse}"] = (
                figures[f"{figure} {better}"] - figures[f"{figure} {worse}"]
            )
    return figures


def hold_left(seed: int, base: Changes, setting_of: SettingOf, bond: str) -> np.ndarray:
    """Share of a bond's hold on the firm's main customers that is left in each half year after the stop, (halves,).

    Hold: the share of their purchases that the firm has, less that of the same customers with the bond taken away
    at the stop; of the programme that stops, over that of the one that goes on.
    """
    goes_on, stops, none = (_shares(seed, base, setting_of, bond, *case) for case in ((0, 0), (1, 0), (1, 1)))
    return (stops - none) / (goes_on - none)


def weeks_of_half(left: np.ndarray) -> float:
    """Weeks after the stop at which half of the hold is left, between the middles of windows; the last at most.

    >>> weeks_of_half(np.array([0.8, 0.4, 0.2]))
    32.5
    """
    at = np.arange(len(left)) * HALF + HALF / 2
    below = np.flatnonzero(left < 0.5)
    if not len(below):
        return float(at[-1])
    k = int(below[0])
    before, level = (0.0, 1.0) if k == 0 else (at[k - 1], left[k - 1])
    return float(before + (at[k] - before) * (level - 0.5) / (level - left[k]))


def _shares(seed: int, base: Changes, setting_of: SettingOf, bond: str, stops: int, wiped: int) -> np.ndarray:
    lever, dose = LEVERS[bond]
    tree = merge(dict(base), {"firms": {FIRMS[0]: {"strategy": {"name": "fixed_plan", lever: dose}}}})
    if stops:
        tree = merge(tree, {"events": {"stop": {"type": "regulation", "at": SETTLED, "practice": lever}}})
    market = opened(setting_of(tree), seed, 1)
    market.run_for(SETTLED)
    then = look(market)
    if wiped:
        getattr(market.columns, bond)[:, 0] = 0.0
    seen: list[Observation] = [then]
    for _ in range(HALVES):
        market.run_for(HALF)
        seen.append(look(market))
    mine = then.supplier == 0
    bought = [b.since(a)[mine] for a, b in pairwise(seen)]
    return np.array([b[:, 0].sum() / b.sum() for b in bought])


def imitability(seed: int, base: Changes, setting_of: SettingOf) -> dict[str, float]:
    """Gain in profit of each bond over plain marketing, money per customer per year, and the share left when all copy."""
    names = {"plain": "transactional", **STRATEGIES}
    alone, copied = (
        {key: _profit(seed, base, setting_of, name, copy) for key, name in names.items()}
        for copy in (False, True)
    )
    figures: dict[str, float] = {}
    for bond in STRATEGIES:
        gain, remaining = alone[bond] - alone["plain"], copied[bond] - copied["plain"]
        figures |= {
            f"gain {bond}": gain,
            f"gain copied {bond}": remaining,
            f"left {bond}": remaining / gain if gain else math.nan,
        }
    return figures


def _profit(seed: int, base: Changes, setting_of: SettingOf, strategy: str, copied: bool) -> float:
    """Profit of the focal firm after the first year, money per customer per year, under the usual budget."""
    copies = {"strategy": {"name": "imitator", "whom": FIRMS[0], "social_lag": LAG, "structural_lag": LAG}}
    firms: dict[str, Any] = {FIRMS[0]: {"strategy": {"name": strategy}}}
    firms |= dict.fromkeys(FIRMS[1:], copies) if copied else {}
    tree = merge(dict(base), {"market": {"budget": 0.1}, "population": {"customers": HEADS}, "firms": firms})
    market = opened(setting_of(tree), seed, 1)
    earned = 0.0
    for week in range(COPIED_YEARS * YEAR):
        market.step()
        earned += market.books.last("profit", 0) if week >= YEAR else 0.0
    return earned / HEADS / (COPIED_YEARS - 1)
