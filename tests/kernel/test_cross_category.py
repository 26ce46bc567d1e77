"""The ties between two categories against numbers worked out by hand."""

from __future__ import annotations

import numba
import numpy as np
import pytest

from sim.customers import ledger
from sim.customers.columns import allocate
from sim.customers.offer import OFFER
from sim.market.kernel.cross_category import ALL, OWN, tie_first, tie_second
from sim.market.kernel.layout import Ledger
from support.hand import EXACT, ByHand, everything_off, rows

# ---------------------------------------------------------------- the equations in the passes, by hand


def empty(customers, firms):
    return allocate(customers, firms, crossed=True)


def tie(theory, works, first=None, period=10, cross_chance=0.0, cross_brand=0.0, weeks=1.0, opened=1):
    """`tie_second` for one customer and two firms; returns (tied, columns of the second, its ledger)."""
    first, made = empty(1, 2) if first is None else first, empty(1, 2)
    books, offers = Ledger(*ledger.block_rows(1, 2)), rows(np.zeros(2, OFFER))
    offers["rng_id"], offers["open"], offers["promise"] = (2, 3), opened, 2.0
    parameters = everything_off(weeks, theory)
    with np.errstate(all="ignore"):
        tie_second(
            0, 1, 1, period, np.uint64(7), weeks, 13, parameters, offers, np.array(works), np.full(2, cross_chance),
            np.full(2, cross_brand), first.stored, made.stored, books,
        )  # fmt: skip
    return made.stored.cross_utility[:, 0], made, books.firms[0]


def test_a_relationship_is_carried_into_the_second_choice():
    first = empty(1, 2)
    first.satisfaction[0], first.trust[0] = (0.5, -0.5), (0.8, 0.3)
    first.social_bond[0], first.structural_bond[0] = (0.2, 0.0), (0.1, 0.0)
    on = {
        "second": {"carry_satisfaction": 0.3, "carry_trust": 0.8, "carry_bond": 0.5},
        "trust": {"start": 0.3},
    }
    tied, _, _ = tie(on, [OWN, OWN], first)
    assert tied[0] == pytest.approx(0.3 * 0.5 + 0.8 * 0.5 + 0.5 * 0.3, abs=EXACT)
    assert tied[1] == pytest.approx(0.3 * -0.5, abs=EXACT)


@pytest.mark.parametrize(
    ("works", "expected"), [([OWN, OWN], [1.5, 0.0]), ([OWN, ALL], [1.5, 1.5]), ([ALL, OWN], [1.5, 0.0])]
)
def test_a_second_product_is_worth_more_with_a_first_that_it_works_with(works, expected):
    first = empty(1, 2)
    first.last_purchase[0, 0] = 6  # four weeks ago, in use for five
    on = {"second": {"complement": 1.5, "life": 5.0}}
    assert tie(dict(on), works, first)[0] == pytest.approx(expected)
    first.last_purchase[0, 0] = 4
    assert tie(dict(on), works, first)[0] == pytest.approx([0.0, 0.0]), "six weeks ago"


@pytest.mark.parametrize(("periods_ago", "worth"), [(2, 1.5), (3, 0.0)])
def test_use_lasts_weeks_and_not_periods(periods_ago, worth):
    first = empty(1, 2)
    first.last_purchase[0, 0] = 10 - periods_ago  # two weeks a period, in use for five
    on = {"second": {"complement": 1.5, "life": 5.0}}
    assert tie(on, [OWN, ALL], first, weeks=2.0)[0] == pytest.approx([worth, worth])


def test_the_bundle_price_ends_with_the_last_active_period():
    first = empty(1, 2)
    first.last_purchase[0] = (10 - 12, 10 - 13)
    assert list(tie({}, [OWN, OWN], first)[1].tier[0]) == [0, -1]


def test_nobody_comes_to_know_a_second_product_not_on_sale_or_after_leaving_the_market():
    first = empty(1, 2)
    first.last_purchase[0] = 9
    assert tie({}, [OWN, OWN], first, cross_chance=1.0, opened=0)[1].aware[0] == 0
    assert tie({}, [OWN, OWN], first, cross_chance=1.0)[1].aware[0] == 3
    first.leaves_at[0] = 10.0
    tied, made, books = tie({}, [OWN, OWN], first, cross_chance=1.0, cross_brand=1.0)
    assert (made.aware[0], made.leaves_at[0], tied.sum(), books.sum()) == (0, 10.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("works", "bought", "expected"),
    [([OWN, OWN], 0, [1.0, 0.0]), ([ALL, OWN], 0, [1.0, 1.0]), ([ALL, OWN], 1, [0.0, 1.0]), ([0, ALL], 1, [1.0, 1.0])],
)  # fmt: skip
def test_a_first_product_is_worth_more_with_a_second_that_works_with_it(works, bought, expected):
    first, made = empty(1, 2), empty(1, 2)
    made.last_purchase[0, bought] = 9
    parameters = everything_off(1.0, {"second": {"complement_back": 1.0, "life": 5.0}})
    tie_first(0, 1, 1, 10, 1.0, parameters, np.array(works), first.stored, made.stored)
    assert first.stored.cross_utility[:, 0] == pytest.approx(expected)


def test_cross_selling_reaches_active_customers_alone_and_is_booked_once():
    first = empty(1, 2)
    first.last_purchase[0, 0] = 9
    on = {"reach": {"persuade": 0.5}}
    tied, made, books = tie(on, [OWN, OWN], first, cross_chance=1.0, cross_brand=0.25)
    assert tied == pytest.approx([0.25, 0.0])
    assert made.aware[0] == 1 and list(made.tier[0]) == [0, -1]
    assert made.expectation[0] == pytest.approx([1.0, 0.0]), "half of the way to the promise of 2"
    assert list(books[:, ledger.Entry.REACHED]) == [1.0, 0.0]


def test_who_buys_the_first_notices_the_second():
    first = empty(1, 2)
    first.last_purchase[0] = (10, 9)
    _, made, _ = tie({"second": {"notice": 1.0}}, [OWN, OWN], first)
    assert made.aware[0] == 1, "bought from firm 0 in this period, from firm 1 before"


@pytest.mark.skipif(numba.config.DISABLE_JIT, reason="for the compiled pass")
@pytest.mark.parametrize("add", [0.0, 2.0])
def test_what_is_tied_is_a_term_of_utility(add):
    """Two firms, logit: the share of firm 0 is 1/(1 + e^-add), 4,000 customers."""
    m = ByHand(firms=2, customers=4000, supplier=-1, choice={"noise_scale": 1.0})
    m.conditions["crossed"], m.stored.cross_utility[0] = 1, add
    m.lives()
    share = m.book("UNITS", 0) / 4000
    assert share == pytest.approx(1 / (1 + np.exp(-add)), abs=4 * np.sqrt(0.25 / 4000))
