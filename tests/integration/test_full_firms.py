"""A full firm sells its capacity in the mean, and loses customers to service."""

import numpy as np
import pytest

from sim.core.errors import InputError
from sim.report import run_and_report
from support.markets import lived, scenario, toward_firms

FULL = {"when_full": "turned_away"}


def crowded(capacity, **firm):
    """One firm, without an outside, whom 1,000 customers ask 1,000 times a week in the mean."""
    return lived(
        scenario(
            {"market": {"budget": "free", "outside": None}},
            {"population": {"segments": {"everyone": {"need_rate": 1.0}}}},
            {"firms": {"focal": {"capacity": capacity, **firm}}}, customers=1000, firms=1, periods=60,
        )
    )  # fmt: skip


def test_a_full_firm_sells_its_capacity_and_fails_no_more_often():
    """Asked 1,000 times a week (Poisson), 600 are served: the mean of 50 weeks within 4 standard errors.

    Without turning away 1,000 are served, and a failure is 1,000/600 times as frequent.
    """
    seen = crowded(600.0, **FULL).books.outcomes()[10:]
    # what is served varies, and so does what the week before was asked for, by which is divided
    error = np.sqrt(600 * (1 + 600 / 1000) / len(seen))
    assert seen.units.mean() == pytest.approx(600, abs=4 * error)
    asked = seen.units + seen.turned_away
    assert asked.mean() == pytest.approx(1000, abs=4 * np.sqrt(1000 / len(seen)))
    served = crowded(600.0).books.outcomes()[10:]
    assert served.units.mean() == pytest.approx(1000, abs=4 * np.sqrt(1000 / len(served)))
    assert "turned_away" not in served
    rates = [market.failures.sum() / market.units.sum() for market in (served, seen)]
    assert rates[0] / rates[1] == pytest.approx(1000 / 600, rel=0.1)


def test_with_room_for_all_it_is_the_same_to_the_byte():
    room, none = crowded(1e9, **FULL), crowded(1e9)
    assert toward_firms(room.columns) == toward_firms(none.columns)
    assert (room.books.outcomes().turned_away == 0).all()
    assert room.books.outcomes().drop(columns="turned_away").equals(none.books.outcomes())


def test_who_leaves_a_full_firm_leaves_for_service():
    """Tastes and offers are equal and nothing changes but the rooms: a fall in capacity is what drives them away."""
    tree = scenario(
        {"market": {"budget": "free"}, "population": {"segments": {"everyone": {"need_rate": 1.0}}}},
        customers=600, firms=2, periods=80,
    )  # fmt: skip
    lost = {}
    for name, firm in (("room", {}), ("full", {"capacity": 60.0} | FULL)):
        market = lived(tree.replace({"firms": {"focal": firm}}))
        left = market.books.switches()
        left = left[(left["from"] == "focal") & (left.to != "left")]
        lost[name] = left.groupby("cause").customers.sum()
    assert lost["full"]["service"] > 0.5 * lost["full"].sum()
    assert lost["full"]["service"] > 5 * lost["room"].get("service", 0.0)


def test_the_metric_is_refused_where_nobody_is_turned_away(tmp_path):
    asked = scenario({"experiment": {"metrics": ["turned_away"]}}, customers=100, periods=10)
    with pytest.raises(InputError, match=r"(?s)metric 'turned_away'.*turns customers away: when_full"):
        run_and_report.run(asked, tmp_path, progress=False, report="none")
    with pytest.raises(InputError, match=r"(?s)when_full 'turn_away'.*served_worse, turned_away"):
        scenario({"firms": {"focal": {"when_full": "turn_away"}}})
