"""``guanxi bench``: throughput and memory by size and threads, beside plain Mesa and plain C in the same run.

What is timed is the period's two loops, without causes and reports, on all three sides; the whole step of a market,
plans and books included, stands beside it. The twins live in benchmarks/ of a checkout.
"""

from __future__ import annotations

import importlib.util
import json
import statistics
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Sequence
from functools import partial
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
    departments at odds and records that go stale, and holds events; every type of shock may strike by luck. With
    ``second`` each firm has a second product as well: another pass, over columns of its own.
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
    """What lies over the benchmark's market where every mechanism is on."""
    from sim.scenario.events.base import EVENTS
    from sim.strategies.levers import SUPPORT

    names = [f"firm_{k + 1}" for k in range(firms)]
    tied = {
        f"{kind}_{name}": {"kind": kind, "firm": name}
        | ({"rival": names[k - 1]} if kind == "ally" else {"negotiates": kind in NEGOTIATE})
        | ({"segment": "everyone", "introduces": 0.001} if kind == "distributor" else {})
        for k, name in enumerate(names)
        for kind in SUPPORT
    }
    at_luck = {
        kind: {"type": kind, "hazard": 0.5, "lasts": 4}
        | ({"firm": names[-1]} if "firm" in EVENTS[kind].declared else {})
        for kind in EVENTS
        if kind != "firm_enters"  # the firm would be closed until then
    }
    levers = dict.fromkeys(SUPPORT.values(), 0.01) | {
        "feedback": 0.02,
        "place": 0.02,
        "coordination": 0.01,
        "data_upkeep": 0.01,
        "range_review": 0.01,
        "event": 0.01,
        "online": 0.5,
    }
    if second:
        levers |= {"second_advertising": 0.01, "cross_selling": 0.01, "bundle_discount": 0.05}
    served = [{"name": "three_levels"}, levers, {"name": "key_account_manager"}, levers]
    season = {"season": 0.2, "season_peak": 20}
    over: dict[str, Any] = {
        "market": {"budget": 0.3},
        "theory": {"knowledge": {"decay": 0.005}, "power": {"accounts": 20}},
        "population": {"entry_rate": 0.0005, "segments": {"everyone": {"exit_rate": 0.0005} | season}},
        "stakeholders": tied,
        "events": at_luck,
        "experiment": {"periods": 520},  # room is made for who enters in so many
        "firms": {
            name: {"capacity": 1_000_000, "alignment": 0.8, "goods": 20, "strategy": served[k % len(served)]}
            for k, name in enumerate(names)
        },
    }
    return over | ({"second": {"firms": {name: {} for name in names}}} if second else {})


def ratio_of_all(customers: int, threads: int, repeats: int, second: bool = False) -> float:
    """Throughput of whole steps with every mechanism on over the core's, interleaved; median over pairs."""
    from sim.market.market import Market

    core, every = (
        Market(setting(customers, everything=on, second=second), 1, threads=threads, collect=False)
        for on in (False, True)
    )
    for made in (core, every):
        made.run_for(QUARTER)
    pairs = [[seconds(partial(made.run_for, QUARTER)) for made in (core, every)] for _ in range(repeats)]
    return statistics.median(ours / all_on for ours, all_on in pairs)


def market(customers: int, firms: int = FIRMS, threads: int = 1, reports: bool = False) -> Any:
    """The benchmark's market after `WARM` periods."""
    from sim.market.market import Market

    made = Market(setting(customers, firms), 1, threads=threads, reports=reports, collect=False)
    made.run_for(WARM)
    return made


def twin(name: str) -> ModuleType:
    """A twin's module from benchmarks/; raises FileNotFoundError outside a checkout."""
    path = BENCHMARKS / f"{name}.py"
    if not path.is_file():
        raise FileNotFoundError("no checkout: benchmarks/ is not installed")
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None and spec.loader is not None
        sys.modules[name] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules[name]


def c_twin(made: Any, threads: int) -> tuple[Any | None, str]:
    """The C twin of a market, or None and the reason."""
    try:
        module = twin("c_twin")
        return module.CTwin(made, threads), ""
    except FileNotFoundError as missing:
        return None, str(missing)
    except RuntimeError as failed:
        return None, str(failed)


def mesa_twin() -> tuple[Any | None, str]:
    """The Mesa twin of a small market, or None and the reason."""
    try:
        return twin("mesa_twin").MesaTwin(market(MESA_CUSTOMERS)), ""
    except FileNotFoundError as missing:
        return None, str(missing)


def seconds(work: Callable[[], Any]) -> float:
    """Wall time of one call."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def case(customers: int, threads: int, mesa: Any | None, repeats: int) -> dict[str, Any]:
    """One size and number of threads: rates (customer-periods a second) and the ratios, pair by pair."""
    from sim.customers.columns import bytes_per_customer

    made = market(customers, threads=threads)
    c, reason = c_twin(made, threads)
    periods = max(1, 200_000 // customers)  # enough for a clock
    lived = periods * customers

    made.conditions["counts"] = False  # neither twin counts who is on file

    def loops() -> None:
        for _ in range(periods):
            made.period += 1  # another period, other luck
            made.serve_customers()
            made.spread_word_of_mouth()

    ours: list[float] = []
    theirs: list[float] = []
    plain: list[float] = []
    for repeat in range(repeats + 1):  # the first warms the caches and is dropped
        times = [seconds(loops) / lived]
        times.append(seconds(lambda: [c.step() for _ in range(periods)]) / lived if c else float("nan"))
        times.append(seconds(mesa.step) / MESA_CUSTOMERS if mesa else float("nan"))
        if repeat:
            for kept, taken in zip((ours, theirs, plain), times, strict=True):
                kept.append(taken)
    made.reports = True
    made.conditions["reports"] = True
    whole = [seconds(lambda: made.run_for(periods)) / lived for _ in range(min(3, repeats))]
    found: dict[str, Any] = {
        "customers": customers,
        "firms": FIRMS,
        "threads": threads,
        "rate": 1.0 / statistics.median(ours),
        "rate_step": 1.0 / statistics.median(whole),
        "bytes_per_customer": bytes_per_customer(FIRMS),
        "ratio_mesa": _ratio(plain, ours) if mesa else None,
        "ratio_c": _ratio(theirs, ours) if c else None,
        "rate_mesa": 1.0 / statistics.median(plain) if mesa else None,
        "rate_c": 1.0 / statistics.median(theirs) if c else None,
        "ratio_all_on": ratio_of_all(customers, threads, min(3, repeats)),
        "ratio_second": ratio_of_all(customers, threads, min(3, repeats), second=True),
        "pairs": repeats,
    }
    reasons = {
        "ratio_c": "" if c else reason,
        "ratio_mesa": "" if mesa else "no checkout: benchmarks/ is not installed",
    }
    if any(reasons.values()):
        found["reason"] = "; ".join(f"{key}: {why}" for key, why in reasons.items() if why)
    if c:
        c.close()
    return found


def _ratio(theirs: Sequence[float], ours: Sequence[float]) -> float:
    return statistics.median(a / b for a, b in zip(theirs, ours, strict=True))


def main(options: Namespace) -> int:
    """Measure and print, as the command's options (sim/cli/bench.py) ask."""
    from sim.validation.bench import page as bench_jobs

    if options.huge:
        print(json.dumps(bench_jobs.huge(), indent=1))
        return 0
    if options.profile:
        print(bench_jobs.profile())
        return 0
    sizes = options.sizes or (FULL if options.full else QUICK)
    bench_jobs.say("bench: the same periods on all sides, in turn; a minute or two")
    mesa, _ = mesa_twin()
    cases = [
        case(customers, threads, mesa, options.repeats) for customers in sizes for threads in options.threads
    ]
    if options.json:
        print(json.dumps(cases, indent=1))
        return 0
    text = bench_jobs.page(cases, jobs=options.full)
    print(text)
    if options.write:
        bench_jobs.put(Path(options.write), text)
    return 0
