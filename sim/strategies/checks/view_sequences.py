"""Situations in which every strategy is checked: named sequences of views, constructed without a market."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np

from sim.strategies import CustomerFile, FirmView, MarketingPlan, Prospects, PublicOffer, SecondBook, Survey
from sim.strategies.levers import EVERYWHERE, OF_MECHANISM, SUPPORT
from sim.strategies.view import sealed

STANDING = MarketingPlan()
SETTING = MappingProxyType({"reference_price": 10.0})
TIED = MappingProxyType(dict.fromkeys(SUPPORT, 1))
NOBODY: Mapping[str, int] = MappingProxyType({})
AGEING = MappingProxyType({**SETTING, "record_decay": 0.01})


def rival(name: str = "rival_1", **values: Any) -> PublicOffer:
    """A rival's public offer: price 10 and no programme, unless given."""
    usual = dict(price=10.0, promotion=0.0, promise=0.8, reward_rate=0.0, contact_rate=0.0, integration=0.0)
    return PublicOffer(name, **{**usual, **values})


def customer_file(n: int) -> CustomerFile:
    """Records of n customers, (n,), read-only: heavy and light buyers, half of them lapsed."""
    rank = np.arange(n, dtype=float)
    frequency = np.floor(60.0 / (1.0 + rank % 60))
    columns = dict(
        customer=np.arange(n), recency=rank % 80, frequency=frequency, money=10.0 * frequency,
        since=20.0 + rank % 100, lifetime_value=4.0 * frequency * (1.0 - (rank % 80) / 100.0),
    )  # fmt: skip
    return CustomerFile(**{name: sealed(column) for name, column in columns.items()})


def prospects(n: int) -> Prospects:
    """Data that n people left with a firm, (n,), read-only."""
    rank = np.arange(n, dtype=float)
    columns = dict(customer=np.arange(n), since=rank % 30, potential=2.0 / (1.0 + rank % 20))
    return Prospects(**{name: sealed(column) for name, column in columns.items()})


def view(mechanisms: Iterable[str] = (), **changes: Any) -> FirmView:
    """View of a firm in an ordinary week, with 10,000 people and three equal rivals; ``changes`` replace fields.

    ``mechanisms`` are those of the firm: their levers act, as do those of the partners that the view shows.
    """
    usual: dict[str, Any] = dict(
        name="focal", period=60, weeks_per_period=1.0, standing_plan=STANDING, last_plan=STANDING,
        budget=1000.0, heads=10_000, unit_cost=6.0, quality=0.8, units=1250.0, revenue=12_500.0,
        profit=4600.0, spend=400.0, contacts=0.0, complaints=20.0, failures_found=22.0,
        customers_on_file=8000, active_customers=5000, new_customers=40, lost_customers=35,
        survey=Survey(100, 0.4, 0.1), rivals=tuple(rival(f"rival_{k}") for k in (1, 2, 3)),
        customer_file=customer_file(400), setting=SETTING,
    )  # fmt: skip
    partners: Mapping[str, int] = changes.get("stakeholders", NOBODY)
    available = EVERYWHERE.union(
        *(OF_MECHANISM[name] for name in mechanisms), (SUPPORT[kind] for kind in partners)
    )
    return FirmView(**{**usual, "available": available, **changes})


def nothing_sold() -> dict[str, Any]:
    """Accounts of a firm without a past."""
    return dict(
        units=0.0, revenue=0.0, profit=0.0, spend=0.0, complaints=0.0, failures_found=0.0,
        customers_on_file=0, active_customers=0, new_customers=0,
        lost_customers=0, survey=Survey(), customer_file=customer_file(0),
    )  # fmt: skip


def situations() -> dict[str, FirmView]:
    """Single views, by name: quiet and extreme; one more for the levers that act in none of these, if there are any."""
    views = _situations()
    acting = frozenset[str]().union(*(seen.available for seen in views.values()))
    more = [name for name, levers in OF_MECHANISM.items() if not levers <= acting]
    return views | ({"further levers": view(more)} if more else {})


def _situations() -> dict[str, FirmView]:
    programmes = tuple(
        rival(
            f"rival_{k}",
            promise=0.8 + 0.2 * k,
            reward_rate=0.01 * k,
            contact_rate=0.04 * k,
            integration=0.1 * k,
        )
        for k in (1, 2, 3)
    )
    many = tuple(rival(f"rival_{k}", price=8.0 + 0.1 * k, promotion=0.01 * (k % 4)) for k in range(32))
    costly = STANDING.replace(price=14.0, quality=1.4, promise=1.2)
    return {
        "ordinary": view(),
        "first period": view(period=0, **nothing_sold()),
        "empty market": view(heads=0, budget=0.0, rivals=(), **nothing_sold()),
        "alone": view(rivals=()),
        "price war": view(
            rivals=tuple(rival(f"rival_{k}", price=p) for k, p in ((1, 7.0), (2, 6.2), (3, 5.0)))
        ),
        "rivals promote": view(rivals=(rival(promotion=0.3), rival("rival_2", promotion=0.2))),
        "rich budget": view(budget=50_000.0),
        "no budget": view(budget=0.0),
        "overrun": view(budget=-300.0),
        "free budget": view(budget=float("inf")),
        "nobody asked": view(survey=Survey()),
        "unhappy": view(survey=Survey(200, -0.4, 0.9), lost_customers=400, new_customers=20),
        "losing money": view(
            profit=-2500.0, units=500.0, revenue=5000.0, last_plan=STANDING.replace(promotion=0.3)
        ),
        "many complaints": view(complaints=400.0, failures_found=500.0),
        "big file": view(customer_file=customer_file(5000), customers_on_file=5000, active_customers=2500),
        "programmes": view(rivals=programmes),
        "a quarter": view(
            weeks_per_period=13.0, period=5, budget=13_000.0, units=16_000.0, revenue=160_000.0
        ),
        "32 rivals": view(rivals=many),
        "dear and good": view(standing_plan=costly, last_plan=costly, quality=1.4, unit_cost=9.0),
        "thin margin": view(unit_cost=9.6, profit=200.0),
        "sold at cost": view(unit_cost=10.0, profit=-100.0),
        "free of charge": view(
            standing_plan=STANDING.replace(price=0.0), last_plan=STANDING.replace(price=0.0), unit_cost=0.0
        ),
        "a range of goods": view(["range"], range_sales=(0.3, 0.2, 0.15, 0.12, 0.1, 0.07, 0.04, 0.02)),
        "data of strangers": view(period=3, attended=900.0, prospects_on_file=300, prospects=prospects(300)),
        "five other markets": view(stakeholders=TIED),
        "a second product": view(["second"], second=SecondBook(5.0, 3.0, "all", 300.0, 1500.0, 1200.0)),
        "a second product sold at cost": view(["second"], second=SecondBook(5.0, 5.0)),
        "at odds, with a stale file": view(
            ["conflict", "decay"], alignment=0.6, current_records=0.7, setting=AGEING
        ),
        "tied and failing": view(
            stakeholders=TIED, complaints=300.0, failures_found=350.0, lost_customers=300
        ),
        "tied beside cheap rivals": view(
            stakeholders=TIED, rivals=(rival(price=8.5, promise=1.2), rival("rival_2", price=9.0))
        ),
    }


def _long(step: int) -> dict[str, Any]:
    """A week of the long sequence: swings, a rival's programme, a price war, a slump, bad weeks."""
    slump = 0.6 if 70 <= step < 90 else 1.0
    mood = 0.4 * slump - (0.5 if step % 50 > 44 else 0.0)
    programme: dict[str, Any] = (
        dict(reward_rate=0.03, contact_rate=0.08, integration=0.2) if step >= 15 else {}
    )
    first = rival(price=8.0 if 100 <= step < 120 else 10.0, **programme)
    return dict(
        rivals=(first, rival("rival_2")), survey=Survey(100, mood, 0.1), new_customers=40 + step % 13,
        lost_customers=35 + step % 7, **_sales(1250.0 * slump * (1.0 + (step * 37 % 17 - 8) / 100.0), step),
    )  # fmt: skip


def _growing(step: int) -> dict[str, Any]:
    """A young firm beside a cheap rival: customers come, then fewer are won, and more are lost than won."""
    n = min(5000, 250 * step)
    return dict(rivals=(rival(price=9.5), rival("rival_2")),
        active_customers=n, customers_on_file=n, customer_file=customer_file(n // 10), survey=Survey(),
        new_customers=max(0, 250 - 5 * step), lost_customers=2 * step, **_sales(0.25 * n, step),
    )  # fmt: skip


def _war(step: int) -> dict[str, Any]:
    """A rival cuts its price week by week, then gives points too."""
    first = rival(price=max(6.5, 10.0 - 0.1 * step), reward_rate=0.05 if step > 30 else 0.0)
    return dict(rivals=(first, rival("rival_2", price=9.8)), **_sales(1250.0 - 12.0 * step, step))


def _failing(step: int) -> dict[str, Any]:
    """Service and satisfaction fall while a rival keeps in touch with customers; then both recover."""
    bad = min(step, 60 - step) / 30.0
    sales = {
        **_sales(1250.0 - 400.0 * bad, step),
        "complaints": 15.0 + 90.0 * bad,
        "failures_found": 20.0 + 99.0 * bad,
    }
    others = (rival(contact_rate=0.05, promotion=0.05), rival("rival_2"))
    survey = Survey(150, 0.4 - 0.8 * bad, 0.6)
    return dict(rivals=others, survey=survey, lost_customers=int(35 + 150 * bad), **sales)


def _tied(step: int) -> dict[str, Any]:
    """Partners lower the unit cost and raise quality; a rival gets cheaper and in the end promises more."""
    late = max(0, step - 30) / 30.0
    others = (rival(price=10.0 - 0.02 * step, promise=0.8 + late), rival("rival_2", price=9.9))
    better = dict(unit_cost=6.0 - 0.01 * step, quality=0.8 + 0.005 * step)
    return dict(rivals=others, stakeholders=TIED, **better, **_sales(1250.0 + 2.0 * step, step))


def _second(step: int) -> dict[str, Any]:
    """A second product is on sale from week 5 and finds buyers in the first half year; a rival then gives points."""
    owners = min(4000.0, 160.0 * max(0, step - 5))
    book = SecondBook(5.0, 3.0, "own", 0.1 * owners, 0.5 * owners, owners) if step >= 5 else None
    others = (rival(reward_rate=0.02 if step > 25 else 0.0), rival("rival_2", price=9.9))
    on_sale = ["second"] if book else []
    return dict(mechanisms=on_sale, rivals=others, second=book, **_sales(1250.0 + step, step))


def _range(step: int) -> dict[str, Any]:
    """A range of goods: a few sell less and less, then all sell equally; a rival gets cheaper."""
    apart = min(step, 50) / 50.0 if step < 55 else 0.0
    pulls = 1.0 + apart * np.linspace(-0.9, 0.9, 10)
    others = (rival(price=10.0 - 0.01 * step), rival("rival_2"))
    shares = tuple((pulls / pulls.sum()).tolist())
    return dict(mechanisms=["range"], rivals=others, range_sales=shares, **_sales(1250.0 + 3.0 * step, step))


def _at_odds(step: int) -> dict[str, Any]:
    """Departments in conflict become aligned while the file goes stale, beside a rival who promotes late."""
    others = (rival(promotion=0.1 if step > 40 else 0.0), rival("rival_2", price=9.9))
    inside = dict(alignment=0.5 + 0.008 * step, current_records=1.0 - 0.01 * step, setting=AGEING)
    return dict(mechanisms=["conflict", "decay"], rivals=others, **inside, **_sales(1250.0 - step, step))


def _sales(units: float, step: int) -> dict[str, Any]:
    voiced = dict(complaints=0.012 * units + step % 9, failures_found=0.015 * units + step % 11)
    return dict(period=step, units=units, revenue=10.0 * units, profit=4.0 * units - 400.0, **voiced)


def view_sequences() -> dict[str, tuple[FirmView, ...]]:
    """Each situation for three periods, and eight long sequences; a sequence is played by one fresh strategy."""
    by_name = {}
    for name, first in situations().items():
        by_name[name] = tuple(replace(first, period=first.period + k) for k in range(3))
    for name, week, weeks in (
        ("long", _long, 200),
        ("growing", _growing, 60),
        ("war", _war, 60),
        ("failing", _failing, 60),
        ("tied", _tied, 60),
        ("second", _second, 60),
        ("range", _range, 60),
        ("at odds", _at_odds, 60),
    ):
        by_name[name] = tuple(view(**week(step)) for step in range(weeks))
    return by_name


def _after(seen: FirmView, last: MarketingPlan) -> FirmView:
    """``replace(seen, last_plan=last)``, in a faster form, since it would take most of the time."""
    now = object.__new__(FirmView)
    now.__dict__.update(seen.__dict__, last_plan=last)
    return now


def played(strategy: Any, sequence: tuple[FirmView, ...]) -> Iterator[tuple[FirmView, MarketingPlan]]:
    """The plans of a strategy over a sequence; each view shows the plan before as ``last_plan``."""
    last = None
    for seen in sequence:
        now = seen if last is None else _after(seen, last)
        last = strategy.plan(now)
        yield now, last
