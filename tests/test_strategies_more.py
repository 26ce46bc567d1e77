"""Key accounts, tiers, equity, prices, promises, service, the other markets, learners: one law each, by hand."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from sim.strategies import FirmView, MarketingPlan, Programme, Survey, Tier, make_strategy
from sim.strategies.budget import cost, spend, tier_cost
from sim.strategies.checks.courses import TIED, customer_file, played, rival, situations, view
from sim.strategies.optimal_spend import best_spend, learned_k, response


def plan_of(name: str, seen: FirmView | None = None, **values: Any) -> MarketingPlan:
    return make_strategy(name, values).plan(seen or view())


def plans_of(name: str, seen: Any, **values: Any) -> list[MarketingPlan]:
    return [plan for _, plan in played(make_strategy(name, values), tuple(seen))]


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


# Equity.


@pytest.mark.parametrize(
    ("value", "ceiling", "k"), [(100, 0.4, 0.1), (900, 0.9, 0.02), (60, 0.1, 5.0), (5, 0.3, 0.2)]
)
def test_best_spend_is_the_numeric_optimum(value, ceiling, k):
    found = minimize_scalar(
        lambda spent: spent - value * response(spent, ceiling, k), bounds=(0, 500), method="bounded",
        options={"xatol": 1e-9},
    )  # fmt: skip
    assert best_spend(value, ceiling, k) == pytest.approx(found.x, abs=1e-5)
    if k * ceiling * value <= 1:
        assert best_spend(value, ceiling, k) == 0.0


def test_k_is_learned_from_what_a_spend_brought():
    assert learned_k(8.0, response(8.0, 0.6, 0.05), 0.6) == pytest.approx(0.05)
    assert learned_k(0.0, 0.1, 0.5) == learned_k(5.0, 0.0, 0.5) == 0.0 and learned_k(5.0, 0.5, 0.5) == np.inf


def responding(weeks: int, k: float, **values: Any) -> list[tuple[float, float]]:
    """Yearly spend on a customer to be won, and the best one, of a firm whose prospects respond with a k."""
    made, seen, found = make_strategy("blattberg_deighton", values), view(period=0, budget=1e5), []
    for week in range(weeks):
        plan = made.plan(replace(seen, period=week))
        spent = 52.0 * plan.advertising * 10_000 / 5000
        chance = response(spent, 0.6, k)
        won = 5000 * (1 - (1 - chance) ** (1 / 52))
        seen = replace(seen, new_customers=won)
        kept = (1 - 35 / 5000) ** 52
        worth = 52 * 4.0 * 0.25 * 1.12 / (1.12 - kept)
        found.append((spent, best_spend(worth, 0.6, k)))
    return found


@pytest.mark.parametrize("k", [0.05, 0.2])
def test_blattberg_deighton_finds_its_optimum_from_its_own_response(k):
    spent, best = responding(400, k)[-1]
    assert best > 1.0 and spent == pytest.approx(best, rel=0.02)


def test_turned_round_a_spend_that_tells_no_k_stays_where_it_went():
    seen = view(period=1, budget=1e5, new_customers=20, lost_customers=0.0)  # beyond the ceiling
    usual, turned = (make_strategy("blattberg_deighton", {"turned": turned}) for turned in (0, 1))
    usual.last, turned.last = (300.0, 100.0), (100.0, 300.0)
    kept, won = usual._best(seen, 1.0)[1], turned._best(seen, 1.0)[0]
    assert kept == pytest.approx(100.0) and won == pytest.approx(100.0)


def test_turned_round_each_spend_is_what_is_best_for_the_other():
    seen = view(period=1, budget=1e5, new_customers=20, lost_customers=35.0)
    found = []
    for turned in (0, 1):
        made = make_strategy("blattberg_deighton", {"turned": turned})
        made.last = (300.0, 300.0)
        found.append(made._best(seen, 1.0))
    assert found[0][0] != pytest.approx(found[0][1]) and found[1] == pytest.approx(found[0][::-1])


def test_return_on_marketing_follows_the_driver_that_pays():
    made, profit, share = make_strategy("return_on_marketing"), 0.0, []
    for week in range(400):
        plan = made.plan(view(period=week, profit=profit))
        profit = 1000.0 + 2e4 * plan.tiers[0].programme.contact_rate + 100.0 * plan.advertising
        share.append(made.shares["relationship"])
    assert (
        share[0] == pytest.approx(1 / 3) and share[-1] > 0.9 and sum(made.shares.values()) == pytest.approx(1)
    )
    assert min(made.shares.values()) >= 0.019


# Prices and promises.


def test_invest_then_harvest_then_invest_again():
    weeks = [view(period=k, active_customers=5000 if k < 90 else 2000) for k in range(140)]
    made = plans_of("invest_then_harvest", weeks)
    assert made[0].promotion > 0 and made[0].tiers[0].programme.reward_rate > 0 and made[0].price == 10
    assert made[60].price == pytest.approx(11.0) and made[60].tiers == () and made[60].promotion == 0
    assert made[51].price == 10 and made[52].price > 10 and made[-1].price == 10  # the base has shrunk


def test_price_matcher_meets_and_never_undercuts():
    rich = view(budget=1e9)
    cheap = replace(rich, rivals=(rival(price=9.0, promotion=0.1), rival("rival_2")))
    assert plan_of("price_matcher", cheap).price == pytest.approx(8.1)
    assert plan_of("price_matcher", replace(rich, rivals=(rival(price=12.0),))).price == 10
    assert plan_of("price_matcher", replace(rich, rivals=(rival(price=5.0),))).price == pytest.approx(6.6)
    assert plan_of("price_matcher", cheap).promotion == 0


def test_loss_leader_sells_below_cost_to_the_lightest_buyers_alone():
    full, light = plan_of("loss_leader").tiers
    assert not any(full.programme) and full.rule == "rfm" and light.rule == "everyone"
    assert 10.0 * (1 - light.programme.discount) == pytest.approx(0.9 * 6.0)
    lost = light.programme.discount * 12_500 * (1 - full.share)
    assert lost == pytest.approx(0.6 * 500)


def test_hit_and_run_promises_then_sells_dear_and_silent():
    made = plans_of("hit_and_run", [view(period=k, new_customers=40) for k in range(60)])
    assert made[0].promise == pytest.approx(1.8) and made[0].advertising > 0
    away = [plan for plan in made if plan.price > 10]
    assert len(away) == 26 and all(p.advertising == p.promotion == 0 and p.promise == 0.8 for p in away)
    assert made[26].price > 10 and made[52].advertising > 0
    drying = plans_of("hit_and_run", [view(period=k, new_customers=40 if k < 8 else 0) for k in range(20)])
    assert drying[15].price > 10 == made[15].price  # nobody comes any more: away sooner


def test_green_claims_only_what_is_delivered():
    new, better = plan_of("green"), plan_of("green", view(quality=1.2, stakeholders=TIED))
    assert new.quality > 0.8 and new.promise == 0.8 and new.public_relations == 0
    assert better.promise == pytest.approx(0.8 + 0.5 * 0.4) and better.public_relations > 0
    assert plan_of("green", view(quality=0.5)).promise == 0.5


def test_integrated_says_what_is_delivered_on_every_channel_alike():
    seen = view(quality=1.1)
    plan = plan_of("integrated", seen, advertising=0.0, answer=0.0, mending=0.0)
    assert plan.promise == 1.1 and plan_of("integrated", view(quality=0.6)).promise == 0.6
    amounts = (
        plan.advertising * 1e4, plan.place * 1e4, plan.staff * 5e3, 0.5 * plan.tiers[0].programme.contact_rate * 5e3,
    )  # fmt: skip
    assert amounts == pytest.approx([0.7 * 500 / 4] * 4)


def test_event_marketer_bursts_then_follows_up_then_is_quiet():
    made = plans_of("event_marketer", [view(period=k) for k in range(52)])
    kinds = [tuple(tier.rule for tier in plan.tiers) for plan in made]
    value = ("lifetime_value", "lifetime_value")
    assert kinds == ([("everyone",)] * 2 + [value] * 6 + [()] * 18) * 2
    assert made[0].event > 0 == made[10].event
    known = plans_of("event_marketer", [view(period=k, prospects_on_file=300) for k in range(52)])
    assert [plan.tiers[0].rule for plan in known[2:8]] == ["prospects"] * 6
    assert not any(tier.rule == "prospects" for plan in known[:2] + known[8:26] for tier in plan.tiers)
    first, second = made[3].tiers
    assert first.programme.contact_rate > second.programme.contact_rate > 0


# Service.


def test_complaint_driven_holds_back_advertising_while_complaints_mount():
    seen = [view(complaints=20.0 if k < 30 else 60.0, failures_found=0.0) for k in range(40)]
    made = plans_of("complaint_driven", seen)
    assert made[29].advertising > 0 == made[30].advertising and made[30].staff > made[29].staff > 0
    assert made[29].recovery > 0 and made[29].feedback == 0


def test_early_warning_listens_harder_the_more_was_silent():
    voiced, silent = (view(complaints=c, failures_found=40.0) for c in (40.0, 4.0))
    plans = [plan_of("early_warning", seen) for seen in (voiced, silent)]
    assert plans[0].feedback == pytest.approx(0.1 * 500 / 5000)
    assert plans[1].feedback == pytest.approx((0.1 + 0.3 * 0.9) * 500 / 5000)
    cooling = [view(survey=Survey(100, 0.4 if k < 20 else 0.1, 0.1)) for k in range(21)]
    made = plans_of("early_warning", cooling)
    assert made[20].staff > made[19].staff == 0


# The other markets.

WORKERS = {
    "employee_first": "employee_support", "supplier_partnership": "supplier_support",
    "channel_partner": "distributor_support", "alliance_builder": "alliance",
}  # fmt: skip


@pytest.mark.parametrize(("name", "lever"), WORKERS.items())
def test_without_its_stakeholders_it_is_plain_marketing(name, lever):
    kind = type(make_strategy(name)).kind
    others = MappingProxyType({other: 1 for other in TIED if other != kind})
    for seen in situations().values():
        usual = replace(seen, stakeholders=others)
        assert plan_of(name, usual) == plan_of("transactional", usual)
    tied = plan_of(name, view(stakeholders=TIED))
    assert getattr(tied, lever) > 0 and cost(view(stakeholders=TIED), tied) == pytest.approx(500)
    assert all(getattr(tied, other) == 0 for other in WORKERS.values() if other != lever)


def test_employees_get_more_as_service_fails():
    calm, failing = view(stakeholders=TIED), view(stakeholders=TIED, failures_found=250.0)
    supports = [plan_of("employee_first", seen).employee_support for seen in (calm, failing)]
    more = 1 + 3 * (250 / 1250 - 0.05)
    assert supports[1] == pytest.approx(0.2 * 500 / 1e4 * more) and supports[0] == pytest.approx(0.01)
    assert plan_of("employee_first", view(stakeholders=TIED, quality=0.5)).promise == 0.5


def test_suppliers_savings_are_shared_with_customers():
    first, later = plans_of(
        "supplier_partnership", [view(stakeholders=TIED, unit_cost=c) for c in (6.0, 5.8)]
    )
    assert first.promotion == 0 and later.promotion == pytest.approx(0.5 * 0.2 / 10)


def test_a_channel_partner_gives_no_price_off():
    beside = view(stakeholders=TIED, rivals=(rival(price=8.0),))
    assert plan_of("channel_partner", beside).promotion == 0 < plan_of("transactional", beside).promotion
    assert plan_of("channel_partner", beside).place > 0


def test_an_alliance_ends_sharing_once_a_rival_has_caught_up():
    behind, level = (view(stakeholders=TIED, rivals=(rival(promise=p),)) for p in (0.8, 1.0))
    assert plan_of("alliance_builder", behind).alliance > 0 == plan_of("alliance_builder", level).alliance


# Learners.


def learned(name: str, profit: Any, weeks: int, **values: Any) -> tuple[Any, list[MarketingPlan]]:
    """A learner whose profit is a function of its last plan."""
    made, plans, earned = make_strategy(name, values), [], 0.0
    for week in range(weeks):
        plans.append(made.plan(view(period=week, profit=earned, budget=1e5)))
        earned = profit(plans[-1])
    return made, plans


def programme(plan: MarketingPlan) -> Programme:
    return plan.tiers[0].programme if plan.tiers else Programme()


def test_bandit_tries_all_and_settles_on_the_best():
    made, plans = learned("bandit", lambda plan: 1000.0 + 500.0 * (programme(plan).integration > 0), 1200)
    late = [programme(plan).integration > 0 for plan in plans[-400:]]
    assert np.mean(late) > 0.6 and set(made.counts) == {a for a, n in made.counts.items() if n > 0}


def test_bandit_plays_an_arm_again_by_how_little_is_known():
    made = make_strategy("bandit", {"memory": 1.0})
    made.sums, made.counts = dict.fromkeys(made.sums, 100.0), dict.fromkeys(made.counts, 10.0)
    made.sums["points"], made.counts["points"] = 10.0, 1.0  # as good on average, tried less
    made.lowest, made.highest = 0.0, 20.0
    bound = 10 + 0.5 * 20 * np.sqrt(2 * np.log(51))
    assert made._bound("points") == pytest.approx(bound) and max(made.sums, key=made._bound) == "points"


def test_profit_gradient_climbs_to_the_best_price_and_contact():
    def profit(plan):
        return 5000 - 400 * (plan.price - 9.0) ** 2 - 1e5 * (programme(plan).contact_rate - 0.06) ** 2

    made, plans = learned("profit_gradient", profit, 2000, step=0.5)
    assert made.at["price"] * 10 == pytest.approx(9.0, abs=0.3)
    assert np.mean([profit(plan) for plan in plans[-300:]]) > 4900 > profit(plans[0])


def test_look_ahead_takes_the_price_of_its_elasticity_and_learns_it():
    still = view(budget=1e9)
    for elasticity in (
        2.5,
        4.0,
    ):  # sales fall by exp(-elasticity*price/rivals'): best is cost + rivals'/elasticity
        best = plan_of("look_ahead", still, inertia=0.0, elasticity=elasticity).price
        assert best == pytest.approx(6.0 + 10.0 / elasticity, abs=0.051)
    rising = [replace(still, rivals=(rival(price=10.0 + 0.1 * k),)) for k in range(3)]
    assert (
        plans_of("look_ahead", rising, trust=1000.0)[-1].price
        > plans_of("look_ahead", [still] * 3, trust=1000.0)[-1].price
    )
    made = make_strategy("look_ahead", {"inertia": 0.0})
    sold = [1250.0 * 0.5 ** (k % 2) for k in range(20)]  # halved by a price a tenth higher, again and again
    for k, units in enumerate(sold):
        last = view().standing_plan.replace(price=10.0 * 1.1 ** (k % 2))
        made.plan(view(period=k, units=units, last_plan=last))
    assert made.top / made.bottom == pytest.approx(np.log(2) / 0.1, rel=0.2)


def test_imitate_the_best_keeps_the_offer_that_earned_most_itself():
    offers = (rival(price=8.0), rival("rival_2", contact_rate=0.1), rival("rival_3"))
    made, plans, earned = make_strategy("imitate_the_best"), [], 0.0
    for week in range(60):
        plans.append(made.plan(view(period=week, profit=earned, budget=1e5, rivals=offers)))
        earned = 1000.0 + 500.0 * (programme(plans[-1]).contact_rate > 0) - 100.0 * (10 - plans[-1].price)
    assert plans[0].price == 10 and plans[0].tiers == ()
    assert 8.0 in {plan.price for plan in plans}
    assert programme(plans[30]).contact_rate == pytest.approx(0.1) and plans[30] == plans[45]


# Money.


def test_a_lower_tier_holds_what_the_better_ones_leave():
    points, seen = Programme(reward_rate=0.1), view()
    top, rest = (tier_cost(seen, seen.standing_plan, *part) for part in ((0.2, points), (0.8, points, 0.2)))
    assert top + rest == pytest.approx(tier_cost(seen, seen.standing_plan, 1.0, points)) and top > rest
    two = seen.standing_plan.replace(tiers=(Tier(points, "rfm", 0.2), Tier(points)))
    assert cost(seen, two) == pytest.approx(cost(seen, seen.standing_plan.replace(tiers=(Tier(points),))))


def test_support_of_nobody_buys_nothing():
    plan = spend(view(), view().standing_plan, 100.0, alliance=1.0, advertising=1.0)
    assert plan.alliance == 0 and cost(view(), plan) == pytest.approx(50.0)
