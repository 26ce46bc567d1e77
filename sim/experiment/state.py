"""The state of a run folder: running, stopped, numbers done, whole.

A run folder goes through three stages: its runs, its numbers (tables, summary, manifest), its drawing (figures and
report). ``state.txt`` says in words how far it is.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from sim.experiment.files import MANIFEST, PARTS, write_text

STATE = "state.txt"
RUNNING, STOPPED, NUMBERS, WHOLE = "running", "stopped", "numbers done", "whole"


@contextlib.contextmanager
def at_work(folder: Path) -> Iterator[None]:
    """Hold a new run folder while its runs are done, so that another process can tell running from stopped."""
    with contextlib.ExitStack() as held:
        with contextlib.suppress(ImportError, OSError):
            import fcntl

            fcntl.flock(held.enter_context(_opened(folder / PARTS)), fcntl.LOCK_EX)
        enter(folder, RUNNING)
        yield


@contextlib.contextmanager
def _opened(folder: Path) -> Iterator[int]:
    """The number under which a folder is open."""
    number = os.open(folder, os.O_RDONLY)
    try:
        yield number
    finally:
        os.close(number)


def enter(folder: Path, state: str) -> None:
    """Write that a folder is in a state now."""
    write_text(folder / STATE, f"{state}\n")


def leave(folder: Path, state: str) -> None:
    """Write the state in which an experiment leaves its folder, or nothing where the disk is full."""
    try:
        enter(folder, state)
    except OSError:
        with contextlib.suppress(OSError):
            (folder / STATE).unlink()


def state_of(folder: Path) -> str:
    """The state of a run folder, whose numbers are done once it has a manifest.

    A process that was killed leaves "running" in the file and no lock.
    """
    if (folder / MANIFEST).is_file():
        return WHOLE if _written(folder) == WHOLE else NUMBERS
    return RUNNING if _is_held(folder / PARTS) else STOPPED


def _written(folder: Path) -> str:
    try:
        return (folder / STATE).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _is_held(folder: Path) -> bool:
    try:
        import fcntl

        with _opened(folder) as number:
            fcntl.flock(number, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except (ImportError, OSError):
        pass
    return False
