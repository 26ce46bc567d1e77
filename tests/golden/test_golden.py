"""Results, composed scenarios and printed texts are what they were; a commit that moves one says why and by how much."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from golden import digests

VALUES = json.loads(digests.VALUES.read_text(encoding="utf-8"))
TEXTS = json.loads(digests.TEXT.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", digests.run_names())
def test_the_tables_of_a_run_have_the_stored_values(name: str) -> None:
    assert digests.run_digests(name) == VALUES["runs"][name]


@pytest.mark.parametrize("name", digests.strategies())
def test_a_strategy_plans_as_stored(name: str) -> None:
    assert digests.plan_digests(name) == VALUES["plans"][name]


def test_composed_scenarios_are_as_stored() -> None:
    assert digests.tree_digests() == VALUES["trees"]


@pytest.mark.core
@pytest.mark.slow
def test_a_run_folder_has_the_stored_values_and_bytes(tmp_path: Path) -> None:
    values, files = digests.folder_digests(tmp_path / "run")
    assert values == VALUES["folder"]
    assert files == TEXTS["files"]


def test_hashes_of_scenarios_are_as_stored() -> None:
    assert digests.hashes() == TEXTS["hashes"]


@pytest.mark.parametrize("name", [path.stem for path in sorted(digests.PRINTED.glob("*.txt"))])
def test_what_is_printed_is_as_stored(name: str) -> None:
    stored = (digests.PRINTED / f"{name}.txt").read_text(encoding="utf-8")
    assert digests.texts()[name]() == stored


def test_what_is_printed_for_programs_is_as_stored() -> None:
    assert digests.json_digests() == TEXTS["printed"]


def test_nothing_stored_is_left_untested() -> None:
    assert set(VALUES["runs"]) == set(digests.run_names())
    assert set(VALUES["plans"]) == set(digests.strategies())
    assert set(digests.texts()) == {path.stem for path in digests.PRINTED.glob("*.txt")}
