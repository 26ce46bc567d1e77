"""Firms and partners as Mesa agents: thin faces of `Firm` and `PartnerTie`, registered in ``market.agents``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import mesa
import numpy as np

from sim.firms.costs import pace
from sim.firms.firm import Firm
from sim.firms.partner_tie import PartnerTie
from sim.firms.state import Clock, Trade
from sim.scenario.scenario import Scenario
from sim.strategies import (
    Strategy,
)
from sim.strategies.library import make_strategy


class FirmAgent(Firm, mesa.Agent):
    """A firm of a market."""

    model: Any

    def __init__(self, market: mesa.Model, setting: Scenario, name: str, clock: Clock) -> None:
        index = list(setting.firms).index(name)
        second = setting.second.firms.get(name) if setting.second else None
        Firm.__init__(
            self, name, index, setting.firms[name], strategy_of(setting, name), setting.theory,
            trade_of(setting, index, clock.weeks), clock, second,
        )  # fmt: skip
        _register(self, market, index + 1)

    def __repr__(self) -> str:
        market, size = self.model, f"{self.main_customers:,.0f} main customers"
        return f"Firm({self.name}: {self.strategy.name}, arm {market.arm}, period {market.period}, {size})"

    @property
    def share(self) -> float:
        """Market share of units in the last period."""
        return float(self.model.books.last("share", self.index))

    @property
    def main_customers(self) -> float:
        """Customers whose main supplier the firm is."""
        return float(self.model.books.last("main_customers", self.index))


class PartnerAgent(PartnerTie, mesa.Agent):
    """A partner of a firm of a market."""

    model: Any

    def __init__(self, market: mesa.Model, setting: Scenario, name: str, firms: Sequence[Firm]) -> None:
        partner = setting.stakeholders[name]
        firm = next(firm for firm in firms if firm.name == partner.firm)
        PartnerTie.__init__(self, name, partner, firm)
        _register(self, market, len(firms) + 1 + list(setting.stakeholders).index(name))


def _register(agent: mesa.Agent, market: mesa.Model, number: int) -> None:
    """Register an agent in its model under a number of ours."""
    mesa.Agent.__init__(agent, market)
    # Mesa 3.3 keeps every model alive in Agent._ids (mesa issue 3179): number agents ourselves
    getattr(mesa.Agent, "_ids", {}).pop(market, None)
    agent.unique_id = number


def strategy_of(setting: Scenario, name: str) -> Strategy:
    """A fresh strategy for a firm, by the scenario and its rule for rivals."""
    rule = setting.market.rivals
    if rule == "as_given" or name == setting.experiment.focal:
        return setting.firms[name].strategy.make()  # type: ignore[no-any-return]
    return make_strategy(
        {"fixed": "fixed_plan", "imitate": "imitator", "best_respond": "best_responder"}[rule]
    )


def trade_of(setting: Scenario, firm: int, weeks: float) -> Trade:
    """Facts that a firm, by its number, knows of its market before its first sale."""
    market = setting.market
    weights = np.array([offer.taste_weight * offer.known_by for offer in setting.firms.values()])
    return Trade(
        reference_price=market.reference_price,
        periods_per_year=market.periods_per_year,
        taste_share=float(weights[firm] / max(weights.sum(), 1e-300)),
        need=pace(market.type == "contractual", list(setting.population.segments.values()), weeks),
    )
