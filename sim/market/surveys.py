"""Surveys that firms pay for: answers of active customers, with noise."""

from __future__ import annotations

import numpy as np

from sim.core import rng
from sim.firms.firm import Firm
from sim.strategies import Survey

#: The survey of a firm that asks nobody.
NOBODY = Survey()


def survey_customers(firm: Firm) -> Survey:
    """Survey a firm's active customers, as many as its feedback spending pays for."""
    asked = firm.observe()
    if asked == 0:
        return NOBODY
    columns, clock, noise = firm.records.columns, firm.clock, firm.theory.reach.survey_noise
    active = firm.records.buyers(firm.index, clock.period - firm.active_periods)
    answers = rng.answers(clock.key, firm.rng_id, asked)
    means = mean_answers(columns.satisfaction[:, firm.index], columns.desire, active, answers, noise)
    return Survey(asked, *means)


def mean_answers(
    satisfaction: np.ndarray, desire: np.ndarray, active: np.ndarray, answers: np.ndarray, noise: float
) -> tuple[float, float]:
    """Mean satisfaction and mean desire in the answers of active customers; NaN where none is active.

    ``satisfaction`` and ``desire`` (n_customers,); ``active`` (n_active,) rows; ``answers`` (n_asked, 3) random
    numbers: which of them answers, and both errors.
    """
    if not len(active):
        return float("nan"), float("nan")
    rows = active[(answers[:, 0] * len(active)).astype(np.int64)]
    errors = noise * answers[:, 1:].mean(axis=0)
    return float(satisfaction[rows].mean() + errors[0]), float(desire[rows].mean() + errors[1])
