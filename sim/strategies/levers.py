"""What the levers of a plan and of a tier's programme are: each declared once, with what it costs.

A lever in money a head, a customer or a case, or in a share of the list price, is charged by its unit into its cost
column (`sim.firms.metrics`), scaled with the budget, and a parameter of `fixed_plan`: all that follows from its declaration.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from sim.core.metric import Cost, cost_column
from sim.core.parameters import Param, section

#: What a lever is of the four Ps (McCarthy 1960) and of the four Cs (Lauterborn 1990, New marketing litany, Advertising
#: Age 61(41); both recalled). What goes to partners is in neither.
INSIDE = ("none of the four", "customer value")
VALUE, COST = ("product", "customer value"), ("price", "cost to the customer")
POINTS, EASE = ("promotion", "cost to the customer"), ("place", "convenience")
TALK, LISTENING, PARTNERS = ("promotion", "communication"), ("none of the four", "communication"), ("partners", "partners")  # fmt: skip
PS = ("product", "price", "place", "promotion")
CS = ("customer value", "cost to the customer", "convenience", "communication")

#: Units in which a lever's amount is what it costs.
A_HEAD, A_CUSTOMER, A_CASE = "money a head and week", "money a customer and week", "money a case"
A_RECORD = "money a customer on file and week"
OFF = "share of the list price"


@dataclass(frozen=True, kw_only=True)
class Lever(Param):
    """A lever of a plan: a parameter, which of the four Ps and Cs it is, and the cost column it fills."""

    low: float = 0
    high: float = 100
    mix: tuple[str, str] = PARTNERS
    cost: str = ""
    #: What a firm must have for it to do anything, else it costs nothing either: a "second" product, a "range"
    #: of goods, a "conflict" of departments, the "decay" of records.
    needs: str = ""
    practice: str = ""  # the practice whose ban ends it
    partner: str = ""  # the kind of partner it pays for


def lever(default: float = 0.0, *, meaning: str, unit: str, mix: tuple[str, str], low: float = 0, high: float = 100,
          cost: Cost | str = "", needs: str = "", practice: str = "", partner: str = "") -> Any:  # fmt: skip
    """Declare a lever, with the cost column that it fills; the name alone of a column declared before."""
    if isinstance(cost, Cost):
        COST_COLUMNS[cost.name], cost = cost, cost.name
    return Lever(default=default, low=low, high=high, unit=unit, meaning=meaning, mix=mix, cost=cost, needs=needs,
                 practice=practice, partner=partner)  # fmt: skip


#: Cost columns that levers fill, by name.
COST_COLUMNS: dict[str, Cost] = {}
_SUPPORT = cost_column("stakeholder_cost", "support of stakeholders")


def _support(partner: str, meaning: str) -> Any:
    return lever(unit=A_HEAD, meaning=meaning, mix=PARTNERS, cost=_SUPPORT, partner=partner)


@section("programme")
class Programme:
    """What a tier of customers gets: the three levels of bond (Berry & Parasuraman 1991)."""

    declared: ClassVar[dict[str, Lever]]

    reward_rate: float = lever(
        high=0.5, unit="share of what is paid", mix=POINTS, cost=cost_column("points_paid", "points paid out as cash", "keeping", budgeted=False),
        meaning="points issued (level 1, financial bond)",
    )  # fmt: skip
    discount: float = lever(
        high=0.9,
        unit=OFF,
        mix=COST,
        cost=cost_column(
            "promotion_cost",
            "list price less price paid: promotions, tier and negotiated discounts",
            "winning",
        ),
        meaning="price off for the tier (level 1)",
    )
    contact_rate: float = lever(
        high=2, unit="contacts a week", mix=TALK, cost=cost_column("contact_cost", "contacts, in person or through a medium", "keeping"),
        meaning="contacts (level 2, social bond), in person but for `online`",
    )  # fmt: skip
    integration: float = lever(
        high=1, unit="effort", mix=VALUE, cost=cost_column("integration_cost", "set-up and upkeep of integration", "keeping"),
        meaning="ties of systems and work (level 3, structural bond)",
    )  # fmt: skip
    online: float = lever(
        high=1, unit="share of contacts", mix=TALK, cost="contact_cost",
        meaning="made through a medium, not in person: cheaper, and less of a bond",
    )  # fmt: skip

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
    promise: float = lever(0.8, low=-2, high=5, unit="quality", meaning="what is promised", mix=TALK)
    quality: float = lever(
        0.8, low=-2, high=5, unit="quality", mix=VALUE, cost=cost_column("quality_cost", "extra cost of goods for quality above base"),
        meaning="quality the firm works toward",
    )  # fmt: skip
    advertising: float = lever(
        unit=A_HEAD,
        mix=TALK,
        cost=cost_column("advertising_cost", "advertising", "winning"),
        practice="advertising",
        meaning="advertising",
    )
    place: float = lever(
        unit=A_HEAD, mix=EASE, cost=cost_column("place_cost", "convenience", "winning"), meaning="convenience"
    )
    staff: float = lever(
        unit=A_CUSTOMER,
        mix=VALUE,
        cost=cost_column("staff_cost", "staff against failures", "keeping"),
        meaning="staff, against failures",
    )
    feedback: float = lever(
        unit=A_CUSTOMER,
        mix=LISTENING,
        cost=cost_column("feedback_cost", "surveys and early warning", "keeping"),
        meaning="surveys and early warning",
    )
    recovery: float = lever(
        high=1000,
        unit=A_CASE,
        mix=VALUE,
        cost=cost_column("recovery_cost", "making good of failures", "keeping"),
        meaning="making good a failure that was found",
    )
    promotion: float = lever(
        high=0.9, unit=OFF, mix=COST, cost="promotion_cost", meaning="price off for everybody"
    )
    alliance: float = _support("ally", "development shared with an allied competitor")
    distributor_support: float = _support("distributor", "training, service and incentives for distributors")
    employee_support: float = _support("employees", "training, pay and say of employees")
    public_relations: float = _support("influencer", "information of media, regulators and the public")
    supplier_support: float = _support("supplier", "planning, paying and designing together with suppliers")
    second_advertising: float = lever(
        unit=A_HEAD, mix=TALK, cost=cost_column("second_advertising_cost", "advertising of the second product"), needs="second", practice="advertising",
        meaning="advertising of the second product",
    )  # fmt: skip
    cross_selling: float = lever(
        unit=A_CUSTOMER, mix=TALK, cost=cost_column("cross_selling_cost", "offering the second product to own customers"), needs="second",
        meaning="offering the second product to active customers of the first",
    )  # fmt: skip
    bundle_discount: float = lever(
        high=0.9, unit=OFF, mix=COST, cost=cost_column("second_promotion_cost", "discount on the second product for customers of the first"), needs="second",
        meaning="off the second product for active customers of the first",
    )  # fmt: skip
    event: float = lever(
        unit=A_HEAD,
        mix=TALK,
        cost=cost_column("event_cost", "events that people come to", "winning"),
        meaning="an event of the firm's own that people come to",
    )
    range_review: float = lever(
        unit=A_HEAD, mix=VALUE, cost=cost_column("range_cost", "goods tried in the shop"), needs="range",
        meaning="goods tried in the shop, for which slow sellers are dropped",
    )  # fmt: skip
    coordination: float = lever(
        unit=A_CUSTOMER, mix=INSIDE, cost=cost_column("coordination_cost", "bringing departments together"), needs="conflict",
        meaning="bringing departments that are at odds together: shared goals, joint teams, job rotation",
    )  # fmt: skip
    data_upkeep: float = lever(
        unit=A_RECORD, mix=LISTENING, cost=cost_column("upkeep_cost", "keeping up the data on customers"), needs="decay",
        meaning="keeping up records that would go stale",
    )  # fmt: skip


#: Every lever of a plan, by name, and of a programme beside it.
LEVERS = tuple(Levers.declared)
ALL_LEVERS: dict[str, Lever] = Levers.declared | Programme.declared
#: Levers that cost in proportion to their amount, and those that do nothing without a second product.
SPENDING = tuple(
    name for name, p in Levers.declared.items() if p.unit in (A_HEAD, A_CUSTOMER, A_CASE, A_RECORD, OFF)
)
#: Levers that do something in every firm: they need neither a mechanism nor a partner.
EVERYWHERE = frozenset(name for name, p in Levers.declared.items() if not (p.needs or p.partner))
#: The lever that pays for each kind of partner.
SUPPORT = {p.partner: name for name, p in Levers.declared.items() if p.partner}
SECOND_LEVERS = tuple(name for name, p in Levers.declared.items() if p.needs == "second")
