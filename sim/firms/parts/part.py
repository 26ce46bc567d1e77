"""Common form of the optional mechanisms of a firm."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from sim.firms.state import Draws


class Part:
    """The state of a mechanism in one firm; a firm calls its parts in a fixed order."""

    #: The lever of a plan that works on it.
    lever: ClassVar[str] = ""

    def advance(self, amount: float, weeks: float, draws: Draws, is_open: bool = True) -> None:
        """Let a period pass with an amount of the lever, in the lever's unit."""

    def observe(self, feedback: float, draws: Draws) -> None:
        """Observe the period with an amount of feedback, money per customer per week."""

    def outcomes(self, costs: Mapping[str, float]) -> dict[str, float]:
        """Metrics of the period, given the firm's costs by column."""
        return {}
