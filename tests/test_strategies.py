"""Every strategy keeps one contract; the contract itself is tried on strategies that break it."""

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

import sim.strategies.library  # noqa: F401
from sim.core.errors import InputError
from sim.core.parameters import param
from sim.market.market import Market
from sim.scenario.files import compose
from sim.scenario.scenario import Scenario
from sim.strategies import (
    STRATEGIES,
    TIER_RULES,
    FirmView,
    MarketingPlan,
    Programme,
    Strategy,
    Survey,
    Tier,
    make_strategy,
    strategy,
)
from sim.strategies.budget import cost, money_left, spend, within
from sim.strategies.checks.check import check_strategy, copies, faults, fingerprint, leaks
from sim.strategies.checks.courses import courses, customer_file, played, rival, situations, view

BUILT_IN = dict(STRATEGIES)
DOCS = Path(__file__).parents[1] / "docs"
AT_LEAST = """
    fixed_plan price_cutter heavy_promoter advertiser over_promiser quality_leader frequency_programme club
    partner tiered_by_lifetime_value service_recoverer imitator best_responder transactional acquisition_only
    retention_focused basic reactive accountable proactive partnership key_account_manager rfm_tiered
    ending_unprofitable personal_service three_levels blattberg_deighton return_on_marketing invest_then_harvest
    price_matcher loss_leader hit_and_run complaint_driven early_warning employee_first supplier_partnership
    channel_partner alliance_builder event_marketer green integrated one_to_one bandit profit_gradient look_ahead
    imitate_the_best cross_seller bundler internet market_oriented database_marketer
""".split()  # noqa: SIM905
each = pytest.mark.parametrize("name", sorted(BUILT_IN))


@pytest.fixture
def registry(monkeypatch):
    """A registry that forgets what a test registers."""
    kept = dict(STRATEGIES)
    yield STRATEGIES
    STRATEGIES.clear()
    STRATEGIES.update(kept)


def test_the_promised_strategies_are_there():
    assert set(AT_LEAST) <= set(BUILT_IN)


@each
def test_contract(name):
    assert check_strategy(BUILT_IN[name]) == []


def drawn(cls: type[Strategy]) -> Any:
    """Parameters anywhere in their declared ranges."""
    parts = {}
    for key, p in cls.declared.items():
        if p.type in (int, float) and p.low is not None and p.high is not None:
            number = some.integers(int(p.low), int(p.high)) if p.type is int else some.floats(p.low, p.high)
            parts[key] = some.none() | number if p.optional else number
    return some.fixed_dictionaries({}, optional=parts)


@each
@settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=some.data())
def test_contract_within_the_declared_ranges(name, data):
    values = data.draw(drawn(BUILT_IN[name]))
    assert faults(BUILT_IN[name], values) == []


@each
def test_declared_with_range_unit_and_meaning(name):
    for key, p in BUILT_IN[name].declared.items():
        assert p.meaning and p.source, key
        assert p.type in (str, object) or (p.unit and p.low is not None and p.high is not None), key


@each
def test_lives_within_its_budget(name):
    """No plan is expected to cost more than the budget."""
    for seen in situations().values():
        if name != "fixed_plan" and 0 <= seen.budget < float("inf"):
            plan = make_strategy(name).plan(seen)
            assert cost(seen, plan) <= seen.budget * 1.0001 + cost(seen, seen.standing_plan) + 1e-6


@each
def test_acts_on_what_it_knows(name):
    """All but the fixed plan answer to something beyond their budget."""
    ordinary = situations()["ordinary"]
    asked = {fingerprint(make_strategy(name).plan(seen)) for seen in (ordinary, *answers(ordinary))}
    remembered = {fingerprint(plan) for _, plan in played(make_strategy(name), courses()["long"])}
    assert (len(asked | remembered) == 1) == (name == "fixed_plan")


def answers(seen: FirmView) -> list[FirmView]:
    return [
        replace(seen, survey=Survey(100, -0.3, 0.9)), replace(seen, complaints=300.0, failures_found=300.0),
        replace(seen, rivals=(rival(price=8.5, promise=1.5),)), replace(seen, lost_customers=600),
        replace(seen, customer_file=customer_file(37)), replace(seen, units=400.0, profit=900.0),
    ]  # fmt: skip


# No two alike.


@each
def test_no_copy_and_no_one_number_variant(name):
    assert copies(BUILT_IN[name], BUILT_IN.values()) == []


def planted(base: str, **fixed: Any) -> type[Strategy]:
    """A strategy that is another one with hard-coded numbers, under a name of its own."""

    class Planted(Strategy):
        """Nothing of its own."""

        def plan(self, view: FirmView) -> MarketingPlan:
            self.__dict__.setdefault("inner", STRATEGIES[base](**fixed))
            return self.inner.plan(view)

    Planted.name = "planted"
    return Planted


@pytest.mark.parametrize(
    "base, change",
    [
        *((name, {}) for name in ("club", "imitator", "best_responder", "transactional")),
        ("club", {"contact_rate": 0.11}), ("club", {"patience": 0.03}), ("partner", {"acquainted": 5}),
        ("heavy_promoter", {"every": 17.0}), ("heavy_promoter", {"depth": 0.4}),
        ("imitator", {"social_lag": 10.0}), ("best_responder", {"hold": 5.0}),
        ("transactional", {"advertising": 0.33}), ("event_marketer", {"every": 20.0}), ("event_marketer", {"every": 17.0}),
        ("advertiser", {"half_life": 20.0}), ("price_cutter", {"undercut": 0.05}),
        ("retention_focused", {"alarm": 0.04}), ("over_promiser", {"escalation": 1.0}),
    ],
)  # fmt: skip
def test_criterion_catches_a_planted_copy_and_a_planted_number(base, change):
    assert copies(BUILT_IN[base], [BUILT_IN[base], planted(base, **change)])


def test_criterion_lets_a_real_difference_pass():
    assert copies(BUILT_IN["club"], [BUILT_IN["club"], BUILT_IN["partner"]]) == []


# The contract catches what breaks it.


class Plain(Strategy):
    """Plays the standing plan."""

    source = "test"
    name = "plain"

    def plan(self, view: FirmView) -> MarketingPlan:
        return view.standing_plan


def broken(plan: Any, **names: Any) -> type[Strategy]:
    return type("Broken", (Plain,), {"plan": plan, "__doc__": "Breaks the contract.", **names})


_CALLS = [0]


def _chance(self: Any, view: FirmView) -> MarketingPlan:
    _CALLS[0] += 1
    return MarketingPlan(advertising=_CALLS[0] % 7 / 10)


def _touch(self: Any, view: FirmView) -> MarketingPlan:
    file = view.customer_file
    file.money.flags.writeable = True
    file.money[:] = 0.0
    return MarketingPlan()


def _wear_out(self: Any, view: FirmView) -> MarketingPlan:
    self.count = getattr(self, "count", 0) + 1
    return view.standing_plan.replace(
        promotion=0.9 if self.count > 150 else 0.0, price=1 / (199 - self.count)
    )


@pytest.mark.parametrize(
    "cls, says",
    [
        (broken(_chance), "different plans"),
        (broken(_touch), "view was changed"),
        (broken(_wear_out), "ZeroDivisionError"),
        (broken(lambda self, view: MarketingPlan(promotion=2.0)), "promotion 2.0"),
        (
            broken(lambda self, view: MarketingPlan(advertising=view.survey.satisfaction)),
            "a number is needed",
        ),
        (broken(lambda self, view: None), "not a MarketingPlan"),
        (broken(lambda self, view: MarketingPlan(price=view.rivals[0].price)), "IndexError"),
        (broken(Plain.plan, source=""), "no source"),
        (broken(Plain.plan, __doc__=""), "no docstring"),
    ],
)
def test_contract_catches(cls, says):
    assert says in " ".join(check_strategy(cls))


def test_a_strategy_of_the_users_own_with_one_bare_number(registry):
    @strategy("my_club", source="my thesis, ch. 3")
    class MyClub(Strategy):
        """Contacts everybody."""

        contact_rate: float = 0.1

        def plan(self, view: FirmView) -> MarketingPlan:
            return view.standing_plan.replace(tiers=(Tier(Programme(contact_rate=self.contact_rate)),))

    assert check_strategy(MyClub) == []
    assert make_strategy("my_club", {"contact_rate": 1}).plan(view()).tiers[0].programme.contact_rate == 1.0
    with pytest.raises(InputError, match=r"contact_rte.*did you mean 'contact_rate'"):
        make_strategy("my_club", {"contact_rte": 0.2})
    with pytest.raises(InputError, match="did you mean 'my_club'"):
        make_strategy("my_clbu")


def test_a_default_outside_its_own_range_is_told(registry):
    @strategy("odd", source="test")
    class Odd(Plain):
        """Declares a default that it does not allow."""

        rate: float = param(3.0, low=0, high=1, unit="share", meaning="odd")

    assert "outside" in " ".join(check_strategy(Odd)[:1] or ["nothing"])


# Nothing in a view leads to the market.


def test_views_hold_copies_only():
    assert [leak for course in courses().values() for seen in course for leak in leaks(seen)] == []


class Hidden:
    """Stands for the market."""

    secret = np.zeros(3)


@pytest.mark.parametrize(
    "leaking",
    [
        lambda seen: replace(seen, setting={"market": Hidden()}),
        lambda seen: replace(seen, rivals=(Hidden(),)),
        lambda seen: replace(seen, budget=Hidden().__init__),
        lambda seen: replace(seen, customer_file=replace(seen.customer_file, money=np.zeros(9)[2:5])),
        lambda seen: replace(seen, customer_file=replace(seen.customer_file, money=np.array([Hidden()]))),
        lambda seen: (object.__setattr__(seen, "_firm", Hidden()), seen)[1],
    ],
)
def test_a_way_to_the_market_is_found(leaking):
    assert leaks(leaking(view()))


# What each does, in one look.


def plan_of(name: str, seen: FirmView | None = None, **values: Any) -> MarketingPlan:
    return make_strategy(name, values).plan(seen or view())


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


def test_service_recoverer_works_on_causes_when_failures_are_frequent():
    calm, bad = plan_of("service_recoverer"), plan_of("service_recoverer", situations()["many complaints"])
    assert calm.recovery > 0 and calm.feedback > 0 and calm.staff < bad.staff


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


def test_transactional_promotes_when_dear_and_serves_when_failing():
    dear, cheap = (plan_of("transactional", view(rivals=(rival(price=price),))) for price in (9.0, 11.5))
    assert dear.promotion > cheap.promotion and dear.tiers == ()
    assert plan_of("transactional", situations()["many complaints"]).staff > dear.staff
    assert cost(view(), plan_of("transactional")) == pytest.approx(0.5 * view().budget)
    assert plan_of("transactional").quality > plan_of("transactional", product=0.2).quality > 0.8
    assert plan_of("transactional", product=0.0).quality == 0.8


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


def test_leaky_bucket_and_its_counterpart():
    getting, keeping = plan_of("acquisition_only"), plan_of("retention_focused", view(new_customers=99))
    assert (
        getting.tiers == () and getting.recovery == getting.staff == getting.feedback == 0 < getting.promotion
    )
    assert keeping.advertising == 0 < keeping.recovery and keeping.tiers[0].programme.contact_rate > 0


# The arithmetic of money.


def test_spend_buys_what_it_costs():
    seen = view()
    plan = spend(seen, seen.standing_plan, 300.0, advertising=2.0, staff=1.0)
    assert plan.advertising == pytest.approx(200 / 10_000) and plan.staff == pytest.approx(100 / 5000)
    assert cost(seen, plan) == pytest.approx(300.0)
    assert money_left(seen, plan, 1000.0) == pytest.approx(700.0)


def test_cost_of_programmes_by_hand():
    seen = view()
    plan = seen.standing_plan.replace(
        tiers=(Tier(Programme(integration=0.1), "rfm", 0.2), Tier(Programme(contact_rate=0.1)))
    )
    assert cost(seen, plan) == pytest.approx(1000 * 0.1 * 1.0 + 4000 * 0.1 * 0.5)
    assert cost(
        seen, seen.standing_plan.replace(tiers=(Tier(Programme(reward_rate=0.02)),))
    ) == pytest.approx(250.0)
    assert cost(seen, seen.standing_plan.replace(price=9.5, promotion=0.1)) == pytest.approx(
        1250 * (0.5 + 0.95)
    )


def test_no_unit_is_promoted_below_its_cost():
    assert spend(view(unit_cost=9.0), view().standing_plan, 1e9, promotion=1.0).promotion == pytest.approx(
        0.1
    )


def test_within_scales_a_plan_to_the_money():
    plan = view().standing_plan.replace(advertising=0.2, tiers=(Tier(Programme(contact_rate=0.4)),))
    scaled = within(view(), plan, 1000.0)
    assert cost(view(), scaled) == pytest.approx(1000.0)
    assert scaled.advertising / 0.2 == pytest.approx(scaled.tiers[0].programme.contact_rate / 0.4)


# With the market itself.


@pytest.mark.parametrize("half", [0, 1])
def test_real_views_lead_nowhere_and_never_change(half, monkeypatch):
    market_module = pytest.importorskip("sim.market.market")

    seen: list[FirmView] = []

    def spied(cls: type[Strategy]) -> Any:
        plan = cls.plan

        def watch(self: Strategy, view: FirmView) -> MarketingPlan:
            seen.append(view)
            return plan(self, view)

        return watch

    for cls in BUILT_IN.values():
        monkeypatch.setattr(cls, "reads_customer_file", True)
        monkeypatch.setattr(cls, "plan", spied(cls))
    names = sorted(BUILT_IN)[half::2]  # a market has room for 32 firms
    setting = Scenario.from_config({
        "name": "spied", "population": {"customers": 500}, "experiment": {"focal": names[0]},
        "firms": {name: {"strategy": {"name": name}} for name in names},
    })  # fmt: skip
    market = market_module.Market(setting, seed=1)
    market.run_for(4)
    assert seen and any(view.customer_file is not None and len(view.customer_file) for view in seen)
    columns = [column for column in market.columns if isinstance(column, np.ndarray)]
    arrays = [*columns, market.offers, market.programmes, *market.books.ledgers]
    assert len(columns) > 20
    assert [leak for view in seen for leak in leaks(view, arrays)] == []
    spied_on = replace(seen[0].customer_file, money=columns[0][:3])
    assert leaks(replace(seen[0], customer_file=spied_on), arrays)
    before = [fingerprint(view) for view in seen]
    market.run_for(4)
    assert [fingerprint(view) for view in seen[: len(before)]] == before


# The pages.


def test_the_page_of_strategies_is_up_to_date():
    from strategy_page import page

    for name in set(STRATEGIES) - set(BUILT_IN):
        del STRATEGIES[name]
    assert (DOCS / "strategies.md").read_text() == page()


@pytest.fixture
def example(registry):
    """The example's class, from the page."""
    code = (DOCS / "your-own-strategy.md").read_text().split("```python\n")[1].split("```")[0]
    names: dict[str, Any] = {"__name__": "my_club"}
    exec(code, names)
    return names["MyClub"]


def test_the_example_of_the_page_keeps_the_contract(example):
    assert check_strategy(example) == []
    assert copies(example, BUILT_IN.values()) == []


def test_the_example_of_the_page_asks_and_contacts_more_when_the_survey_is_cool(example):
    words = ["population.customers=300", "experiment.periods=60", "experiment.sample=0"]
    setting = compose("bond_ladder", [*words, "+experiment.arms.mine.firms.focal.strategy.name=my_club"])
    market = Market(setting.for_arm("mine"), 1, collect=False)
    decide, met = market.firms[0].strategy.plan, []

    def watched(view):
        plan = decide(view)
        met.append((view.survey.satisfaction, plan.tiers[0].programme.contact_rate))
        return plan

    market.firms[0].strategy.plan = watched
    market.run_for(60)
    cool = {rate for satisfaction, rate in met if satisfaction < 0.3}
    warm = {rate for satisfaction, rate in met if satisfaction >= 0.3}
    assert cool == {0.2} and warm == {0.1}


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


def test_the_page_lists_every_rule_of_a_tier_and_every_lever_of_a_programme():
    page = (DOCS / "your-own-strategy.md").read_text()
    assert re.findall(r"^- `(\w+)`: ", page, re.M) == [*TIER_RULES, *Programme._fields]


def test_amounts_are_those_that_the_search_chose():
    """Each table of docs/mixes.md against the declared defaults; plain marketing's portions as shares of what it spends."""
    _, *sections = (DOCS / "mixes.md").read_text().split("\n## ")
    chosen = {
        part.split(":")[0].split()[0]: re.findall(r"^\| `(\w+)` \| ([\d.]+) \|", part, re.M)
        for part in sections
    }
    assert len(chosen) == 9
    for name, rows in chosen.items():
        usual, found = make_strategy(name).parameters(), {key: float(value) for key, value in rows}
        if name == "transactional":
            spent = sum(found.values())
            found = {"budget_share": spent} | {key: value / spent for key, value in found.items()}
        assert found == pytest.approx({key: usual[key] for key in found}), name
