"""A scenario: every declared key and its bounds, round trips, arms."""

import copy
import pickle

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.core.errors import InputError
from sim.customers.network import LAYERS
from sim.customers.traits import KINDS, TRAITS, Distribution
from sim.firms.offer_settings import OfferSettings
from sim.scenario.merge import resolve
from sim.scenario.scenario import Scenario
from sim.scenario.settings import Execution, ExperimentSettings, MarketSettings, Population
from sim.theory import THEORY

TINY = {
    "name": "tiny",
    "firms": {"focal": {}, "rival": {"price": 9.5, "strategy": {"name": "club"}}},
    "experiment": {
        "arms": {"control": {}, "dear": {"firms": {"focal": {"price": 11}}}},
        "control": "control",
    },
}


SECTIONS = {
    "market": MarketSettings, "population": Population, "firms.focal": OfferSettings,
    "experiment": ExperimentSettings, "execution": Execution,
    **{f"theory.{name}": section for name, section in THEORY.items()},
    **{f"network.{name}": section for name, section in LAYERS.items()},
}  # fmt: skip


DECLARED = {
    f"{path}.{name}": p
    for path, section in SECTIONS.items()
    for name, p in section.declared.items()
    if name not in ("strategy", "focal", "control")
}


NUMBERS = {key: p for key, p in DECLARED.items() if p.type in (int, float)}


def put(tree: dict, key: str, value: object) -> dict:
    made = copy.deepcopy(tree)
    *parents, last = key.split(".")
    node = made
    for part in parents:
        node = node.setdefault(part, {})
    node[last] = value
    return made


def get(tree: dict, key: str) -> object:
    for part in key.split("."):
        tree = tree[part]
    return tree


def refused(tree: object) -> str:
    with pytest.raises(InputError) as caught:
        Scenario.from_config(tree)
    return str(caught.value)


def test_everything_has_a_default_but_the_firms() -> None:
    made = Scenario.from_config({"firms": {"focal": {}}})
    assert made.firms.focal.price == 10 and made.firms["focal"].promise == 0.8
    assert made.population.segments.everyone.need_rate == Distribution("gamma", 1.5, 0.5)
    assert made.theory.choice.w_sat == 0.3 and made.theory.choice == THEORY["choice"]()
    assert made.experiment.arms.keys() == {"control"}


def test_every_declaration_says_unit_meaning_and_source() -> None:
    for key, p in DECLARED.items():
        assert p.meaning and p.source, key
        if p.type is float and p.name not in ("season_peak",):
            assert p.low is not None and p.high is not None, key


@pytest.mark.parametrize("key", NUMBERS)
def test_a_number_keeps_to_its_range(key: str) -> None:
    p = NUMBERS[key]
    for wrong in (
        p.low - 1,
        p.high * 2 + 1,
        float("nan"),
        float("inf"),
        "many",
        "1:30",
        "010",
        [1],
        {},
        True,
        10**400,
    ):
        told = refused(put(TINY, key, wrong))
        assert told.startswith(key) and "allowed: " in told, (key, wrong)
    if p.type is int:
        refused(put(TINY, key, float(p.low) + 0.5))
    if not p.optional:
        assert refused(put(TINY, key, None)).startswith(key)


@pytest.mark.parametrize("key", DECLARED)
def test_a_default_and_its_bounds_are_allowed(key: str) -> None:
    p = DECLARED[key]
    for value in {p.default, p.low, p.high} if p.type is float else {p.default}:
        if p.name == "share" or (value is None and not p.optional):
            continue
        tree = put(TINY, key, p.type(value) if value is not None else None)
        assert get(Scenario.from_config(tree).to_dict(), key) in (value, "none")


@pytest.mark.parametrize("key", [*SECTIONS, "firms.focal.strategy", "population.segments.everyone"])
def test_an_unknown_key_is_named_with_the_nearest(key: str) -> None:
    known = next(iter(get(Scenario.from_config(TINY).to_dict(), key)))
    misspelt = known[:-1] if len(known) > 4 else known + "e"
    tree = put(TINY, f"{key}.{misspelt}", 1)
    if key.endswith("strategy"):
        tree = put(tree, f"{key}.name", "club")
    told = refused(tree)
    assert f"{key}.{misspelt}" in told and "did you mean" in told


@st.composite
def trees(draw) -> dict:
    tree = copy.deepcopy(TINY)
    for key in draw(st.sets(st.sampled_from(sorted(NUMBERS)), max_size=12)):
        p = NUMBERS[key]
        if p.name in ("share", "periods", "burn_in"):
            continue
        number = st.integers(p.low, p.high) if p.type is int else st.floats(p.low, p.high)
        tree = put(tree, key, draw(st.none() | number if p.optional else number))
    trait = draw(st.sampled_from(sorted(TRAITS)))
    kind = draw(st.sampled_from([k for k in TRAITS[trait].kinds if k != "constant"]))
    numbers = {
        name: draw(st.floats(max(low, 0.05), min(high, 0.9))) for name, (low, high) in KINDS[kind].items()
    }
    return put(tree, f"population.segments.everyone.{trait}", {kind: numbers})


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(trees())
def test_round_trips(tree: dict) -> None:
    made = Scenario.from_config(tree)
    again = Scenario.from_config(made.to_dict())
    assert again == made and again.hash() == made.hash() and hash(again) == hash(made)
    assert pickle.loads(pickle.dumps(made)) == made
    for part in ("market", "population", "theory", "network", "firms", "experiment", "execution"):
        assert getattr(pickle.loads(pickle.dumps(made)), part) == getattr(again, part)
    for arm in made.experiment.arms:
        assert made.for_arm(arm).for_arm(arm) == made.for_arm(arm)


def test_it_is_frozen() -> None:
    made = Scenario.from_config(TINY)
    for thing, name in (
        (made, "name"),
        (made.market, "type"),
        (made.firms, "focal"),
        (made.population, "customers"),
    ):
        with pytest.raises(AttributeError):
            setattr(thing, name, 1)
    made.to_dict()["market"]["type"] = "contractual"
    assert made.market.type == "repertoire"


def test_the_hash_leaves_out_how_and_where() -> None:
    made = Scenario.from_config(TINY)
    assert Scenario.from_config(put(TINY, "execution.threads", 2)).hash() == made.hash()
    assert Scenario.from_config(TINY | {"out": "elsewhere"}).hash() == made.hash()
    assert Scenario.from_config(put(TINY, "experiment.seed", 2)).hash() != made.hash()


def test_nulls_of_a_firm_are_settled() -> None:
    offer = Scenario.from_config(put(TINY, "firms.focal.quality", 1.2)).firms.focal
    assert offer.promise == offer.base_quality == 1.2 and offer.capacity == float("inf")
    assert offer.cost_quality == THEORY["reach"]().cost_quality and offer.budget == 0.1
    assert Scenario.from_config(put(TINY, "market.budget", "free")).firms.focal.budget == float("inf")
    own = put(put(TINY, "market.budget", "free"), "firms.focal.budget", 2)
    assert Scenario.from_config(own).firms.focal.budget == 2
    assert Scenario.from_config(put(TINY, "market.outside", "none")).market.outside is None


def test_arms() -> None:
    made = Scenario.from_config(TINY)
    assert made.for_arm("dear").firms.focal.price == 11 and made.for_arm("control").firms.focal.price == 10
    for overrides, told in (
        ({"firms": {"focal": {"pric": 9}}}, "experiment.arms.dear: firms.focal.pric"),
        ({"firms": {"focal": {"price": -9}}}, "experiment.arms.dear: firms.focal.price -9"),
        ({"firm": {}}, "experiment.arms.dear.firm 'firm': did you mean 'firms'"),
        ({"experiment": {"seed": 3}}, "experiment.arms.dear.experiment"),
        ({"firms": {"focal": None}}, "experiment.arms.dear: experiment.focal"),
        ({"firms": {"focal": {"strategy": "clbu"}}}, "did you mean 'club'"),
        ({"population": {"segments": {"new": {}}}}, "shares"),
        (3, "experiment.arms.dear 3"),
    ):
        assert told in refused(put(TINY, "experiment.arms.dear", overrides))
    with pytest.raises(InputError, match="did you mean 'dear'"):
        made.for_arm("deer")


def test_a_named_strategy_replaces_the_one_below_and_a_parameter_does_not() -> None:
    tree = put(TINY, "firms.focal.strategy", {"name": "club", "contact_rate": 0.2})
    tree["experiment"]["arms"] |= {
        "other": {"firms": {"focal": {"strategy": {"name": "price_cutter"}}}},
        "more": {"firms": {"focal": {"strategy": {"contact_rate": 0.3}}}},
    }
    made = Scenario.from_config(tree)
    assert made.for_arm("other").firms.focal.strategy.name == "price_cutter"
    assert made.for_arm("more").firms.focal.strategy.parameters["contact_rate"] == 0.3
    assert made.for_arm("dear").firms.focal.strategy.make().contact_rate == 0.2


def test_an_arm_may_take_a_firm_away() -> None:
    made = Scenario.from_config(put(TINY, "experiment.arms.alone", {"firms": {"rival": None}}))
    assert list(made.for_arm("alone").firms) == ["focal"] and len(made.for_arm("dear").firms) == 2


def test_interpolations() -> None:
    made = Scenario.from_config(put(TINY, "firms.focal.price", "${market.reference_price}"))
    assert made.firms.focal.price == 10
    for tree, told in (
        ({"a": "${b}", "b": "${a}"}, "lead back"),
        ({"a": "${b.c}"}, "a key that exists"),
        ({"a": "${b.c}", "b": {"d": 1}}, "'c' is none of d"),
    ):
        with pytest.raises(InputError, match=told):
            resolve(tree)
    bomb = {f"k{n}": {"x": f"${{k{n + 1}}}", "y": f"${{k{n + 1}}}"} for n in range(40)} | {"k40": 1}
    with pytest.raises(InputError):
        resolve(bomb)


def test_a_tree_without_end_is_refused() -> None:
    tree: dict = {"firms": {"focal": {}}}
    tree["firms"]["focal"]["price"] = tree
    assert "levels" in refused(tree)
