"""A Gymnasium environment around one firm's plan, and a learned policy as a strategy like any other.

A learner sees what a firm may know (`observation`) and sets some levers of its plan; the reward is the firm's profit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import gymnasium
import numpy as np

from sim.core.errors import InputError
from sim.market.market import Market
from sim.scenario.files import compose_arm
from sim.strategies import ALL_LEVERS, FirmView, MarketingPlan, Programme, Strategy, Tier, strategy

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

#: Observation, (11,): amounts per customer in the market per week, shares, satisfaction where it was surveyed, else 0.
SEEN = (
    "budget", "units", "revenue", "profit", "spend", "active", "new", "lost", "satisfaction", "margin", "rival_price",
)  # fmt: skip
Bounds = Mapping[str, tuple[float, float]]


def observation(view: FirmView) -> np.ndarray:
    """A view as numbers, (11,) in the order of `SEEN`; an unlimited budget is 0."""
    person_weeks = max(view.heads, 1) * view.weeks_per_period
    persons = max(view.heads, 1)
    prices = [offer.price * (1.0 - offer.promotion) for offer in view.rivals]
    own = view.last_plan
    seen = (
        view.budget / person_weeks if np.isfinite(view.budget) else 0.0,
        view.units / person_weeks, view.revenue / person_weeks, view.profit / person_weeks, view.spend / person_weeks,
        view.active_customers / persons, view.new_customers / person_weeks, view.lost_customers / person_weeks,
        np.nan_to_num(view.survey.satisfaction), own.price * (1.0 - own.promotion) - view.unit_cost,
        float(np.mean(prices)) if prices else 0.0,
    )  # fmt: skip
    return np.array(seen, np.float32)


def plan_of(view: FirmView, action: np.ndarray, bounds: Bounds) -> MarketingPlan:
    """The standing plan with the levers of ``bounds`` at an action (n_levers,), each from 0 to 1 of its bounds."""
    share = np.clip(np.asarray(action, float), 0.0, 1.0)
    set_to = {
        name: low + s * (high - low) for s, (name, (low, high)) in zip(share, bounds.items(), strict=True)
    }
    programme = Programme(**{name: set_to.pop(name) for name in Programme.declared if name in set_to})
    tiers = (Tier(programme),) if any(programme) else view.standing_plan.tiers
    return view.standing_plan.replace(**set_to, tiers=tiers)


def checked_bounds(bounds: Bounds) -> dict[str, tuple[float, float]]:
    """Levers of a plan or of a programme for everyone, each with bounds in its declared range; raises `InputError`."""
    for name, (low, high) in bounds.items():
        if name not in ALL_LEVERS:
            raise InputError.unknown("levers", name, ALL_LEVERS)
        p = ALL_LEVERS[name]
        if not p.low <= low < high <= p.high:
            raise InputError(
                f"levers.{name}", (low, high), f"low < high, from {p.low} to {p.high} ({p.unit})"
            )
    if not bounds:
        raise InputError("levers", {}, "at least one lever with its bounds")
    return dict(bounds)


class Driven(Strategy):
    """A strategy whose plan is set from outside before each period."""

    name: ClassVar[str] = "driven"

    def __init__(self, bounds: Bounds) -> None:
        super().__init__()
        self.bounds = dict(bounds)
        self.action = np.zeros(len(self.bounds))

    def plan(self, view: FirmView) -> MarketingPlan:
        """The plan of the last action."""
        return plan_of(view, self.action, self.bounds)


class FirmEnv(gymnasium.Env):  # type: ignore[misc,type-arg]
    """One firm of a scenario: an action sets levers for a period, the reward is profit, money per customer per week.

    ``levers`` maps a lever to its bounds; an action is (n_levers,) from 0 to 1 of them, an observation `SEEN`. Each
    `reset` lives another replication unless given a seed: the same seed gives the same episode.
    """

    metadata: dict[str, Any] = {"render_modes": []}  # noqa: RUF012 (as gymnasium declares it)

    def __init__(self, scenario: Scenario | str, levers: Bounds, *, firm: str | None = None, arm: str | None = None,
                 customers: int | None = None, periods: int | None = None) -> None:  # fmt: skip
        self.setting, self.bounds = compose_arm(scenario, arm, customers), checked_bounds(levers)
        self.arm = self.setting.experiment.control if arm is None else arm
        self.periods = self.setting.experiment.periods if periods is None else periods
        self.firm_name = self.setting.experiment.focal if firm is None else firm
        self.action_space = gymnasium.spaces.Box(0.0, 1.0, (len(self.bounds),), np.float32)
        self.observation_space = gymnasium.spaces.Box(-np.inf, np.inf, (len(SEEN),), np.float32)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[np.ndarray, dict[str, Any]]:
        """A new market at its first period."""
        super().reset(seed=seed)
        chosen = int(self.np_random.integers(2**31)) if seed is None else seed
        self.market = Market(self.setting, chosen, arm=self.arm, collect=False)
        named = {firm.name: firm for firm in self.market.firms}
        if self.firm_name not in named:
            raise InputError.unknown("firm", self.firm_name, named)
        self.firm = named[self.firm_name]
        self.driven = self.firm.strategy = Driven(self.bounds)
        return self._seen(), {"seed": chosen}

    def step(self, action: np.ndarray) -> tuple[np.ndarray, float, bool, bool, dict[str, Any]]:
        """Live one period under an action; truncated when the scenario's periods are over, never terminated."""
        self.driven.action = np.asarray(action, float)
        self.market.step()
        reward = self.firm.profit / self.market.heads_at_start / self.market.weeks
        over, info = self.market.period >= self.periods, {"period": self.market.period}
        return self._seen(), float(reward), False, over, info

    def _seen(self) -> np.ndarray:
        return observation(self.firm.view(self.market.public_offers()))


def policy_strategy(
    name: str, policy: Callable[[np.ndarray], np.ndarray], levers: Bounds, *, source: str
) -> type[Strategy]:
    """Register a learned policy, from an observation to an action, as a strategy; call it in a plug-in file."""
    bounds = checked_bounds(levers)

    class Learned(Strategy):
        """Plans by a learned policy."""

        def plan(self, view: FirmView) -> MarketingPlan:
            """The action of the policy for an observation."""
            return plan_of(view, policy(observation(view)), bounds)

    Learned.__qualname__, Learned.__module__ = f"Learned_{name}", policy.__module__  # the plug-in's own
    return strategy(name, source=source, traits=("learned",))(Learned)
