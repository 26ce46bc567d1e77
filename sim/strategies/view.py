"""Information of a firm when it plans: copies only, nothing leads back to the market."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from sim.strategies.levers import EVERYWHERE, Programme
from sim.strategies.plan import MarketingPlan, Tier


def sealed(array: np.ndarray) -> np.ndarray:
    """The array, or a copy where it is a view of another, that nobody can write to from here on."""
    own = array if array.base is None else array.copy()
    own.flags.writeable = False
    return own


@dataclass(frozen=True)
class PublicOffer:
    """Public information about a firm: its posted price, the programme it advertises first, and the share of members."""

    name: str
    price: float
    promotion: float
    promise: float
    reward_rate: float
    contact_rate: float
    integration: float
    members: float = 1.0  # share of its active customers
    online: float = 0.0  # share of the contacts that go through a medium

    def tiers(self, **less: float) -> tuple[Tier, ...]:
        """The programme, with some levers changed, for the same share of another firm's best customers."""
        programme = Programme(self.reward_rate, 0.0, self.contact_rate, self.integration).replace(**less)
        if not any(programme) or self.members <= 0:
            return ()
        programme = programme.replace(online=self.online)
        return (Tier(programme, "rfm", self.members),) if self.members < 1 else (Tier(programme),)


@dataclass(frozen=True)
class Survey:
    """Results of a survey of own customers, with sampling error; NaN if nobody was asked."""

    asked: int = 0
    satisfaction: float = float("nan")
    desire: float = float("nan")


@dataclass(frozen=True)
class CustomerFile:
    """The firm's own records of everyone who ever bought from it: one entry per customer, (n_on_file,).

    ``recency``: periods since the last purchase; ``frequency``: purchases so far; ``money``: amount paid so far;
    ``since``: periods since the first purchase; ``lifetime_value``: the firm's own estimate in money.
    """

    customer: np.ndarray
    recency: np.ndarray
    frequency: np.ndarray
    money: np.ndarray
    since: np.ndarray
    lifetime_value: np.ndarray

    def __len__(self) -> int:
        return len(self.customer)


@dataclass(frozen=True)
class SecondBook:
    """A firm's second product in its own accounts: price and cost per unit, and the sales of the last period.

    ``owners`` are the customers who ever bought it.
    """

    price: float
    unit_cost: float
    works_with: str = "own"
    units: float = 0.0
    revenue: float = 0.0
    owners: float = 0.0


@dataclass(frozen=True)
class Prospects:
    """People who left data with the firm at an event and have bought nothing yet: one entry per person, (n_prospects,).

    ``since``: periods since then; ``potential``: occasions per week, estimated from the data with error.
    """

    customer: np.ndarray
    since: np.ndarray
    potential: np.ndarray

    def __len__(self) -> int:
        return len(self.customer)


@dataclass(frozen=True)
class FirmView:
    """All information that a firm has when it plans: copies, with no way to the market.

    ``standing_plan`` is the offer as configured, without marketing. Numbers of the last period are the firm's own
    accounts. ``heads`` is the number of people in the market. ``rivals`` are the public offers of open firms in the
    last period. ``stakeholders`` holds the number of partners of each kind. ``alignment`` is that of the firm's
    departments (1: no conflict), ``current_records`` the share of the customers on file whose record is not stale.
    ``second`` is its second product, None without one on sale. ``range_sales`` holds each good's share of sales,
    observed with error; it is empty without a range. ``budget`` is the amount that this period's plan may spend, after
    deduction of earlier overruns. ``available`` are the levers that have an effect for this firm.
    """

    name: str
    period: int
    weeks_per_period: float
    standing_plan: MarketingPlan
    last_plan: MarketingPlan
    budget: float
    heads: int
    unit_cost: float
    quality: float
    units: float = 0.0
    revenue: float = 0.0
    profit: float = 0.0
    spend: float = 0.0
    contacts: float = 0.0
    complaints: float = 0.0
    failures_found: float = 0.0
    customers_on_file: int = 0
    active_customers: int = 0
    new_customers: int = 0
    lost_customers: int = 0
    attended: float = 0.0
    turned_away: float = 0.0
    prospects_on_file: int = 0
    alignment: float = 1.0
    current_records: float = 1.0
    survey: Survey = Survey()
    rivals: tuple[PublicOffer, ...] = ()
    stakeholders: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    second: SecondBook | None = None
    range_sales: tuple[float, ...] = ()
    customer_file: CustomerFile | None = None
    prospects: Prospects | None = None
    setting: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    available: frozenset[str] = EVERYWHERE

    @property
    def weeks(self) -> float:
        """Weeks since the start."""
        return self.period * self.weeks_per_period
