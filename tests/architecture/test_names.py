"""A name means one thing: no two classes of the package share one."""

from __future__ import annotations

import ast
from collections import defaultdict

from support import ROOT

#: The theory of a mechanism and the part of a firm that carries its state.
FACES = {"Departments": {"sim/theory/departments.py", "sim/firms/mechanisms/departments.py"}}


def test_no_two_classes_share_a_name() -> None:
    places: dict[str, set[str]] = defaultdict(set)
    for path in (ROOT / "sim").rglob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                places[node.name].add(path.relative_to(ROOT).as_posix())
    shared = {name: found for name, found in places.items() if len(found) > 1}
    assert shared == FACES


def test_no_module_is_a_place_for_everything() -> None:
    names = {path.stem for path in (ROOT / "sim").rglob("*.py")}
    assert names & {"utils", "util", "common", "helpers", "helper", "misc", "tools"} == set()
    assert {path.name for path in (ROOT / "sim").glob("*.py")} == {"__init__.py", "__main__.py"}
