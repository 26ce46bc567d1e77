"""Inputs of the kernel beside customers and offers: the record of the theory's parameters and the period's conditions."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.customers.traits import MAX_SEGMENTS
from sim.theory import THEORY
from sim.theory.half_life import share_left

#: The market as a whole in this period; demand is by segment.
CONDITIONS = np.dtype(
    [
        ("weeks", "f8"), ("demand", "f8", (MAX_SEGMENTS,)), ("outside", "f8"), ("has_outside", "i8"), ("contractual", "i8"),
        ("entry_by_purchase", "i8"), ("reports", "i8"), ("counts", "i8"), ("tenure_bin", "i8"), ("active_periods", "i8"),
        ("talk_on", "i8"), ("crossed", "i8"),
    ]
)  # fmt: skip


def parameters_record(theory: Any, weeks_per_period: float) -> np.ndarray:
    """The theory's parameters as one nested record, (1,): half-lives in weeks become what a period keeps.

    A field ``social_half_life`` becomes ``social_keep`` = 0.5^(weeks_per_period/half_life).
    """
    values, layout = [], []
    for name, section in THEORY.items():
        fields = []
        row = []
        for key, p in section.declared.items():
            kind, value = "i8" if p.type in (int, bool) else "f8", getattr(getattr(theory, name), key)
            if key.endswith("half_life"):
                key, value = key.replace("half_life", "keep"), share_left(value, weeks_per_period)
            fields.append((key, kind))
            row.append(value)
        layout.append((name, np.dtype(fields)))
        values.append(tuple(row))
    return np.array([tuple(values)], dtype=np.dtype(layout))
