"""Levers of a plan and of a tier's programme, each declared once with its cost.

A lever in money per person, customer, record or case, or in a share of the list price, is charged by its unit to its cost
column (`sim.firms.metrics`), scaled with the budget, and a parameter of `fixed_plan`: all this follows from its declaration.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from sim.core.metric import Cost, cost_column
from sim.core.parameters import Param, section

#: Place of a lever in the four Ps (McCarthy 1960) and in the four Cs (Lauterborn 1990, New marketing litany, Advertising
#: Age 61(41); both recalled). Levers for partners are in neither.
INSIDE = ("none of the four", "customer value")
VALUE, COST = ("product", "customer value"), ("price", "cost to the customer")
POINTS, EASE = ("promotion", "cost to the customer"), ("place", "convenience")
TALK, LISTENING, PARTNERS = ("promotion", "communication"), ("none of the four", "communication"), ("partners", "partners")  # fmt: skip
PS = ("product", "price", "place", "promotion")
CS = ("customer value", "cost to the customer", "convenience", "communication")

#: Units of levers whose amount is their cost.
A_HEAD, A_CUSTOMER, A_CASE = (
    "money per person in the market per week",
    "money per customer per week",
    "money per case",
)
A_RECORD = "money per customer on file per week"
OFF = "share of the list price"


@dataclass(frozen=True, kw_only=True, eq=False)
class Lever(Param):
    """A lever of a plan: a parameter with its place in the four Ps and Cs and its cost column."""

    low: float = 0
    high: float = 100
    mix: tuple[str, str] = PARTNERS
    cost: str = ""
    needs: str = (
        ""  # mechanism of a firm (`sim.firms.mechanisms`) without which it has neither effect nor cost
    )
    practice: str = ""  # practice whose ban ends the use of the lever
    partner: str = ""  # kind of partner that the lever pays for


def lever(default: float = 0.0, *, meaning: str, unit: str, mix: tuple[str, str], low: float = 0, high: float = 100,
          cost: Cost | str = "", needs: str = "", practice: str = "", partner: str = "") -> Any:  # fmt: skip
    """Declare a lever, with the cost column that it fills; the name alone of a column declared before."""
    if isinstance(cost, Cost):
        COST_COLUMNS[cost.name], cost = cost, cost.name
    return Lever(default=default, low=low, high=high, unit=unit, meaning=meaning, mix=mix, cost=cost, needs=needs,
                 practice=practice, partner=partner)  # fmt: skip


#: Cost columns that levers fill, by name.
COST_COLUMNS: dict[str, Cost] = {}
_SUPPORT = cost_column("stakeholder_cost", "support of partners")


def _support(partner: str, meaning: str) -> Any:
    return lever(unit=A_HEAD, meaning=meaning, mix=PARTNERS, cost=_SUPPORT, partner=partner)


@section("programme")
class Programme:
    """Programme for a tier of customers: the three levels of bond (Berry & Parasuraman 1991)."""

    declared: ClassVar[dict[str, Lever]]

    reward_rate: float = lever(
        high=0.5,
        unit="share of the amount paid",
        mix=POINTS,
        cost=cost_column("points_paid", "points paid out as cash", goes_to="keeping", budgeted=False),
        meaning="points issued (level 1, financial bond)",
    )
    discount: float = lever(
        high=0.9,
        unit="share of the list price less promotion",
        mix=COST,
        cost=cost_column(
            "promotion_cost",
            "list price less price paid: promotions, tier and negotiated discounts",
            goes_to="winning",
        ),
        meaning="price reduction for the tier (level 1)",
    )
    contact_rate: float = lever(
        high=2,
        unit="contacts per week",
        mix=TALK,
        cost=cost_column("contact_cost", "contacts, in person or through a medium", goes_to="keeping"),
        meaning="contacts with each customer of the tier (level 2, social bond), in person except for `online`",
    )
    integration: float = lever(
        high=1,
        unit="effort",
        mix=VALUE,
        cost=cost_column(
            "integration_cost", "joint work and shared systems: set-up and upkeep", goes_to="keeping"
        ),
        meaning="joint work and shared systems (level 3, structural bond)",
    )
    online: float = lever(
        high=1,
        unit="share of contacts",
        mix=TALK,
        cost="contact_cost",
        meaning="contacts through a medium, not in person: cheaper, with less effect on the bond",
    )

    def __iter__(self) -> Iterator[float]:
        """The amounts, in the order of declaration."""
        return iter(vars(self).values())

    def replace(self, **levers: float) -> Programme:
        """A copy with some levers at other amounts."""
        return replace(self, **levers)


@section("plan")
class Levers:
    """The firm-wide levers of a plan."""

    declared: ClassVar[dict[str, Lever]]

    price: float = lever(10.0, high=1e6, unit="money", meaning="list price", mix=COST)
    promise: float = lever(0.8, low=-2, high=5, unit="quality", meaning="quality that is promised", mix=TALK)
    quality: float = lever(
        0.8,
        low=-2,
        high=5,
        unit="quality",
        mix=VALUE,
        cost=cost_column("quality_cost", "extra cost of goods for quality above base"),
        meaning="quality that the firm works toward",
    )
    advertising: float = lever(
        unit=A_HEAD,
        mix=TALK,
        cost=cost_column("advertising_cost", "advertising", goes_to="winning"),
        practice="advertising",
        meaning="advertising",
    )
    place: float = lever(
        unit=A_HEAD,
        mix=EASE,
        cost=cost_column("place_cost", "convenience of buying", goes_to="winning"),
        meaning="convenience of buying",
    )
    staff: float = lever(
        unit=A_CUSTOMER,
        mix=VALUE,
        cost=cost_column("staff_cost", "staff who prevent failures", goes_to="keeping"),
        meaning="staff, which prevents failures",
    )
    feedback: float = lever(
        unit=A_CUSTOMER,
        mix=LISTENING,
        cost=cost_column("feedback_cost", "surveys and early warning", goes_to="keeping"),
        meaning="surveys and early warning",
    )
    recovery: float = lever(
        high=1000,
        unit=A_CASE,
        mix=VALUE,
        cost=cost_column("recovery_cost", "recovery of failures", goes_to="keeping"),
        meaning="recovery of a failure that was found",
    )
    promotion: float = lever(
        high=0.9, unit=OFF, mix=COST, cost="promotion_cost", meaning="price reduction for everyone"
    )
    alliance: float = _support("ally", "development shared with an allied competitor")
    distributor_support: float = _support("distributor", "training, service and incentives for distributors")
    employee_support: float = _support("employees", "training, pay and participation of employees")
    public_relations: float = _support("influencer", "information of media, regulators and the public")
    supplier_support: float = _support("supplier", "joint planning, payment and design with suppliers")
    second_advertising: float = lever(
        unit=A_HEAD,
        mix=TALK,
        cost=cost_column("second_advertising_cost", "advertising of the second product"),
        needs="second",
        practice="advertising",
        meaning="advertising of the second product",
    )
    cross_selling: float = lever(
        unit=A_CUSTOMER,
        mix=TALK,
        cost=cost_column("cross_selling_cost", "offers of the second product to customers of the first"),
        needs="second",
        meaning="offers of the second product to active customers of the first",
    )
    bundle_discount: float = lever(
        high=0.9,
        unit=OFF,
        mix=COST,
        cost=cost_column(
            "second_promotion_cost", "discount on the second product for customers of the first"
        ),
        needs="second",
        meaning="price reduction of the second product for active customers of the first",
    )
    event: float = lever(
        unit=A_HEAD,
        mix=TALK,
        cost=cost_column("event_cost", "events that the firm holds", goes_to="winning"),
        meaning="the firm's own event, which people attend",
    )
    range_review: float = lever(
        unit=A_HEAD,
        mix=VALUE,
        cost=cost_column("range_cost", "trials of new goods in the range"),
        needs="range",
        meaning="trials of new goods, the best of which replace the slowest sellers",
    )
    coordination: float = lever(
        unit=A_CUSTOMER,
        mix=INSIDE,
        cost=cost_column("coordination_cost", "coordination of departments"),
        needs="conflict",
        meaning="coordination of departments in conflict: shared goals, joint teams, job rotation",
    )
    data_upkeep: float = lever(
        unit=A_RECORD,
        mix=LISTENING,
        cost=cost_column("upkeep_cost", "upkeep of customer records"),
        needs="decay",
        meaning="upkeep of records that would otherwise go stale",
    )


#: Every lever of a plan, by name, and of a programme beside it.
LEVERS = tuple(Levers.declared)
ALL_LEVERS: dict[str, Lever] = Levers.declared | Programme.declared
#: Levers whose cost is proportional to their amount.
SPENDING = tuple(
    name for name, p in Levers.declared.items() if p.unit in (A_HEAD, A_CUSTOMER, A_CASE, A_RECORD, OFF)
)
#: Levers of firms with a mechanism, by mechanism.
OF_MECHANISM: dict[str, frozenset[str]] = {
    need: frozenset(name for name, p in Levers.declared.items() if p.needs == need)
    for need in dict.fromkeys(p.needs for p in Levers.declared.values() if p.needs)
}
#: Levers that do something in every firm: they need neither a mechanism nor a partner.
EVERYWHERE = frozenset(name for name, p in Levers.declared.items() if not (p.needs or p.partner))
#: The lever that pays for each kind of partner.
SUPPORT = {p.partner: name for name, p in Levers.declared.items() if p.partner}
SECOND_LEVERS = tuple(name for name, p in Levers.declared.items() if p.needs == "second")
