"""Execution of runs: in this process, or in worker processes with one run each at a time."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
import types
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, TypeVar

from sim.core import kernel_cache
from sim.core.errors import InputError
from sim.experiment import worker
from sim.experiment.progress import Progress
from sim.experiment.runs import Job, Request
from sim.experiment.worker import RunOutcome

Result = TypeVar("Result")
#: Attempts at a run whose worker dies.
ATTEMPTS = 2
#: Threads of the libraries a worker loads; only the compiled kernel uses several.
_QUIET = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


def cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def execute(
    jobs: Sequence[Job], request: Request, parts: Path, count: int, progress: Progress, workers: Workers
) -> list[RunOutcome]:
    """Execute every job in ``count`` of the ``workers``, each keeping its part in ``parts``; 0 in this process.

    Failed runs are reported at the end; a wrong request and a full disk are raised at once.
    """
    if not jobs:
        return []
    if count == 0:
        ended = _execute_in_process(jobs, request, parts, progress)
    else:
        slots = workers.started(min(count, len(jobs)), request)
        ended = _Queue(request, parts, progress).execute(jobs, slots)
    return sorted(ended, key=lambda e: e.job)


def _stop_if_hopeless(ended: RunOutcome) -> None:
    if ended.wrong_request is not None:
        raise ended.wrong_request
    if ended.disk is not None:
        raise ended.disk


def _execute_in_process(
    jobs: Sequence[Job], request: Request, parts: Path, progress: Progress
) -> list[RunOutcome]:
    done = []
    with worker.telling(request.market, progress.compiling):
        for job in jobs:
            done.append(worker.run_and_keep(request, job, str(parts), progress.period))
            _stop_if_hopeless(done[-1])
            progress.ended(done[-1])
    return done


class _Slot:
    """One worker process, restarted if it dies; it has one job at a time, so the failed job is known."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.context = multiprocessing.get_context("spawn")
        self.live = self.context.RawValue("q", 0)
        self.processes: set[BaseProcess] = set()

    def begin(self) -> None:
        """Start the process; an interruption leaves it to `Workers.stop`."""
        before = set(multiprocessing.active_children())
        self.pool = ProcessPoolExecutor(
            1, mp_context=self.context, initializer=worker.start, initargs=(self.live,)
        )
        try:
            with calm(self.request.threads):
                self.greeting: Future[None] = self.pool.submit(worker.warm_up, self.request.market)
        finally:
            self.processes = set(multiprocessing.active_children()) - before

    def submit(self, task: Callable[..., Result], *given: Any) -> Future[Result]:
        """Hand a task to the process, or to a new one if it has died since its last task."""
        self.live.value = 0
        try:
            return self.pool.submit(task, *given)
        except BrokenProcessPool:
            self.pool.shutdown(wait=True)
            self.begin()
            return self.pool.submit(task, *given)

    def exit_code(self) -> str:
        """The exit status of a dead worker, as text."""
        codes = [p.exitcode for p in self.processes if p.exitcode is not None]
        if not codes:
            return "its process died"
        if codes[0] < 0:
            return f"its process was killed by signal {-codes[0]}"
        return f"its process ended with {codes[0]}"


class Workers:
    """Worker processes that serve one experiment after another, started when first needed and kept until the end.

    Leaving the ``with`` block lets them end; leaving it by an exception stops them.
    """

    def __init__(self) -> None:
        self._slots: list[_Slot] = []
        self._kind: tuple[str, int] | None = None

    def started(self, count: int, request: Request) -> list[_Slot]:
        """So many workers for the market and the threads of a request; those of another kind are ended first."""
        kind = (request.market, request.threads)
        if kind != self._kind:
            self._end()
            self._kind = kind
        kernel_cache.folder()  # a temporary one is handed to all of them
        while len(self._slots) < count:
            self._slots.append(_Slot(request))
            self._slots[-1].begin()
        return self._slots[:count]

    def share_out(self, task: Callable[..., Result], values: Sequence[Any], *more: Any) -> list[Result]:
        """``task(value, *more)`` for every value, in order: in the workers that are there, else in this process."""
        if len(self._slots) < 2:
            return [task(value, *more) for value in values]
        waiting, done = deque(enumerate(values)), {}
        running: dict[Future[Result], tuple[_Slot, int]] = {}
        idle = deque(self._slots)
        while waiting or running:
            while idle and waiting:
                slot, (at, value) = idle.popleft(), waiting.popleft()
                running[slot.submit(task, value, *more)] = (slot, at)
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                slot, at = running.pop(future)
                try:
                    done[at] = future.result()
                except BrokenProcessPool:
                    done[at] = task(values[at], *more)
                idle.append(slot)
        return [done[at] for at in range(len(values))]

    def _end(self) -> None:
        for slot in self._slots:
            slot.pool.shutdown(wait=True)
        self._slots = []

    def stop(self) -> None:
        """Terminate every worker, then wait for them; Python would wait at exit for any that is left."""
        for process in [process for slot in self._slots for process in slot.processes]:
            process.terminate()
        for slot in self._slots:
            if slot.processes:
                slot.pool.shutdown(wait=True, cancel_futures=True)
        self._slots = []

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._end()
        else:
            self.stop()


class _Queue:
    """Jobs handed to workers; a job whose worker died is repeated, and given up the second time."""

    def __init__(self, request: Request, parts: Path, progress: Progress) -> None:
        self.request, self.parts, self.progress = request, parts, progress
        self.attempts: Counter[Job] = Counter()
        self.running: dict[Future[RunOutcome], tuple[_Slot, Job]] = {}
        self.ended: list[RunOutcome] = []

    def execute(self, jobs: Sequence[Job], slots: Sequence[_Slot]) -> list[RunOutcome]:
        waiting, idle = deque(jobs), deque(slots)
        while self.running or waiting:
            while idle and waiting:
                self._give(idle.popleft(), waiting)
            finished, _ = wait(self.running, timeout=0.25, return_when=FIRST_COMPLETED)
            for future in finished:
                slot, job = self.running.pop(future)
                idle.append(slot)
                self._take(future, slot, job, waiting)
            self.progress.live([slot.live.value for slot, _ in self.running.values()])
        return self.ended

    def _give(self, slot: _Slot, waiting: deque[Job]) -> None:
        job = waiting.popleft()
        self.attempts[job] += 1
        self.running[slot.submit(worker.work, self.request, job, str(self.parts))] = (slot, job)

    def _take(self, future: Future[RunOutcome], slot: _Slot, job: Job, waiting: deque[Job]) -> None:
        try:
            ended = future.result()
        except BrokenProcessPool:
            slot.pool.shutdown(wait=True)
            never_began, fate = slot.greeting.exception() is not None, slot.exit_code()
            if never_began and self.attempts[job] == ATTEMPTS:
                allowed = f"serial: worker processes cannot be started here ({fate}, {ATTEMPTS} times)"
                raise InputError("execution.backend", "local", allowed) from None
            slot.begin()
            if (self.parts / job.file).exists():  # it died after its work was done
                ended = RunOutcome(job)
            elif self.attempts[job] < ATTEMPTS:
                waiting.appendleft(job)
                return
            else:
                ended = RunOutcome(job, error=f"{fate}, {ATTEMPTS} times")
        _stop_if_hopeless(ended)
        self.ended.append(ended)
        self.progress.ended(ended)


@contextlib.contextmanager
def calm(threads: int) -> Iterator[None]:
    """Start a process with few library threads, without Ctrl-C and without importing the calling script.

    The parent stops its workers itself; a script need not guard its main part, since it is not run again.
    """
    main, before = sys.modules["__main__"], {}
    wanted = dict.fromkeys(_QUIET, "1") | {"NUMBA_NUM_THREADS": str(threads)}
    heeding = threading.current_thread() is threading.main_thread()
    heard = signal.signal(signal.SIGINT, signal.SIG_IGN) if heeding else None
    try:
        before = {name: os.environ.get(name) for name in wanted}
        os.environ.update(wanted)
        sys.modules["__main__"] = types.ModuleType("__main__")
        yield
    finally:
        sys.modules["__main__"] = main
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        if heeding:
            signal.signal(signal.SIGINT, heard)
