"""A fixed plan: the standing offer with the levers and the one programme that the parameters set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from sim.core.errors import InputError
from sim.core.parameters import Param, param
from sim.strategies import (
    ALL_LEVERS,
    LEVERS,
    FirmView,
    MarketingPlan,
    Programme,
    Strategy,
    Tier,
    checked,
    strategy,
)

_AT = Param(low=0, high=1e6, unit="weeks", type=float)


@strategy("fixed_plan", source="none: the control of an experiment, and any plan one wants to plant")
class FixedPlan(Strategy):
    """The same decision in every period, or another one from a given week on; levers that are not set stay as offered."""

    beside: ClassVar[Mapping[str, Param]] = {
        name: replace(p, default=None, optional=True) for name, p in ALL_LEVERS.items()
    }
    accounts: int = param(
        0,
        low=0,
        high=1_000_000,
        unit="customers",
        meaning="number of largest customers who alone get the programme; 0: everyone gets it",
    )
    case_load: int = param(
        25,
        low=1,
        high=1_000_000,
        unit="accounts per manager",
        meaning="accounts that one manager looks after",
    )
    then: object = param(
        None,
        unit="{at: week, lever: value, ...}",
        optional=True,
        meaning="levers that change in week `at`, while the others stay; null: none changes",
    )

    def set_up(self) -> None:
        """Read the later plan, if there is one."""
        self.later = None if self.then is None else self._later(self.then)

    def __setattr__(self, name: str, value: Any) -> None:
        """Set a parameter, after which the plan is made anew, or a part of the memory."""
        super().__setattr__(name, value)
        if name in self.declared:
            self.made: tuple[MarketingPlan, MarketingPlan] | None = None

    def _later(self, tree: Any) -> FixedPlan:
        """The plan from its week on; raises `InputError` for a key or value that fits no lever."""
        if not isinstance(tree, Mapping) or "at" not in tree or "then" in tree:
            raise InputError(
                "strategy.then", tree, "null, or a week `at` and the levers that change: {at: 52, price: 9}"
            )
        self.at = checked("strategy.then.at", tree["at"], _AT)
        changed = {key: value for key, value in tree.items() if key != "at"}
        for key, value in changed.items():
            if key not in self.declared:
                raise InputError.unknown(
                    f"strategy.then.{key}", key, [name for name in self.declared if name != "then"]
                )
            checked(f"strategy.then.{key}", value, self.declared[key])
        return FixedPlan(**{**self.parameters(), "then": None, **changed})

    def plan(self, view: FirmView) -> MarketingPlan:
        """The offer with every lever that is set, and the programme if there is one."""
        if self.later is not None and view.weeks >= self.at:
            return self.later.plan(view)
        return self.upon(view.standing_plan)

    def upon(self, standing: MarketingPlan) -> MarketingPlan:
        """The plan from a standing one, made once for it."""
        if self.made is None or self.made[0] is not standing:
            self.made = standing, self._laid_upon(standing)
        return self.made[1]

    def _laid_upon(self, standing: MarketingPlan) -> MarketingPlan:
        asked = {name: value for name in LEVERS if (value := getattr(self, name)) is not None}
        levers = ((name, getattr(self, name)) for name in Programme.declared)
        programme = Programme(**{name: value for name, value in levers if value is not None})
        tier = Tier(programme)
        if self.accounts:
            managers = -(-self.accounts // self.case_load)
            tier = Tier(programme, "key_accounts", 1.0, self.accounts, managers, self.case_load)
        return standing.replace(**asked, tiers=(tier,) if any(programme) else standing.tiers)
