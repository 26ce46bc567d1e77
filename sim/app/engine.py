"""Worker processes beside the server: they answer questions seed by seed, for every session in turn."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from sim.app.questions import MarketQuestion, SeedAnswer, answer_of_seed, warm_up
from sim.core import kernel_cache
from sim.experiment import worker
from sim.experiment.pool import calm, cores


def _start() -> None:
    """Begin a process: it ends with the server, and compiles or loads what an answer needs."""
    worker.settle()
    warm_up()


class Engine:
    """Processes that are there before the first question; a question that is given up stops at its next seed."""

    def __init__(self, workers: int = 0) -> None:
        self.workers = workers or cores()
        self._begin()

    def _begin(self) -> None:
        kernel_cache.folder()  # a temporary one is handed to all processes
        self._pool = ProcessPoolExecutor(self.workers, multiprocessing.get_context("spawn"), _start)
        with calm(threads=1):
            for _ in range(self.workers):
                self._pool.submit(int)  # each starts a process

    async def answers(self, question: MarketQuestion, seeds: Sequence[int]) -> AsyncIterator[SeedAnswer]:
        """The answers as they come; at most one per process is under way, so that other sessions get their turn."""
        waiting, running = list(seeds)[::-1], set[asyncio.Task[SeedAnswer]]()
        try:
            while waiting or running:
                while waiting and len(running) < self.workers:
                    running.add(asyncio.create_task(self._one(question, waiting.pop())))
                done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    yield task.result()
        finally:
            for task in running:
                task.cancel()

    async def _one(self, question: MarketQuestion, seed: int) -> SeedAnswer:
        """The answer of one seed; a process that died is replaced once."""
        pool = self._pool
        try:
            return await asyncio.wrap_future(pool.submit(answer_of_seed, question, seed))
        except BrokenProcessPool:
            if pool is self._pool:
                self._begin()
            return await asyncio.wrap_future(self._pool.submit(answer_of_seed, question, seed))

    def end(self) -> None:
        """Stop the processes and what they are at."""
        for process in list(getattr(self._pool, "_processes", {}).values()):
            process.terminate()
        self._pool.shutdown(wait=True, cancel_futures=True)
