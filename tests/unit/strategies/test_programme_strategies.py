"""Strategies of programmes, in one look each: bonds, tiers, key accounts, a second product."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import sim.strategies.library  # noqa: F401
from sim.market.market import Market
from sim.scenario.scenario import Scenario
from sim.strategies import (
    Programme,
    SecondBook,
    Survey,
    Tier,
)
from sim.strategies.budget import cost, tier_cost
from sim.strategies.checks.view_sequences import customer_file, played, rival, situations, view
from sim.strategies.library import make_strategy
from sim.strategies.optimal_spend import best_spend
from support.strategies import plan_of


@pytest.mark.parametrize(
    "name, lever, other",
    [
        ("frequency_programme", "reward_rate", "contact_rate"),
        ("club", "contact_rate", "integration"),
        ("partner", "integration", "reward_rate"),
    ],
)
def test_each_level_has_its_own_bond(name, lever, other):
    programme = plan_of(name).tiers[0].programme
    assert getattr(programme, lever) > 0 and getattr(programme, other) == 0


def test_frequency_programme_answers_a_rivals_points():
    assert plan_of("frequency_programme", view(budget=5e3)).tiers[0].programme.reward_rate == pytest.approx(
        0.02
    )
    answered = plan_of("frequency_programme", view(budget=5e3, rivals=(rival(reward_rate=0.04),)))
    assert answered.tiers[0].programme.reward_rate == pytest.approx(0.04)


@pytest.mark.parametrize(
    ("level", "without"),
    [("frequency_programme", "reward_rate"), ("club", "contact_rate"), ("partner", "integration")],
)
def test_a_level_without_its_bond_is_plain_marketing(level, without):
    """So an arm differs from the control by its bond alone, wherever its customers are content and its promise kept."""
    for name in ("ordinary", "first period", "price war", "rich budget", "a quarter", "thin margin"):
        seen = situations()[name]
        assert plan_of(level, seen, **{without: 0.0}).replace(tiers=()) == plan_of("transactional", seen), (
            name
        )


def test_club_mends_before_it_invites():
    calm, upset = plan_of("club"), plan_of("club", view(survey=Survey(100, -0.2, 0.0)))
    assert upset.recovery > calm.recovery == 0 < plan_of("club", listening=0.1).recovery
    assert upset.tiers[0].programme.contact_rate < calm.tiers[0].programme.contact_rate


def test_partner_waits_for_acquaintance():
    file = replace(customer_file(100), frequency=np.ones(100))
    assert plan_of("partner", view(customer_file=file)).tiers == ()
    assert plan_of("partner").tiers[0].share < 1


def test_tiers_follow_the_concentration_of_value():
    flat = replace(customer_file(100), lifetime_value=np.ones(100))
    steep = replace(customer_file(100), lifetime_value=np.r_[1e3, np.ones(99)])
    tops = [
        plan_of("tiered_by_lifetime_value", view(customer_file=file)).tiers[0].share for file in (flat, steep)
    ]
    assert tops == [pytest.approx(0.5), pytest.approx(0.01)]


@pytest.mark.parametrize(
    ("name", "share"),
    [("club", 0.5), ("frequency_programme", 1.0), ("transactional", 1.0), ("internet", 1.0)],
)
def test_for_how_many_a_programme_is_can_be_seen(name, share):
    setting = Scenario.from_config({
        "name": "seen", "population": {"customers": 300}, "experiment": {"focal": "firm"},
        "firms": {"firm": {"strategy": {"name": name}}, "other": {}},
    })  # fmt: skip
    market = Market(setting, seed=1)
    market.run_for(5)
    assert market.firms[0].public_offer().members == share
    assert market.firms[0].public_offer().online == (name == "internet")


def test_kotlers_levels_are_a_ladder():
    def marks(name: str) -> tuple[bool, bool, bool, bool]:
        plan = plan_of(name)
        tie = plan.tiers[0].programme if plan.tiers else Programme()
        return plan.recovery > 0, plan.feedback > 0, tie.contact_rate > 0, tie.integration > 0

    assert [marks(name) for name in ("basic", "reactive", "accountable", "proactive", "partnership")] == [
        (False, False, False, False), (True, False, False, False), (True, True, True, False),
        (True, True, True, False), (True, True, True, True),
    ]  # fmt: skip
    assert plan_of("accountable").tiers[0].rule == "recency"
    assert plan_of("proactive").tiers[0].rule == "everyone"
    assert plan_of("partnership").tiers[0].rule == "key_accounts"


def test_a_reviewer_is_handed_the_file_at_its_reviews_only():
    setting = Scenario.from_config({
        "name": "reviews", "population": {"customers": 300}, "experiment": {"focal": "firm"},
        "firms": {"firm": {"strategy": {"name": "rfm_tiered", "review": 8}}, "other": {}},
    })  # fmt: skip
    market, handed = Market(setting, seed=1), []
    strategy = market.firms[0].strategy
    plan = strategy.plan
    strategy.plan = lambda view: handed.append(view.customer_file is not None) or plan(view)  # type: ignore[method-assign]
    market.run_for(20)
    assert handed[0] and handed.index(False) >= 1  # asked until there is something to cut
    cut = handed.index(False) - 1
    assert handed[cut:] == [n % 8 == 0 for n in range(20 - cut)]


def paying(**columns: Any) -> Any:
    """A file of 100 customers with some columns set."""
    return replace(customer_file(100), **columns)


# Accounts and tiers.


def test_key_accounts_hold_the_share_of_revenue_and_are_visited_by_case_load():
    money = np.r_[np.full(10, 100.0), np.full(90, 100.0 / 9)]  # ten customers hold half
    file = paying(money=money, recency=np.zeros(100))
    first, second = plan_of("key_account_manager", view(customer_file=file, budget=1e4), held=0.5).tiers
    assert (second.rule, second.accounts, second.managers) == ("key_accounts", 10, 1)
    assert first.accounts == 2 and first.programme.integration > 0 == second.programme.integration
    assert second.programme.contact_rate == pytest.approx(10.0 / 25)
    poor = plan_of("key_account_manager", view(customer_file=file, budget=4.0), held=0.5).tiers[1]
    assert poor.accounts < 10  # less money, fewer accounts rather than thinner visits


def test_silent_key_accounts_are_asked_why():
    buying, silent = (paying(recency=np.full(100, weeks)) for weeks in (2.0, 30.0))
    calm, alarmed = (plan_of("key_account_manager", view(customer_file=f)) for f in (buying, silent))
    assert alarmed.feedback > calm.feedback == 0.0 and alarmed.recovery > calm.recovery == 0.0


def test_rfm_cells_cut_the_tiers():
    rank = np.arange(100.0)
    ordered = paying(recency=rank / 10, frequency=100 - rank, money=100 - rank)
    top, both = plan_of("rfm_tiered", view(customer_file=ordered)).tiers
    assert (top.share, both.share) == (0.4, 0.6)  # scores 15 and 12 are best, 9 is middle
    assert top.programme.contact_rate > 0 == both.programme.contact_rate < both.programme.reward_rate
    opposed = paying(recency=rank / 10, frequency=rank, money=100 - rank)
    assert plan_of("rfm_tiered", view(customer_file=opposed)).tiers[0].share < 0.4


def test_relations_that_do_not_pay_are_ended():
    # 0.1 contacts of 0.5 money a week, four times that asked: 0.2 a week; margin is 4 of 10
    weekly = np.r_[np.full(30, 0.6), np.full(70, 0.4)]
    file = paying(since=np.full(100, 50.0), money=50.0 * weekly)
    kept, ended = plan_of("ending_unprofitable", view(customer_file=file)).tiers
    assert kept.rule == "lifetime_value" and kept.share == pytest.approx(0.3)
    assert kept.programme.contact_rate > 0 and not any(ended.programme)
    everyone = plan_of("ending_unprofitable", view(customer_file=replace(file, since=np.full(100, 5.0))))
    assert everyone.tiers[0].share == 1.0  # too new to be judged


def test_personal_service_talks_more_while_customers_go():
    stay, go = plan_of("personal_service"), plan_of("personal_service", view(lost_customers=600))
    assert go.tiers[0].programme.contact_rate > stay.tiers[0].programme.contact_rate > 0
    assert 0 < go.staff < stay.staff


def test_three_levels_add_a_bond_as_customers_come_closer():
    frequency = np.r_[np.full(20, 30.0), np.full(30, 6.0), np.full(50, 1.0)]
    file = paying(frequency=frequency, recency=np.zeros(100))
    tiers = plan_of("three_levels", view(customer_file=file)).tiers
    assert [tier.share for tier in tiers[:2]] == [0.2, 0.5] and tiers[2].rule == "everyone"
    assert [sum(value > 0 for value in tier.programme) for tier in tiers] == [3, 2, 1]


def test_one_to_one_fits_the_dose_to_the_value():
    worth = np.r_[np.full(5, 400.0), np.full(15, 100.0), np.full(30, 40.0), np.full(50, 10.0)]
    tiers = plan_of("one_to_one", view(customer_file=paying(lifetime_value=worth), budget=1e6)).tiers
    spent = [0.5 * t.programme.contact_rate + t.programme.integration for t in tiers]
    assert spent == pytest.approx([best_spend(v, 0.1, 0.5) / 52 for v in (400, 100, 40, 10)])
    assert spent[3] == 0.0 < spent[2] < spent[1] < spent[0]


# Money.


def test_a_lower_tier_holds_what_the_better_ones_leave():
    points, seen = Programme(reward_rate=0.1), view()
    top, rest = (tier_cost(seen, seen.standing_plan, *part) for part in ((0.2, points), (0.8, points, 0.2)))
    assert top + rest == pytest.approx(tier_cost(seen, seen.standing_plan, 1.0, points)) and top > rest
    two = seen.standing_plan.replace(tiers=(Tier(points, "rfm", 0.2), Tier(points)))
    assert cost(seen, two) == pytest.approx(cost(seen, seen.standing_plan.replace(tiers=(Tier(points),))))


def test_the_internet_firm_reaches_first_and_then_serves():
    strategy = make_strategy("internet")
    first, later = (strategy.plan(view(period=period)) for period in (3, 60))
    assert first.advertising > 2 * later.advertising and first.place < later.place
    assert later.tiers[0].rule == "everyone" and later.tiers[0].programme.online == 1.0
    assert first.tiers[0].programme.contact_rate < later.tiers[0].programme.contact_rate <= 0.25


BOOK = SecondBook(5.0, 3.0, "own", 100.0, 500.0, 1000.0)


def test_the_cross_seller_offers_less_the_more_have_it():
    plans = [
        make_strategy("cross_seller")
        .plan(view(["second"], second=replace(BOOK, owners=owners)))
        .cross_selling
        for owners in (0.0, 2500.0, 5000.0)
    ]
    assert plans[0] > plans[1] > plans[2] == 0.0
    # half of half the budget of 1,000 over 5,000 active customers
    assert plans[0] == pytest.approx(0.5 * 500 / 5000)
    usual = make_strategy("transactional").plan(view())
    assert make_strategy("cross_seller").plan(view()) == usual


def test_the_bundler_gives_half_its_margin_for_half_a_year():
    weeks = tuple(view(["second"], period=k, second=BOOK) if k >= 2 else view(period=k) for k in range(40))
    plans = [made.bundle_discount for _, made in played(make_strategy("bundler"), weeks)]
    assert plans == pytest.approx([0.0] * 2 + [0.5 * 0.4] * 26 + [0.0] * 12)
