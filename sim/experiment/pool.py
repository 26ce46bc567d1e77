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
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.process import BaseProcess
from pathlib import Path

from sim.core.errors import InputError
from sim.experiment import worker
from sim.experiment.progress import Progress
from sim.experiment.runs import Job, Request
from sim.experiment.worker import RunOutcome

#: Attempts at a run whose worker dies.
ATTEMPTS = 2
#: Threads of the libraries a worker loads; only the compiled kernel uses several.
_QUIET = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


def cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def execute(
    jobs: Sequence[Job], request: Request, parts: Path, workers: int, progress: Progress
) -> list[RunOutcome]:
    """Execute every job, each keeping its part in ``parts``; ``workers`` 0 in this process.

    Failed runs are reported at the end; a wrong request and a full disk are raised at once.
    """
    if not jobs:
        return []
    if workers == 0:
        ended = _execute_in_process(jobs, request, parts, progress)
    else:
        ended = _Pool(request, parts, progress).execute(jobs, workers)
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
        """Start the process; an interruption leaves it to `_stop`."""
        before = set(multiprocessing.active_children())
        self.pool = ProcessPoolExecutor(
            1, mp_context=self.context, initializer=worker.start, initargs=(self.live,)
        )
        try:
            with _calm(self.request.threads):
                self.greeting: Future[None] = self.pool.submit(worker.warm_up, self.request.market)
        finally:
            self.processes = set(multiprocessing.active_children()) - before

    def submit(self, job: Job, parts: Path) -> Future[RunOutcome]:
        self.live.value = 0
        return self.pool.submit(worker.work, self.request, job, str(parts))

    def exit_code(self) -> str:
        """The exit status of a dead worker, as text."""
        codes = [p.exitcode for p in self.processes if p.exitcode is not None]
        if not codes:
            return "its process died"
        if codes[0] < 0:
            return f"its process was killed by signal {-codes[0]}"
        return f"its process ended with {codes[0]}"


def _stop(slots: Sequence[_Slot]) -> None:
    """Terminate every worker, then wait for them; Python would wait at exit for any that is left."""
    for process in [process for slot in slots for process in slot.processes]:
        process.terminate()
    for slot in slots:
        if slot.processes:
            slot.pool.shutdown(wait=True, cancel_futures=True)


class _Pool:
    """Jobs handed to slots; a job whose worker died is repeated, and given up the second time."""

    def __init__(self, request: Request, parts: Path, progress: Progress) -> None:
        self.request, self.parts, self.progress = request, parts, progress
        self.attempts: Counter[Job] = Counter()
        self.running: dict[Future[RunOutcome], tuple[_Slot, Job]] = {}
        self.ended: list[RunOutcome] = []

    def execute(self, jobs: Sequence[Job], workers: int) -> list[RunOutcome]:
        waiting = deque(jobs)
        slots: list[_Slot] = []
        try:
            for _ in range(min(workers, len(jobs))):
                slots.append(_Slot(self.request))
                slots[-1].begin()
            idle = deque(slots)
            self._give(idle.popleft(), waiting)
            self._await_first(slots[0])  # one compiles, the others find it compiled
            while self.running or waiting:
                while idle and waiting:
                    self._give(idle.popleft(), waiting)
                finished, _ = wait(self.running, timeout=0.25, return_when=FIRST_COMPLETED)
                for future in finished:
                    slot, job = self.running.pop(future)
                    idle.append(slot)
                    self._take(future, slot, job, waiting)
                self.progress.live([slot.live.value for slot, _ in self.running.values()])
        except BaseException:
            _stop(slots)
            raise
        for slot in slots:
            slot.pool.shutdown(wait=True)
        return self.ended

    def _await_first(self, first: _Slot) -> None:
        """Wait for the first period; where that has to compile, until the customer values have been too."""
        (future,), enough = self.running, 1
        while not future.done() and first.live.value < enough:
            wait([future], timeout=0.02)
            if first.live.value == worker.COMPILING:
                enough = int(self.request.config["experiment"]["value_every"]) + 1
                self.progress.compiling()

    def _give(self, slot: _Slot, waiting: deque[Job]) -> None:
        job = waiting.popleft()
        self.attempts[job] += 1
        self.running[slot.submit(job, self.parts)] = (slot, job)

    def _take(self, future: Future[RunOutcome], slot: _Slot, job: Job, waiting: deque[Job]) -> None:
        try:
            ended = future.result()
        except BrokenProcessPool:
            slot.pool.shutdown(wait=True)
            if slot.greeting.exception() is not None:
                raise InputError(
                    "execution.backend", "local", "serial: worker processes cannot be started here"
                ) from None
            fate = slot.exit_code()
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
def _calm(threads: int) -> Iterator[None]:
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
