"""Files are written whole or not at all: aside, fsync, replace."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from sim.core.errors import InputError, UnfinishedRun

#: Where a run folder keeps finished runs until it is finished itself.
PARTS = "parts"
#: What it writes last of its numbers.
MANIFEST = "manifest.json"
#: Beside the folders of a multirun: which overrides made which.
JOBS = "jobs.csv"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def write_whole(path: Path, write: Callable[[IO[Any]], None]) -> None:
    """Call ``write(file)`` on a file aside and put it in its place only once it is on the disk."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(aside, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, path)
    except BaseException:
        with contextlib.suppress(OSError):
            aside.unlink()
        raise


def write_text(path: Path, text: str) -> None:
    """A UTF-8 text with plain line ends, whole or not at all."""

    def write(file: IO[Any]) -> None:
        file.write(text.encode())

    write_whole(path, write)


@contextlib.contextmanager
def disk_trouble(folder: Path) -> Iterator[None]:
    """Turn a full or lost disk into `UnfinishedRun`, with the name of the folder and the finished runs in it."""
    try:
        yield
    except OSError as trouble:
        if trouble.errno not in _FULL | {errno.EROFS, errno.EIO, errno.EACCES, errno.ENOENT}:
            raise
        reason = (
            "the disk is full" if trouble.errno in _FULL else f"it cannot be written ({trouble.strerror})"
        )
        raise UnfinishedRun(
            f"{display_path(folder)} is unfinished: {reason}; {finished_runs_kept(folder)}"
        ) from trouble


def display_path(path: Path) -> str:
    """A path as text: relative to the working folder where it lies below it."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def finished_runs_kept(folder: Path) -> str:
    """The contents of an unfinished run folder, and a remedy, in words."""
    done = sum(1 for _ in (folder / PARTS).glob("*.zip"))
    return f"finished runs in its parts/: {done}; runs cannot be resumed yet: run again, into another folder"


def not_finished(key: str, folder: Path) -> InputError:
    """The error for a folder that is no finished run."""
    if (folder / PARTS).is_dir():
        allowed = (
            f"a finished run folder; this one was stopped or is still running ({finished_runs_kept(folder)})"
        )
    else:
        allowed = "a finished run folder, with manifest.json in it"
    return InputError(key, str(folder), allowed)
