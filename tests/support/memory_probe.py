"""How much a process of its own grows over many small runs: `python memory_probe.py RUNS`, or `... RUNS hold`."""

from __future__ import annotations

import gc
import sys

from sim.market.market import Market
from support.markets import scenario

WARM_UP = 150


def resident() -> int:
    """Resident memory of this process, bytes."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096


def main(runs: int, hold: bool) -> float:
    """Growth of resident memory from run 150 to the last, as a share; ``hold`` keeps every market."""
    parts = {"population": {"entry_rate": 0.05}, "firms": {"focal": {"strategy": {"name": "club"}}}}
    setting = scenario(parts, customers=50, periods=3)
    kept, before = [], 0
    for seed in range(WARM_UP + runs):
        if seed == WARM_UP:
            gc.collect()
            before = resident()
        market = Market(setting, seed)
        market.run_for(3)
        market.books.outcomes()
        if hold and seed >= WARM_UP:
            kept.append(market)
    gc.collect()
    return resident() / before - 1


if __name__ == "__main__":
    print(main(int(sys.argv[1]), sys.argv[2:] == ["hold"]))
