"""F5: the effect of a loss of quality against that of an equal gain, on the behaviour of customers (Mittal et al. 1998)."""

from __future__ import annotations

import math

import numpy as np

from sim.scenario.merge import merge
from sim.validation.facts.factbook import SETTLED, Changes, Fact, SettingOf, disappointment, everyone
from sim.validation.facts.facts import FIRMS, looks

FOUND = "above 1; 1 to 3 (Mittal, Ross & Baldasare 1998, read)"
FACTS: tuple[Fact, ...] = (
    Fact(
        id="F5",
        key="commitment_ratio",
        what="fall of commitment over its rise, quality 0.5 down and up for half a year",
        found=FOUND,
        low=1.0,
        high=3.0,
    ),
    Fact(
        id="F5",
        key="bought_ratio",
        what="fall of the firm's share of its main customers' purchases over its rise, the same",
        found=FOUND,
        low=1.0,
        high=3.0,
    ),
    Fact(
        id="F5",
        key="lost_ratio",
        what="main customers lost more with the fall over those lost fewer with the rise",
        found=FOUND,
        low=1.0,
        high=3.0,
    ),
    Fact(
        id="F5",
        key="satisfaction_neutral",
        what="the first row again, with `loss_aversion` 1 for everybody",
        found="none",
        low=-math.inf,
        high=math.inf,
    ),
    Fact(
        id="F5",
        key="bought_ratio_neutral",
        what="the share of purchases again, with `loss_aversion` 1 for everybody",
        found="none",
        low=-math.inf,
        high=math.inf,
    ),
)
STEP, WEEKS = 0.5, 26  # quality up and down; how long


def measured(seed: int, base: Changes, setting_of: SettingOf) -> dict[str, float]:
    """Every figure of F5 but that of satisfaction, which `factbook.disappointment` has."""
    falls, rises = _moved(seed, base, setting_of)
    figures = {f"{name}_ratio": falls[name] / rises[name] for name in falls}
    neutral = merge(dict(base), everyone(loss_aversion=1.0))
    falls, rises = _moved(seed, neutral, setting_of)
    figures["satisfaction_neutral"] = disappointment(seed, neutral, setting_of)["fall_against_rise"]
    return figures | {"bought_ratio_neutral": falls["bought"] / rises["bought"]}


def _moved(seed: int, base: Changes, setting_of: SettingOf) -> tuple[dict[str, float], dict[str, float]]:
    """Loss by the fall and gain by the rise: commitment, share of purchases and share of customers kept."""
    levels = []
    for change in (0.0, -STEP, STEP):
        event = {"type": "quality_crisis", "at": SETTLED, "firm": FIRMS[0], "change": change}
        now, later = looks(
            setting_of(merge(dict(base), {"events": {"it": event}})), seed, (SETTLED, SETTLED + WEEKS)
        )
        mine = now.supplier == 0
        bought, stays = later.since(now)[mine], later.supplier == 0
        levels.append((float(bought[:, 0].sum() / bought.sum()), stays & mine, later.commitment))
    stayed = np.logical_and.reduce([stays for _, stays, _ in levels])
    figures = [
        {"commitment": float(commitment[stayed].mean()), "bought": share, "lost": float(stays.sum())}
        for share, stays, commitment in levels
    ]
    usual, worse, better = figures
    return {k: usual[k] - worse[k] for k in usual}, {k: better[k] - usual[k] for k in usual}
