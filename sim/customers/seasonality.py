"""How much is needed: by segment in a period of the year, and what a firm reckons to sell before its first sale."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.scenario.settings import MAX_SEGMENTS

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario
    from sim.theory.purchase_occasions import Needs


def by_segment(setting: Scenario, period: int, weeks: float, economy: float) -> np.ndarray:
    """What a need a week is multiplied by in a period, by segment, (most segments,)."""
    needs = setting.theory.needs
    week = (period + 0.5) * weeks
    found = np.full(MAX_SEGMENTS, weeks * economy * season(needs, week))
    for number, segment in enumerate(setting.population.segments.values()):
        if segment.season is not None or segment.season_peak is not None:
            found[number] = weeks * economy * season(needs, week, segment.season, segment.season_peak)
    return found


def season(needs: Needs, week: float, amplitude: float | None = None, peak: float | None = None) -> float:
    """Needs in a week against the mean; None: as in the whole market."""
    amplitude = needs.season if amplitude is None else amplitude
    peak = needs.season_peak if peak is None else peak
    return 1.0 + amplitude * float(np.cos(2 * np.pi * (week - peak) / 52.0))


def expected_units(setting: Scenario, firm: int, heads: int, weeks: float) -> float:
    """Units a firm reckons with before its first period: its share of tastes, among those who know it."""
    weights = np.array([offer.taste_weight * offer.known_by for offer in setting.firms.values()])
    mean = sum(s.share * s.need_rate.mean for s in setting.population.segments.values())
    pace = 1.0 if setting.market.type == "contractual" else mean * weeks
    return float(weights[firm] / max(weights.sum(), 1e-300) * heads * pace)
