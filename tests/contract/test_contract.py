"""Every strategy keeps one contract; the contract itself is tried on strategies that break it."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from sim.core.errors import InputError
from sim.core.parameters import param
from sim.market.market import Market
from sim.scenario.files import compose
from sim.scenario.scenario import Scenario
from sim.strategies import (
    STRATEGIES,
    FirmView,
    MarketingPlan,
    Programme,
    Strategy,
    Survey,
    Tier,
    strategy,
)
from sim.strategies.budget import cost
from sim.strategies.checks.check import check_strategy, copies, faults, fingerprint, leaks
from sim.strategies.checks.view_sequences import (
    customer_file,
    played,
    rival,
    situations,
    view,
    view_sequences,
)
from sim.strategies.library import make_strategy
from support import DOCS
from support.strategies import BUILT_IN, each

AT_LEAST = """
    fixed_plan price_cutter heavy_promoter advertiser over_promiser quality_leader frequency_programme club
    partner tiered_by_lifetime_value service_recoverer imitator best_responder transactional acquisition_only
    retention_focused basic reactive accountable proactive partnership key_account_manager rfm_tiered
    ending_unprofitable personal_service three_levels blattberg_deighton return_on_marketing invest_then_harvest
    price_matcher loss_leader hit_and_run complaint_driven early_warning employee_first supplier_partnership
    channel_partner alliance_builder event_marketer green integrated one_to_one bandit profit_gradient look_ahead
    imitate_the_best cross_seller bundler internet market_oriented database_marketer
""".split()  # noqa: SIM905


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
    remembered = {fingerprint(plan) for _, plan in played(make_strategy(name), view_sequences()["long"])}
    assert (len(asked | remembered) == 1) == (name == "fixed_plan")


def answers(seen: FirmView) -> list[FirmView]:
    return [
        replace(seen, survey=Survey(100, -0.3, 0.9)), replace(seen, complaints=300.0, failures_found=300.0),
        replace(seen, rivals=(rival(price=8.5, promise=1.5),)), replace(seen, lost_customers=600),
        replace(seen, customer_file=customer_file(37)), replace(seen, units=400.0, profit=900.0),
    ]  # fmt: skip


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


def test_contract_catches_chance_at_a_bound_alone(registry):
    @strategy("moody", source="test")
    class Moody(Plain):
        """Leaves to chance what to do at one end of its range."""

        mood: float = param(0.0, low=0, high=1, unit="share", meaning="how much chance decides")

        def plan(self, view: FirmView) -> MarketingPlan:
            return _chance(self, view) if self.mood == 1.0 else view.standing_plan

    (fault,) = check_strategy(Moody)
    assert fault.startswith("{'mood': 1.0}: ") and fault.endswith("the same views gave different plans")


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
    assert [leak for sequence in view_sequences().values() for seen in sequence for leak in leaks(seen)] == []


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


@pytest.fixture
def example(registry):
    """The example's class, from the page."""
    code = (DOCS / "how-to/your-own-strategy.md").read_text().split("```python\n")[1].split("```")[0]
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
