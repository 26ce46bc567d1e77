"""Events that people come to: who comes, what it teaches, what data are left, and what the firm then knows."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from sim.customers.ledger import Entry
from sim.firms.mechanisms.event_marketing import EventData
from sim.market.market import Market
from sim.scenario.scenario import Scenario
from sim.strategies import MarketingPlan, Programme, Strategy, Tier
from sim.strategies.checks.check import leaks

QUIET = {name: {"share": 0} for name in ("kin", "neighbourhood", "profession", "culture", "chance")}


def setting(event=None, spend=0.1, customers=4000, **changes):
    firm = {"known_by": 0.0, "strategy": {"name": "fixed_plan", "event": spend}}
    tree = {
        "name": "events", "market": {"budget": "free"}, "population": {"customers": customers}, "network": QUIET,
        "firms": {"focal": firm, "rival": {"strategy": {"name": "fixed_plan"}}},
        "theory": {"event": {"draws": 5.0, "brings": 0.0, **(event or {})}},
        "experiment": {"periods": 52, "burn_in": 0, "sample": 0, "value_every": 1000},
    } | changes  # fmt: skip
    return Scenario.from_config(tree)


def lived(made, weeks=1, seed=1, **options):
    market = Market(made, seed, collect=False, check=True, **options)
    market.run_for(weeks)
    return market


def entry(market, which, firm=0):
    return market.books.ledgers[-1][firm, which]


def rate(share, n):
    return 4.0 * np.sqrt(share * (1.0 - share) / n)


def test_as_many_come_as_the_response_says_and_come_to_know_the_firm():
    """1 - exp(-5 x 0.1) of 4,000 strangers, 4 standard errors."""
    market, law = lived(setting()), 1.0 - np.exp(-0.5)
    assert entry(market, Entry.ATTENDED) / 4000 == pytest.approx(law, abs=rate(law, 4000))
    assert entry(market, Entry.REACHED) == entry(market, Entry.ATTENDED) == (market.columns.aware & 1).sum()


def test_who_comes_brings_somebody_met_by_chance():
    """Each of a N who come brings one of N: of the others 1 - exp(-a) come."""
    first = 1.0 - np.exp(-0.5)
    law = first + (1.0 - first) * (1.0 - np.exp(-first))
    market = lived(setting({"brings": 1.0}))
    assert entry(market, Entry.ATTENDED) / 4000 == pytest.approx(law, abs=rate(law, 4000))


def people_of(market):
    return [array for name, array in market.columns.stored.items() if name != "aware"]


def test_an_event_that_draws_nobody_costs_what_is_spent_and_nothing_else():
    held, none = lived(setting({"draws": 0.0}), 20), lived(setting(spend=0.0), 20)
    for one, other in zip(people_of(held), people_of(none), strict=True):
        np.testing.assert_array_equal(one, other)
    lost = none.books.outcomes()["profit"] - held.books.outcomes()["profit"]
    assert lost.to_numpy().reshape(-1, 2)[:, 0] == pytest.approx(0.1 * 4000)
    assert not none.firms[0].state_of(EventData).begun


def test_what_is_experienced_teaches_and_what_teaches_nothing_leaves_no_trace():
    """A firm that delivers less than it promises: expectation falls by rate_exp of the gap, trust by its own rule."""
    poor = {"focal": {"known_by": 0.0, "quality": 0.2, "promise": 1.2, "strategy": {"name": "fixed_plan", "event": 0.1}},
            "rival": {}}  # fmt: skip
    market = lived(setting(firms=poor, theory={"event": {"draws": 5.0}, "needs": {}}, population={
        "customers": 4000, "segments": {"everyone": {"need_rate": 0}}}))  # fmt: skip
    came = (market.columns.aware & 1).astype(bool)
    assert np.all(market.columns.expectation[~came, 0] == np.float32(1.2))
    mean = market.columns.expectation[came, 0].mean()
    p = market.setting.theory
    law = 1.2 + p.satisfaction.rate_exp * (0.2 - 1.2)
    assert mean == pytest.approx(
        law, abs=4 * p.satisfaction.rate_exp * p.experience.noise_sd / np.sqrt(came.sum())
    )
    assert (
        market.columns.trust[came, 0].mean()
        < p.trust.start
        == pytest.approx(market.columns.trust[~came, 0].mean(), rel=1e-6)
    )
    still = lived(
        setting({"teaches": 0.0}, population={"customers": 4000, "segments": {"everyone": {"need_rate": 0}}})
    )
    assert len(np.unique(still.columns.expectation[:, 0])) == len(np.unique(still.columns.trust[:, 0])) == 1


def test_as_many_leave_data_as_wish_a_relationship():
    """form x orientation of those who came: 0.8 x 0.5 where everyone's orientation is one half."""
    half = {"customers": 4000, "segments": {"everyone": {"relational_orientation": 0.5}}}
    market = lived(setting({"form": 0.8}, population=half))
    came = entry(market, Entry.ATTENDED)
    assert entry(market, Entry.CAPTURED) / came == pytest.approx(0.4, abs=rate(0.4, came))
    assert not lived(setting({"form": 0.0}, population=half), 5).firms[0].state_of(EventData).left.any()


def test_in_periods_of_two_weeks_a_crisis_is_felt_and_who_leaves_the_market_leaves_the_count():
    """1 - exp(-5 x 0.1 x 2) come; what teaches is 0.8 - 1.0; data first left in the first period keep their date."""
    people = {"customers": 4000, "segments": {"everyone": {"need_rate": 0, "exit_rate": 0.05}}}
    market = lived(setting(
        market={"budget": "free", "periods_per_year": 26}, population=people,
        events={"crisis": {"type": "quality_crisis", "at": 0, "change": -1.0}}))  # fmt: skip
    c, data, p = market.columns, market.firms[0].state_of(EventData), market.setting.theory
    law, came = 1.0 - np.exp(-1.0), (c.aware & 1).astype(bool)
    here = (c.leaves_at > 0).sum()
    assert entry(market, Entry.ATTENDED) / here == pytest.approx(law, abs=rate(law, here))
    error = p.satisfaction.rate_exp * p.experience.noise_sd / np.sqrt(came.sum())
    felt = 0.8 + p.satisfaction.rate_exp * (-0.2 - 0.8)
    assert c.expectation[came, 0].mean() == pytest.approx(felt, abs=4 * error)
    first = data.left > 0
    market.run_for(4)
    assert (data.since[first] == 0).all() and (data.since[data.left > 0] > 0).any()
    still = (data.left > 0) & (c.leaves_at > 4)
    assert entry(market, Entry.CAPTURED) == still.sum() < (data.left > 0).sum()


def test_what_customers_who_left_data_pay_is_no_later_value():
    known = {"focal": {"strategy": {"name": "fixed_plan", "event": 0.05}}, "rival": {}}
    market = lived(setting(firms=known, customers=1000), 12)
    left, money = market.firms[0].state_of(EventData).left, market.columns.money[:, 0]
    assert entry_sum(market) == pytest.approx(money[left == 2].sum(), rel=1e-6)
    assert money[left == 2].sum() > 0 and money[left == 1].sum() > 0


class Curious(Strategy):
    """Holds an event, reads its view, offers a discount to those who left data."""

    name = "curious"
    reads_customer_file = True

    def __init__(self, follow=True):
        super().__init__()
        self.seen, self.follow = [], follow

    def plan(self, view):
        self.seen.append(view)
        follows = self.follow and view.prospects_on_file > 0
        tiers = (Tier(Programme(discount=0.5), "prospects", 0.5),) if follows else ()
        return MarketingPlan(event=0.1 if view.period == 0 else 0.0, tiers=tiers)


def curious(weeks=3, follow=True, **options):
    market = Market(setting(**options), 1, collect=False, check=True)
    market.firms[0].strategy = Curious(follow)
    market.run_for(weeks)
    return market, market.firms[0].strategy.seen


def test_a_firm_knows_those_who_left_data_and_nothing_of_anybody_else():
    """Only captured records reach the view, as copies, and the need in them is not the need."""
    market, seen = curious()
    data, known = market.firms[0].state_of(EventData), seen[1].prospects
    assert seen[0].prospects is None and seen[1].prospects_on_file == len(known) > 100
    assert set(known.customer) <= set(np.flatnonzero(data.left))
    assert seen[1].attended > 2 * len(known), "who came and left nothing is a number only"
    memory = [*market.columns, data.left, data.since, data.potential]
    assert leaks(seen[1], memory) == [] and not any(a.flags.writeable for a in vars(known).values())
    need = np.log(market.columns.need_rate[known.customer])
    assert (
        0.2 < np.std(np.log(known.potential) - need) < 0.8
        and np.corrcoef(np.log(known.potential), need)[0, 1] < 0.97
    )
    assert {f.name for f in fields(known)} == {"customer", "since", "potential"}


def test_a_strategy_that_reads_no_file_sees_no_data():
    market = Market(setting(), 1, collect=False)
    market.run_for(2)
    assert (
        market.firms[0].view(()).prospects is None and market.firms[0].view(()).prospects_on_file > 0
    )  # a count


def test_the_best_half_of_the_prospects_gets_the_offer_and_buys_more():
    market, seen = curious(2)
    known, tier = seen[1].prospects, market.columns.tier[:, 0]
    chosen = np.flatnonzero(tier == 0)
    assert len(chosen) == round(0.5 * len(known)) and set(chosen) <= set(known.customer)
    cut = np.sort(known.potential)[-len(chosen)]
    assert known.potential[np.isin(known.customer, chosen)].min() >= cut
    with_offer, without = (
        curious(13, follow)[0].columns.purchases[chosen, 0].sum() for follow in (True, False)
    )
    assert with_offer > 1.5 * without > 0, "at half the price: elasticity is some -2.6 (F1)"


def entry_sum(market):
    return sum(ledger[0, Entry.CAPTURED_REVENUE] for ledger in market.books.ledgers)


def test_later_value_is_what_strangers_who_left_data_paid():
    market, _ = curious(26)
    strangers = market.firms[0].state_of(EventData).left == 2
    assert entry_sum(market) == pytest.approx(market.columns.money[strangers, 0].sum(), rel=1e-6)
    assert strangers.sum() > 0 and market.columns.money[~strangers, 0].sum() > 0
    market, seen = curious(26)
    bought = market.columns.purchases[seen[-1].prospects.customer, 0]
    assert (bought > 0).sum() <= market.books.ledgers[-1][0, Entry.NEW_BUYERS], "who has bought is a customer"


def test_events_are_replayed_and_the_same_run_is_the_same_run():
    one, other = lived(setting(), 5), lived(setting(), 5)
    again = Market(setting(), 1, collect=False, replay=one.plans)
    again.run_for(5)
    for market in (other, again):
        for got, alone in zip(people_of(market), people_of(one), strict=True):
            np.testing.assert_array_equal(got, alone)
        np.testing.assert_array_equal(
            market.firms[0].state_of(EventData).left, one.firms[0].state_of(EventData).left
        )


def test_the_budget_scales_an_event():
    made = setting(spend=10.0, market={"budget": 0.02})
    assert lived(made).firms[0].plan.event == pytest.approx(0.02, rel=1e-6)


def test_nobody_comes_to_the_event_of_a_firm_that_has_closed():
    made = setting(events={"end": {"type": "firm_leaves", "firm": "focal", "at": 0}})
    assert entry(lived(made), Entry.ATTENDED) == 0


def test_a_first_offer_to_who_has_bought_nothing_is_expected_to_cost_nothing():
    market = lived(setting(), weeks=3)
    firm = market.firms[0]
    firm.members = [500.0]
    told = {
        rule: firm.expected(MarketingPlan(tiers=(Tier(Programme(discount=0.5), rule),))).promotion
        for rule in ("prospects", "everyone")
    }
    assert told["prospects"] == 0.0 and told["everyone"] > 0.0
