"""The markets that are timed, and the same markets in plain Mesa and in C (``benchmarks/`` of a checkout).

The timing covers the period's two loops, without causes and reports, in all programs; the whole step of a
market, with plans and accounts, is timed too.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

BENCHMARKS = Path(__file__).resolve().parents[3] / "benchmarks"
FIRMS = 4
MESA_CUSTOMERS = 2_000  # its rate does not depend on size: every agent costs the same
WARM = 20  # periods before anything is timed, so that stages, bonds and points are there
QUARTER = 13  # periods from one report of customer values to the next
NEGOTIATE = ("supplier", "distributor")  # kinds whose terms of trade may follow from power
QUICK, FULL = (10_000, 100_000), (10_000, 100_000, 1_000_000)


def setting(customers: int, firms: int = FIRMS, everything: bool = False, second: bool = False) -> Any:
    """The benchmark's market: firms that advertise, reward, contact, integrate and recover; everybody may talk.

    With ``everything`` each firm has stakeholders of all five kinds with terms of trade that follow from power, pays
    for them, asks its customers and serves three tiers, or key accounts that negotiate; it has a range of goods,
    departments at odds and records that go stale, and holds events; every type of shock may strike at random. With
    ``second`` each firm has a second product as well: another run of the kernel, over columns of its own.
    """
    from sim.scenario.merge import merge
    from sim.scenario.scenario import Scenario

    plan = {"name": "fixed_plan", "advertising": 0.03, "staff": 0.02, "recovery": 1.0, "reward_rate": 0.02,
            "contact_rate": 0.05, "integration": 0.05}  # fmt: skip
    tree = {
        "name": "bench",
        "question": "How fast is a period?",
        "source": "none",
        "market": {"budget": "free"},
        "population": {"customers": customers, "segments": {"everyone": {}}},
        "firms": {f"firm_{k + 1}": {"strategy": dict(plan)} for k in range(firms)},
        "experiment": {"focal": "firm_1", "periods": 100_000, "sample": 0, "twin": False},
    }
    return Scenario.from_config(merge(tree, all_mechanisms(firms, second)) if everything else tree)


def all_mechanisms(firms: int = FIRMS, second: bool = False) -> dict[str, Any]:
    """The settings that switch on every mechanism in the benchmark's market."""
    from sim.firms.mechanisms import MECHANISMS
    from sim.scenario.events.base import EVENTS
    from sim.strategies.levers import SUPPORT

    names = [f"firm_{k + 1}" for k in range(firms)]
    partners = {
        f"{kind}_{name}": {"kind": kind, "firm": name}
        | ({"rival": names[k - 1]} if kind == "ally" else {"negotiates": kind in NEGOTIATE})
        | ({"segment": "everyone", "introduces": 0.001} if kind == "distributor" else {})
        for k, name in enumerate(names)
        for kind in SUPPORT
    }
    at_random = {
        kind: {"type": kind, "hazard": 0.5, "lasts": 4}
        | ({"firm": names[-1]} if "firm" in EVENTS[kind].declared else {})
        for kind in EVENTS
        if kind != "firm_enters"  # the firm would be closed until then
    }
    levers = dict.fromkeys(SUPPORT.values(), 0.01) | {
        "feedback": 0.02,
        "place": 0.02,
        "online": 0.5,
    }
    offer: dict[str, Any] = {"capacity": 1_000_000}
    theory: dict[str, Any] = {}
    for mechanism in MECHANISMS.values():
        if second or "second" not in mechanism.example:
            levers |= mechanism.example.get("levers", {})
        offer |= mechanism.example.get("offer", {})
        theory |= mechanism.example.get("theory", {})
    served = [{"name": "three_levels"}, levers, {"name": "key_account_manager"}, levers]
    season = {"season": 0.2, "season_peak": 20}
    over: dict[str, Any] = {
        "market": {"budget": 0.3},
        "theory": theory,
        "population": {"entry_rate": 0.0005, "segments": {"everyone": {"exit_rate": 0.0005} | season}},
        "stakeholders": partners,
        "events": at_random,
        "experiment": {"periods": 520},  # room for customers who enter in that number
        "firms": {name: offer | {"strategy": served[k % len(served)]} for k, name in enumerate(names)},
    }
    return over | ({"second": {"firms": {name: {} for name in names}}} if second else {})


def market(customers: int, firms: int = FIRMS, threads: int = 1, reports: bool = False) -> Any:
    """The benchmark's market after `WARM` periods."""
    from sim.market.market import Market

    made = Market(setting(customers, firms), 1, threads=threads, reports=reports, collect=False)
    made.run_for(WARM)
    return made


def twin(name: str) -> ModuleType:
    """A module from benchmarks/; raises FileNotFoundError outside a checkout."""
    path = BENCHMARKS / f"{name}.py"
    if not path.is_file():
        raise FileNotFoundError("no checkout: benchmarks/ is not installed")
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None and spec.loader is not None
        sys.modules[name] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules[name]


def in_c(program: str, made: Any, threads: int) -> tuple[Any | None, str]:
    """A market in C, ``CTwin`` (straightforward) or ``CColumns`` (by columns), or None and the reason."""
    try:
        return getattr(twin("c_twin"), program)(made, threads), ""
    except FileNotFoundError as missing:
        return None, str(missing)
    except RuntimeError as failed:
        return None, str(failed)


def mesa_twin() -> tuple[Any | None, str]:
    """A small market in plain Mesa, or None and the reason."""
    try:
        return twin("mesa_twin").MesaTwin(market(MESA_CUSTOMERS)), ""
    except FileNotFoundError as missing:
        return None, str(missing)
