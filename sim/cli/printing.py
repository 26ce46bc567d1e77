"""Printing: lines cut to the terminal, values and trees as YAML, and standard output that cannot be written."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import sys
from collections.abc import Iterator
from typing import Any

from sim.core.errors import UnfinishedRun


def cut_to_terminal(line: str) -> str:
    """A line cut to the width of the terminal; whole where the output is a file or pipe."""
    if not sys.stdout.isatty() or os.environ.get("GUANXI_WIDE"):
        return line
    width = shutil.get_terminal_size().columns
    return line if len(line) <= width else line[: width - 3] + "..."


def yaml_scalar(value: Any) -> str:
    """A declared default as a scenario would write it."""
    return (
        {None: "null", True: "true", False: "false"}[value]
        if value is None or isinstance(value, bool)
        else str(value)
    )


def yaml_of(tree: dict[str, Any]) -> str:
    """A tree as YAML, its keys in order."""
    import yaml

    return yaml.safe_dump(tree, sort_keys=False, allow_unicode=True, width=110)


@contextlib.contextmanager
def printing(whole: str = "") -> Iterator[None]:
    """Turn what fails in writing to standard output into `UnfinishedRun`; ``whole`` says what is not lost."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as trouble:
        if not _fails():
            raise
        mute()
        text = f"the answer could not be printed: standard output cannot be written ({trouble.strerror})"
        raise UnfinishedRun(f"{text}; {whole}" if whole else text) from trouble


class Answers:
    """Answers printed between long work, which goes on where standard output cannot be written any more.

    ``lost`` is True once an answer could not be printed, except into a pipe whose reader has gone.
    """

    def __init__(self) -> None:
        self.lost = False

    @contextlib.contextmanager
    def telling(self, whole: str) -> Iterator[None]:
        """Print in this block; ``whole`` says what is not lost."""
        try:
            with printing(whole):
                yield
        except (BrokenPipeError, SystemExit):  # rich leaves the process where a pipe has lost its reader
            mute()
        except UnfinishedRun as failed:
            self.lost = True
            print(f"guanxi: {failed}", file=sys.stderr)


def _fails() -> bool:
    """True if standard output cannot be written: one more line end fails too."""
    try:
        os.write(sys.stdout.fileno(), b"\n")
    except io.UnsupportedOperation:
        return False
    except OSError:
        return True
    return False


def mute() -> None:
    """Let standard output go nowhere, so that what is still to be written to it fails no more."""
    with contextlib.suppress(OSError, io.UnsupportedOperation):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
