"""The equations that each test covers, read off the files of tests, so that an equation without a test is found."""

from __future__ import annotations

import ast

from support import TESTS


def about(*equations):
    """Say which equations of which modules a test is about, as in ``@about(trust.trust_after)``."""
    return lambda test: test


def equations_with_a_test():
    """Full names of the equations that some test is about, read off the files of tests."""
    names = set()
    for path in TESTS.rglob("test_*.py"):
        text = path.read_text(encoding="utf-8")
        if "@about(" in text:
            tree = ast.parse(text)
            modules = {
                alias.asname or alias.name: f"{node.module}.{alias.name}"
                for node in tree.body
                if isinstance(node, ast.ImportFrom)
                for alias in node.names
            }
            for node in ast.walk(tree):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "about":
                    names |= {f"{modules[arg.value.id]}.{arg.attr}" for arg in node.args}
    return names
