"""The order of a period: the acts of a step, and the kernels of two categories with the ties between them."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from sim.market import category, cross_category
from sim.market.blocks import Blocks
from sim.market.kernel.period import BLOCK
from sim.market.market import Market
from support.markets import scenario

ACTS = (
    "admit_customers", "apply_events", "collect_plans", "update_partners", "post_offers", "hold_firm_events",
    "serve_customers", "spread_word_of_mouth", "close_books", "advance_clock",
)  # fmt: skip
SECOND = {"second": {"firms": {"focal": {}, "rival_1": {"works_with": "all"}}}}


def calls(monkeypatch, *places):
    """The names of what is called, in order, of (place, name) pairs."""
    seen = []

    def watched(name, real):
        def called(*args, **options):
            seen.append(name)
            return real(*args, **options)

        return called

    for place, name in places:
        monkeypatch.setattr(place, name, watched(name, getattr(place, name)))
    return seen


def test_a_step_is_its_acts_in_order(monkeypatch):
    market = Market(scenario(customers=50, periods=2), 1)
    seen = calls(monkeypatch, *((Market, act) for act in ACTS))
    market.step()
    assert tuple(seen) == ACTS and market.period == 1


def test_the_acts_are_those_of_the_reference_in_its_words():
    page = (Path(__file__).parents[3] / "docs/reference/model.md").read_text(encoding="utf-8")
    section = page.partition("## Process and order")[2].partition("\n#")[0]
    acts = re.findall(r"^\d+\. \*\*([^*]+?)\.?\*\*", section, re.M)
    assert tuple(act.lower().replace("the ", "").replace(" ", "_") for act in acts) == ACTS


@pytest.mark.parametrize("second", [False, True])
def test_kernels_run_category_by_category_and_word_of_mouth_last(monkeypatch, second):
    market = Market(scenario(SECOND if second else {}, customers=50, periods=2), 1)
    assert market.conditions["talk_on"][0] == 1
    seen = calls(
        monkeypatch, (category, "live"), (category, "listen"), (cross_category, "tie_first"), (cross_category, "tie_second")
    )  # fmt: skip
    market.step()
    assert seen == (["tie_first", "live", "tie_second", "live", "listen"] if second else ["live", "listen"])


def test_an_offer_is_posted_before_customers_buy_and_the_clock_is_last(monkeypatch):
    market = Market(scenario(customers=50, periods=2), 1)
    seen = {}
    monkeypatch.setattr(market, "close_books", lambda gained: seen.update(closed_at=market.period))
    monkeypatch.setattr(
        market, "serve_customers", lambda: seen.update(plans=len(market.plans), price=market.offers["price"].copy())
    )  # fmt: skip
    market.step()
    assert seen["plans"] == 1 and seen["closed_at"] == 0 and market.period == 1
    assert np.array_equal(seen["price"], [firm.price for firm in market.firms])


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("customers", [1, BLOCK, 30 * BLOCK + 7])
def test_every_customer_is_in_one_block(customers, threads):
    blocks, met = Blocks(customers, 2, threads), np.zeros(customers, int)

    def count(begin, end):
        met[begin:end] += 1
        return end - begin

    assert blocks.total(count) == customers and (met == 1).all()


def test_a_sum_of_nothing_is_none():
    assert Blocks(10, 1, 1).total(lambda begin, end: None) is None
