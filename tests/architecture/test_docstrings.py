"""Docstrings begin with a noun phrase or an imperative, as those of numpy do."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from support import ROOT

#: Words that begin a question or a clause without its noun.
CLAUSE = re.compile(r"(What|Who|Whom|Whose|Whether|Which|How|Where|When|Why)(ever)?\b")
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def clauses(text: str) -> list[str]:
    """The first lines of docstrings that begin with a clause."""
    found = (ast.get_docstring(node) for node in ast.walk(ast.parse(text)) if isinstance(node, DOCUMENTED))
    return [doc.splitlines()[0] for doc in found if doc and CLAUSE.match(doc)]


@pytest.mark.parametrize(
    "room", sorted(p.name for p in (ROOT / "sim").iterdir() if (p / "__init__.py").is_file())
)
def test_no_docstring_begins_with_a_clause(room):
    modules: list[Path] = sorted((ROOT / "sim" / room).rglob("*.py"))
    found = {
        str(p.relative_to(ROOT)): bad for p in modules if (bad := clauses(p.read_text(encoding="utf-8")))
    }
    assert not found


def test_clauses_are_found_wherever_a_docstring_stands():
    assert clauses(
        '"""What it is."""\nclass A:\n    """Whoever buys."""\n    def f(self):\n        """How."""'
    ) == ["What it is.", "Whoever buys.", "How."]
    assert not clauses(
        '"""Whole numbers."""\ndef f():\n    """Howling."""\n    # What is a comment\n    return "What"'
    )
