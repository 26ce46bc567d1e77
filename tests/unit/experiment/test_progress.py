"""What is said while an experiment runs: a rate without the time of compiling, what is left once a run has ended."""

from types import SimpleNamespace

import pytest

from sim.experiment import progress as told
from sim.experiment.worker import COMPILING

ENDED = SimpleNamespace(error="")


class Clock:
    now = 1000.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    made = Clock()
    monkeypatch.setattr(told, "time", made)
    return made


@pytest.fixture
def lines(clock, capsys):
    """The lines said since last asked, those of the compiler left out."""
    return lambda: [line for line in capsys.readouterr().err.splitlines() if not line.startswith("compiling")]


def test_nothing_is_estimated_before_a_run_has_ended(clock, lines):
    progress = told.Progress(True, 100)
    progress.expect(15)
    clock.now += 31
    progress.live([0, 0])
    assert lines() == ["0 of 15 runs; none has reached its first period"]
    clock.now += 31
    progress.live([31, 31])
    assert lines() == ["0 of 15 runs, 1 periods/s"]
    progress.ended(ENDED)
    clock.now += 38
    progress.live([50, 50])
    assert lines() == ["1 of 15 runs, 2 periods/s, about 650 s left"]


@pytest.mark.parametrize("first", [[COMPILING], [COMPILING, 20]])
def test_the_rate_begins_when_the_last_compilation_has_ended(clock, lines, first):
    progress = told.Progress(True, 100)
    progress.expect(4)
    for live in (first, [13, 40]):
        clock.now += 60
        progress.live(live)
    assert not any("periods/s" in line for line in lines())
    clock.now += 40
    progress.live([53, 60])
    assert lines() == ["0 of 4 runs, 1.5 periods/s"]
    progress.ended(ENDED)
    clock.now += 40
    progress.live([60, 0])
    assert lines() == ["1 of 4 runs, 1.3 periods/s, about 179 s left"]


def test_here_too(clock, lines):
    progress = told.Progress(True, 100)
    progress.expect(2)
    progress.compiling()
    clock.now += 500
    progress.period(1)
    clock.now += 31
    progress.period(63)
    assert lines() == ["0 of 2 runs, 2 periods/s"]


def test_the_bar_says_the_same(clock):
    progress = told.Progress(True, 100)
    shown = {}
    progress.bar = SimpleNamespace(update=lambda task, **fields: shown.update(fields))
    progress.expect(3)
    clock.now += 10
    progress.period(50)
    assert shown == {"total": 300, "completed": 50, "runs": "0/3 runs", "speed": "5 periods/s"}
    progress.ended(ENDED)
    progress.period(0)
    assert shown["speed"] == "10 periods/s, about 20 s left"
