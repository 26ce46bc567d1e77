"""Compiled code is read only from a folder that nobody else can have filled; loading it runs it."""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sim.core import kernel_cache
from sim.core.jit import COMPILING
from sim.core.kernel_cache import HANDED, distrust, usable
from support import ROOT

pytestmark = pytest.mark.skipif(not hasattr(os, "getuid"), reason="owners and modes of files are POSIX")
needs_root = pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="only root gives files away")


def test_a_folder_of_ones_own_is_trusted_and_made_for_the_user_alone(tmp_path):
    made, refused = usable([tmp_path], "kernels")
    assert made == tmp_path / "kernels" and distrust(made) == "" and refused == []
    assert made.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("which", "mode"), [("kernels", 0o707), ("kernels", 0o1777), ("kernels", 0o750), (".", 0o777)]
)
def test_a_folder_that_others_can_write_or_replace_is_named_and_left(tmp_path, which, mode):
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    (first / "kernels").mkdir(mode=0o700)
    (first / which).chmod(mode)
    what = "is open to others" if which == "kernels" else "can be written by others"
    refused = [f"{first / which} {what}"]
    assert usable([first, second], "kernels") == (second / "kernels", refused)


def test_others_cannot_replace_a_folder_in_a_sticky_one(tmp_path):
    tmp_path.chmod(0o1777)
    assert usable([tmp_path], "kernels") == (tmp_path / "kernels", [])


@needs_root
def test_a_folder_of_another_user_is_left(tmp_path):
    (tmp_path / "kernels").mkdir()
    os.chown(tmp_path / "kernels", 65534, 65534)
    assert usable([tmp_path], "kernels") == (None, [f"{tmp_path / 'kernels'} belongs to another user"])


def test_a_link_is_judged_by_where_it_leads(tmp_path):
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    (tmp_path / "kernels").symlink_to(tmp_path / "open")
    assert usable([tmp_path], "kernels") == (None, [f"{tmp_path / 'open'} is open to others"])


def test_a_folder_behind_a_link_is_used_by_its_own_name(tmp_path):
    """A link that somebody else owns could lead elsewhere once it has been checked."""
    (tmp_path / "own").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "own")
    assert usable([tmp_path / "link"], "kernels") == (tmp_path / "own" / "kernels", [])


@needs_root
def test_a_group_counts_those_whose_first_group_it_is(tmp_path, monkeypatch):
    import grp
    import pwd

    me = pwd.getpwuid(os.getuid())
    group = grp.struct_group((me.pw_name, "x", me.pw_gid, []))
    monkeypatch.setattr(grp, "getgrgid", lambda number: group)
    (tmp_path / "kernels").mkdir(mode=0o700)
    tmp_path.chmod(0o775)
    os.chown(tmp_path, os.getuid(), me.pw_gid)
    monkeypatch.setattr(pwd, "getpwall", lambda: [me])
    assert distrust(tmp_path / "kernels") == ""
    other = pwd.struct_passwd(("guest", "x", 4321, me.pw_gid, "", "/", "/bin/sh"))
    monkeypatch.setattr(pwd, "getpwall", lambda: [me, other])
    assert distrust(tmp_path / "kernels") == f"{tmp_path} can be written by others"


def test_a_list_of_further_users_counts_as_others(tmp_path, monkeypatch):
    (tmp_path / "kernels").mkdir(mode=0o700)
    tmp_path.chmod(0o770)
    monkeypatch.setattr("sim.core.kernel_cache._alone", lambda group: True)
    assert distrust(tmp_path / "kernels") == ""
    monkeypatch.setattr(os, "getxattr", lambda place, name: b"an entry", raising=False)
    assert distrust(tmp_path / "kernels") == f"{tmp_path} can be written by others"


@pytest.mark.parametrize("what", ["numba", "numpy", "python"])
def test_another_version_of_the_compiler_has_a_folder_of_its_own(what, monkeypatch):
    """Code of another numba would be read as its own."""
    known, before = kernel_cache.metadata.version, kernel_cache._source_hash()
    assert kernel_cache._source_hash() == before
    monkeypatch.setattr(kernel_cache.metadata, "version", lambda name: known(name) + ".1" * (name == what))
    if what == "python":
        monkeypatch.setattr(sys, "version", sys.version + ".1")
    assert kernel_cache._source_hash() != before


class Planted:
    """Unpickled, it leaves a file behind."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self):
        return (Path.touch, (self.mark,))


#: Compiles one small function, or finds it compiled.
ONE = "from sim.core import rng; rng.period_key(1, 1); import numba; print(numba.config.CACHE_DIR)"


def start(place: Path, code: str = ONE, **surroundings: str) -> subprocess.CompletedProcess[str]:
    """Run code with a copy of the package below ``place`` that has no folder of its own for compiled code."""
    environment = {k: v for k, v in os.environ.items() if k != HANDED}
    environment |= {
        "PYTHONPATH": str(place),
        "XDG_CACHE_HOME": "/dev/null",
        "TMPDIR": str(place / "tmp"),
        "HOME": "/dev/null",
    }
    return subprocess.run(
        [sys.executable, "-c", code], cwd=place, env=environment | surroundings, capture_output=True, text=True, timeout=120
    )  # fmt: skip


@pytest.fixture
def package(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "sim", tmp_path / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "sim/__pycache__").write_text("")
    (tmp_path / "tmp").mkdir()
    (tmp_path / "tmp").chmod(0o1777)
    return tmp_path


def test_a_cache_planted_where_all_can_write_is_not_run(package, tmp_path):
    """A folder below the temporary one, prepared by whoever came first, with an index that runs code when it is read."""
    home = package / "home"
    first = start(package, XDG_CACHE_HOME=str(home))
    assert first.returncode == 0, first.stderr
    kernels = Path(first.stdout.strip())
    assert kernels.is_relative_to(home) and list(kernels.rglob("*.nbi"))
    mark = tmp_path / "was_run"
    for index in kernels.rglob("*.nbi"):
        index.write_bytes(pickle.dumps(Planted(mark)))
    start(package, XDG_CACHE_HOME=str(home))
    assert mark.exists(), "the plant works where the folder is the user's own, so it shows something below"
    mark.unlink()
    planted = package / "tmp/guanxi"
    shutil.copytree(kernels.parent, planted)
    for folder in (planted, *(p for p in planted.rglob("*") if p.is_dir())):
        folder.chmod(0o777)
    for words in ({}, {HANDED: str(planted)}):
        done = start(package, **words)
        assert done.returncode == 0, done.stderr
        assert not mark.exists(), "a planted cache was run"
        assert not Path(done.stdout.strip()).is_relative_to(planted)
        (note, *_) = done.stderr.splitlines()
        assert "compiled code is not kept" in note and f"{package / 'sim/__pycache__'}/" in note
        assert (f"{planted}" in note) == bool(words)
        assert not Path(done.stdout.strip()).exists(), "the temporary folder is removed at the end"


def test_damaged_and_exchanged_code_is_compiled_anew(package):
    """Each file begins with a digest of its name and its code; the compiler itself would crash, or compute other numbers."""
    home, code = (
        str(package / "home"),
        "from sim.core import rng; print(rng.period_key(1, 1)); rng.id_of_name('a')",
    )
    first = start(package, code, XDG_CACHE_HOME=home)
    files = sorted(Path(home).rglob("*.nbc"))
    assert first.returncode == 0 and files, first.stderr
    for file in files:
        whole = file.read_bytes()
        middle = len(whole) // 2
        file.write_bytes(whole[:middle] + bytes(8) + whole[middle + 8 :])
    again = start(package, code, XDG_CACHE_HOME=home)
    assert (again.returncode, again.stdout) == (0, first.stdout) and COMPILING in again.stderr
    assert COMPILING not in start(package, code, XDG_CACHE_HOME=home).stderr


def test_without_any_folder_the_functions_are_compiled_all_the_same(package):
    """No temporary folder either: nothing is kept, which one line says."""
    code = "import tempfile\n\ndef none(**_):\n    raise FileNotFoundError\n\ntempfile.mkdtemp = none\n" + ONE
    done = start(package, code)
    assert (done.returncode, done.stdout) == (0, "\n"), done.stderr
    note, compiling = done.stderr.splitlines()
    assert note.startswith("guanxi: note: compiled code is not kept") and compiling == COMPILING


def test_code_that_cannot_be_saved_is_used_all_the_same(package):
    """The disk becomes full after the folder was tried."""
    full = (
        "import errno\nfrom numba.core.caching import FunctionCache\n\ndef save(*_):\n"
        "    raise OSError(errno.ENOSPC, 'No space left on device')\n\nFunctionCache.save_overload = save\n"
    )
    done = start(package, full + ONE, XDG_CACHE_HOME=str(package / "home"))
    assert done.returncode == 0, done.stderr
    compiling, note = done.stderr.splitlines()
    assert compiling == COMPILING and note.startswith("guanxi: note: compiled code could not be kept in ")


def test_a_disk_that_is_full_is_no_place_for_code(package):
    """A file of some size cannot be written, so the next folder is asked."""
    code = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n" + ONE
    done = start(package, code, XDG_CACHE_HOME=str(package / "home"))
    assert done.returncode == 0, done.stderr
    assert "cannot be written" in done.stderr.splitlines()[0]
