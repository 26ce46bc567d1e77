"""A firm's departments: the alignment of their work, and the part of the plan that takes effect.

Acts only in a firm whose ``alignment`` is below 1. It acts on levers that need several departments: staff,
feedback, recovery, contacts and joint work. Levers of one department alone (advertising, place, points) keep their effect.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sim.core.functions import total
from sim.core.metric import Metric
from sim.firms.mechanisms.base import Mechanism, MechanismState
from sim.firms.state import Draws
from sim.strategies import MarketingPlan, Programme, Tier
from sim.strategies.levers import ALL_LEVERS, COST_COLUMNS
from sim.theory.departments import Departments as Values
from sim.theory.departments import alignment_after, in_effect, not_delivered
from sim.theory.half_life import share_left

MECHANISM = Mechanism(
    name="conflict",
    needs="a conflict: alignment below 1",
    present=lambda offer, theory, second: offer.alignment < 1.0,
    metrics=(
        Metric(
            "alignment",
            unit="0 to 1",
            meaning="alignment of the work of the firm's departments",
            over_time="mean",
            better="higher",
        ),
        Metric(
            "misalignment_cost",
            unit="money",
            meaning="part of the costs of staff, feedback, recovery, contacts and joint work that had no effect",
            over_time="flow",
            better="lower",
        ),
        COST_COLUMNS["coordination_cost"],
    ),
    example={"offer": {"alignment": 0.8}, "levers": {"coordination": 0.01}},
    new_state=lambda start: Departments(
        start.offer.alignment,
        start.theory.departments,
        share_left(start.theory.departments.alignment_half_life, start.clock.weeks),
    ),
    everywhere=True,  # departments without a conflict are aligned
)

#: Levers of a plan and of its programmes that need several departments, and their costs.
OF_PLAN, OF_PROGRAMME = ("staff", "feedback", "recovery"), ("contact_rate", "integration")
TOGETHER = tuple(ALL_LEVERS[lever].cost for lever in (*OF_PLAN, *OF_PROGRAMME))


class Departments(MechanismState):
    """The departments of one firm; ``alone`` is their alignment without coordination.

    ``keep`` is the share of the alignment gained by coordination that is left after a period.
    """

    lever = "coordination"

    def __init__(self, alone: float, values: Values, keep: float) -> None:
        self.alone = self.alignment = alone
        self.values, self.keep = values, keep

    @property
    def at_odds(self) -> bool:
        """True if there is a conflict."""
        return self.alone < 1.0

    def view(self) -> dict[str, Any]:
        """Alignment of the departments."""
        return {"alignment": self.alignment}

    def advance(self, amount: float, weeks: float, draws: Draws, is_open: bool = True) -> None:
        """Let a period pass with an amount of coordination, money per customer per week."""
        if self.at_odds:
            spent = amount * weeks
            self.alignment = float(alignment_after(self.alignment, self.alone, spent, self.keep, self.values))

    def working(self, plan: MarketingPlan) -> MarketingPlan:
        """The plan as it takes effect."""
        if not self.at_odds:
            return plan
        return plan.replace(
            **self._in_effect(plan, OF_PLAN), tiers=tuple(self._working(tier) for tier in plan.tiers)
        )

    def _working(self, tier: Tier) -> Tier:
        programme = tier.programme
        return replace(tier, programme=programme.replace(**self._in_effect(programme, OF_PROGRAMME)))

    def _in_effect(self, levers: MarketingPlan | Programme, names: Sequence[str]) -> dict[str, Any]:
        return {name: in_effect(self.alignment, getattr(levers, name)) for name in names}

    @property
    def shortfall(self) -> float:
        """Quality that is not delivered because of the conflict."""
        return float(not_delivered(self.alignment, self.values))

    def wasted(self, spent: Mapping[str, float]) -> float:
        """Costs of a period that had no effect, money."""
        paid = total(spent[cost] for cost in TOGETHER)
        return paid - float(in_effect(self.alignment, paid))

    def outcomes(self, costs: Mapping[str, float]) -> dict[str, float]:
        """Alignment of the departments and costs without effect."""
        return {
            "alignment": self.alignment,
            "misalignment_cost": self.wasted(costs),
        }
