"""F12: frequency of good and bad news, and the effect of one conversation on the chance to buy."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.scenario.merge import merge
from sim.theory import choice, word_of_mouth
from sim.validation.facts.factbook import SETTLED, Changes, Fact, SettingOf
from sim.validation.laws.checks import opened

EAST = "East, Hammond & Lomax 2008, read in part"
FACTS: tuple[Fact, ...] = (
    Fact(
        id="F12",
        key="good over bad",
        what="conversations of the satisfied for each of the dissatisfied",
        found=f"about 3 ({EAST})",
        low=2.0,
        high=4.0,
    ),
    Fact(
        id="F12",
        key="shift good",
        what="one good conversation, on the chance to buy where that is .3 to .5",
        found=f"about +.20 ({EAST})",
        low=0.15,
        high=0.25,
    ),
    Fact(
        id="F12",
        key="shift bad",
        what="one bad conversation, the same",
        found=f"about -.11 ({EAST})",
        low=-0.16,
        high=-0.06,
    ),
    Fact(
        id="F12",
        key="good over bad shift",
        what="size of the good shift over the bad",
        found="about 1.8, .20 over .11",
        low=1.2,
        high=2.4,
    ),
    Fact(
        id="F12",
        key="middle over ends",
        what="good shift on the chance at .3 to .5 over that at .8 to .95",
        found="above 1: a shift on the logit scale moves the undecided most",
        low=1.0,
        high=np.inf,
    ),
)
WEEKS = 26
MIDDLE, HIGH = (0.3, 0.5), (0.8, 0.95)
FAILING = {"firms": {name: {"failure_rate": 0.02} for name in ("focal", "rival_1", "rival_2", "rival_3")}}


def measured(seed: int, base: Changes, setting_of: SettingOf) -> dict[str, float]:
    """Every figure of F12; "at 2 %" where every fiftieth purchase fails, as in Goldenberg et al. 2007."""
    market = opened(setting_of(dict(base)), seed, 1)
    market.run_for(SETTLED)
    said = _said(market)
    figures = {"good over bad": common(said), **shifts(market, said, seed)}
    other = opened(setting_of(merge(dict(base), FAILING)), seed, 1)
    other.run_for(SETTLED)
    return figures | {"good over bad at 2 %": common(_said(other))}


def _said(market: Any) -> np.ndarray:
    """Messages of half a year: firm, expectation, satisfaction of each sender, (conversations, 3)."""
    heard = []
    for _ in range(WEEKS):
        market.step()
        c = market.columns
        who = c.speaks_of >= 0
        heard.append(np.stack([c.speaks_of[who], c.says_expectation[who], c.says_satisfaction[who]], axis=1))
    return np.concatenate(heard).astype("f8")


def common(said: np.ndarray) -> float:
    """Conversations of the satisfied over those of the dissatisfied."""
    return float(np.count_nonzero(said[:, 2] > 0) / np.count_nonzero(said[:, 2] < 0))


def shifts(market: Any, said: np.ndarray, seed: int) -> dict[str, float]:
    """Change of the chance to buy from the focal firm after one conversation of usual strength about it."""
    theory, c = market.setting.theory, market.columns
    layers = market.setting.network.values()
    strength = sum(x.share * x.strength for x in layers) / sum(x.share for x in layers)
    value = utilities(market)
    before = chance(value)
    about, figures = said[said[:, 0] == 0], {}
    for word, sign in (("good", 1.0), ("bad", -1.0)):
        messages = about[sign * about[:, 2] > 0]
        messages = messages[np.random.default_rng(seed).integers(len(messages), size=len(value))]
        news = word_of_mouth.heard(messages[:, 1], messages[:, 2], theory.talk)
        expectation = word_of_mouth.expectation_after(c.expectation[:, 0], news, strength, theory.talk)
        trust = np.vectorize(word_of_mouth.trust_after, excluded=[3])(
            c.trust[:, 0].astype("f8"), messages[:, 2], strength, theory.talk
        )
        moved = value.copy()
        moved[:, 0] += c.quality_weight * (expectation - c.expectation[:, 0])
        moved[:, 0] += theory.choice.risk * (trust - c.trust[:, 0])
        change = chance(moved) - before
        for where, (low, high) in (("", MIDDLE), (" high", HIGH)):
            figures[f"shift {word}{where}"] = float(change[(before > low) & (before < high)].mean())
    return figures | {
        "good over bad shift": -figures["shift good"] / figures["shift bad"],
        "middle over ends": figures["shift good"] / figures["shift good high"],
    }


def utilities(market: Any) -> np.ndarray:
    """Utilities of the firms and of not buying, without bonds and with all firms known, (n, firms + 1)."""
    c, p = market.columns, market.setting.theory.choice
    value = c.taste + choice.quality_value(c.quality_weight[:, None], c.expectation)
    value = value + choice.satisfaction_value(c.satisfaction, p)
    value = value + choice.risk_value(c.trust, p) + choice.habit_value(c.habit, p)
    value = value + choice.price_value(c.price_sensitivity[:, None], market.offers["price"])
    outside = market.setting.market.outside + c.taste_outside
    value = np.concatenate([value, outside[:, None]], axis=1).astype("f8")
    leaves = (np.arange(value.shape[1]) != c.supplier[:, None]) & (c.supplier >= 0)[:, None]
    return value - leaves * (p.procedural * c.lock_in)[:, None]


def chance(value: np.ndarray) -> np.ndarray:
    """Chance that the focal firm is chosen, (n,), from utilities (n, firms + 1)."""
    weight = np.exp(value - value.max(axis=1, keepdims=True))
    return np.asarray(weight[:, 0] / weight.sum(axis=1))
