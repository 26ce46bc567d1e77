"""Strategies of price, product and promotion, in one look each."""

from __future__ import annotations

from dataclasses import replace

import pytest

import sim.strategies.library  # noqa: F401
from sim.core.errors import InputError
from sim.strategies import (
    Programme,
    Survey,
    Tier,
)
from sim.strategies.budget import cost
from sim.strategies.checks.view_sequences import TIED, played, rival, situations, view
from sim.strategies.library import make_strategy
from support.strategies import plan_of, plans_of


def test_fixed_plan_plays_what_is_set():
    plan = plan_of("fixed_plan", price=9.0, recovery=2.0, contact_rate=0.3)
    assert (plan.price, plan.recovery, plan.quality) == (9.0, 2.0, 0.8)
    assert plan.tiers == (Tier(Programme(contact_rate=0.3)),)
    assert plan_of("fixed_plan") == view().standing_plan
    for name in (
        "price",
        "promotion",
        "advertising",
        "promise",
        "quality",
        "staff",
        "place",
        "feedback",
        "recovery",
    ):
        assert getattr(plan_of("fixed_plan", **{name: 0.7}), name) == 0.7


def test_fixed_plan_changes_in_its_week_and_what_is_not_named_stays():
    values = {"staff": 0.02, "contact_rate": 0.3, "then": {"at": 80, "contact_rate": 0, "price": 9}}
    before, after = (plan_of("fixed_plan", view(period=week), **values) for week in (79, 80))
    assert before == plan_of("fixed_plan", staff=0.02, contact_rate=0.3)
    assert after == plan_of("fixed_plan", staff=0.02, contact_rate=0, price=9)
    assert plan_of("fixed_plan", view(period=40, weeks_per_period=2.0), **values).price == 9


@pytest.mark.parametrize(
    ("then", "key", "nearest"),
    [
        (5, "then", None), ({"price": 9}, "then", None), ({"at": -1}, "then.at", None), ({"at": "soon"}, "then.at", None),
        ({"at": 5, "pric": 9}, "then.pric", "price"), ({"at": 5, "price": -1}, "then.price", None),
        ({"at": 5, "price": float("nan")}, "then.price", None), ({"at": 5, "then": {"at": 6}}, "then", None),
    ],
)  # fmt: skip
def test_a_wrong_change_of_plan_is_named(then, key, nearest):
    with pytest.raises(InputError) as wrong:
        make_strategy("fixed_plan", {"then": then})
    assert wrong.value.key == f"strategy.{key}" and (nearest is None or wrong.value.nearest == nearest)


def test_price_cutter_undercuts_down_to_its_floor_only():
    rich = view(budget=1e9)
    assert plan_of("price_cutter", rich).price == pytest.approx(9.8)
    war = replace(rich, rivals=(rival(price=6.1), rival("rival_2", price=5.0)))
    assert plan_of("price_cutter", war).price == pytest.approx(6.6)
    assert plan_of("price_cutter", view(budget=50.0)).price > 9.9


def test_heavy_promoter_sells_high_and_low():
    seen = view(budget=1e6)
    weeks = [replace(seen, period=k) for k in range(52)]
    offs = [plan.promotion for _, plan in played(make_strategy("heavy_promoter"), tuple(weeks))]
    assert sum(off > 0.2 for off in offs) == 12 and sum(off == 0 for off in offs) == 40
    assert plan_of("heavy_promoter").price == pytest.approx(10.2)


def test_advertiser_bursts_then_keeps():
    ads = [plan.advertising for _, plan in played(make_strategy("advertiser"), (view(),) * 60)]
    assert ads[0] == pytest.approx(0.05) and ads[-1] == pytest.approx(0.5 * (1 - 0.5 ** (1 / 8)), rel=1e-3)


def test_over_promiser_promises_more_than_it_works_for():
    plan = plan_of("over_promiser")
    assert plan.promise > view().quality + 0.5 and plan.quality == 0.8


def test_quality_leader_takes_back_what_does_not_pay():
    rich = (view(budget=2000.0),) * 60
    gains = [plan.quality for _, plan in played(make_strategy("quality_leader"), rich)]
    assert gains[-1] == pytest.approx(1.0) and max(gains) <= 1.0 + 1e-9
    losing = (view(),) * 30 + (view(profit=-10.0),) * 60
    assert [plan.quality for _, plan in played(make_strategy("quality_leader"), losing)][-1] == pytest.approx(
        0.8
    )


def test_service_recoverer_works_on_causes_when_failures_are_frequent():
    calm, bad = plan_of("service_recoverer"), plan_of("service_recoverer", situations()["many complaints"])
    assert calm.recovery > 0 and calm.feedback > 0 and calm.staff < bad.staff


def test_transactional_promotes_when_dear_and_serves_when_failing():
    dear, cheap = (plan_of("transactional", view(rivals=(rival(price=price),))) for price in (9.0, 11.5))
    assert dear.promotion > cheap.promotion and dear.tiers == ()
    assert plan_of("transactional", situations()["many complaints"]).staff > dear.staff
    assert cost(view(), plan_of("transactional")) == pytest.approx(0.5 * view().budget)
    assert plan_of("transactional").quality > plan_of("transactional", product=0.2).quality > 0.8
    assert plan_of("transactional", product=0.0).quality == 0.8


def test_leaky_bucket_and_its_counterpart():
    getting, keeping = plan_of("acquisition_only"), plan_of("retention_focused", view(new_customers=99))
    assert (
        getting.tiers == () and getting.recovery == getting.staff == getting.feedback == 0 < getting.promotion
    )
    assert keeping.advertising == 0 < keeping.recovery and keeping.tiers[0].programme.contact_rate > 0


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
