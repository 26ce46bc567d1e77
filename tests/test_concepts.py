"""Every concept is switched off and on with the same luck: what is said to show it moves; what cannot act is counted."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from sim.compose import compose, scenario_files, scenarios_folder
from sim.concepts import CONCEPTS, Concept, plan
from sim.concepts.markets import MARKETS
from sim.metrics import ALL
from sim.validate.switches import DERIVED, LOST, OVER, VALUE, moved

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
    observable = concept.observable.partition("@")[0]
    assert observable in ALL or observable in (OVER, *DERIVED) or observable.startswith((LOST, VALUE))
    assert concept.expects in ("", "higher", "lower")
    assert concept.off != concept.on
    assert not concept.where.startswith("not built")
    if isinstance(concept.on, str):
        assert {concept.off, concept.on} <= set(compose(concept.base).experiment.arms)
    else:
        assert concept.base in MARKETS


def test_scenarios_that_are_named_exist_and_name_the_concept():
    ours = {name for name, path in scenario_files().items() if path.parent == scenarios_folder()}
    for concept in CONCEPTS.values():
        if concept.scenario:
            assert concept.scenario in ours, concept.name
            assert concept.name in compose(concept.scenario).concepts, concept.name


@pytest.mark.parametrize("name", BUILT)
def test_the_observable_moves_with_the_switch(name):
    """Not whether the theory is right, only that the switch is one; 300 customers, two seeds."""
    found = moved(CONCEPTS[name], (1, 2), SMALL)
    assert found.off.n == found.on.n == found.difference.n == 2, "reported in both positions"
    assert found.moves, (concept := CONCEPTS[name]).observable + " does not move: " + concept.where


def test_a_switch_that_does_nothing_would_show():
    idle = Concept("C1", "", "", "", off={}, on=plan(), observable="profit")
    assert not moved(idle, (1, 2), SMALL).moves


def test_the_verdict_follows_the_interval():
    dearer = Concept("C1", "", "", "", on=plan(price=14), observable="units")
    found = moved(dearer, range(1, 7), SMALL)
    assert found.difference.high < 0
    assert [found.verdict(way) for way in ("lower", "higher", "")] == [
        "as expected", "against the theory", "no direction expected",
    ]  # fmt: skip
    assert (
        moved(Concept("C1", "", "", "", on=plan(), observable="units"), (1, 2), SMALL).verdict("higher")
        == "cannot be told"
    )


def test_the_page_has_a_row_for_each_with_its_switch_as_declared():
    docs = Path(__file__).resolve().parent.parent / "docs"
    spec = importlib.util.spec_from_file_location("docs_concepts", docs / "concepts.py")
    assert spec is not None and spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    lines = (docs / "concepts.md").read_text(encoding="utf-8").splitlines()
    rows = {line.split(" ")[1]: line for line in lines if line.startswith("| C")}
    assert list(rows) == list(CONCEPTS)
    for name, concept in CONCEPTS.items():
        assert rows[name].startswith(f"| {name} | {concept.title} ({concept.chinese}) | {concept.where} |")
        assert ("**red**" in rows[name]) == (not concept.built)
        if concept.built:
            assert f"| {made.switch(concept)} | `{concept.observable}`, " in rows[name], (
                "make docs/concepts.md again"
            )
    assert len({row.count("|") for row in rows.values()}) == 1
