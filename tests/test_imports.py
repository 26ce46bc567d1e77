"""Imports run one way, heavy packages stay in their rooms, and the compiler sees only what the cache is keyed by."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SIM = ROOT / "sim"

#: The floors of the house, bottom up: a module may import what is on its own floor or below it.
FLOORS = (
    "problem declare checking elementary metrics concepts safe_yaml stopping",
    "theory network compiled luck",
    "customers plan events stakeholders ledger sections population allocation plain_marketing budgeting trials strategies contract "
    "contract_views plugins entries tree narrowed typed filled scenario hydra_source overriding compose arm_setting memory "
    "strategy_page twin sold notices",
    "acts demand factors period draw equity equity_split records spending key_accounts readings worth meeting assortment firm deciding viewing posting values accounts customer rows agents stakeholder calendar second departments knowledge",
    "market",
    "experiment validate bench bench_jobs environment",
    "report",
    "app cli __main__",
)
#: Upward calls, made when the work is done and nowhere else: a finished experiment draws its own figures.
UPWARD = {
    ("sim.experiment.conduct", "sim.report"),
    ("sim.experiment.result", "sim.report"),
    ("sim.plan.registry", "sim.strategies"),
}

#: Where a heavy package may be imported.
ROOMS = {
    "numba": "compiled",
    "llvmlite": "compiled",
    "gymnasium": "environment",
    "mesa": "market firm agents customer rows stakeholder",
    "hydra": "compose hydra_source overriding cli",
    "omegaconf": "compose hydra_source overriding scenario cli",
    "pandas": "accounts values readings worth key_accounts stakeholder experiment report validate bench app",
    "pyarrow": "experiment report",
    "matplotlib": "report",
    "rich": "experiment report cli",
    "scipy": "experiment report validate",
    "networkx": "",
}


def room(module: str) -> str:
    return module.split(".")[1] if "." in module else "__init__"


FLOOR = {name: floor for floor, names in enumerate(FLOORS) for name in names.split()}


@cache
def modules() -> dict[str, Path]:
    found = {}
    for path in sorted(SIM.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def imports(module: str, late: bool = True) -> frozenset[str]:
    """What a module imports, by full name; those inside functions too if `late`; type checking left out."""
    found: set[str] = set()

    def visit(node: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
                continue
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) and not late:
                continue
            if isinstance(child, ast.Import):
                found.update(alias.name for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                assert child.level == 0, f"{module}: relative import"
                for alias in child.names:
                    whole = f"{child.module}.{alias.name}"
                    found.add(whole if whole in modules() else str(child.module))
            visit(child)

    visit(ast.parse(modules()[module].read_text(encoding="utf-8")))
    return frozenset(found)


def test_no_room_imports_a_higher_one():
    assert {room(m) for m in modules()} - {"__init__"} <= set(FLOOR), "a new module needs a floor"
    up = {
        (module, name)
        for module in modules()
        for name in imports(module)
        if name in modules() and room(module) != "__init__" and room(name) != "__init__"
        if FLOOR[room(name)] > FLOOR[room(module)]
    }
    assert {(m, n) for m, n in up if (m, "sim." + room(n)) not in UPWARD} == set()
    assert {name for name in imports("sim") if name.startswith("sim")} == set()


def test_imports_at_the_top_make_no_circle():
    graph = {m: {n for n in imports(m, late=False) if n in modules() and n != m} for m in modules()}
    for package in (
        "sim.experiment",
        "sim.report",
        "sim.report.figures",
        "sim.strategies",
        "sim.validate",
        "sim.cli",
    ):
        for module, names in graph.items():
            if module.startswith(package + "."):
                names.discard(package)  # the package of a module is there before it
    TopologicalSorter(graph).prepare()


def test_heavy_packages_stay_in_their_rooms():
    wrong = [
        f"{module} imports {package}"
        for module in modules()
        for name in imports(module)
        if (package := name.split(".")[0]) in ROOMS and room(module) not in ROOMS[package].split()
    ]
    assert wrong == []


def test_the_theory_imports_nothing_but_its_language():
    for module in modules():
        ours = {name for name in imports(module) if name.split(".")[0] not in sys.stdlib_module_names}
        if module.startswith("sim.theory."):
            assert all(n in ("sim.declare", "sim.elementary") or n.startswith("sim.theory.") for n in ours), (
                module
            )
        if module.startswith("sim.strategies."):
            allowed = (
                "numpy",
                "sim.plan",
                "sim.declare",
                "sim.problem",
                "sim.allocation",
                "sim.plain_marketing",
                "sim.budgeting",
                "sim.trials",
                "sim.stakeholders",
                "sim.problem",
            )
            beside = ("sim.theory.", "sim.strategies.")
            assert all(n in allowed or n.startswith(beside) for n in ours), module


def loaded_by(code: str) -> set[str]:
    told = "import sys; print(*sorted({m.split('.')[0] for m in sys.modules}))"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{told}"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(done.stdout.splitlines()[-1].split())


def test_import_sim_loads_nothing():
    assert loaded_by("import sim") & {*ROOMS, "numpy", "yaml"} == set()


@pytest.mark.parametrize("kind", ["scenarios", "strategies", "metrics", "concepts"])
def test_list_loads_nothing_heavy(kind):
    code = f"import sim.cli; sim.cli.main(['list', '{kind}'])"
    assert loaded_by(code) & set(ROOMS) == set()


REGISTRIES = """
from sim.declare import THEORY
from sim.events import EVENTS
from sim.plan import STRATEGIES
from sim.report.figures import FIGURES
from sim.stakeholders import KINDS
import sim.strategies, sim.theory, sim.report.figures
print([list(names) for names in (THEORY, EVENTS, STRATEGIES, FIGURES, KINDS)])
"""


@pytest.mark.parametrize("first", ["accounts", "report.four_steps", "strategies.transactional", "typed"])
def test_the_order_of_what_is_registered_is_no_matter_of_imports(first):
    orders = [
        subprocess.run(
            [sys.executable, "-c", before + REGISTRIES], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
        for before in ("", f"import sim.{first}")
    ]
    assert orders[0] == orders[1]


# ---------------------------------------------------------------- what the compiler sees


def _compiled(node: ast.FunctionDef) -> bool:
    marks = ("compiled", "inlined", "equation", "register_jitable", "overload", "intrinsic")
    return any(mark in ast.dump(decorator) for decorator in node.decorator_list for mark in marks)


def seen_by_the_compiler(module: str) -> set[str]:
    """Modules of ours that the compiled functions of a module read names from, constants' own sources included."""
    tree = ast.parse(modules()[module].read_text(encoding="utf-8"))
    come_from: dict[str, str] = {}
    made_of: dict[str, set[str]] = {}
    wanted: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sim"):
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                come_from[alias.asname or alias.name] = whole if whole in modules() else str(node.module)
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            names = {n.id for n in ast.walk(node.value) if isinstance(n, ast.Name)}
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                for name in ast.walk(target):
                    if isinstance(name, ast.Name):
                        made_of.setdefault(name.id, set()).update(names)
        elif isinstance(node, ast.FunctionDef) and _compiled(node):
            for statement in node.body:
                wanted |= {n.id for n in ast.walk(statement) if isinstance(n, ast.Name)}
    done: set[str] = set()
    while wanted - done:
        name = (wanted - done).pop()
        done.add(name)
        wanted |= made_of.get(name, set())
    return {come_from[name] for name in done if name in come_from}


def test_the_cache_is_keyed_by_all_that_the_compiler_sees():
    from sim.compiled import COMPILED_FOLDERS, COMPILED_ROOMS

    seen: set[str] = set()
    left = [
        m for m in modules() if re.search(r"@(compiled|inlined)\b", modules()[m].read_text(encoding="utf-8"))
    ]
    assert {"sim.period", "sim.luck", "sim.equity", "sim.draw"} <= set(left)
    while left:
        module = left.pop()
        if module not in seen:
            seen.add(module)
            left += seen_by_the_compiler(module)
    outside = {m for m in seen if room(m) not in {*COMPILED_ROOMS, *COMPILED_FOLDERS}}
    assert outside == set()


RUN = """
import sys
from sim.market import Market
from sim.period import live
market = Market.from_scenario("bond_ladder", customers=300, seed=5)
market.run_for(20)
print(sum(live.stats.cache_hits.values()), sum(live.stats.cache_misses.values()))
print(float(market.columns.trust.sum()))
"""


@pytest.mark.slow
def test_an_edited_equation_is_never_met_by_an_old_kernel(tmp_path):
    """numba's own cache looks at the outermost function's file alone: an edit in the theory must change the result."""
    for folder in ("sim", "conf", "scenarios"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    environment = os.environ | {"PYTHONPATH": str(tmp_path), "NUMBA_OPT": "1"}

    def run() -> tuple[int, int, float]:
        done = subprocess.run(
            [sys.executable, "-c", RUN],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        counts, trust = done.stdout.splitlines()[-2:]
        hits, misses = counts.split()
        return int(hits), int(misses), float(trust)

    hits, misses, before = run()
    assert (hits, misses) == (0, 1)
    assert run() == (1, 0, before), "a cached run compiled again, or differs"
    strategy = tmp_path / "sim/strategies/transactional.py"
    strategy.write_text(strategy.read_text() + "\n# a strategy is not compiled\n")
    assert run() == (1, 0, before), "editing a strategy compiled the market again"
    equation = tmp_path / "sim/theory/trust.py"
    text = equation.read_text()
    assert text.count("return trust + p.up * (1.0 - trust) * margin") == 1
    equation.write_text(text.replace("return trust + p.up *", "return trust + 2.0 * p.up *"))
    hits, misses, after = run()
    assert (hits, misses) == (0, 1) and after > before * 1.01
