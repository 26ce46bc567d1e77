"""The seven factors of satisfaction (Spreng, MacKenzie & Olshavsky 1996) of customers with their main supplier."""

from __future__ import annotations

import numpy as np

from sim.market.measures.snapshot import Snapshot
from sim.theory import experience, satisfaction

FACTORS = (
    "desire", "expectation", "performance", "desire_congruency", "expectation_congruency", "attribute_satisfaction",
    "information_satisfaction",
)  # fmt: skip


def factors(
    state: Snapshot, rows: np.ndarray, felt_by: experience.Experience, judged_by: satisfaction.Satisfaction
) -> dict[str, np.ndarray]:
    """Each factor by name, (rows,), as a purchase of mean performance would now be judged; NaN without a supplier.

    Quality scale, both satisfactions unbounded; overall satisfaction of such a purchase is tanh of their weighted sum.
    """
    c = state.columns
    supplier = c.supplier[rows].astype(np.int64)
    own = (rows, np.maximum(supplier, 0))
    offers = state.offers[own[1]]
    desire, expected = c.desire[rows].astype("f8"), c.expectation[own].astype("f8")
    bond, voice = c.structural_bond[own].astype("f8"), c.voice[rows].astype("f8")
    felt = _felt(offers, bond, voice, felt_by)
    gaps = (felt - desire, felt - expected)
    loss_aversion = c.loss_aversion[rows].astype("f8")
    attribute = np.vectorize(satisfaction.attribute_satisfaction, [float], excluded=[3])(
        *gaps, loss_aversion, judged_by
    )
    information = np.vectorize(satisfaction.asymmetric, [float], excluded=[2])(
        felt - offers["promise"], loss_aversion, judged_by
    )
    values = (desire, expected, felt, *gaps, attribute, information)
    return {
        name: np.where(supplier >= 0, column, np.nan) for name, column in zip(FACTORS, values, strict=True)
    }


def _felt(offers: np.ndarray, bond: np.ndarray, voice: np.ndarray, p: experience.Experience) -> np.ndarray:
    """Performance as felt on average, failures and their recovery counted at their chances, (rows,)."""
    chance = np.vectorize(experience.chance_of_failure, [float])(
        offers["failure_rate"], offers["congestion"], offers["employee_effect"]
    )
    chance_found = voice + (1.0 - voice) * offers["found_chance"]
    mended = experience.recovered(offers["recovery_quality"], np.inf, p)
    delivered = experience.performance(offers["quality"], bond, 0.0, chance, p)
    return np.asarray(delivered + chance * chance_found * mended)
