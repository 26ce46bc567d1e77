"""Effects of events on a firm."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class FirmShocks:
    """Effects of events on one firm this period, on top of its plan; neutral unless an event acts."""

    price_change: float = 0.0
    price_factor: float = 1.0
    quality_change: float = 0.0
    technology: float = 0.0
    political: float = 0.0
    open: bool = True
    forbidden: set[str] = field(default_factory=set)
    channel: list[Any] = field(
        default_factory=list
    )  # laws of the channel in force, with `stages` and `largest_margin`
