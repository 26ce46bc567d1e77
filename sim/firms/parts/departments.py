"""A firm's departments: how far they work toward the same, and what of its plan has its effect.

Acts only in a firm whose ``alignment`` is below 1. What several departments bring about together is at stake: staff,
feedback, recovery, contacts and integration; what one department does alone (advertising, place, points) is not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sim.strategies import MarketingPlan, Tier
from sim.theory.departments import Departments as Values
from sim.theory.departments import alignment_after, in_effect, not_delivered

if TYPE_CHECKING:
    from sim.firms.firm import Firm

#: Costs of what several departments bring about together.
TOGETHER = ("staff_cost", "feedback_cost", "recovery_cost", "contact_cost", "integration_cost")


class Departments:
    """The departments of one firm; ``alone`` is their alignment without coordination."""

    def __init__(self, alone: float, values: Values, keep: float) -> None:
        self.alone = self.alignment = alone
        self.values, self.keep = values, keep

    @property
    def at_odds(self) -> bool:
        """Whether there is a conflict at all."""
        return self.alone < 1.0

    def move(self, spend: float) -> None:
        """A period with so much coordination, money a customer."""
        if self.at_odds:
            self.alignment = float(alignment_after(self.alignment, self.alone, spend, self.keep, self.values))

    def working(self, plan: MarketingPlan) -> MarketingPlan:
        """The plan as it has its effect."""
        if not self.at_odds:
            return plan
        share = self.alignment
        levers = {name: in_effect(share, getattr(plan, name)) for name in ("staff", "feedback", "recovery")}
        return plan.replace(**levers, tiers=tuple(self._working(tier) for tier in plan.tiers))

    def _working(self, tier: Tier) -> Tier:
        given, share = tier.programme, self.alignment
        given = given.replace(
            contact_rate=in_effect(share, given.contact_rate), integration=in_effect(share, given.integration)
        )
        return replace(tier, programme=given)

    @property
    def shortfall(self) -> float:
        """Quality that is not delivered."""
        return float(not_delivered(self.alignment, self.values))

    def asked(self, done: float) -> float:
        """What was done and charged for so much that had its effect."""
        return done / self.alignment

    def wasted(self, spent: Mapping[str, float]) -> float:
        """What of a period's costs had no effect, money."""
        paid = sum(spent[cost] for cost in TOGETHER)
        return paid - float(in_effect(self.alignment, paid))


def outcomes(firms: Sequence[Firm], spent: Sequence[Mapping[str, float]]) -> dict[str, np.ndarray]:
    """A period's metrics `DEPARTMENTS` from each firm's costs, (n_firms,); none where no firm has a conflict."""
    if not any(firm.departments.at_odds for firm in firms):
        return {}
    pairs = list(zip(firms, spent, strict=True))
    return {
        "alignment": np.array([firm.departments.alignment for firm in firms]),
        "misalignment_cost": np.array([firm.departments.wasted(costs) for firm, costs in pairs]),
        "coordination_cost": np.array([costs["coordination_cost"] for costs in spent]),
    }
