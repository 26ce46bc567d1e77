"""The lessons: stripped, without model logic, saying what they teach; each runs to its end."""

from __future__ import annotations

import ast
import json
import os
import re
import time
from pathlib import Path

import pytest

from support import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NAMES = [path.stem for path in NOTEBOOKS]
#: What a lesson may import: the public package and the tables it hands out.
IMPORTS = {"sim", "pandas", "numpy", "matplotlib"}
SECONDS = 240  # about a minute on a machine of one's own


def cells(path: Path, kind: str) -> list[dict]:
    return [c for c in json.loads(path.read_text(encoding="utf-8"))["cells"] if c["cell_type"] == kind]


def text(cell: dict) -> str:
    return "".join(cell["source"])


def test_there_are_three() -> None:
    assert [name[:2] for name in NAMES] == ["01", "02", "03"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_outputs_are_stripped(path: Path) -> None:
    for cell in cells(path, "code"):
        assert cell["outputs"] == [] and cell["execution_count"] is None


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_it_says_first_what_it_teaches(path: Path) -> None:
    first, second = json.loads(path.read_text(encoding="utf-8"))["cells"][:2]
    assert first["cell_type"] == second["cell_type"] == "markdown"
    for word in ("**Teaches:**", "**Takes:**", "to read", "to run", "**Guess before running:**"):
        assert word in text(first)
    assert "摘要" in text(second) and len(re.findall(r"[\u4e00-\u9fff]", text(second))) > 60


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_there_is_no_model_logic_in_it(path: Path) -> None:
    forbidden = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef, ast.For, ast.While)
    for cell in cells(path, "code"):
        for node in ast.walk(ast.parse(text(cell))):
            assert not isinstance(node, forbidden), ast.unparse(node)
            if isinstance(node, ast.Import):
                assert {alias.name for alias in node.names} <= IMPORTS
            if isinstance(node, ast.ImportFrom):
                raise AssertionError(f"only `import sim`: {ast.unparse(node)}")
            if isinstance(node, ast.Attribute):
                assert not node.attr.startswith("_"), ast.unparse(node)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_it_runs(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    there = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(there))
    notebook = nbformat.read(path, as_version=4)
    began = time.monotonic()
    place = {"metadata": {"path": str(tmp_path)}}
    nbclient.NotebookClient(notebook, timeout=SECONDS, resources=place).execute()
    print(f"{path.stem}: {time.monotonic() - began:.0f} s")
    codes = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in codes)
    shown = [out for cell in codes for out in cell.outputs]
    assert any("image/png" in out.get("data", {}) for out in shown), "a lesson shows a figure"
    assert not [out for out in shown if out.output_type == "error" or "Warning" in out.get("text", "")]
    assert not list(tmp_path.iterdir()), "a lesson leaves nothing behind"
