"""Facts of one period's pass, each against a number worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.customers.columns import COLUMNS
from sim.customers.ledger import Entry
from sim.market.market import Market
from sim.theory.relationship import STAGES
from sim.validation.bench import timed_markets as bench
from support.markets import causes, lived, plan, scenario

FREE = {"market": {"budget": "free"}}
CONTRACT = {"market": {"type": "contractual", "budget": "free", "outside": "none"}}
ALONE = {"market": {"outside": "none", "budget": "free"}}


def books(market, entry, firm=0):
    return np.array(market.books.ledgers)[:, firm, entry]


def everyone(**traits):
    return {"population": {"segments": {"everyone": traits}}}


# ---------------------------------------------------------------- needs


@pytest.mark.parametrize("periods_per_year", [4, 12, 52])
def test_needs_are_poisson_at_any_length_of_a_period(periods_per_year):
    """2,000 customers, one year, 0.5 a week: mean 26 purchases, variance 26."""
    parts = {"market": {"periods_per_year": periods_per_year}}
    market = lived(
        scenario(ALONE, parts, everyone(need_rate=0.5), customers=2000, periods=periods_per_year, firms=1)
    )
    bought = market.columns.purchases[:2000, 0]
    assert abs(bought.mean() - 26) < 4 * math.sqrt(26 / 2000)
    assert abs(bought.var() - 26) < 4 * 26 * math.sqrt(2 / 2000)


def test_who_is_there_for_part_of_a_period_needs_in_that_part():
    """Lifetimes exponential at 0.2 a week: mean purchases over all time are 0.5/0.2, geometric by law."""
    setting = scenario(ALONE, everyone(need_rate=0.5, exit_rate=0.2), customers=4000, periods=60, firms=1)
    bought = lived(setting).columns.purchases[:4000, 0]
    mean = 0.5 / 0.2
    assert abs(bought.mean() - mean) < 4 * math.sqrt(mean * (1 + mean) / 4000)


def test_dropout_after_each_purchase_is_geometric():
    """At chance 0.25 after every purchase, mean purchases in the end are 4, with variance 12."""
    setting = scenario(ALONE, everyone(need_rate=2.0, dropout=0.25), customers=4000, periods=60, firms=1)
    market = lived(setting)
    assert not market.present().any()
    assert abs(market.columns.purchases[:4000, 0].mean() - 4) < 4 * math.sqrt(12 / 4000)


def test_an_entrant_by_purchase_buys_at_once():
    setting = scenario(
        ALONE, population={"entry_rate": 0.05, "entry_by_purchase": True}, customers=400, periods=20
    )
    market = lived(setting)
    c = market.columns
    newcomers = slice(400, market.n_customers)
    assert market.n_customers > 600
    first = np.where(c.purchases[newcomers] > 0, c.first_purchase[newcomers], 10**6).min(axis=1)
    assert np.array_equal(first, np.floor(c.entered_at[newcomers]))


def test_a_recession_cuts_needs():
    parts = {"events": {"slump": {"type": "recession", "at": 26, "lasts": 26, "demand": 0.4}}}
    units = books(lived(scenario(ALONE, parts, customers=3000, periods=52, firms=1)), Entry.UNITS)
    assert units[26:].sum() / units[:26].sum() == pytest.approx(0.4, abs=0.02)


# ---------------------------------------------------------------- what is recorded


def test_money_is_what_was_paid():
    focal = plan(promotion=0.1, discount=0.2)
    market = lived(scenario(FREE, {"firms": {"focal": focal}}, customers=300, periods=30))
    c = market.columns
    assert c.money[:, 1] == pytest.approx(10.0 * c.purchases[:, 1], rel=1e-6)
    first, later = 9.0, 9.0 * 0.8  # the tier's discount needs a purchase on file
    money, bought = c.money[:, 0], c.purchases[:, 0]
    assert (money <= first * bought + 1e-3).all() and (money >= later * bought - 1e-3).all()
    single = (bought == 1) & (c.first_purchase[:, 0] == c.last_purchase[:, 0])
    assert single.any() and money[single] == pytest.approx(first)
    paid = books(market, Entry.REVENUE) - books(market, Entry.PROMOTION)
    assert paid.sum() == pytest.approx(money.sum(), rel=1e-6)


def test_habit_is_what_guadagni_and_little_say():
    """One firm, start at 0: after n purchases habit is 1 - 0.85^n."""
    c = lived(scenario(ALONE, customers=300, periods=30, firms=1)).columns
    np.testing.assert_allclose(c.habit[:300, 0], 1 - 0.85 ** c.purchases[:300, 0], atol=1e-5)


def test_habits_of_all_firms_sum_to_it_too():
    c = lived(scenario(customers=300, periods=60)).columns
    bought = c.purchases[:300].sum(axis=1)
    np.testing.assert_allclose(c.habit[:300].sum(axis=1), 1 - 0.85**bought, atol=1e-5)


def test_the_streak_counts_purchases_in_a_row():
    c = lived(scenario(ALONE, customers=200, periods=40, firms=1)).columns
    assert np.array_equal(c.streak[:200], c.purchases[:200, 0])
    c = lived(scenario(customers=500, periods=80)).columns
    last = c.last_bought[:500].astype(int)
    one_only = (last >= 0) & ((c.purchases[:500] > 0).sum(axis=1) == 1)
    many = (last >= 0) & ~one_only
    assert np.array_equal(c.streak[:500][one_only], c.purchases[:500].sum(axis=1)[one_only])
    assert (c.streak[:500][many] < c.purchases[:500].sum(axis=1)[many]).all()


# ---------------------------------------------------------------- bonds


def test_points_are_paid_out_at_the_threshold():
    """A tenth of 10 a purchase, paid out at 5, hardly any expiry: after n purchases n mod 5 are held, less those
    of the first week, in which nobody is on file; 5 % buy twice in it."""
    theory = {"bonds": {"threshold": 4.999, "points_half_life": 1e6}, "records": {"active_weeks": 520}}
    focal = {"firms": {"focal": plan(reward_rate=0.1)}}
    setting = scenario(
        ALONE, {"theory": theory}, focal, everyone(need_rate=0.1), customers=400, periods=150, firms=1
    )
    market = lived(setting)
    bought, held = market.columns.purchases[:400, 0], market.columns.points[:400, 0]
    assert bought.max() > 15 and held.max() < 4.999
    once = (bought - 1 - np.round(held)) % 5 == 0
    assert 0.9 < once[bought > 0].mean() < 1
    issued, paid, expired = (
        books(market, e).sum() for e in (Entry.POINTS_ISSUED, Entry.POINTS_PAID, Entry.POINTS_EXPIRED)
    )
    assert paid > 0 and paid == pytest.approx(issued - expired - held.sum(), rel=1e-4)


def test_a_contact_binds_the_willing_and_irritates_the_others():
    still = {"theory": {"satisfaction": {"rate_sat": 0}, "bonds": {"social_half_life": 1e6}}}
    focal = {"firms": {"focal": plan(contact_rate=1.0)}}
    for orientation, per_contact in ((0.1, (0.0, -0.02)), (0.6, (0.3 * 0.6 / 2, 0.0))):
        parts = everyone(relational_orientation=orientation, need_rate=100)
        c = lived(scenario(ALONE, still, focal, parts, customers=50, periods=2, firms=1)).columns
        bond, change = per_contact  # everybody buys in the first week and is contacted once in the second
        assert c.social_bond[:50, 0] == pytest.approx(bond, abs=1e-6)
        assert c.satisfaction[:50, 0] == pytest.approx(change, abs=1e-6)


def test_bonds_fade_by_their_half_lives():
    lapse = {"events": {"lapse": {"type": "contact_lapse", "at": 20}}}
    focal = {"firms": {"focal": plan(contact_rate=2.0, integration=1.0, reward_rate=0.2)}}
    setting = scenario(ALONE, lapse, focal, everyone(need_rate=3.0), customers=50, periods=72, firms=1)
    then, now = lived(setting, periods=20).columns, lived(setting).columns
    np.testing.assert_allclose(
        now.social_bond[:50, 0], then.social_bond[:50, 0] * 0.5 ** (52 / 26), rtol=1e-4
    )
    np.testing.assert_allclose(
        now.structural_bond[:50, 0], then.structural_bond[:50, 0] * 0.5**0.5, rtol=1e-4
    )


def test_who_leaves_leaves_half_of_the_structural_bond_behind():
    focal = {"firms": {"focal": plan(integration=1.0)}}
    closes = {"events": {"end": {"type": "firm_leaves", "at": 30, "firm": "focal"}}}
    nobody_thinks = {"bonds": {"structural_half_life": 1e6}, "contract": {"h0": 0, "h1": 0, "h2": 0}}
    setting = scenario(CONTRACT, focal, closes, {"theory": nobody_thinks}, customers=300, periods=31)
    then, now = lived(setting, periods=30).columns, lived(setting).columns
    held = then.supplier[:300] == 0
    assert held.sum() > 30 and (now.supplier[:300] != 0).all()
    np.testing.assert_allclose(  # a firm that is closed integrates no more
        now.structural_bond[:300, 0][held], then.structural_bond[:300, 0][held] / 2, rtol=1e-5
    )


# ---------------------------------------------------------------- reach


def test_advertising_reaches_whom_its_curve_says():
    """1 - exp(-10 x 0.05) a week of those who do not know the firm; nobody talks, nobody buys unknown."""
    silent = {"theory": {"talk": {"talk_base": 0, "talk_slope": 0}}}
    focal = {"firms": {"focal": plan(advertising=0.05) | {"known_by": 0.0}}}
    market = lived(scenario(FREE, silent, focal, customers=4000, periods=5))
    chance = 1 - math.exp(-0.5)
    unknown = 4000.0
    for reached in books(market, Entry.REACHED):
        assert abs(reached - unknown * chance) < 4 * math.sqrt(unknown * chance * (1 - chance))
        unknown -= reached
    assert books(market, Entry.AWARE)[-1] == 4000 - unknown


def test_nobody_hears_of_a_firm_of_which_nobody_speaks():
    market = lived(scenario({"firms": {"rival_1": {"known_by": 0.0}}}, customers=1000, periods=30))
    assert not books(market, Entry.AWARE, 1).any() and not books(market, Entry.UNITS, 1).any()
    heard = lived(scenario({"firms": {"rival_1": {"known_by": 0.05}}}, customers=1000, periods=30))
    aware = books(heard, Entry.AWARE, 1)
    assert aware[-1] > aware[0] > 0
    assert np.array_equal(np.diff(aware), books(heard, Entry.REFERRALS, 1)[:-1])  # talk comes after the count


# ---------------------------------------------------------------- failure and recovery


def test_failures_are_found_as_often_as_voiced_and_recovered():
    parts = everyone(voice=0.4, need_rate=1.0)
    focal = {"firms": {"focal": {"failure_rate": 0.3}}}
    market = lived(scenario(ALONE, parts, focal, customers=2000, periods=20, firms=1))
    units, failed, voiced = (books(market, e).sum() for e in (Entry.UNITS, Entry.FAILURES, Entry.COMPLAINTS))
    assert abs(failed - 0.3 * units) < 4 * math.sqrt(0.21 * units)
    assert abs(voiced - 0.4 * failed) < 4 * math.sqrt(0.24 * failed)
    assert books(market, Entry.RECOVERED).sum() == voiced  # no early warning is paid for
    warned = lived(scenario(ALONE, parts, focal | {"firms": {"focal": plan(feedback=0.05) | {"failure_rate": 0.3}}},
                            customers=2000, periods=20, firms=1))  # fmt: skip
    failed, voiced = (books(warned, e)[1:].sum() for e in (Entry.FAILURES, Entry.COMPLAINTS))
    found = books(warned, Entry.RECOVERED)[1:].sum() - voiced
    chance = 1 - math.exp(-10 * 0.05)
    assert abs(found - chance * (failed - voiced)) < 4 * math.sqrt(chance * (1 - chance) * (failed - voiced))


# ---------------------------------------------------------------- suppliers


def test_a_term_binds_until_it_ends():
    """Nobody thinks of leaving but every eighth week after becoming a customer."""
    parts = {"theory": {"contract": {"h0": 0, "h1": 0, "h2": 0, "contract_term": 8}}}
    market = lived(scenario(CONTRACT, parts, customers=1000, periods=60))
    lost = sum(books(market, Entry.LOST, firm) for firm in range(3))
    assert np.array_equal(np.flatnonzero(lost), np.arange(8, 60, 8))


def test_without_a_reason_to_think_nobody_leaves():
    parts = {"theory": {"contract": {"h0": 0, "h1": 0, "h2": 0}}}
    market = lived(scenario(CONTRACT, parts, customers=500, periods=60))
    assert not sum(books(market, Entry.LOST, firm).sum() for firm in range(3))
    assert books(market, Entry.KEPT)[1:].min() == books(market, Entry.WON)[0]


@pytest.mark.parametrize("return_rate", [0.0, 0.05])
def test_lost_for_good_or_not(return_rate):
    parts = {"market": {"outside": -4.0}, "theory": {"contract": {"h0": 0.2, "return_rate": return_rate}}}
    setting = scenario(CONTRACT, parts, customers=1000, periods=60)
    halfway, market = lived(setting, periods=30), lived(setting)
    gone = halfway.columns.lost_for_good[:1000] == 1
    back = market.columns.purchases[:1000][gone].sum() - halfway.columns.purchases[:1000][gone].sum()
    assert gone.sum() > 50 and (back > 0) == (return_rate > 0)


def test_reconsidering_has_the_hazard_that_is_declared():
    """Equal firms without inertia: of those who reconsider two thirds go elsewhere, whatever the luck."""
    still = {
        "choice": {"w_sat": 0, "w_hab": 0, "s_fin": 0, "s_soc": 0, "s_str": 0},
        "satisfaction": {"rate_sat": 0, "rate_exp": 0},
        "trust": {"up": 0, "down": 0},
        "contract": {"h0": 0.1, "h1": 0, "h2": 0},
    }
    market = lived(scenario(CONTRACT, everyone(lock_in=0), {"market": {"taste": False}, "theory": still}, customers=3000,
                            periods=20))  # fmt: skip
    lost = sum(books(market, Entry.LOST, firm)[1:].sum() for firm in range(3))
    chance = (1 - math.exp(-0.1)) * 2 / 3
    asked = 3000 * 19
    assert abs(lost - asked * chance) < 4 * math.sqrt(asked * chance * (1 - chance))


def test_the_main_supplier_leads_by_the_margin():
    market = lived(scenario(customers=1000, periods=1))
    for _ in range(60):
        before = market.columns.supplier[:1000].copy()
        market.step()
        c = market.columns
        habit, now = c.habit[:1000], c.supplier[:1000].astype(int)
        moved = (before >= 0) & (now != before)
        rows = np.flatnonzero(moved)
        lead = habit[rows, now[rows]] - habit[rows, before[rows]]
        assert (lead >= 0.1 - 1e-6).all() and (habit[rows, now[rows]] == habit[rows].max(axis=1)).all()
    assert causes(market).sum() > 0


def test_stages_in_words():
    """Nobody is more than an acquaintance before the third purchase; without a supplier there is no stage."""
    silent = {"theory": {"talk": {"talk_base": 0, "talk_slope": 0}}}  # talk comes after the stage is settled
    focal = {"firms": {"focal": plan(contact_rate=0.5, integration=0.5)}}
    market = lived(scenario(FREE, silent, focal, customers=800, periods=80))
    c = market.columns
    stage = np.array(STAGES)[c.stage[:800]]
    supplier = c.supplier[:800].astype(int)
    assert ((stage == "none") == (supplier < 0)).all()
    bought = c.purchases[np.arange(800), np.maximum(supplier, 0)]
    few = (supplier >= 0) & (bought < 3)
    assert (stage[few] == "acquaintance").all()
    assert {"steady", "wandering", "consolidated"} <= set(stage)
    consolidated = stage == "consolidated"
    bond = np.maximum(c.social_bond, c.structural_bond)[np.arange(800), np.maximum(supplier, 0)]
    assert (bond[consolidated] > 0.5).all() and (market.commitment()[:800][consolidated] > 0.8).all()
    trust = c.trust[np.arange(800), np.maximum(supplier, 0)]
    satisfied = c.satisfaction[np.arange(800), np.maximum(supplier, 0)] > 0
    assert not ((stage == "reserve") & (trust > 1 / 3) & satisfied).any()
    assert not ((stage == "steady") & (trust < 1 / 3)).any()


# ---------------------------------------------------------------- choice


def test_without_noise_the_best_is_taken_and_ties_go_to_the_incumbent():
    calm = {"theory": {"choice": {"noise_scale": 0}}, "market": {"taste": False, "outside": "none"}}
    still = {"theory": {"satisfaction": {"rate_sat": 0, "rate_exp": 0}, "trust": {"up": 0, "down": 0}}}
    equal = lived(scenario(calm, still, customers=200, periods=20))
    assert books(equal, Entry.LOST).sum() == 0 and books(equal, Entry.UNITS, 0).sum() > 0
    cheaper = lived(scenario(calm, {"firms": {"rival_2": {"price": 9.0}}}, customers=200, periods=1))
    c = cheaper.columns
    assert c.purchases[:200, 2].sum() == c.purchases[:200].sum() > 0


def test_nobody_buys_outside_at_a_price_of_everything():
    """The outside option at +100 utility takes every occasion."""
    market = lived(scenario({"market": {"outside": 100}}, customers=200, periods=10))
    assert not market.columns.purchases.any() and (market.columns.supplier == -1).all()
    whole = np.array(market.books.market_ledgers)
    assert whole[:, 0].sum() == whole[:, 1].sum() > 0


def test_without_reports_customers_live_the_same():
    kept = []
    for reports in (True, False):
        made = Market(bench.setting(2_000), 3, reports=reports, collect=False)
        made.run_for(60)
        kept.append(made.columns)
    told, silent = kept
    assert len(np.unique(told.stage)) >= 5  # something to tell apart
    unreported = {"aware_then", "satisfaction_then", "best_social", "best_structural"}  # causes' own memory
    for column in COLUMNS:
        if column.name not in unreported:
            np.testing.assert_array_equal(
                getattr(told, column.name), getattr(silent, column.name), column.name
            )
