"""What a firm decides (`MarketingPlan`), what it may know (`FirmView`), and who decides (`Strategy`).

A strategy sees copies only: nothing in a view leads back to the market.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from inspect import get_annotations
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple, TypeVar

import numpy as np

from sim.declare import Parameter, param, parameters
from sim.problem import Problem

MAX_TIERS = 4
MOST = 1_000_000  # accounts, managers, accounts a manager

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


TIER_RULES = ("everyone", "recency", "rfm", "lifetime_value", "key_accounts", "prospects")


@dataclass(frozen=True)
class Tier:
    """A rule on what the firm has on file, and the programme of those who fit.

    ``share`` is the top share of the active customers by the rule's score ("rfm": recency,
    frequency and money summed by rank; "lifetime_value": the firm's own estimate; "recency":
    the most recent). "key_accounts" takes the ``accounts`` largest by money, no more than
    ``managers * case_load``: a relationship manager serves only so many. "prospects" takes the top ``share``, by
    the need read off their data, of those who left data at an event and have bought nothing yet.
    """

    programme: Programme
    rule: str = "everyone"
    share: float = 1.0
    accounts: int = 0
    managers: int = 0
    case_load: int = 0

    def scaled(self, share: float) -> Tier:
        """The tier with its programme at a share of it."""
        return replace(self, programme=Programme(*(share * value for value in self.programme)))

    def plain(self) -> Tier:
        """The tier anew in Python's own numbers and text."""
        programme = self.programme
        if type(programme) is Programme:
            programme = Programme(*(_plain(value, float) for value in programme))
        rule = str(self.rule) if isinstance(self.rule, str) else self.rule
        whole = (_plain(number, int) for number in (self.accounts, self.managers, self.case_load))
        return Tier(programme, rule, _plain(self.share, float), *whole)


def _plain(value: Any, kind: type) -> Any:
    """A number as Python's own, whatever class it comes in, so that no class compares for itself."""
    numbers = (int, np.integer) if kind is int else (int, float, np.integer, np.floating)
    if isinstance(value, bool) or not isinstance(value, numbers):
        return value
    try:
        return kind(value)
    except OverflowError:  # a whole number beyond any float
        return math.inf


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


@dataclass(frozen=True)
class MarketingPlan:
    """One firm's decisions for one period; fields as in `Levers`, a programme per tier.

    A customer on file belongs to the first tier whose rule fits, to none if none does.
    """

    price: float = 10.0
    promotion: float = 0.0
    advertising: float = 0.0
    promise: float = 0.8
    quality: float = 0.8
    staff: float = 0.0
    place: float = 0.0
    feedback: float = 0.0
    recovery: float = 0.0
    supplier_support: float = 0.0
    employee_support: float = 0.0
    distributor_support: float = 0.0
    alliance: float = 0.0
    public_relations: float = 0.0
    second_advertising: float = 0.0
    cross_selling: float = 0.0
    bundle_discount: float = 0.0
    event: float = 0.0
    tiers: tuple[Tier, ...] = ()

    def but(self, **changes: Any) -> MarketingPlan:
        """The same plan with some fields changed."""
        return replace(self, **changes)

    def plain(self) -> MarketingPlan:
        """The plan anew in Python's own numbers; what is no number, tier or programme stays for `problems`."""
        levers = {name: _plain(getattr(self, name), float) for name in LEVERS}
        tiers = self.tiers
        if type(tiers) is tuple:
            tiers = tuple(tier.plain() if type(tier) is Tier else tier for tier in tiers)
        return MarketingPlan(**levers, tiers=tiers)

    @property
    def managers(self) -> int:
        """Relationship managers; tiers of key accounts share them."""
        return max((tier.managers for tier in self.tiers if tier.rule == "key_accounts"), default=0)

    def problems(self) -> list[str]:
        """What is wrong with the plan: values that are not numbers or out of range."""
        found = [_out_of_range(name, getattr(self, name), p) for name, p in Levers.declared.items()]  # type: ignore[attr-defined]
        if type(self.tiers) is not tuple:
            return [line for line in [*found, "tiers: a tuple of Tier is needed"] if line]
        if len(self.tiers) > MAX_TIERS:
            found.append(f"tiers: {len(self.tiers)}, at most {MAX_TIERS} are allowed")
        for number, tier in enumerate(self.tiers):
            if type(tier) is not Tier or type(tier.programme) is not Programme:
                found.append(f"tiers[{number}]: a Tier with a Programme is needed")
                continue
            if type(tier.rule) is not str or tier.rule not in TIER_RULES:
                found.append(f"tiers[{number}].rule '{tier.rule}': one of {', '.join(TIER_RULES)}")
            found.append(_out_of_range(f"tiers[{number}].share", tier.share, _SHARE))
            whole = (tier.accounts, tier.managers, tier.case_load)
            if any(isinstance(n, bool) or not isinstance(n, int) or not 0 <= n <= MOST for n in whole):
                found.append(
                    f"tiers[{number}]: accounts, managers and case_load are whole numbers from 0 to {MOST}"
                )
            for name, p in Programme.declared.items():  # type: ignore[attr-defined]
                found.append(_out_of_range(f"tiers[{number}].{name}", getattr(tier.programme, name), p))
        return [line for line in found if line]


_SHARE = Parameter("share", 1.0, float, 0, 1, "share of customers", "in the tier", "")


def _out_of_range(name: str, value: Any, p: Parameter) -> str:
    if isinstance(value, bool) or not isinstance(value, (int, float, np.number)) or not np.isfinite(value):
        return f"{name} {value!r}: a number is needed"
    if (p.low is not None and value < p.low) or (p.high is not None and value > p.high):
        return f"{name} {value}: from {p.low} to {p.high} ({p.unit})"
    return ""


@dataclass(frozen=True)
class PublicOffer:
    """What anybody can see of a firm: its posted price and the programmes it advertises."""

    name: str
    price: float
    promotion: float
    promise: float
    reward_rate: float
    contact_rate: float
    integration: float


@dataclass(frozen=True)
class Survey:
    """What a survey of own customers says, with sampling noise; NaN when nobody was asked."""

    asked: int = 0
    satisfaction: float = float("nan")
    desire: float = float("nan")


@dataclass(frozen=True)
class CustomerFile:
    """The firm's own records of everyone who ever bought from it: one entry a customer, (n_on_file,).

    ``recency`` in periods since the last purchase, ``frequency`` purchases so far, ``money`` paid so far,
    ``since`` periods since the first purchase, ``lifetime_value`` the firm's own estimate in money.
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
    """A firm's second product as its own books show it: price and cost of a unit, the last period's sales.

    ``owners`` are customers who ever bought it.
    """

    price: float
    unit_cost: float
    works_with: str = "own"
    units: float = 0.0
    revenue: float = 0.0
    owners: float = 0.0


@dataclass(frozen=True)
class Prospects:
    """Who left data with the firm at an event and has bought nothing yet: one entry a person, (n_prospects,).

    ``since`` periods since then, ``potential`` occasions a week as read off the data, with error.
    """

    customer: np.ndarray
    since: np.ndarray
    potential: np.ndarray

    def __len__(self) -> int:
        return len(self.customer)


@dataclass(frozen=True)
class FirmView:
    """All that a firm may know when it plans: copies, with no way to the market.

    ``standing_plan`` is the offer as configured, without marketing. Numbers of the last period are
    the firm's own books; ``rivals`` are public offers of the last period; ``stakeholders``
    says how many of each kind are tied to it; ``second`` is its second product, None without one that is on sale. ``budget`` is the amount
    this period's plan may spend, after what was overrun before.
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
    prospects_on_file: int = 0
    survey: Survey = Survey()
    rivals: tuple[PublicOffer, ...] = ()
    stakeholders: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    second: SecondBook | None = None
    customer_file: CustomerFile | None = None
    prospects: Prospects | None = None
    setting: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def weeks(self) -> float:
        """Weeks since the start."""
        return self.period * self.weeks_per_period


class Strategy:
    """One decision: from a view to a plan. Subclass it, declare parameters as class fields, write `plan`.

    A strategy may remember: whatever it keeps on ``self`` is its own firm's and lasts one run.
    Set ``reads_customer_file`` to be given the customer file in the view.
    """

    name: ClassVar[str] = ""
    source: ClassVar[str] = ""
    #: what kind of strategy it is: "transactional" or "relationship", and further words.
    traits: ClassVar[tuple[str, ...]] = ()
    reads_customer_file: ClassVar[bool] = False
    declared: ClassVar[Mapping[str, Parameter]] = MappingProxyType({})

    def __init__(self, **values: Any) -> None:
        for key in values:
            if key not in self.declared:
                raise Problem.unknown(f"strategy.{key}", key, self.declared)
        for key, p in self.declared.items():
            setattr(self, key, checked(f"strategy.{key}", values.get(key, p.default), p))

    def plan(self, view: FirmView) -> MarketingPlan:
        """The plan for the coming period."""
        raise NotImplementedError

    def reads_file(self, weeks: float) -> bool:
        """Whether it wants the customer file so many weeks after the start."""
        return self.reads_customer_file

    def parameters(self) -> dict[str, Any]:
        """The declared parameters as they are set."""
        return {key: getattr(self, key) for key in self.declared}


def checked(key: str, value: Any, p: Parameter) -> Any:
    """A declared value of the right type and in range; raises `Problem`."""
    if p.optional and value is None:
        return None
    if p.type is bool:
        good = isinstance(value, (bool, np.bool_))
    elif p.type is int:
        good = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    elif p.type is float:
        good = isinstance(value, (int, float, np.number)) and not isinstance(value, bool) and value == value
    elif p.type is str:
        good = isinstance(value, str)
    else:
        good = True
    if not good:
        raise Problem(key, value, allowed(p))
    if p.choices is not None and value not in p.choices:
        raise Problem.unknown(key, value, p.choices)
    if (p.low is not None and value < p.low) or (p.high is not None and value > p.high):
        raise Problem(key, value, allowed(p))
    return p.type(value) if p.type in (int, float, bool, str) else value


def allowed(p: Parameter) -> str:
    """What a declared parameter may be, in words."""
    if p.choices is not None:
        return "one of " + ", ".join(p.choices)
    kind = {float: "a number", int: "a whole number", bool: "true or false", str: "a text"}.get(
        p.type, "a value"
    )
    low, high = p.low, p.high
    if low is not None and high is not None:
        kind += f" from {low} to {high}"
    elif low is not None:
        kind += f" from {low} up"
    elif high is not None:
        kind += f" up to {high}"
    return kind + (f" ({p.unit})" if p.unit else "")


#: Every strategy, by name.
STRATEGIES: dict[str, type[Strategy]] = {}

Decided = TypeVar("Decided", bound=type[Strategy])


def strategy(
    name: str, *, source: str, traits: tuple[str, ...] = (), reads_customer_file: bool = False
) -> Callable[[Decided], Decided]:
    """Register a strategy under a name with its credit; its annotated class fields are its parameters."""

    def register(cls: Decided) -> Decided:
        if not re.fullmatch(r"[\w-]{1,64}", name):
            raise Problem("strategy", name, "a name of letters, digits, _ and - (64 at most)")
        if name in STRATEGIES and STRATEGIES[name].__qualname__ != cls.__qualname__:
            raise Problem("strategy", name, "a name that no other strategy has")
        cls.name, cls.source, cls.traits = name, source, tuple(traits)
        cls.reads_customer_file = reads_customer_file or cls.reads_customer_file
        cls.declared = MappingProxyType(dict(_declared_fields(cls)))
        STRATEGIES[name] = cls
        return cls

    return register


_KINDS = {"float": float, "int": int, "bool": bool, "str": str, "object": object}


def _declared_fields(cls: type) -> Iterator[tuple[str, Parameter]]:
    for base in reversed(cls.__mro__):
        for key, hint in get_annotations(base).items():
            if "ClassVar" in str(hint) or base is Strategy:
                continue
            made: Any = getattr(cls, key, None)
            kind = _KINDS.get(hint if isinstance(hint, str) else getattr(hint, "__name__", ""), type(made))
            if hasattr(made, "meaning"):
                p = Parameter(
                    key, made.default, kind, made.low, made.high, made.unit,
                    made.meaning, made.source, made.choices, made.optional, made.mix,
                )  # fmt: skip
            else:
                p = Parameter(key, made, kind, None, None, "", key.replace("_", " "), "assumed")
            yield key, p


def make_strategy(name: str, values: Mapping[str, Any] | None = None) -> Strategy:
    """A strategy by name with some parameters set; raises `Problem` with the nearest match."""
    import sim.strategies  # noqa: F401  (the folder is the registry)

    if name not in STRATEGIES:
        wrong = Problem.unknown("strategy", name, STRATEGIES)
        raise Problem(wrong.key, name, f"{wrong.allowed}; or your own, with --plugin FILE", wrong.nearest)
    return STRATEGIES[name](**dict(values or {}))


#: Levers that cost and do nothing without a second product.
SECOND_LEVERS = ("second_advertising", "cross_selling", "bundle_discount")
LEVERS = tuple(f.name for f in fields(MarketingPlan) if f.name != "tiers")
