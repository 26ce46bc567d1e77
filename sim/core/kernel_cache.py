"""The folder of compiled code, kept between runs: one that nobody else can write, or none.

The folder is named by a hash of what the compiler sees, numba, numpy and Python, so an edited equation never meets an
old kernel. Loading compiled code runs it: a folder that another user could have filled is never read.
"""

from __future__ import annotations

import atexit
import hashlib
import multiprocessing
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Sequence
from functools import cache
from importlib import metadata
from pathlib import Path

#: The folders whose code, constants or layouts the compiler sees; a test holds the list against the imports.
COMPILED_FOLDERS = ("core", "customers", "market/kernel", "theory")
_SIM = Path(__file__).parent.parent
#: Environment variable by which a process without a lasting folder hands its temporary one to its workers.
HANDED = "GUANXI_KERNELS"
_NOT_WRITTEN = " cannot be written"
#: Bytes of a file that is tried; the code of one function has more.
_TRIED = 1 << 16


def _source_hash() -> str:
    versions = [metadata.version(name) for name in ("numba", "numpy")]
    digest = hashlib.sha256(" ".join([sys.version, *versions]).encode())
    for file in sorted(file for folder in COMPILED_FOLDERS for file in _SIM.glob(f"{folder}/*.py")):
        digest.update(str(file.relative_to(_SIM)).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


@cache
def folder() -> Path | None:
    """The folder of compiled code, chosen once per process: beside the package, else in the user's cache folder, else a temporary one.

    None where none of them can be written. A folder that others can write, and the want of a lasting one, are named
    in a line on stderr. Workers that are started later find a temporary one in the environment.
    """
    handed = [Path(os.environ[HANDED])] if os.environ.get(HANDED) else []
    name = f"kernels-{_source_hash()}"
    place, refused = usable([_SIM / "__pycache__", *_of_user(), *handed], name)
    if place is None:
        place = _temporary(name)
        _note(f"compiled code is not kept, and compiled again next time: {'; '.join(refused)}")
    elif distrusted := [reason for reason in refused if not reason.endswith(_NOT_WRITTEN)]:
        _note(f"compiled code is kept in {place}: {'; '.join(distrusted)}")
    return place


def _of_user() -> list[Path]:
    """The user's cache folder; none where the user has no home."""
    try:
        return [Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "guanxi"]
    except RuntimeError:
        return []


def usable(parents: Sequence[Path], name: str) -> tuple[Path | None, list[str]]:
    """The first ``parent/name`` that can be written, and by its owner alone; the reasons against those before it.

    Folders are made where they are missing, and named without links: what is checked is what is used.
    """
    refused: list[str] = []
    for parent in parents:
        place = Path(os.path.realpath(parent)) / name
        reason = distrust(place) if _writable(place) else f"{place}{_NOT_WRITTEN}"
        if not reason:
            return place, refused
        refused.append(reason)
    return None, refused


def _note(text: str) -> None:
    """Print a note on stderr; workers leave it to the process that started them."""
    if multiprocessing.parent_process() is None:
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

    The folder must be the user's own, and open to nobody else. No folder on the way to it may let others replace it:
    each belongs to the user or to root, and is written by its owner alone, or is sticky, as the temporary folder is.
    """
    if not hasattr(os, "getuid"):  # Windows: the folders of a user's profile are the user's own
        return ""
    me = os.getuid()
    real = Path(os.path.realpath(place))
    for at in (real, *real.parents):
        found = os.lstat(at)
        if found.st_uid != me and (at == real or found.st_uid != 0):
            return f"{at} belongs to another user"
        if at == real and found.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            return f"{at} is open to others"
        group = found.st_mode & stat.S_IWGRP and (_has_list(at) or not _alone(found.st_gid))
        if (group or found.st_mode & stat.S_IWOTH) and not found.st_mode & stat.S_ISVTX:
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
    members = {*of.gr_mem, *(other.pw_name for other in pwd.getpwall() if other.pw_gid == group)}
    return of.gr_name == user.pw_name and group == user.pw_gid and members <= {user.pw_name}


def _has_list(place: Path) -> bool:
    """Return True for a folder with an access control list, in which further users may be named."""
    try:
        return bool(os.getxattr(place, "system.posix_acl_access"))
    except (AttributeError, OSError):  # no such lists here, or none on this folder
        return False


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
