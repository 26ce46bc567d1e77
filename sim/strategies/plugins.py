"""Strategies from outside: a user's own files (``--plugin FILE``) and installed packages (entry points).

Only the command line and Python name code to run; a YAML file never does.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from importlib.metadata import entry_points, packages_distributions, version
from pathlib import Path
from typing import Any

import sim.strategies.library  # noqa: F401  (ours first: a name that is taken is refused)
from sim.core.errors import InputError
from sim.strategies import STRATEGIES, moved_names

GROUP = "guanxi.strategies"


def load_plugins(paths: Sequence[Path | str]) -> list[str]:
    """Import strategy files, each once per process; return the names of their strategies. Raises `InputError`.

    Their printed output goes to stderr, since stdout is for results. The working folder stays.
    """
    _check_names(paths)
    with contextlib.redirect_stdout(sys.stderr), contextlib.chdir("."):
        load_installed()
        return [name for path in paths for name in _load(Path(path).expanduser().resolve(), str(path))]


def _check_names(paths: Sequence[Path | str]) -> None:
    """Raise `InputError` for two files of the same name: a run folder keeps a copy of each by its name."""
    places: dict[str, Path] = {}
    for path in paths:
        place = Path(path).expanduser().resolve()
        other = places.setdefault(place.name, place)
        if other != place:
            raise InputError("plugin", str(path), f"a file of another name than {other}")


@contextlib.contextmanager
def fresh(paths: Sequence[Path | str], modules: Sequence[str]) -> Iterator[None]:
    """Import strategy files and modules again for each run, so that a run does not see the state of another.

    Afterwards the modules and strategies are those from before.
    """
    load_installed()
    names = [*(_module(Path(path)) for path in paths), *modules]
    names = [name for name in names if name not in sys.modules or _settled(name)]
    before = {name: sys.modules.pop(name, None) for name in names}
    strategies = dict(STRATEGIES)
    try:
        for path in paths:
            _load(Path(path), str(path))
        for module in modules:
            importlib.import_module(module)
        yield
    finally:
        for name, old in before.items():
            sys.modules.pop(name, None)
            if old is not None:
                sys.modules[name] = old
        STRATEGIES.clear()
        STRATEGIES.update(strategies)


def _settled(name: str) -> bool:
    """Return True if a module has been imported to its end; the module that asks for the run may not have been."""
    spec = sys.modules[name].__spec__
    return spec is not None and not getattr(spec, "_initializing", False)


def _module(path: Path) -> str:
    return f"guanxi_plugin_{path.stem}_{hashlib.sha256(str(path).encode()).hexdigest()[:8]}"


def changed(paths: Sequence[Path | str], folders: Sequence[Path | str]) -> list[str]:
    """Messages on files that differ from the file of the same name in a run folder among ``folders``."""
    messages = []
    for folder in map(Path, folders):
        manifest = folder / "manifest.json"
        entries = (
            json.loads(manifest.read_text(encoding="utf-8")).get("plugins", []) if manifest.is_file() else []
        )
        hashes = {entry["file"]: entry["sha256"] for entry in entries if "file" in entry}
        for path in map(Path, paths):
            if hashes.get(path.name, _hash(path)) != _hash(path):
                messages.append(
                    f"{path} is not the file that {folder} was run with; that one is {folder}/plugins/{path.name}"
                )
    return messages


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def recorded(paths: Sequence[Path | str], modules: Sequence[str]) -> list[dict[str, str | None]]:
    """Origin of the strategies: name and sha256 of each file, name and package version of each module."""
    files = [Path(path) for path in paths]
    origins: list[dict[str, str | None]] = [{"file": file.name, "sha256": _hash(file)} for file in files]
    owners = packages_distributions() if modules else {}
    for module in modules:
        owner = owners.get(module.partition(".")[0])
        origins.append({"module": module, "version": version(owner[0]) if owner else None})
    return origins


@lru_cache(maxsize=1)
def _declared(find: Callable[..., Iterable[Any]], places: tuple[tuple[str, int], ...]) -> tuple[Any, ...]:
    """The entry points found in the folders of packages, looked for again once a folder has changed."""
    return tuple(find(group=GROUP))


def _changed_at(place: str) -> int:
    """Time at which something was last put into a folder or taken out of it, nanoseconds; 0 where there is none."""
    try:
        return os.stat(place or ".").st_mtime_ns
    except OSError:
        return 0


def load_installed() -> None:
    """Import what installed packages declare as ``guanxi.strategies``; raises `InputError` for a broken one."""
    for entry in _declared(entry_points, tuple((place, _changed_at(place)) for place in sys.path)):
        try:
            entry.load()
        except InputError as problem:
            raise InputError(f"plugin {entry.value}: {problem.key}", problem.value, problem.allowed) from None
        except Exception as error:
            raise InputError(
                f"entry point {GROUP}", entry.value, f"importable code; {_message(error)}"
            ) from None


def _load(path: Path, shown: str) -> list[str]:
    if path.suffix != ".py" or not path.is_file():
        raise InputError("--plugin", shown, "a Python file (.py) that exists")
    module = _module(path)
    if module not in sys.modules:
        spec = importlib.util.spec_from_file_location(module, path)
        assert spec is not None and spec.loader is not None
        made = importlib.util.module_from_spec(spec)
        sys.modules[module] = made
        try:
            spec.loader.exec_module(made)
        except InputError as problem:
            del sys.modules[module]
            raise InputError(f"--plugin {shown}: {problem.key}", problem.value, problem.allowed) from None
        except (Exception, SystemExit) as error:
            del sys.modules[module]
            raise InputError("--plugin", shown, f"a file that Python can import; {_message(error)}") from None
    found = [name for name, made in STRATEGIES.items() if made.__module__ == module]
    if not found:
        raise InputError("--plugin", shown, "a file with a class under @sim.strategy(name, source=...)")
    return found


def _message(error: BaseException) -> str:
    """Type and message of an error, its line in the file, and the statement to write for a moved name."""
    inside = str(Path(__file__).parents[1])
    places = moved_names.places(error)
    lines = [frame for frame in places if "importlib" not in frame[0] and not frame[0].startswith(inside)]
    line = getattr(error, "lineno", None) or (lines[-1][1] if lines else None)
    text = getattr(error, "msg", None) or " ".join(str(error).split()) or "no message"
    message = f"{type(error).__name__}: {text[:200]}" + (f" (line {line})" if line else "")
    return "; ".join(filter(None, (message, moved_names.answer(error))))
