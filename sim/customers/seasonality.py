"""Needs by segment over the year."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.customers.traits import MAX_SEGMENTS, Segment
from sim.theory.purchase_occasions import Needs


def by_segment(
    needs: Needs, segments: Sequence[Segment], period: int, weeks: float, economy: float
) -> np.ndarray:
    """Factor on the weekly need rate in a period, by segment, (`MAX_SEGMENTS`,)."""
    week = (period + 0.5) * weeks
    found = np.full(MAX_SEGMENTS, weeks * economy * season(needs, week))
    for number, segment in enumerate(segments):
        if segment.season is not None or segment.season_peak is not None:
            found[number] = weeks * economy * season(needs, week, segment.season, segment.season_peak)
    return found


def season(needs: Needs, week: float, amplitude: float | None = None, peak: float | None = None) -> float:
    """Needs in a week relative to the mean; None: as in the whole market."""
    amplitude = needs.season if amplitude is None else amplitude
    peak = needs.season_peak if peak is None else peak
    return 1.0 + amplitude * float(np.cos(2 * np.pi * (week - peak) / 52.0))
