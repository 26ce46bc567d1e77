"""A full firm turns customers away: they take the best with room, or none."""

import numpy as np
import pytest

from sim.customers.ledger import MarketEntry
from sim.theory.switching_causes import CAUSES
from support.hand import ByHand


def arriving(customers=400, firms=2, choice=None, **conditions):
    """Customers who come in this period and buy once as they do."""
    m = ByHand(firms=firms, customers=customers, supplier=-1, choice=choice or {"noise_scale": 1.0},
               conditions={"contractual": 0, "entry_by_purchase": 1} | conditions)  # fmt: skip
    m.entered_at[:], m.leaves_at[:] = 0.5, np.inf
    return m


def test_who_finds_every_firm_full_goes_without():
    m = arriving()
    m.offers["full"] = 1.0
    m.lives()
    assert m.book("UNITS") == m.book("UNITS", 1) == 0
    assert m.book("TURNED_AWAY") == m.book("TURNED_AWAY", 1) == 400, "each asks both"
    assert not m.purchases.any() and not m.habit.any()


def test_who_finds_one_full_takes_the_next_best():
    """Of 400 who choose at random 200 choose the full one first; nobody who did not."""
    usual, m = arriving(), arriving()
    first = usual.lives().purchases.copy()
    m.offers["full"][0] = 1.0
    m.lives()
    assert m.book("TURNED_AWAY") == first[:, 0].sum() and 160 < first[:, 0].sum() < 240
    assert m.book("UNITS", 1) == 400 and m.book("TURNED_AWAY", 1) == 0


@pytest.mark.parametrize("full, firms", [(1.0, 1), (0.5, 1), (0.25, 1), (1.0, 2)])
def test_the_surplus_is_of_the_firms_with_room(full, firms):
    """Two firms of utility 0, of the last so many full with a chance: log 2 with both, 0 with one, nothing with none."""
    m = arriving(customers=4000)
    m.price_sensitivity[:] = 1.0
    m.offers["full"][2 - firms :] = full
    m.lives()
    both = (1.0 - full) * np.log(2.0)
    error = np.log(2.0) * np.sqrt(full * (1.0 - full) * 4000)
    assert m.books[1][0, MarketEntry.SURPLUS] == pytest.approx(4000 * both, abs=4 * error + 1e-9)


def test_who_is_second_to_a_full_rival_is_not_blamed_where_it_has_room():
    """The rival is full, so everybody buys from the main supplier: nobody is lost, and a switch is none."""
    m = ByHand(2, 200, choice={"noise_scale": 1.0, "habit_keep": 0.5},
               conditions={"contractual": 0, "entry_by_purchase": 1})  # fmt: skip
    m.entered_at[:], m.leaves_at[:] = 0.5, np.inf
    m.offers["brand"], m.offers["full"] = [0.0, 3.0], [0.0, 1.0]
    m.lives()
    assert m.book("UNITS") == 200 and m.book("TURNED_AWAY", 1) > 150 and not m.stored.diverted.any()


def test_a_full_supplier_that_was_not_asked_keeps_its_value_in_the_blame():
    """Firm 1 leads by 2.5: by 3 through technology, less 0.5 of taste. Without the 3 the supplier would have been asked."""
    m = arriving(1, choice={"habit_keep": 0.5})
    m.supplier[:], m.taste[:, 0], m.aware_then[:] = 0, 0.5, 0b11
    m.habit[:, 0] = 1.0  # it stays the main supplier
    m.offers["technology"], m.offers["full"] = [0.0, 3.0], [1.0, 0.0]
    m.lives()
    assert m.book("UNITS", 1) == m.book("KEPT") == 1 and m.book("TURNED_AWAY") == 0
    diverted = dict(zip(CAUSES, m.stored.diverted[:, 0].tolist(), strict=False))
    assert {cause: part for cause, part in diverted.items() if part} == {"technology": 0.5}


def test_a_third_is_turned_away_at_a_chance_of_a_third():
    m = arriving(firms=1, customers=3000)
    m.offers["full"] = 1 / 3
    assert m.lives().book("TURNED_AWAY") == pytest.approx(1000, abs=4 * np.sqrt(3000 * 2 / 9))
    assert m.book("UNITS") == 3000 - m.book("TURNED_AWAY")


def test_who_is_turned_away_by_one_is_not_by_another_and_not_every_time():
    """Two firms at 1/2: a quarter finds no room. Of those who want three in a period, an eighth; nothing goes by threes."""
    m = arriving(customers=4000)
    m.offers["full"] = 0.5
    m.lives()
    assert 4000 - m.purchases.sum() == pytest.approx(1000, abs=4 * np.sqrt(4000 * 3 / 16))
    often = arriving(firms=1, customers=4000, demand=3.0)
    often.conditions["entry_by_purchase"], often.need_rate[:], often.entered_at[:] = 0, 1.0, -1.0
    often.offers["full"] = 0.5
    got, asked = often.lives().purchases[:, 0], 12_000
    assert got.sum() == pytest.approx(asked / 2, abs=4 * np.sqrt(asked / 2 + asked / 4))
    # each of Poisson(3) occasions is served by itself: Poisson(1.5); all or nothing would leave (1 + e^-3)/2 without
    assert (got == 0).mean() == pytest.approx(np.exp(-1.5), abs=4 * np.sqrt(0.223 * 0.777 / 4000))


def test_under_contract_nobody_is_turned_away():
    m = ByHand(customers=50)
    m.offers["full"] = 1.0
    assert m.lives().book("UNITS") == 50 and m.book("TURNED_AWAY") == 0
