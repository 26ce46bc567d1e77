"""The verdict on a paired difference that is looked at more than once, as seeds come in.

The error of 5 % is shared over the looks at 8, 16, 32 and 64 seeds (Bonferroni), so a verdict at any look errs in at
most 5 % of markets without a difference, however often one looked before.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.experiment.statistics import Estimate, estimate

#: Seeds at which a verdict is given, each with its share of the error.
LOOKS = {8: 0.0125, 16: 0.0125, 32: 0.0125, 64: 0.0125}
HIGHER, LOWER, EQUAL, OPEN = "higher", "lower", "equal", "open"


class Verdict(NamedTuple):
    """Verdict on a difference after some seeds: ``word`` is HIGHER, LOWER, EQUAL or OPEN."""

    word: str
    seeds: int  # of the look that the verdict rests on; 0 before the first
    found: Estimate  # with the interval of that look, or of all seeds before the first


def verdict_of(differences: np.ndarray, by: float = 0.0) -> Verdict:
    """The verdict on paired differences in the order of their seeds, (n_seeds,).

    The first look that tells decides. EQUAL: the interval lies within ``by`` of 0, or every difference is 0.
    """
    values = np.asarray(differences, dtype=float)
    last = Verdict(OPEN, 0, estimate(values))
    for seeds, error in LOOKS.items():
        if len(values) < seeds:
            break
        found = estimate(values[:seeds], 1.0 - error)
        last = Verdict(_word(found, by), seeds, found)
        if last.word != OPEN:
            break
    return last


def _word(found: Estimate, by: float) -> str:
    if -by <= found.low and found.high <= by:
        return EQUAL
    if found.low > 0:
        return HIGHER
    return LOWER if found.high < 0 else OPEN
