"""Standard output that cannot be written, as ``> /dev/full``: an error that says what is complete nevertheless."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator

from sim.core.errors import UnfinishedRun


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
