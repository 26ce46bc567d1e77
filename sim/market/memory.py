"""The memory that a population needs, estimated before it is built."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from sim.core.errors import InputError
from sim.customers.columns import bytes_per_customer

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

#: Bytes of a process before there are customers, and of the passing work on one customer.
A_PROCESS, PASSING = 400_000_000, 64


def memory_needed(customers: int, firms: int, categories: int = 1) -> int:
    """Bytes of one market with a number of customers: about 400 per customer per category with 4 firms."""
    return A_PROCESS + customers * categories * (bytes_per_customer(firms) + PASSING)


def rows(setting: Scenario) -> int:
    """Customers at the start and all who will enter."""
    weeks = setting.experiment.periods * 52.0 / setting.market.periods_per_year
    return int(setting.population.customers * (1.0 + setting.population.entry_rate * weeks))


def memory_available() -> int | None:
    """Bytes that can still be had, of the machine and of a container around it; None: not known."""
    limits = []
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                limits.append(int(line.split()[1]) * 1024)
    for limit, used in (
        ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
        ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"),
    ):
        with contextlib.suppress(OSError, ValueError):
            limits.append(max(0, int(Path(limit).read_text()) - int(Path(used).read_text())))
    return min(limits) if limits else None


def _of_one(arm: Scenario) -> int:
    return memory_needed(rows(arm), len(arm.firms), 1 if arm.second is None else 2)


def check_memory(setting: Scenario, processes: int | None = None) -> None:
    """Refuse a scenario whose largest arm, times its processes, does not fit; raises `InputError`."""
    available = memory_available()
    if available is None:
        return
    if processes is None:
        processes = 1 if setting.execution.backend == "serial" else max(1, setting.execution.workers)
    arms = [setting, *(setting.for_arm(arm) for arm, changes in setting.experiment.arms.items() if changes)]
    one, largest = max(((_of_one(a), a) for a in arms), key=lambda pair: pair[0])
    if one * processes <= available:
        return
    customers, firms = largest.population.customers, len(largest.firms)
    entering = rows(largest) - customers
    message = f"{customers} customers{f', {entering} who enter' if entering else ''} and {firms} firms need "
    message += f"{one / 1e9:.1f} GB per process, {available / 1e9:.1f} GB are free"
    if one <= available:
        raise InputError("execution.workers", processes, f"at most {available // one}: {message}")
    most = int(max(0, available - A_PROCESS) / max(1, one - A_PROCESS) * customers)
    raise InputError("population.customers", customers, f"at most about {most} here: {message}")
