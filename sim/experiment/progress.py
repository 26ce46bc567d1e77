"""How far an experiment is: a bar on a terminal, a line now and then elsewhere, nothing when not wanted."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any

#: Seconds between lines where there is no terminal.
EVERY = 30.0
#: Failed runs told one by one.
TOLD = 3


class Progress:
    """Counts runs and periods done; shows them on stderr if ``shown``."""

    def __init__(self, shown: bool, periods: int) -> None:
        self.shown, self.periods = shown, periods
        self.runs = self.done = self.failed = self.current = 0
        self.began = self.spoke = time.monotonic()
        self.told = False
        self.bar: Any = None
        self.task: Any = None

    @contextlib.contextmanager
    def showing(self) -> Iterator[Progress]:
        """Show the bar while the block runs."""
        if not (self.shown and sys.stderr.isatty()):
            yield self
            return
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        columns = (
            TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[runs]}"),
            TextColumn("{task.fields[rate]}"), TextColumn("left"), TimeRemainingColumn(),
        )  # fmt: skip
        with Bar(*columns, console=Console(stderr=True), transient=True) as self.bar:
            self.task = self.bar.add_task("runs", total=None, runs="", rate="")
            try:
                yield self
            finally:
                self.bar = None

    def doing(self, text: str) -> None:
        """What is being done, in a word or two."""
        if self.bar is not None:
            self.bar.update(self.task, description=text)

    def compiling(self) -> None:
        """Something is being compiled, here or in a worker: said once, wanted or not, for it takes long."""
        if not self.told:
            self.told = True
            from sim.compiled import COMPILING

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
        """The runs under way have reached these periods."""
        self.current = sum(periods)
        self._show()

    def ended(self, ended: Any) -> None:
        """A run has ended, well or not."""
        self.done += 1
        self.current = 0
        if ended.error:
            self.failed += 1
            if self.failed <= TOLD:
                self.say(f"failed: {ended.job}: {ended.error}")
            elif self.failed == TOLD + 1:
                self.say("more runs failed; they will all be in failures.txt")

    def _show(self) -> None:
        if not self.shown:
            return
        now = time.monotonic()
        periods = self.done * self.periods + self.current
        rate = f"{periods / max(now - self.began, 1e-9):,.0f} periods/s"
        if self.bar is not None:
            self.bar.update(
                self.task, total=self.runs * self.periods, completed=periods,
                runs=f"{self.done}/{self.runs} runs", rate=rate,
            )  # fmt: skip
        elif now - self.spoke > EVERY:
            self.spoke = now
            if not periods:
                self.say(f"0 of {self.runs} runs, none has reached its first period yet")
                return
            left = (now - self.began) * (self.runs * self.periods - periods) / periods
            self.say(f"{self.done} of {self.runs} runs, {rate}, about {left:,.0f} s left")
