"""``guanxi bench``: how fast the market is here."""

from __future__ import annotations

from typing import Any


def main(given: list[str]) -> int:
    """Hand everything to the benchmark."""
    from sim.bench import main as bench

    status: Any = bench(given)
    return int(status or 0)
