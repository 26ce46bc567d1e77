"""The gate that every YAML file passes before anything else reads it: plain data, of a bounded size, once.

Scalars follow YAML 1.2, not 1.1: ``1:30``, ``010``, ``on`` and ``2001-01-01`` stay texts, which a typed
key then refuses where it means a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from sim.core.errors import InputError

MAX_BYTES = 256 * 1024
MAX_DEPTH = 24
MAX_NODES = 20_000
MAX_DIGITS = 40

#: ``${a.b}``, the whole value: the one interpolation that is allowed.
INTERPOLATION = re.compile(r"\$\{([A-Za-z_][\w-]*(?:\.[\w-]+)*)\}")

_SPACES = str.maketrans("\n\t\u3000\xa0", "    ")
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]*(_[0-9]+)*)")
_NUMBER = re.compile(r"[-+]?((0|[1-9][0-9]*)?\.[0-9]+|(0|[1-9][0-9]*)\.?)([eE][-+]?[0-9]+)?")
_CONSTANTS = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
    ".nan": float("nan"), ".NaN": float("nan"), "nan": float("nan"), "NaN": float("nan"),
    ".inf": float("inf"), ".Inf": float("inf"), "+.inf": float("inf"), "inf": float("inf"),
    "-.inf": float("-inf"), "-.Inf": float("-inf"), "-inf": float("-inf"),
}  # fmt: skip


def load(path: Path) -> dict[str, Any]:
    """The mapping in a YAML file; raises `InputError` for anything but a small file of plain data."""
    return read(_text(path), str(path))


def read(text: str, where: str = "YAML") -> dict[str, Any]:
    """The mapping in a YAML text.

    >>> read("a: {b: [1, 0.5, 010, 1:30, on, null]}")
    {'a': {'b': [1, 0.5, '010', '1:30', 'on', None]}}
    """
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        raise InputError("file", where, f"at most {MAX_BYTES // 1024} KiB")
    try:
        tree = _Builder(where, yaml.parse(text, Loader=yaml.SafeLoader)).document()
    except yaml.YAMLError as error:
        raise InputError("file", where, _reason(error)) from None
    if tree is None:
        raise InputError("file", where, "a mapping of keys to values; the file is empty")
    if not isinstance(tree, dict):
        raise InputError("file", where, "a mapping of keys to values at the top")
    plain(tree, where)
    return tree


def plain(tree: Any, where: str, path: str = "") -> None:
    """Refuse values that name code or the environment: ``_target_``, ``hydra``, interpolation but ``${a.b}``."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            full = f"{path}.{key}" if path else str(key)
            if not full.isprintable():
                raise InputError(repr(full), "...", f"keys without control characters ({where})")
            if str(key) in ("_target_", "_partial_", "_args_", "_recursive_", "_convert_"):
                raise InputError(full, value, f"data only: a YAML names things, it never runs them ({where})")
            if not path and key == "hydra":
                raise InputError(
                    "hydra", "section", f"the keys of a scenario; Hydra itself is not set here ({where})"
                )
            plain(value, where, full)
    elif isinstance(tree, (list, tuple)):
        for number, value in enumerate(tree):
            plain(value, where, f"{path}[{number}]")
    elif isinstance(tree, str) and not tree.translate(_SPACES).isprintable():
        raise InputError(path, tree, f"a text without control characters ({where})")
    elif isinstance(tree, str) and "${" in tree and not INTERPOLATION.fullmatch(tree):
        raise InputError(path, tree, "a plain ${key.key} as the whole value; no resolver reads anything else")


def _text(path: Path) -> str:
    try:
        if not path.is_file():
            raise InputError("file", str(path), "a YAML file that exists")
        if path.stat().st_size > MAX_BYTES:
            raise InputError("file", str(path), f"at most {MAX_BYTES // 1024} KiB")
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("file", str(path), "a text in UTF-8") from None
    except OSError as error:
        raise InputError("file", str(path), f"a file that can be read ({error.strerror})") from None


def _reason(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    at = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
    reason = getattr(error, "problem", None) or getattr(error, "reason", None) or "not readable"
    return f"valid YAML; {at}{reason}"


class _Builder:
    """Builds the tree from YAML events, counting nodes and depth as it goes."""

    def __init__(self, where: str, events: Iterator[Any]) -> None:
        self.where, self.events, self.nodes = where, events, 0

    def document(self) -> Any:
        next(self.events)  # the stream
        if isinstance(next(self.events), yaml.StreamEndEvent):
            return None
        tree = self.node(next(self.events), 0)
        next(self.events)  # the document's end
        if not isinstance(next(self.events), yaml.StreamEndEvent):
            raise InputError("file", self.where, "one YAML document")
        return tree

    def node(self, event: Any, depth: int) -> Any:
        self.nodes += 1
        if depth > MAX_DEPTH:
            self.refuse(event, f"at most {MAX_DEPTH} levels")
        if self.nodes > MAX_NODES:
            self.refuse(event, f"at most {MAX_NODES} values")
        if isinstance(event, yaml.AliasEvent):
            self.refuse(event, f"values written out; no alias (*{event.anchor})")
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event)
        self.tag(event, "map" if isinstance(event, yaml.MappingStartEvent) else "seq")
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(depth)
        items = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self.node(event, depth + 1))
        return items

    def mapping(self, depth: int) -> dict[str, Any]:
        entries: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                self.refuse(event, "keys that are texts")
            self.scalar(event)
            key = event.value
            if key == "<<" or not key:
                self.refuse(event, "keys that are texts; no merge and no empty key")
            if key in entries:
                self.refuse(event, f"each key once; '{key}' is there twice")
            entries[key] = self.node(next(self.events), depth + 1)
        return entries

    def scalar(self, event: Any) -> Any:
        self.tag(event, "str")
        if event.style or event.tag == "tag:yaml.org,2002:str":
            return event.value
        text = event.value
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        if len(text) <= MAX_DIGITS:
            if _WHOLE.fullmatch(text):
                return int(text)
            if _NUMBER.fullmatch(text):
                return float(text)
        return text

    def tag(self, event: Any, kind: str) -> None:
        if event.tag not in (None, "!", f"tag:yaml.org,2002:{kind}"):
            self.refuse(event, f"plain data; no tag ({event.tag})")

    def refuse(self, event: Any, allowed: str) -> None:
        raise InputError("file", f"{self.where}, line {event.start_mark.line + 1}", allowed)
