"""The folder of compiled code, and the store in it: kept between runs, and read only where nobody else can write.

The folder is named by a hash of what the compiler sees, numba and Python, so an edited equation never meets an
old kernel. Loading compiled code runs it: a folder that another user could have filled is never read.
"""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import multiprocessing
import os
import pickle
import shutil
import stat
import sys
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numba
import numpy as np
from numba.core.caching import FunctionCache

#: The folders whose code, constants or layouts the compiler sees; a test holds the list against the imports.
COMPILED_FOLDERS = ("core", "customers", "market/kernel", "theory")
_SIM = Path(__file__).parent.parent
#: Environment variable by which a process without a lasting folder hands its temporary one to its workers.
HANDED = "GUANXI_KERNELS"
_NOT_WRITTEN = " cannot be written"
#: Bytes of a file that is tried; the code of one function has more.
_TRIED = 1 << 16


def _source_hash() -> str:
    digest = hashlib.sha256(f"{sys.version} {numba.__version__} {np.__version__}".encode())
    for file in sorted(file for folder in COMPILED_FOLDERS for file in _SIM.glob(f"{folder}/*.py")):
        digest.update(str(file.relative_to(_SIM)).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def folder() -> Path | None:
    """The folder of compiled code: beside the package, else in the user's cache folder, else a temporary one.

    None where none of them can be written. A folder that others can write, and the want of a lasting one, are named
    in a line on stderr.
    """
    user = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "guanxi"
    handed = [Path(os.environ[HANDED])] if os.environ.get(HANDED) else []
    name = f"kernels-{_source_hash()}"
    place, refused = usable([_SIM / "__pycache__", user, *handed], name)
    if place is None:
        place = _temporary(name)
        _note(f"compiled code is not kept, and compiled again next time: {'; '.join(refused)}")
    elif distrusted := [reason for reason in refused if not reason.endswith(_NOT_WRITTEN)]:
        _note(f"compiled code is kept in {place}: {'; '.join(distrusted)}")
    return place


def usable(parents: Sequence[Path], name: str) -> tuple[Path | None, list[str]]:
    """The first ``parent/name`` that can be written, and by its owner alone; the reasons against those before it.

    Folders are made where they are missing.
    """
    refused: list[str] = []
    for parent in parents:
        place = parent / name
        reason = distrust(place) if _writable(place) else f"{place}{_NOT_WRITTEN}"
        if not reason:
            return place, refused
        refused.append(reason)
    return None, refused


def _note(text: str) -> None:
    """Print a note on stderr; workers leave it to the process that started them."""
    if multiprocessing.parent_process() is None:
        print(f"guanxi: note: {text}", file=sys.stderr)


@cache
def _note_once(text: str) -> None:
    """Print a note on stderr, once per process, workers included."""
    print(f"guanxi: note: {text}", file=sys.stderr)


def _writable(place: Path) -> bool:
    """Make a folder, and try whether a file of some size can be written in it."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.mkdir(mode=0o700, exist_ok=True)
        with tempfile.TemporaryFile(dir=place, buffering=0) as file:
            return file.write(bytes(_TRIED)) == _TRIED
    except OSError:
        return False


def distrust(place: Path) -> str:
    """The reason why somebody else could have put files into a folder; "" where nobody could.

    The folder must be the user's own. No folder on the way to it may let others replace it: each belongs to the
    user or to root, and is written by its owner alone, or is sticky, as the temporary folder is.
    """
    if not hasattr(os, "getuid"):  # Windows: the folders of a user's profile are the user's own
        return ""
    me = os.getuid()
    real = Path(os.path.realpath(place))
    for at in (real, *real.parents):
        found = os.lstat(at)
        if found.st_uid != me and (at == real or found.st_uid != 0):
            return f"{at} belongs to another user"
        others = found.st_mode & stat.S_IWOTH or (found.st_mode & stat.S_IWGRP and not _alone(found.st_gid))
        if others and (at == real or not found.st_mode & stat.S_ISVTX):
            return f"{at} can be written by others"
    return ""


def _alone(group: int) -> bool:
    """Return True for the group that systems give each user for himself: of the user's name, with no other member."""
    import grp
    import pwd

    try:
        user, of = pwd.getpwuid(os.getuid()), grp.getgrgid(group)
    except KeyError:
        return False
    return of.gr_name == user.pw_name and group == user.pw_gid and set(of.gr_mem) <= {user.pw_name}


def _temporary(name: str) -> Path | None:
    """A folder of this process and its workers, removed at the end; None where there is no temporary folder."""
    try:
        made = tempfile.mkdtemp(prefix="guanxi-")
    except OSError:
        return None
    os.environ[HANDED] = made
    atexit.register(_remove, made, os.getpid())
    return usable([Path(made)], name)[0]


def _remove(made: str, process: int) -> None:
    if os.getpid() == process:
        shutil.rmtree(made, ignore_errors=True)


class Store(FunctionCache):  # type: ignore[misc]
    """The compiler's own store, in which one process compiles a function and all others wait for its code.

    A process that finds no code holds the function until it has saved its own, on systems that have such locks. A
    damaged file is compiled anew instead of failing for good; a full disk costs the next start its time.
    """

    _held: contextlib.ExitStack | None = None

    def load_overload(self, signature: Any, context: Any) -> Any:
        """The code of a signature; None where there is none or its file is damaged: then it is held."""
        found = self._loaded(signature, context)
        if found is None and self._held is None and self._hold():
            found = self._loaded(signature, context)  # another process may have saved it meanwhile
            if found is not None:
                self.let_go()
        return found

    def save_overload(self, signature: Any, data: Any) -> None:
        """Save the code of a signature and let others read it."""
        try:
            super().save_overload(signature, data)
        except OSError as trouble:
            _note_once(f"compiled code could not be kept in {self.cache_path} ({trouble.strerror})")
        finally:
            self.let_go()

    def let_go(self) -> None:
        """Let other processes compile the function, where this one is not going to."""
        if self._held is not None:
            self._held.close()
            self._held = None

    def _loaded(self, signature: Any, context: Any) -> Any:
        try:
            return super().load_overload(signature, context)
        except (pickle.UnpicklingError, EOFError, ValueError, AttributeError, ImportError, IndexError):
            with contextlib.suppress(OSError):
                self.flush()
            return None

    def _hold(self) -> bool:
        """Wait until no other process compiles the function; False where that cannot be known."""
        with contextlib.ExitStack() as held:
            try:
                import fcntl

                Path(self.cache_path).mkdir(parents=True, exist_ok=True)
                lock = Path(self.cache_path) / f"{self._impl.filename_base}.lock"
                fcntl.flock(held.enter_context(open(lock, "w")), fcntl.LOCK_EX)
            except (ImportError, OSError):
                return False
            self._held = held.pop_all()
        return True
