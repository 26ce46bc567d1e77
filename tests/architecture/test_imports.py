"""Rooms import only rooms below, heavy packages have their places, and the compiler sees only what the cache is keyed by."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from graphlib import TopologicalSorter
from importlib import import_module
from pathlib import Path

import pytest

from support import ROOT

SIM = ROOT / "sim"

#: The rooms of the package, bottom up: a room imports only itself and rooms below it, type hints counted.
ROOMS = (
    "core", "theory", "customers", "strategies", "firms", "scenario", "market", "experiment", "report", "validation", "app", "cli",
)  # fmt: skip

#: Where a heavy package may be imported: rooms, or single modules.
PLACES = {
    "numba": "core.jit core.kernel_store core.named_arrays",
    "llvmlite": "core.jit core.named_arrays",
    "pydantic": "core.loading",
    "gymnasium": "experiment.learner",
    "mesa": "customers market",
    "hydra": "scenario.choices",
    "omegaconf": "scenario.choices",
    "pandas": "market experiment report validation cli",
    "pyarrow": "market experiment report validation cli",
    "matplotlib": "report",
    "rich": "experiment report cli",
    "scipy": "experiment report validation",
    "nicegui": "app",
    "starlette": "app",
    "networkx": "",
}


def room(module: str) -> str:
    """The room of a module; empty for the package itself and its ``__main__``."""
    name = module.split(".")[1] if "." in module else ""
    return "" if name == "__main__" else name


@cache
def modules() -> dict[str, Path]:
    found = {}
    for path in sorted(SIM.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def imports(module: str, when_loaded: bool = False) -> frozenset[str]:
    """What a module imports, by full name: all, type hints and functions too; or only what loading it imports."""
    found: set[str] = set()

    def visit(node: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            if when_loaded and isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
                continue
            if when_loaded and isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
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


def test_every_module_has_its_room():
    assert {path.name for path in SIM.glob("*.py")} == {"__init__.py", "__main__.py"}
    assert {room(module) for module in modules()} - {""} == set(ROOMS)


def test_no_room_imports_a_higher_one():
    upward = {
        f"{module} -> {name}"
        for module in modules()
        for name in imports(module)
        if room(module) and room(name) and name in modules()
        if ROOMS.index(room(name)) > ROOMS.index(room(module))
    }
    assert upward == set()
    assert {name for name in imports("sim") if name.startswith("sim")} == set()


def _registered(module: str) -> set[str]:
    """The files of a folder that registers all its files, as its ``__init__`` imports them."""
    if 'import_module(f"{__name__}.' not in modules()[module].read_text(encoding="utf-8"):
        return set()
    return {name for name in modules() if name.rpartition(".")[0] == module}


def _graph(when_loaded: bool) -> dict[str, set[str]]:
    """Imports of our modules by module, with what a folder registers, and of a module's own packages those it names."""
    return {
        m: {n for n in imports(m, when_loaded) if n in modules() and n != m} | _registered(m)
        for m in modules()
    }


def test_imports_at_the_top_make_no_circle():
    TopologicalSorter(_graph(when_loaded=True)).prepare()


def _reached(graph: dict[str, set[str]], start: str) -> set[str]:
    found: set[str] = set()
    left = [start]
    while left:
        for name in graph[left.pop()] - found:
            found.add(name)
            left.append(name)
    return found


def test_files_make_no_circle_type_hints_counted():
    graph = _graph(when_loaded=False)
    reached = {module: _reached(graph, module) for module in graph}
    circles = {
        " ".join(sorted(name for name in reached[module] if module in reached[name]))
        for module in graph
        if module in reached[module]
    }
    assert circles == set()


#: An import of ours, in a statement, in a code string or on a page, or a name in back quotes.
NAMED = re.compile(r"(?:\b(?:from|import) |`)(sim(?:\.\w+)+)(?: import (\w+(?:, \w+)*))?")
OLD_NAMES = {
    "sim/strategies/moved_names.py",
    "tests/unit/strategies/test_moved_names.py",
    "docs/style.md",
    "CHANGELOG.md",
}


def _resolves(name: str) -> bool:
    """True if a dotted name is a module of ours, or something in one."""
    parts = name.split(".")
    for k in range(len(parts), 0, -1):
        if (module := ".".join(parts[:k])) in modules():
            found: object = import_module(module)
            for part in parts[k:]:
                if not hasattr(found, part):
                    return False
                found = getattr(found, part)
            return True
    return False


def test_every_name_of_ours_in_code_strings_and_pages_is_there():
    files = [*ROOT.glob("*.md"), *ROOT.glob("notebooks/*.ipynb")]
    for folder in ("sim", "tests", "docs", "benchmarks"):
        files += [*(ROOT / folder).rglob("*.py"), *(ROOT / folder).rglob("*.md")]
    missing = {
        f"{place}: {whole}"
        for path in files
        if (place := path.relative_to(ROOT).as_posix()) not in OLD_NAMES
        for module, names in NAMED.findall(path.read_text(encoding="utf-8"))
        for whole in ([f"{module}.{name}" for name in names.split(", ")] if names else [module])
        if not _resolves(whole)
    }
    assert missing == set()


def _is_within(module: str, places: str) -> bool:
    return any(f"{module}.".startswith(f"sim.{place}.") for place in places.split())


def test_heavy_packages_stay_in_their_places():
    wrong = [
        f"{module} imports {package}"
        for module in modules()
        for name in imports(module)
        if (package := name.split(".")[0]) in PLACES and not _is_within(module, PLACES[package])
    ]
    assert wrong == []


def test_equations_and_strategies_import_nothing_but_their_language():
    allowed = {
        "sim.theory": "core.parameters core.functions theory",
        "sim.strategies.library": "strategies theory core.parameters core.functions core.errors",
    }
    for module in modules():
        for start, places in allowed.items():
            if module.startswith(start):
                others = {
                    name
                    for name in imports(module)
                    if name.split(".")[0] not in sys.stdlib_module_names and not _is_within(name, places)
                }
                assert others <= ({"numpy"} if "library" in start else set()), module


def loaded_by(code: str) -> set[str]:
    told = "import sys; print(*sorted({m.split('.')[0] for m in sys.modules}))"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{told}"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(done.stdout.splitlines()[-1].split())


def test_import_sim_loads_nothing():
    assert loaded_by("import sim") & {*PLACES, "numpy", "yaml"} == set()


@pytest.mark.parametrize(
    "kind", ["scenarios", "strategies", "metrics", "concepts", "levers", "events", "stakeholders"]
)
def test_list_loads_nothing_heavy(kind):
    code = f"import sim.cli; sim.cli.main(['list', '{kind}'])"
    assert loaded_by(code) & set(PLACES) == set()


REGISTRIES = """
from sim.theory import THEORY
from sim.firms.partners.base import KINDS
from sim.report.figures import FIGURES
from sim.scenario.events.base import EVENTS
from sim.strategies import STRATEGIES
import sim.strategies.library, sim.theory
print([list(names) for names in (THEORY, EVENTS, STRATEGIES, FIGURES, KINDS)])
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    "first", ["market.accounts", "report.four_steps", "strategies.library.transactional", "scenario.scenario"]
)
def test_the_order_of_what_is_registered_is_no_matter_of_imports(first):
    orders = [
        subprocess.run(
            [sys.executable, "-c", before + REGISTRIES], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
        for before in ("", f"import sim.{first}")
    ]
    assert orders[0] == orders[1]


# ---------------------------------------------------------------- what the compiler sees


def _compiles(module: str) -> bool:
    """True for a module that takes what makes compiled functions from `sim.core.jit`."""
    marks = {"compiled", "inlined", "part", "jit"}
    tree = ast.parse(modules()[module].read_text(encoding="utf-8"))
    return any(
        marks & {alias.name for alias in node.names}
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module in ("sim.core", "sim.core.jit")
    )


def test_the_cache_is_keyed_by_all_that_the_compiler_sees():
    """Compiled functions stand in the files that are hashed, and these import nothing of ours from other files.

    So no constant, factory or layout from elsewhere can enter compiled code, however it is used.
    """
    from sim.core.kernel_cache import COMPILED_FOLDERS

    folders = [SIM / folder for folder in COMPILED_FOLDERS]
    hashed = {module for module, path in modules().items() if path.parent in folders}
    compiling = {module for module in modules() if _compiles(module)}
    kernel = {
        "sim.market.kernel.period",
        "sim.core.rng",
        "sim.market.kernel.equity",
        "sim.customers.sampling",
    }
    assert kernel <= compiling <= hashed
    from_elsewhere = {
        f"{module} imports {name}"
        for module in hashed
        for name in imports(module)
        if name.split(".")[0] == "sim" and name not in hashed
    }
    assert from_elsewhere == set()


RUN = """
import sys
from sim.market.market import Market
from sim.market.kernel.period import live
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
    strategy = tmp_path / "sim/strategies/library/transactional.py"
    strategy.write_text(strategy.read_text() + "\n# a strategy is not compiled\n")
    assert run() == (1, 0, before), "editing a strategy compiled the market again"
    equation = tmp_path / "sim/theory/trust.py"
    text = equation.read_text()
    assert text.count("return trust + p.up * (1.0 - trust) * margin") == 1
    equation.write_text(text.replace("return trust + p.up *", "return trust + 2.0 * p.up *"))
    hits, misses, after = run()
    assert (hits, misses) == (0, 1) and after > before * 1.01
