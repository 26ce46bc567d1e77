"""Strategies that learn or imitate, in one look each."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

import sim.strategies.library  # noqa: F401
from sim.strategies import (
    MarketingPlan,
    Programme,
)
from sim.strategies.checks.view_sequences import played, rival, situations, view
from sim.strategies.library import make_strategy
from sim.strategies.optimal_spend import best_spend, learned_k
from support.strategies import plan_of, plans_of


def response(spent: float, ceiling: float, k: float) -> float:
    """Probability of winning a customer at a spending (Blattberg & Deighton 1996)."""
    return ceiling * (1.0 - np.exp(-k * spent))


def copied(values: dict[str, Any], lever: str) -> int:
    """Weeks until the imitator has the rival's lever."""
    model = rival("focal", price=9.0, reward_rate=0.03, contact_rate=0.08, integration=0.2)
    seen = tuple(view(period=k, rivals=(model, rival("rival_2")), budget=1e6) for k in range(150))
    plans = [plan for _, plan in played(make_strategy("imitator", values), seen)]
    if lever == "price":
        return [plan.price for plan in plans].index(9.0)
    return [any(getattr(tier.programme, lever) for tier in plan.tiers) for plan in plans].index(True)


def test_imitator_copies_money_first_and_structure_last():
    assert [copied({}, lever) for lever in ("price", "reward_rate", "contact_rate", "integration")] == [
        4,
        4,
        26,
        104,
    ]
    assert copied({"whom": "focal", "social_lag": 10.0}, "contact_rate") == 10


def test_who_copies_a_programme_gives_it_to_as_many():
    model = rival("focal", contact_rate=0.08, members=0.4)
    for name, values in (("imitator", {"social_lag": 0.0}), ("imitate_the_best", {})):
        copier = make_strategy(name, values)
        plans = [copier.plan(view(period=k, rivals=(model,), budget=1e6)) for k in range(60)]
        tiers = {plan.tiers for plan in plans if plan.tiers}
        assert [[(t.rule, t.share, t.programme.contact_rate) for t in made] for made in tiers] == [
            [("rfm", 0.4, 0.08)]
        ]
    online = replace(model, online=0.5).tiers()[0].programme
    assert (online.contact_rate, online.online) == (0.08, 0.5)
    assert replace(model, contact_rate=0.0, online=1.0).tiers() == ()
    assert (
        replace(model, members=1.0).tiers()[0].rule == "everyone"
        and replace(model, members=0.0).tiers() == ()
    )


def test_imitator_of_a_name_copies_only_that_one():
    assert plan_of("imitator", situations()["rivals promote"], whom="nobody", financial_lag=0.0) == plan_of(
        "transactional", situations()["rivals promote"]
    )
    copied_price = plan_of(
        "imitator", situations()["price war"], whom="rival_1", financial_lag=0.0, budget_share=1.0
    )
    assert copied_price.price == pytest.approx(7.0)


def earned(plan: MarketingPlan, best: float = 9.0) -> float:
    """A profit with one best price, and one best contact rate of 0.06."""
    contact = plan.tiers[0].programme.contact_rate if plan.tiers else 0.0
    return 5000.0 - 400.0 * (plan.price * (1 - plan.promotion) - best) ** 2 - 1e5 * (contact - 0.06) ** 2


def respond(weeks: int, noise: float = 0.0, best: Any = lambda week: 9.0) -> list[float]:
    """Profits of the best responder, week by week, where only its own price and contacts matter."""
    learner, profit, earnings, luck = make_strategy("best_responder"), 0.0, [], np.random.default_rng(3)
    for week in range(weeks):
        plan = learner.plan(view(period=week, profit=profit + noise * luck.standard_normal(), budget=1e6))
        profit = earned(plan, best(week)) - 1e4 * plan.advertising
        earnings.append(profit)
    return earnings


def test_best_responder_climbs_and_keeps_what_it_knows():
    earnings = respond(1500)
    assert earnings[0] < 4300 and np.median(earnings[-300:]) > 4950
    held = [np.median(earnings[k : k + 100]) for k in range(0, 1500, 100)]
    assert all(later >= before - 60 for before, later in pairwise(held))


def test_best_responder_climbs_through_noise_and_follows_a_market_that_moves():
    assert np.median(respond(2000, noise=50.0)[-300:]) > 4900
    assert np.median(respond(3000, best=lambda week: 9.0 if week < 1000 else 11.0)[-300:]) > 4800


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
