"""Records of single customers that go stale: by which law, what a firm then does without, and what upkeep is worth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.core import rng
from sim.core.errors import InputError
from sim.customers.ledger import Entry
from sim.customers.records import mark_current_records
from sim.firms.mechanisms.record_decay import RecordDecay, count_records
from sim.firms.metrics import GROUPS
from sim.market.market import Market
from sim.report.run_and_report import run
from sim.strategies import (
    MarketingPlan,
    Programme,
    Tier,
)
from sim.strategies.checks.view_sequences import AGEING, view
from sim.strategies.library import make_strategy
from support.markets import columns, differing, lived, plan, scenario

FREE = {"market": {"budget": "free"}, "execution": {"check": True}}
BY_RECORD = ("recency", "rfm", "lifetime_value", "key_accounts")


def decays(rate, **more):
    return {"theory": {"knowledge": {"decay": rate, **more}}}


def tiered(rule):
    """One tier with all three levels of bond."""
    given = Programme(0.05, 0.1, 0.5, 0.3)
    return MarketingPlan(tiers=(Tier(given, rule, 0.5, accounts=50, managers=5, case_load=20),))


def replayed(setting, plan_, others=2):
    """A market in which the focal firm plays a plan as it is."""
    every = [(plan_, *[MarketingPlan()] * others)] * setting.experiment.periods
    return lived(setting, replay=every)


def told(market, firm="focal"):
    books = market.books.outcomes()
    return books[books.firm == firm].reset_index(drop=True)


def test_where_nothing_goes_stale_upkeep_costs_and_changes_nothing():
    plain, kept = (
        lived(scenario(FREE, {"firms": {"focal": plan(data_upkeep=u, contact_rate=0.2)}})) for u in (0, 5)
    )
    assert differing(columns(plain), columns(kept)) == []
    pd.testing.assert_frame_equal(plain.books.outcomes(), kept.books.outcomes(), check_exact=True)
    assert (
        not set(GROUPS["decay"]) & set(plain.books.outcomes())
        and plain.firms[0].state_of(RecordDecay) is None
    )


@pytest.mark.parametrize("weeks", [1.0, 4.0])
def test_the_share_that_is_stale_at_a_recency_is_the_closed_form(weeks):
    """1 - exp(-decay weeks recency), 20,000 records at each recency, 4 standard errors."""
    rate, n, now = 0.03, 20_000, 40
    exposure = rate * weeks * np.arange(now + 1.0)
    for recency in (1, 5, 20, 40):
        current = np.empty(n, np.bool_)
        mark_current_records(
            np.uint64(7),
            np.int64(rng.id_of_name("focal")),
            np.arange(n),
            np.full(n, now - recency),
            exposure,
            current,
        )
        law = np.exp(-rate * weeks * recency)
        assert current.mean() == pytest.approx(law, abs=4.0 * np.sqrt(law * (1.0 - law) / n))


@pytest.mark.parametrize("a_year", [52, 13])
def test_in_a_market_as_many_are_stale_as_their_recency_says(a_year):
    """The sum over customers of exp(-decay recency) against those on file; what upkeep leaves of the rate counts."""
    upkeep, rate = 0.005, 0.05 * a_year / 52
    left = rate * np.exp(-100.0 * upkeep)
    changes = {"market": {"periods_per_year": a_year}, "firms": {"rival_1": plan(data_upkeep=upkeep)}}
    market = lived(scenario(FREE, decays(rate), changes, customers=4000, periods=30))
    for firm, known in ((0, rate), (1, left)):
        bought = np.flatnonzero(market.columns.purchases[:, firm] > 0)
        idle = market.period - market.columns.last_purchase[bought, firm]
        law = np.exp(-known * idle * 52 / a_year)
        off = 4.0 * np.sqrt((law * (1.0 - law)).sum())
        file = market.firms[firm].customer_file()
        assert len(file) == pytest.approx(law.sum(), abs=off) and off < 0.1 * law.sum()
        assert set(file.customer) <= set(bought)


def test_what_is_stale_stays_so_until_the_next_purchase():
    market = Market(scenario(FREE, decays(0.1), customers=1000), 1, collect=False)
    market.run_for(20)
    was, last = set(market.firms[0].customer_file().customer), market.columns.last_purchase[:, 0].copy()
    market.run_for(1)
    now = set(market.firms[0].customer_file().customer)
    bought = set(np.flatnonzero(market.columns.last_purchase[:, 0] > last))
    assert now - was <= bought and was - now, "some went stale, none came back without a purchase"
    assert bought - was - set(), "who was stale may buy"


@pytest.mark.parametrize("rule", BY_RECORD)
def test_who_knows_nobody_cannot_serve_by_record(rule):
    """Customer by customer, and money: as the same plan without tiers."""
    lost = replayed(scenario(FREE, decays(100.0)), tiered(rule))
    without = replayed(scenario(FREE, decays(100.0)), MarketingPlan())
    known = replayed(scenario(FREE), tiered(rule))
    assert differing(columns(lost), columns(without)) == []
    pd.testing.assert_frame_equal(lost.books.outcomes(), without.books.outcomes(), check_exact=True)
    assert told(known)["points_issued"].sum() > 0.0 == told(lost)["points_issued"].sum()
    assert told(lost)["current_records"].max() == 0.0


def test_what_everybody_gets_needs_no_record():
    lost = replayed(scenario(FREE, decays(100.0)), tiered("everyone"))
    kept = replayed(scenario(FREE), tiered("everyone"))
    assert differing(columns(lost), columns(kept)) == []
    mine = told(lost).drop(columns=list(GROUPS["decay"]))
    pd.testing.assert_frame_equal(mine, told(kept), check_exact=True)


def test_a_stale_record_is_in_no_tier_and_not_in_what_the_strategy_sees():
    market = lived(scenario(FREE, decays(0.05), customers=1000), periods=26)
    firm = market.firms[0]
    firm.strategy.reads_customer_file = True
    count_records(
        [firm.state_of(RecordDecay) for firm in market.firms], market.purchase_records, market.clock
    )  # as before the plans
    seen = firm.view(())
    assert set(seen.customer_file.customer) == set(firm.customer_file().customer)
    assert 0.0 < seen.current_records < 1.0
    assert seen.current_records == len(seen.customer_file) / np.count_nonzero(market.columns.purchases[:, 0])
    firm.cut_tiers((Tier(Programme(contact_rate=0.1), "lifetime_value", 1.0),))
    assert set(np.flatnonzero(market.columns.tier[:, 0] == 0)) <= set(seen.customer_file.customer)
    market.step()
    assert told(market)["current_records"].iloc[-1] == seen.current_records, "as the period began"


def test_prospects_go_stale_too():
    guests = {"theory": {"event": {"draws": 50.0, "form": 1.0}}, "firms": {"focal": {"known_by": 0.0, **plan(event=1.0)}},
              "population": {"segments": {"everyone": {"need_rate": 0.0}}}}  # fmt: skip
    found = []
    for rate in (0.0, 0.05, 100.0):
        market = lived(scenario(FREE, guests, decays(rate), customers=4000, periods=5))
        found.append(market.firms[0].prospects())
    law = np.exp(-0.05 * found[0].since)
    assert len(found[0]) > 1000 and len(found[2]) == 0
    assert len(found[1]) == pytest.approx(law.sum(), abs=4.0 * np.sqrt((law * (1.0 - law)).sum()))


def test_upkeep_is_paid_a_customer_on_file_and_week():
    market = lived(scenario(FREE, decays(0.01), {"firms": {"focal": plan(data_upkeep=0.02)}}))
    books = told(market)
    on_file = [0.0, *(ledger[0, Entry.TRIED] for ledger in market.books.ledgers[:-1])]
    np.testing.assert_allclose(books["upkeep_cost"], 0.02 * np.array(on_file))
    np.testing.assert_allclose(books["budget_spend"], books["upkeep_cost"])
    quiet = lived(scenario(FREE, decays(0.01), {"firms": {"focal": plan(data_upkeep=0.02)}}), reports=False)
    assert quiet.books.last("profit", 0) == market.books.last("profit", 0)


def test_other_firms_do_not_touch_the_luck_of_a_record():
    two, three = (lived(scenario(FREE, decays(0.05), firms=n, customers=500), periods=10) for n in (2, 3))
    who, when = np.arange(500), np.full(500, 3)
    one, other = (market.firms[1].state_of(RecordDecay).current(who, when) for market in (two, three))
    assert 0 < one.sum() < 500 and np.array_equal(one, other)
    assert not np.array_equal(one, two.firms[0].state_of(RecordDecay).current(who, when))


def test_a_refresh_brings_a_record_new_luck():
    flat, made = np.array([0.0, 0.0, 0.0, 0.7]), []
    for when in (0, 1):
        made.append(np.empty(500, np.bool_))
        mark_current_records(np.uint64(7), np.int64(5), np.arange(500), np.full(500, when), flat, made[-1])
    assert 150 < made[0].sum() < 350 and 150 < (made[0] != made[1]).sum() < 350


def test_the_strategy_keeps_up_what_is_stale_and_may_be_kept_from_it():
    kept = [
        make_strategy("database_marketer").plan(view(["decay"], current_records=c, setting=AGEING))
        for c in (0.9, 0.6, 1.0)
    ]
    assert kept[1].data_upkeep == pytest.approx(4.0 * kept[0].data_upkeep) and kept[2].data_upkeep == 0.0
    never = make_strategy("database_marketer", {"upkeep": 0.0})
    assert never.plan(view(["decay"], current_records=0.5, setting=AGEING)).data_upkeep == 0.0
    assert make_strategy("database_marketer", {"best": 1.0}).plan(view()).tiers[0].rule == "everyone"
    assert np.isfinite(
        make_strategy("database_marketer").plan(view(current_records=float("nan"))).data_upkeep
    )


def test_metrics_of_records_are_refused_where_none_goes_stale(tmp_path):
    asked = {"experiment": {"metrics": ["current_records"], "periods": 8, "replications": 2}}
    found = run(scenario(asked, decays(0.05), customers=60), tmp_path / "out", progress=False, report="none")
    assert 0.0 < found.summary.set_index("metric")["mean"]["current_records"] < 1.0
    with pytest.raises(InputError, match="current_records"):
        run(scenario(asked, customers=60), tmp_path / "none", progress=False, report="none")
