"""Key accounts: the price they negotiate against the closed form, and how many of them a manager can look after."""

from __future__ import annotations

import numpy as np
import pytest

from sim.firms.mechanisms.key_accounts import KeyAccounts, concessions
from sim.market.measures import equity_split as splits
from sim.theory.account_managers import Managers, attention, work
from support.markets import lived, plan, scenario

FREE = {"market": {"budget": "free"}}
REVIEW = 13  # weeks


def two_buyers(ratio, changes=None, accounts_of_all=2, **firm):
    """One firm, two customers under contract: each is half of its trade and buys nowhere else, so power is by ease."""
    # power of the firm 1 * (1 - ease), of the account 1/2 * (1 - 1/2): the ratio is 4 * (1 - ease)
    theory = {"power": {"accounts": accounts_of_all, "ease_for_account": 1.0 - ratio / 4.0}}
    setting = scenario(
        FREE, {"market": {"type": "contractual", "outside": "none"}, "theory": theory, "firms": {"focal": plan(**firm)}},
        customers=2, periods=26, firms=1,
    )  # fmt: skip
    return lived(setting.replace(changes or {}), check=True)


def conceded(market, customers):
    """Money per unit that each customer pays each firm less than its tier's price."""
    return concessions([firm.state_of(KeyAccounts) for firm in market.firms], np.arange(customers), customers)


def closed_form(ratio, band=1.5):
    """Part of the gain by the three force equations."""
    return 0.0 if ratio < 1 / band else 1.0 if ratio > band else ratio / (1 + ratio)


@pytest.mark.parametrize("ratio", [0.3, 0.66, 0.67, 0.8, 1.0, 1.25, 1.49, 1.51, 3.0])
def test_the_price_of_a_whole_run_is_the_closed_form_of_the_power_ratio(ratio):
    market = two_buyers(ratio)
    found = market.books.outcomes()
    after = found.period >= REVIEW
    price = 6.0 + 4.0 * closed_form(ratio)  # cost 6, list price 10
    np.testing.assert_allclose(found.price_paid[after], price, rtol=1e-12)
    np.testing.assert_allclose(found.price_paid[~after], 10.0, rtol=1e-12)
    np.testing.assert_allclose(found.profit[after], 2 * (price - 6.0), atol=1e-9)
    terms = market.account_terms()
    np.testing.assert_allclose(terms.ratio, ratio, rtol=1e-6)
    np.testing.assert_allclose(terms.share_of_our_trade, 0.5, rtol=1e-6)


def test_what_serving_an_account_costs_stays_with_the_firm():
    # a contact a week at 0.5 and effort 0.2 at 1.0 a week, one unit a week: the firm accepts no less than 6.7
    market = two_buyers(0.3, contact_rate=1.0, integration=0.2)
    last = market.books.outcomes().iloc[-1]
    assert last.price_paid == pytest.approx(6.7, rel=1e-9)
    assert last.profit == pytest.approx(0.0, abs=1e-6)


def test_what_dealers_keep_is_a_cost_of_serving_an_account():
    # dealers keep a tenth of 10: the firm accepts no less than 6 + 1
    dealers = {"stakeholders": {"shops": {"kind": "distributor", "effort": 0, "push": 0, "undercut": 0}}}
    market = two_buyers(0.3, dealers)
    assert market.account_terms().least.to_numpy() == pytest.approx(7.0)
    assert market.books.outcomes().price_paid.iloc[-1] == pytest.approx(7.0)


def test_an_advantage_in_information_is_power():
    informed = two_buyers(0.4, {"theory": {"power": {"account_information": 2.0}}})
    np.testing.assert_allclose(informed.account_terms().ratio, 0.8, rtol=1e-6)


@pytest.mark.parametrize("of_it, of_us", [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (0.5, 0.25), (1.0, 1.0)])
def test_a_bond_locks_the_account_the_firm_or_both(of_it, of_us):
    """Power 1 - 0.75 (1 - locked bond) of the firm, 1/2 (1 - 1/2 (1 - locked bond)) of the account."""
    locks = {"theory": {"power": {"account_locked": of_it, "firm_locked": of_us}}}
    market = two_buyers(1.0, locks, integration=1.0)
    market = lived(market.setting, periods=REVIEW)
    bond = market.columns.structural_bond[:, 0].astype(float)
    assert (bond > 0.05).all()
    market.step()
    ours, its = 1.0 - 0.75 * (1.0 - of_it * bond), 0.5 * (1.0 - 0.5 * (1.0 - of_us * bond))
    np.testing.assert_allclose(market.account_terms().ratio, ours / its, rtol=1e-6)


def test_where_the_ease_is_equal_a_lock_of_both_leaves_the_price():
    """Power 1 each: the gain is halved; a lock of one side alone moves the price its way."""
    alike = {"ease_for_account": 0.5, "ease_for_firm": 0.5, "account_information": 0.5}
    locks = ((0.0, 0.0), (0.7, 0.7), (0.7, 0.0), (0.0, 0.7))
    markets = [
        two_buyers(1.0, {"theory": {"power": alike | {"account_locked": its, "firm_locked": ours}}}, integration=1.0)
        for its, ours in locks
    ]  # fmt: skip
    neither, both, account, firm = (market.books.outcomes().price_paid for market in markets)
    assert both.tolist() == neither.tolist()
    assert firm.iloc[-1] < neither.iloc[-1] - 0.01 < neither.iloc[-1] + 0.01 < account.iloc[-1]


def test_the_rate_of_buying_is_since_the_first_purchase():
    # open from week 7: by the review in week 13 bought six times in six weeks, so serving a unit costs a contact, 0.5
    late = {"events": {"begins": {"type": "firm_enters", "firm": "focal", "at": 7}}}
    market = two_buyers(0.3, late, contact_rate=1.0)
    market = lived(market.setting, periods=REVIEW + 1)
    assert market.columns.first_purchase[:, 0] == pytest.approx(7.0)
    assert market.account_terms().least.to_numpy() == pytest.approx(6.5)


def test_who_has_left_unseen_is_an_account_as_long_as_it_is_active_on_file():
    setting = two_buyers(0.3).setting.replace({"experiment": {"periods": 60}})
    market = lived(setting, periods=REVIEW - 2)
    market.columns.leaves_at[0] = REVIEW - 2
    held = []
    for _ in range(30):
        market.step()
        held.append(set(market.account_terms().customer))
    assert (held[2], held[-1]) == ({0, 1}, {1}), "bought two weeks before the first review, and not since"


def test_an_account_concedes_only_what_it_pays_less_than_its_tier():
    # list 10, a tenth off for everyone, 6 agreed: 3 a unit are conceded and 1 a unit is the programme's
    market = two_buyers(0.3, discount=0.1)
    units = market.books.outcomes().units.iloc[-1]
    assert conceded(market, 2) == pytest.approx(3.0)
    assert market.books.outcomes().budget_spend.iloc[-1] == pytest.approx(1.0 * units)


def test_a_programme_that_is_better_than_the_terms_holds():
    # a strong firm concedes nothing at week 13; a fifth off for everyone from week 14
    market = two_buyers(3.0, discount=0.0, then={"at": 14, "discount": 0.2})
    found = market.books.outcomes().set_index("period").price_paid
    assert (found[13], found[14]) == pytest.approx((10.0, 8.0))


def heavy(accounts, **market):
    """A market of 60 with a few heavy buyers."""
    segments = {"large": {"share": 0.05, "need_rate": 20.0}, "small": {"share": 0.95, "need_rate": 0.3}}
    return lived(
        scenario(
            {"market": market, "population": {"segments": segments}, "theory": {"power": {"accounts": accounts}}},
            {"firms": {"focal": plan(contact_rate=0.2)}}, customers=60, periods=80,
        ),
        check=True,
    )  # fmt: skip


def test_only_the_large_get_a_price_of_their_own_and_small_buyers_pay_the_list():
    market = heavy(accounts=20)
    terms = market.account_terms().query("firm == 'focal'")
    assert len(terms) == 20
    need = market.columns.need_rate[terms.customer.to_numpy()]
    assert (terms.discount[need < 1] == 0).all() and (terms.discount[need > 1] > 0.05).any()
    assert terms.ratio.corr(terms.share_of_our_trade, method="spearman") < -0.3


def test_what_accounts_negotiate_is_no_marketing_spend():
    without, dealt = (heavy(accounts, budget=0.02) for accounts in (0, 20))
    off = dealt.books.outcomes().promotion_cost.sum()
    assert off > 10 and without.books.outcomes().promotion_cost.sum() == 0
    found = dealt.books.outcomes()
    np.testing.assert_allclose(found.budget_spend, found.contact_cost, atol=1e-9)


def test_an_account_falls_back_to_its_tier_when_it_is_no_longer_one():
    market = heavy(accounts=3)
    for firm in market.firms:
        own = {terms.customer for terms in firm.state_of(KeyAccounts).terms}
        tiers = market.columns.tier[:, firm.index]
        assert set(np.flatnonzero(tiers >= 4)) == own and len(own) == 3
        firm.state_of(KeyAccounts).release(market.columns)
        assert market.columns.tier[:, firm.index].max() <= 0


@pytest.mark.parametrize("ratio", [0.3, 0.8, 1.0, 3.0])
def test_equity_and_lifetime_values_are_at_the_agreed_price(ratio):
    # one firm and nowhere else to go: the same units at a margin of 4, of which the firm keeps its part
    market, alone = two_buyers(ratio), two_buyers(ratio, accounts_of_all=0)
    part = closed_form(ratio)
    np.testing.assert_allclose(market.customer_equity(), part * alone.customer_equity(), rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(market.lifetime_values(), part * alone.lifetime_values(), rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(market.net_values(), market.lifetime_values(), rtol=1e-9, atol=1e-9)


def test_only_who_negotiated_is_worth_less_and_the_split_sums():
    market = heavy(accounts=20)
    worth, off = market.lifetime_values(), conceded(market, 60)
    assert (off > 0).any() and (off == 0).any()
    for firm in market.firms:
        firm.state_of(KeyAccounts).off = np.zeros_like(
            firm.state_of(KeyAccounts).off
        )  # the same tiers, so the same choices
    gross, units = (
        market.lifetime_values(),
        market.lifetime_values() / (market.offers["paid"] - [firm.sale_cost for firm in market.firms]),
    )
    np.testing.assert_allclose(worth, gross - units * off, rtol=1e-9, atol=1e-9)
    assert (worth[off > 0] < gross[off > 0]).all()
    whole = heavy(accounts=20)
    np.testing.assert_allclose(whole.customer_equity(), worth.sum(axis=0), rtol=1e-9)
    for split in splits.SPLITS:
        sums = whole.equity_split(split).groupby("firm", sort=False)["value"].sum()
        np.testing.assert_allclose(sums, worth.sum(axis=0), rtol=1e-9)


# ---------------------------------------------------------------- managers


def test_managers_get_done_what_their_week_holds():
    p = Managers(wage=1.0, account_time=0.02, contact_time=0.05)
    assert work(40, 0.5, p) == pytest.approx(40 * (0.02 + 0.025))
    assert attention(1, work(20, 0.5, p)) == 1.0
    assert attention(1, work(40, 0.5, p)) == pytest.approx(1 / 1.8)
    assert attention(0, work(40, 0.5, Managers())) == 1.0  # off: nobody is limited


def managed(case_load, wage=0.0, time=0.0, accounts=40):
    theory = {"managers": {"wage": wage, "account_time": time}}
    focal = plan(accounts=accounts, case_load=case_load, contact_rate=1.0, integration=0.5)
    return lived(scenario(FREE, {"theory": theory, "firms": {"focal": focal}}, customers=400))


def test_accounts_a_manager_is_a_limit_by_hand():
    off, few, many = managed(10), managed(10, time=0.05), managed(40, time=0.05)
    assert off.firms[0].attention == few.firms[0].attention == 1.0  # 10 accounts at 0.05 of a week each
    members = many.firms[0].members[0]
    assert members == 40 and many.firms[0].attention == pytest.approx(1 / (0.05 * 40))
    last = many.books.outcomes().query("firm == 'focal'").iloc[-1]
    assert last.contacts < 0.75 * members
    assert off.books.outcomes().equals(few.books.outcomes())


def test_a_manager_is_paid():
    free, paid = managed(10), managed(10, wage=3.0)
    cost = [made.books.outcomes().query("firm == 'focal'").contact_cost.to_numpy() for made in (free, paid)]
    np.testing.assert_allclose(cost[1] - cost[0], 4 * 3.0)
    np.testing.assert_allclose(
        free.books.outcomes().profit.sum() - paid.books.outcomes().profit.sum(), 4 * 3.0 * 60, rtol=1e-9
    )


def test_a_programme_that_begins_later_reaches_the_accounts_too():
    later = plan(then={"at": 14, "contact_rate": 1.0})
    market = lived(
        scenario(
            FREE,
            {"firms": {"focal": later}, "theory": {"power": {"accounts": 10}}},
            customers=300,
            periods=20,
        )
    )
    accounts = market.account_terms().query("firm == 'focal'").customer
    assert len(accounts) == 10
    tiers = market.columns.tier[accounts.to_numpy(), 0]
    assert (market.programmes[0, tiers, 2] == 1.0).all()


def test_no_more_managers_are_employed_than_the_budget_pays():
    theory = {"managers": {"wage": 5.0}}
    many = plan(accounts=300, case_load=1, contact_rate=0.1)
    setting = scenario(
        {"theory": theory, "market": {"budget": 0.02}, "firms": {"focal": many}}, customers=500, periods=40
    )
    market = lived(setting)
    spent = market.books.outcomes().query("firm == 'focal'").budget_spend
    assert market.firms[0].plan.managers == 2  # 0.02 x 500 a week at 5 each
    assert spent.mean() <= 0.02 * 500 * 1.05


def test_a_law_against_discounts_holds_for_negotiated_ones():
    law = {"events": {"law": {"type": "regulation", "practice": "discount", "at": 0}}}
    assert (two_buyers(0.3).account_terms().discount > 0).all()
    found = two_buyers(0.3, law).books.outcomes()
    assert found.promotion_cost.sum() == 0.0 and (found.price_paid == 10.0).all()
