"""Customers in blocks: a thread works on whole blocks, and each block has rows of the ledger of its own.

Sums over blocks in order never depend on the number of threads.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, cast

from sim.core.named_arrays import NamedArrays
from sim.market.kernel.layout import BLOCK, working_memory

FEWEST_BLOCKS = 4  # per thread: fewer are done before another thread has begun


@cache
def _pool(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads)


_OF_THREAD = threading.local()


def _memory(firms: int) -> NamedArrays:
    """Working memory of this thread, made once for all markets of as many firms."""
    if getattr(_OF_THREAD, "firms", None) != firms:
        _OF_THREAD.firms, _OF_THREAD.memory = firms, working_memory(firms)
    return cast(NamedArrays, _OF_THREAD.memory)


class Blocks:
    """The customers who have entered a market so far, and the threads that work on them."""

    def __init__(self, customers: int, firms: int, threads: int) -> None:
        self.customers, self.firms, self.threads = customers, firms, threads

    def each(self, work: Callable[[int, int, NamedArrays], Any]) -> None:
        """Call ``work(first_block, last_block, memory)`` for every block, once; working memory is the thread's own."""
        blocks = -(-self.customers // BLOCK)
        threads = min(self.threads, blocks // FEWEST_BLOCKS)
        if threads <= 1:
            work(0, blocks, _memory(self.firms))
            return
        step = max(1, blocks // (8 * threads))
        pieces = iter(range(0, blocks, step))  # taken in turn: no thread waits for one that is held up

        def take(_: int) -> None:
            memory = _memory(self.firms)
            for first in pieces:
                work(first, min(first + step, blocks), memory)

        list(_pool(self.threads).map(take, range(threads)))

    def total(self, count: Callable[[int, int], Any]) -> Any:
        """Sum of ``count(begin, end)`` over the rows of all customers; None where it returns nothing."""
        counts: dict[int, Any] = {}

        def work(first: int, last: int, _: NamedArrays) -> None:
            counts[first] = count(first * BLOCK, min(last * BLOCK, self.customers))

        self.each(work)
        begun, *others = (counts[first] for first in sorted(counts))
        return None if begun is None else sum(others, begun)
