"""What the levers of a plan and of a tier's programme are: each declared once."""

from __future__ import annotations

from typing import Any, NamedTuple

from sim.declare import param, parameters

#: What a lever is of the four Ps (McCarthy 1960) and of the four Cs (Lauterborn 1990, New marketing litany, Advertising
#: Age 61(41); both recalled). What goes to partners is in neither.
VALUE, COST = ("product", "customer value"), ("price", "cost to the customer")
POINTS, EASE = ("promotion", "cost to the customer"), ("place", "convenience")
TALK, LISTENING, PARTNERS = ("promotion", "communication"), ("none of the four", "communication"), ("partners", "partners")  # fmt: skip


@parameters
class Programme(NamedTuple):
    """What a tier of customers gets: the three levels of bond (Berry & Parasuraman 1991)."""

    reward_rate: float = param(
        0.0,
        low=0,
        high=0.5,
        unit="share of what is paid",
        meaning="points issued (level 1, financial bond)",
        mix=POINTS,
    )
    discount: float = param(
        0.0,
        low=0,
        high=0.9,
        unit="share of the list price",
        meaning="price off for the tier (level 1)",
        mix=COST,
    )
    contact_rate: float = param(
        0.0,
        low=0,
        high=2,
        unit="contacts a week",
        meaning="personal contacts (level 2, social bond)",
        mix=TALK,
    )
    integration: float = param(
        0.0,
        low=0,
        high=1,
        unit="effort",
        meaning="ties of systems and work (level 3, structural bond)",
        mix=VALUE,
    )


def _support(meaning: str) -> Any:
    return param(0.0, low=0, high=100, unit="money a head and week", meaning=meaning, mix=PARTNERS)


@parameters
class Levers(NamedTuple):
    """The firm-wide levers of a plan, for which bounds and units are declared."""

    price: float = param(10.0, low=0, high=1e6, unit="money", meaning="list price", mix=COST)
    promotion: float = param(
        0.0, low=0, high=0.9, unit="share of the list price", meaning="price off for everybody", mix=COST
    )
    advertising: float = param(
        0.0, low=0, high=100, unit="money a head and week", meaning="advertising", mix=TALK
    )
    promise: float = param(0.8, low=-2, high=5, unit="quality", meaning="what is promised", mix=TALK)
    quality: float = param(
        0.8, low=-2, high=5, unit="quality", meaning="quality the firm works toward", mix=VALUE
    )
    staff: float = param(
        0.0, low=0, high=100, unit="money a customer and week", meaning="staff, against failures", mix=VALUE
    )
    place: float = param(0.0, low=0, high=100, unit="money a head and week", meaning="convenience", mix=EASE)
    feedback: float = param(
        0.0,
        low=0,
        high=100,
        unit="money a customer and week",
        meaning="surveys and early warning",
        mix=LISTENING,
    )
    recovery: float = param(
        0.0, low=0, high=1000, unit="money a case", meaning="making good a failure that was found", mix=VALUE
    )
    supplier_support: float = _support("planning, paying and designing together with suppliers")
    employee_support: float = _support("training, pay and say of employees")
    distributor_support: float = _support("training, service and incentives for distributors")
    alliance: float = _support("development shared with an allied competitor")
    public_relations: float = _support("information of media, regulators and the public")
    second_advertising: float = param(
        0.0,
        low=0,
        high=100,
        unit="money a head and week",
        meaning="advertising of the second product",
        mix=TALK,
    )
    cross_selling: float = param(
        0.0, low=0, high=100, unit="money a customer and week",
        meaning="offering the second product to active customers of the first", mix=TALK,
    )  # fmt: skip
    bundle_discount: float = param(
        0.0, low=0, high=0.9, unit="share of the list price",
        meaning="off the second product for active customers of the first", mix=COST,
    )  # fmt: skip
    event: float = param(
        0.0, low=0, high=100, unit="money a head and week",
        meaning="an event of the firm's own that people come to", mix=TALK,
    )  # fmt: skip


#: Levers that cost and do nothing without a second product.
SECOND_LEVERS = ("second_advertising", "cross_selling", "bundle_discount")
LEVERS = Levers._fields
