"""Whether a population fits in memory, estimated before it is built."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

from sim.problem import Problem

#: Bytes a customer and a pair of customer and firm take, and the process before there are any.
A_CUSTOMER, A_PAIR, A_PROCESS = 160, 60, 400_000_000


def memory_needed(customers: int, firms: int) -> int:
    """Bytes of one market: about 400 a customer with 4 firms.

    >>> memory_needed(1_000_000, 4) - A_PROCESS
    400000000
    """
    return A_PROCESS + customers * (A_CUSTOMER + A_PAIR * firms)


def memory_available() -> int | None:
    """Bytes that can still be had, of the machine and of a container around it; None: not known."""
    found = []
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                found.append(int(line.split()[1]) * 1024)
    for limit, used in (
        ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
        ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"),
    ):
        with contextlib.suppress(OSError, ValueError):
            found.append(max(0, int(Path(limit).read_text()) - int(Path(used).read_text())))
    return min(found) if found else None


def check_memory(setting: Any) -> None:
    """Refuse a scenario whose market, times the processes asked for, does not fit; raises `Problem`."""
    available = memory_available()
    if available is None:
        return
    firms = max([len(setting.firms), *(len(setting.for_arm(arm).firms) for arm in setting.experiment.arms)])
    customers = max(
        [
            setting.population.customers,
            *(setting.for_arm(a).population.customers for a in setting.experiment.arms),
        ]
    )
    one = memory_needed(customers, firms)
    processes = max(1, setting.execution.workers) if setting.execution.backend != "serial" else 1
    if one * processes <= available:
        return
    told = f"{customers} customers and {firms} firms need {one / 1e9:.1f} GB a process"
    told += f", {available / 1e9:.1f} GB are free"
    if one <= available:
        raise Problem("execution.workers", processes, f"at most {available // one}: {told}")
    most = max(0, available - A_PROCESS) // (A_CUSTOMER + A_PAIR * firms)
    raise Problem("population.customers", customers, f"at most about {most} here: {told}")
