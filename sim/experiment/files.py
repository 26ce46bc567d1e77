"""Files are written whole or not at all: aside, fsync, replace."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Unfinished(RuntimeError):
    """A run folder could not be finished; the text says why and what is left in it."""


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
    """Turn a full or lost disk into `Unfinished`, with the folder's name and what to do."""
    try:
        yield
    except OSError as trouble:
        if trouble.errno not in _FULL | {errno.EROFS, errno.EIO, errno.EACCES, errno.ENOENT}:
            raise
        reason = "the disk is full" if trouble.errno in _FULL else trouble.strerror or "it cannot be written"
        raise Unfinished(f"{folder}: {reason}; it is unfinished, without manifest.json") from trouble
