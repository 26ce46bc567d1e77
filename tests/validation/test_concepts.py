"""Every concept is switched off and on with the same luck: what is said to show it moves; what cannot act is counted."""

from __future__ import annotations

import importlib.util
import re

import pytest

from sim.firms.metrics import ALL
from sim.scenario.files import compose, scenario_files, scenarios_folder
from sim.theory.switching_causes import CAUSES
from sim.validation.concepts import CONCEPTS
from sim.validation.concepts.base import Concept, plan
from sim.validation.concepts.markets import MARKETS
from sim.validation.switches import DERIVED, LOST, OVER, VALUE, moved, observed, setting
from support import DOCS

#: Concepts that cannot act yet. One that becomes possible leaves this list together with its declaration.
RED: set[str] = set()
BUILT = [name for name, concept in CONCEPTS.items() if concept.built]
SMALL = {"population": {"customers": 300}, "experiment": {"periods": 120}}


def test_what_cannot_act_yet_says_why_and_is_counted():
    assert {name for name, concept in CONCEPTS.items() if not concept.built} == RED
    for name in RED:
        concept = CONCEPTS[name]
        assert re.match("not built yet: .+", concept.where)
        assert not (concept.on or concept.off or concept.expects or concept.lacks)


@pytest.mark.parametrize("name", BUILT)
def test_a_concept_declares_what_exists(name):
    concept = CONCEPTS[name]
    for name in filter(None, (concept.observable, concept.beside)):
        observable = name.partition("@")[0]
        assert observable in ALL or observable in (OVER, *DERIVED) or observable.startswith((LOST, VALUE))
    assert concept.expects in ("", "higher", "lower")
    assert concept.off != concept.on
    assert not concept.where.startswith("not built")
    assert concept.expects or not concept.by_construction
    if concept.rests_on:
        assert (concept.rests_on.off, concept.rests_on.on) != (concept.off, concept.on)
        assert isinstance(concept.rests_on.on, str) == isinstance(concept.on, str)
    if isinstance(concept.on, str):
        assert {concept.off, concept.on} <= set(compose(concept.base).experiment.arms)
        assert not concept.rests_on or set(concept.rests_on[2:]) <= set(compose(concept.base).experiment.arms)
    else:
        assert concept.base in MARKETS


def test_scenarios_that_are_named_exist_and_name_the_concept():
    ours = {name for name, path in scenario_files().items() if path.parent == scenarios_folder()}
    for concept in CONCEPTS.values():
        for name in concept.scenarios:
            assert name in ours, concept.name
            assert concept.name.rstrip("b") in compose(name).concepts, concept.name


@pytest.mark.parametrize("name", BUILT)
def test_the_observable_moves_with_the_switch(name):
    """Not whether the theory is right, only that the switch is one; 300 customers, two seeds."""
    concept, small = CONCEPTS[name], SMALL
    if isinstance(
        concept.on, str
    ):  # a case that is smaller stays as small: who is large in it is a share of it
        few = min(300, compose(concept.base).population.customers)
        small = SMALL | {"population": {"customers": few}}
    found = moved(concept, (1, 2), small)
    assert found.off.n == found.on.n == found.difference.n == 2, "reported in both positions"
    assert found.moves, concept.observable + " does not move: " + concept.where


def test_a_switch_that_does_nothing_would_show():
    idle = Concept("C1", "", "", "", off={}, on=plan(), observable="profit")
    assert not moved(idle, (1, 2), SMALL).moves


def test_the_verdict_follows_the_interval():
    dearer = Concept("C1", "", "", "", on=plan(price=14), observable="units", expects="lower")
    found = moved(dearer, range(1, 7), SMALL)
    assert found.difference.high < 0
    assert [found.verdict(dearer._replace(expects=way)) for way in ("lower", "higher", "")] == [
        "as expected", "against the theory", "no direction expected",
    ]  # fmt: skip
    same = dearer._replace(on=plan())
    assert moved(same, (1, 2), SMALL).verdict(same) == "not significant"
    built_in = [dearer._replace(by_construction="it is", expects=way) for way in ("lower", "higher")]
    assert [found.verdict(c) for c in built_in] == ["acts, by construction", "against the theory"]


def test_two_observables_must_both_move_as_expected():
    dearer = Concept("C1", "", "", "", on=plan(price=14), observable="units", beside="price", expects="lower")
    found = moved(dearer, range(1, 7), SMALL)
    assert found.difference.high < 0 < found.beside.difference.low and found.beside.difference.mean == 4
    assert found.verdict(dearer) == "against the theory"
    both = dearer._replace(beside="share")
    assert moved(both, range(1, 7), SMALL).verdict(both) == "as expected"
    still = dearer._replace(beside="quality")
    assert moved(still, (1, 2), SMALL).verdict(still) == "not significant"
    assert not moved(still, (1, 2), SMALL).moves


def test_customers_lost_to_a_cause_over_others():
    made = setting(CONCEPTS["C38"], CONCEPTS["C38"].on, SMALL)
    causes = [f"lost to {cause}" for cause in CAUSES]
    *each, over = observed(made, [*causes, "lost to political over others"], 1)
    political = each[CAUSES.index("political")]
    assert political > 0 and over == pytest.approx(2 * political - sum(each))


def test_the_page_has_a_row_for_each_with_its_switch_as_declared():
    spec = importlib.util.spec_from_file_location("docs_concepts", DOCS / "generators/concepts.py")
    assert spec is not None and spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    lines = (DOCS / "evidence/concepts.md").read_text(encoding="utf-8").splitlines()
    rows = {line.split(" ")[1]: line for line in lines if line.startswith("| C")}
    assert list(rows) == list(CONCEPTS)
    for name, concept in CONCEPTS.items():
        assert rows[name].startswith(f"| {name} | {concept.title} ({concept.chinese}) | {concept.where} |")
        assert ("**red**" in rows[name]) == (not concept.built)
        if concept.built:
            assert f"| {made.switch(concept)} | {made.shown_by(concept)} | " in rows[name], (
                "make docs/evidence/concepts.md again"
            )
    assert len({row.count("|") for row in rows.values()}) == 1
    for name, concept in CONCEPTS.items():
        if concept.by_construction:
            assert f"- {name}, {concept.title}: {concept.by_construction}" in lines
            assert "**as expected**" not in rows[name]
        else:
            assert "by construction" not in rows[name]
        if concept.rests_on:
            assert any(
                line.startswith(f"{name} rests on {concept.rests_on.what}; with {concept.rests_on.without} (")
                for line in lines
            )
        assert not concept.lacks or f"- {name}, {concept.title}: {concept.lacks}" in lines
