"""Progress of an experiment: a bar on a terminal, a line now and then elsewhere, nothing when not wanted."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any

from sim.experiment import worker

#: Seconds between lines where there is no terminal.
EVERY = 30.0
#: Failed runs announced one by one.
ANNOUNCED = 3


class Progress:
    """Counts runs and periods done; shows them on stderr if ``shown``."""

    def __init__(self, shown: bool, periods: int) -> None:
        self.shown, self.periods = shown, periods
        self.runs = self.done = self.failed = self.current = 0
        self.began = self.spoke = time.monotonic()
        self.before = 0  # periods done when the clock of the rate began: after what was compiled
        self.announced = self.compiles = False
        self.bar: Any = None
        self.task: Any = None

    @contextlib.contextmanager
    def showing(self) -> Iterator[Progress]:
        """Show the bar while the block runs."""
        if not (self.shown and sys.stderr.isatty()):
            yield self
            return
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn
        from rich.progress import Progress as Bar

        columns = (
            TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[runs]}"),
            TextColumn("{task.fields[speed]}"),
        )  # fmt: skip
        with Bar(*columns, console=Console(stderr=True), transient=True) as self.bar:
            self.task = self.bar.add_task("runs", total=None, runs="", speed="")
            try:
                yield self
            finally:
                self.bar = None

    def doing(self, text: str) -> None:
        """Show the current activity, in a word or two."""
        if self.bar is not None:
            self.bar.update(self.task, description=text)

    def compiling(self) -> None:
        """Something is being compiled, here or in a worker: said once, wanted or not, for it takes long."""
        self.compiles = True
        if not self.announced:
            self.announced = True
            from sim.core.jit import COMPILING

            self._print(COMPILING)

    def expect(self, runs: int) -> None:
        """More runs are to come."""
        if not self.runs:
            self.began = self.spoke = time.monotonic()
        self.runs += runs
        self._show()

    def say(self, text: str) -> None:
        """One line, above the bar."""
        if self.shown:
            self._print(text)

    def _print(self, text: str) -> None:
        if self.bar is not None:
            self.bar.console.print(text, highlight=False, markup=False)
        else:
            print(text, file=sys.stderr, flush=True)

    def period(self, period: int) -> None:
        """The run in this process has reached a period."""
        self.live([period])

    def live(self, periods: Sequence[int]) -> None:
        """The runs under way have reached these periods; `worker.COMPILING` in place of one that compiles."""
        self.current = sum(max(0, period) for period in periods)
        if worker.COMPILING in periods:
            self.compiling()
        elif self.compiles:
            self.compiles, self.before = False, self._periods()
            self.began = self.spoke = time.monotonic()
        self._show()

    def ended(self, ended: Any) -> None:
        """A run has ended, well or not."""
        self.done += 1
        self.current = 0
        if ended.error:
            self.failed += 1
            if self.failed <= ANNOUNCED:
                self.say(f"failed: {ended.job}: {ended.error}")
            elif self.failed == ANNOUNCED + 1:
                self.say("more runs failed; failures.txt will have them all")

    def _periods(self) -> int:
        return self.done * self.periods + self.current

    def _speed(self) -> str:
        """Periods per second since the last compilation and, once a run has ended, the time left at that rate."""
        rate = (self._periods() - self.before) / max(time.monotonic() - self.began, 1e-9)
        if self.compiles or rate <= 0:
            return ""
        text = f", {rate:,.0f} periods/s" if rate >= 10 else f", {rate:.2g} periods/s"
        left = (self.runs * self.periods - self._periods()) / rate
        return f"{text}, about {left:,.0f} s left" if self.done else text

    def _show(self) -> None:
        if not self.shown:
            return
        now = time.monotonic()
        if self.bar is not None:
            self.bar.update(
                self.task, total=self.runs * self.periods, completed=self._periods(),
                runs=f"{self.done}/{self.runs} runs", speed=self._speed().removeprefix(", "),
            )  # fmt: skip
        elif now - self.spoke > EVERY:
            self.spoke = now
            if not self._periods():
                self.say(f"0 of {self.runs} runs; none has reached its first period")
                return
            self.say(f"{self.done} of {self.runs} runs{self._speed()}")
