"""Digests of results and texts, computed anew: what the stored golden files are compared with.

``python tests/golden/digests.py values texts`` writes the golden files anew (``make golden``).
Values are results: no change of words or of layout may move them. Texts are what commands print.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import hashlib
import io
import json
import math
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

import sim
from sim.cli import main
from sim.cli.lists import KINDS as LISTS
from sim.cli.lists import LISTED
from sim.cli.show import TEXTS
from sim.experiment.runs import Job, Request
from sim.experiment.worker import one_run
from sim.report.run_and_report import run
from sim.scenario.files import compose, conf_folder, scenario_files, scenarios_folder
from sim.scenario.scenario import Scenario
from sim.strategies.base import (
    STRATEGIES,
)
from sim.strategies.checks.view_sequences import view_sequences
from sim.strategies.library import make_strategy

HERE = Path(__file__).resolve().parent
VALUES, TEXT, PRINTED = HERE / "values.json", HERE / "texts.json", HERE / "printed"
#: A market of four firms in which every mechanism is switched on, as a plain tree.
EVERYTHING = HERE / "everything.json"

#: Small runs that together switch on every mechanism: scenario, periods, arms.
RUNS: dict[str, tuple[int, tuple[str, ...]]] = {
    "airline_scheme": (60, ("status", "points")),
    "alliance": (60, ()),
    "bad_news_weak_ties": (60, ()),
    "bond_ladder": (70, ("transactional", "level_3")),
    "complements": (60, ()),
    "departments_at_odds": (60, ()),
    "entry_abroad": (60, ()),
    "growth_matrix": (60, ()),
    "influencer_policy_shock": (60, ()),
    "key_account_power": (60, ()),
    "leaky_bucket": (60, ()),
    "medicine_maker": (60, ()),
    "number_portability": (60, ()),
    "one_to_one": (60, ()),
    "range_of_goods": (60, ()),
    "seasonal_tourism": (60, ()),
    "service_recovery": (60, ()),
    "six_markets": (60, ()),
    "subscription_high_end": (30, ()),
    "toothpaste_1973": (30, ()),
    "tournament_web_site": (60, ()),
    "value_of_the_database": (60, ()),
}
CUSTOMERS = 150
#: Keys of a scenario that are texts: two scenarios that differ in them alone give the same results.
TEXT_KEYS = ("question", "source", "claim", "literature", "label")


def digest(data: bytes | str) -> str:
    """The first twelve digits of the SHA-256."""
    data = data.encode() if isinstance(data, str) else data
    return hashlib.sha256(data).hexdigest()[:12]


# ---------------------------------------------------------------- tables


def of_table(table: pa.Table) -> dict[str, str]:
    """A digest per column, with its type; equal values in another file format give the same."""
    return {f.name: f"{f.type} {_of_column(table[f.name])}" for f in table.schema}


def _of_column(column: pa.ChunkedArray) -> str:
    if pa.types.is_floating(column.type):
        values = column.to_numpy().astype("<f8")
        return digest(np.where(np.isnan(values), np.nan, values).tobytes())
    return digest(json.dumps(column.to_pylist()))


def _tables(setting: Scenario, arm: str, seed: int = 1) -> dict[str, dict[str, str]]:
    reference = f"{Scenario.__module__}:{Scenario.__name__}"
    request = Request(setting.to_dict(), reference, check=True)
    tables = one_run(request, Job(arm, seed, twin=bool(setting.experiment.twin)))
    return {name: of_table(table) for name, table in sorted(tables.items())}


def small(name: str) -> Scenario:
    """A scenario of the library cut down to a run of a second."""
    periods, _ = RUNS[name]
    return compose(name, [
        f"population.customers={CUSTOMERS}", f"experiment.periods={periods}", "experiment.burn_in=8",
        "experiment.value_every=4", "experiment.sample=5",
    ])  # fmt: skip


def arms_of(name: str, setting: Scenario) -> tuple[str, ...]:
    """The arms that are run: those named, else the first and the last."""
    every = tuple(setting.experiment.arms)
    named = tuple(arm for arm in RUNS[name][1] if arm in every)
    return named or tuple(dict.fromkeys((every[0], every[-1])))


def run_digests(name: str) -> dict[str, Any]:
    """Digests of every table of a scenario's small runs, by arm."""
    if name == "everything":
        setting = Scenario.from_config(json.loads(EVERYTHING.read_text(encoding="utf-8")))
        return {arm: _tables(setting, arm) for arm in setting.experiment.arms}
    setting = small(name)
    return {arm: _tables(setting, arm) for arm in arms_of(name, setting)}


def run_names() -> list[str]:
    """Every small run."""
    return [*RUNS, "everything"]


# ---------------------------------------------------------------- plans


def plan_digests(name: str) -> dict[str, str]:
    """Digests of the plans of a strategy at its defaults, by sequence of views."""
    found = {}
    for sequence, views in view_sequences().items():
        decider, plans = make_strategy(name), []
        for view in views:
            plans.append(_plain_plan(decider.plan(view)))
        found[sequence] = digest(json.dumps(plans))
    return found


def _plain_plan(value: Any) -> Any:
    if hasattr(value, "_asdict"):
        value = value._asdict()
    elif dataclasses.is_dataclass(value):
        value = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain_plan(each) for key, each in value.items()}
    if isinstance(value, (tuple, list, np.ndarray)):
        return [_plain_plan(each) for each in value]
    if isinstance(value, (float, np.floating)):
        return float(value) if math.isfinite(value) else repr(float(value))
    return value.item() if isinstance(value, np.generic) else value


# ---------------------------------------------------------------- trees


def without_texts(tree: Any) -> Any:
    """The tree of a scenario without what only people read."""
    if isinstance(tree, Mapping):
        return {key: without_texts(each) for key, each in tree.items() if key not in TEXT_KEYS}
    return [without_texts(each) for each in tree] if isinstance(tree, list) else tree


def our_scenarios() -> list[str]:
    """The scenarios of the library."""
    return [name for name, path in scenario_files().items() if path.parent == scenarios_folder()]


def choices() -> Iterator[tuple[str, str]]:
    """Every option of every group of ``conf/``."""
    for path in sorted(conf_folder().glob("*/*.yaml")):
        yield path.parent.name, path.stem


def tree_digests() -> dict[str, str]:
    """Digests of composed trees in their order of keys, without texts, and of their hashes."""
    found = {}
    for name in our_scenarios():
        found[f"scenario {name}"] = _of_tree(compose(name))
    for group, option in choices():
        found[f"{group} {option}"] = _of_tree(compose("bond_ladder", [f"{group}={option}"]))
    for override in (
        "population.customers=777", "firms.focal.strategy.name=club", "experiment.only=[level_2]",
        "~experiment.arms.level_1", "+firms.late={}", "theory.choice.habit_keep=0.5", "market.outside=none",
        "market.budget=free", "experiment.twin=off", "execution.threads=2", "firms.focal.price=11.0",
    ):  # fmt: skip
        found[f"override {override}"] = _of_tree(compose("bond_ladder", [override]))
    return found


def _of_tree(scenario: Scenario) -> str:
    tree = without_texts(scenario.to_dict())
    decides = {key: part for key, part in tree.items() if key not in ("execution", "out", "report")}
    return f"{digest(json.dumps(tree))} {digest(json.dumps(decides, sort_keys=True))}"


def hashes() -> dict[str, str]:
    """The hash of every scenario and the digest of its whole tree, texts included."""
    made = {name: compose(name) for name in our_scenarios()}
    return {name: f"{s.hash()[:12]} {digest(json.dumps(s.to_dict()))}" for name, s in made.items()}


# ---------------------------------------------------------------- what is printed


def printed(words: Iterable[str]) -> str:
    """What a command prints on the standard output."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        status = main(list(words))
    assert status == 0, words
    return out.getvalue()


def lists() -> str:
    """What ``guanxi list`` prints, kind by kind."""
    return "".join(f"$ guanxi list {kind}\n{printed(['list', kind])}\n" for kind in LISTS)


def shows(kind: str) -> str:
    """What ``guanxi show`` prints of everything of a kind but scenarios."""
    names = [entry["name"] for entry in json.loads(printed(["list", LISTED[kind], "--json"]))]
    return "".join(f"$ guanxi show {kind} {name}\n{printed(['show', kind, name])}\n" for name in names)


def json_digests() -> dict[str, str]:
    """Digests of ``guanxi list KIND --json`` and of ``guanxi show scenario NAME``."""
    found = {f"list {kind} --json": digest(printed(["list", kind, "--json"])) for kind in LISTS}
    return found | {f"show scenario {n}": digest(printed(["show", "scenario", n])) for n in our_scenarios()}


# ---------------------------------------------------------------- files of a run


def folder_digests(folder: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """A run folder: digests of its tables by values; and of the bytes of its files and of what is printed."""
    out = io.StringIO()
    os.environ["COLUMNS"] = "100"
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        result = run(compose("bond_ladder", [
            "experiment.only=[transactional,level_3]", "population.customers=200", "experiment.periods=60",
            "experiment.burn_in=20", "experiment.replications=3", "experiment.sample=5", "execution.threads=1",
        ]), folder, progress=False)  # fmt: skip
    import pyarrow.parquet as pq

    values = {p.name: of_table(pq.read_table(p)) for p in sorted(result.where.glob("*.parquet"))}
    kept = [p for p in sorted(result.where.rglob("*")) if p.suffix in (".parquet", ".csv", ".svg", ".yaml")]
    files = {str(p.relative_to(result.where)): digest(p.read_bytes()) for p in kept}
    return values, files


# ---------------------------------------------------------------- writing them anew


def write(what: Iterable[str]) -> None:
    """Write the golden files anew: ``values``, ``texts`` or both."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        in_folder, files = folder_digests(Path(folder) / "run")
    if "values" in what:
        stored = {
            "runs": {name: run_digests(name) for name in run_names()},
            "plans": {name: plan_digests(name) for name in strategies()},
            "trees": tree_digests(),
            "folder": in_folder,
        }
        VALUES.write_text(lines(stored), encoding="utf-8")
    if "texts" in what:
        stored = {"hashes": hashes(), "printed": json_digests(), "files": files}
        TEXT.write_text(lines(stored), encoding="utf-8")
        for name, text in texts().items():
            (PRINTED / f"{name}.txt").write_text(text(), encoding="utf-8")


def strategies() -> list[str]:
    """The strategies that come with the project."""
    return sorted(n for n, cls in STRATEGIES.items() if cls.__module__.startswith(f"{sim.__name__}."))


def texts() -> dict[str, Callable[[], str]]:
    """What is stored as text: how to make it, by name."""
    return {"list": lists} | {f"show_{kind}": functools.partial(shows, kind) for kind in TEXTS}


def lines(tree: Any, depth: int = 0) -> str:
    """JSON with a line per table or strategy, so that a difference names what moved."""
    flat = not isinstance(tree, dict) or (depth > 1 and not any(isinstance(v, dict) for v in tree.values()))
    if flat:
        return json.dumps(tree, ensure_ascii=False)
    pad = " " * (depth + 1)
    inner = ",\n".join(f"{pad}{json.dumps(key)}: {lines(each, depth + 1)}" for key, each in tree.items())
    return f"{{\n{inner}\n{pad[1:]}}}" + ("\n" if depth == 0 else "")


if __name__ == "__main__":
    write(sys.argv[1:] or ["values", "texts"])
