"""The gate that every YAML file passes before anything else reads it: plain data, of a bounded size, once.

Scalars follow YAML 1.2, not 1.1: ``1:30``, ``010``, ``on`` and ``2001-01-01`` stay texts, which a typed
key then refuses where it means a number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar, NoReturn

import yaml

from sim.core.errors import InputError, joined

MAX_BYTES = 256 * 1024
MAX_DEPTH = 24
MAX_NODES = 20_000
#: ``${a.b}``, the whole value: the one interpolation that is allowed.
INTERPOLATION = re.compile(r"\$\{([A-Za-z_][\w-]*(?:\.[\w-]+)*)\}")

_SPACES = str.maketrans("\n\t\u3000\xa0", "    ")
_TAG = "tag:yaml.org,2002:"
_KINDS = {yaml.ScalarEvent: "str", yaml.MappingStartEvent: "map", yaml.SequenceStartEvent: "seq"}
_DECIMAL = r"[-+]?((0|[1-9][0-9]*)?\.[0-9]+|(0|[1-9][0-9]*)\.?)([eE][-+]?[0-9]+)?"
#: The scalars that are no texts: the tag, the pattern, and the function that makes the value. No number has over 40 signs.
_SCALARS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "null": (r"(~|null|Null|NULL)?", lambda text: None),
    "bool": (r"true|True|TRUE|false|False|FALSE", lambda text: text.lower() == "true"),
    "int": (r"(?=.{1,40}\Z)[-+]?(0|[1-9][0-9]*(_[0-9]+)*)", int),
    "float": (
        rf"(?=.{{1,40}}\Z)({_DECIMAL}|[-+]?\.inf|-?(\.Inf|inf)|\.?(nan|NaN))",
        lambda text: float(text.lower().replace(".inf", "inf").replace(".nan", "nan")),
    ),
}


def load(path: Path) -> dict[str, Any]:
    """The mapping in a YAML file; raises `InputError` for anything but a small file of plain data."""
    return parsed(content_of(path), path)


def parsed(content: bytes, path: Path) -> dict[str, Any]:
    """The mapping in the content of a YAML file; raises `InputError`."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("file", str(path), "a text in UTF-8") from None
    return read(text, str(path))


def content_of(path: Path) -> bytes:
    """The bytes of a small file; raises `InputError` for a folder, a pipe, a broken link or a large file."""
    try:
        if not path.is_file():
            raise InputError("file", str(path), "a YAML file that exists")
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError("file", str(path), f"a file that can be read ({error.strerror})") from None
    if len(content) > MAX_BYTES:
        raise InputError("file", str(path), f"at most {MAX_BYTES // 1024} KiB")
    return content


def read(text: str, where: str = "YAML") -> dict[str, Any]:
    """The mapping in a YAML text.

    >>> read("a: {b: [1, 0.5, 010, 1:30, on, null]}")
    {'a': {'b': [1, 0.5, '010', '1:30', 'on', None]}}
    """
    try:
        loader = _Loader(text)
        loader.name = where
        tree = _data(loader.get_node()) if loader.check_node() else None
        if loader.check_node():
            raise InputError("file", where, "one YAML document")
    except yaml.YAMLError as error:
        raise InputError("file", where, _reason(error)) from None
    if not isinstance(tree, dict):
        empty = "; the file is empty" if tree is None else " at the top"
        raise InputError("file", where, f"a mapping of keys to values{empty}")
    return plain(tree, where)  # type: ignore[no-any-return]


def plain(tree: Any, where: str, path: str = "") -> Any:
    """A copy of plain data; refuses values that name code or the environment: ``_target_``, ``hydra``, all but ``${a.b}``."""
    if isinstance(tree, Mapping):
        entries = {joined(path, str(key)): (str(key), value) for key, value in tree.items()}
        for full, (key, value) in entries.items():
            if not full.isprintable():
                raise InputError(repr(full), "...", f"keys without control characters ({where})")
            if key in ("_target_", "_partial_", "_args_", "_recursive_", "_convert_"):
                allowed = f"data only: a YAML names things, it never runs them ({where})"
                raise InputError(full, value, allowed)
            if full == "hydra":
                allowed = f"the keys of a scenario; Hydra itself is not set here ({where})"
                raise InputError(full, "section", allowed)
        return {key: plain(value, where, full) for full, (key, value) in entries.items()}
    if isinstance(tree, (list, tuple)):
        return [plain(value, where, joined(path, number)) for number, value in enumerate(tree)]
    if isinstance(tree, str):
        if not tree.translate(_SPACES).isprintable():
            raise InputError(path, tree, f"a text without control characters ({where})")
        if "${" in tree and not INTERPOLATION.fullmatch(tree):
            allowed = "a plain ${key.key} as the whole value; no resolver reads anything else"
            raise InputError(path, tree, allowed)
    if tree is None or isinstance(tree, (str, bool, int, float)):
        return tree
    if getattr(tree, "shape", None) == ():
        return tree.item()  # a number of numpy's
    raise InputError(path, tree, "a text, a number, true, false, null, a list or a mapping")


def _reason(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    at = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
    reason = getattr(error, "problem", None) or getattr(error, "reason", None) or "not readable"
    return f"valid YAML; {at}{reason}"


class _Loader(yaml.SafeLoader):
    """Composes nodes of plain data, counting them and their depth as it goes."""

    yaml_implicit_resolvers: ClassVar[dict[str | None, Any]] = {}
    nodes = depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event, is_key = self.peek_event(), isinstance(parent, yaml.MappingNode) and index is None
        self.nodes, self.depth = self.nodes + (not is_key), self.depth + 1
        if self.depth > MAX_DEPTH + 1:
            _refuse(event, f"at most {MAX_DEPTH} levels")
        if self.nodes > MAX_NODES:
            _refuse(event, f"at most {MAX_NODES} values")
        if isinstance(event, yaml.AliasEvent):
            _refuse(event, f"values written out; no alias (*{event.anchor})")
        if is_key and not (isinstance(event, yaml.ScalarEvent) and event.value not in ("", "<<")):
            _refuse(event, "keys that are texts; no merge and no empty key")
        if event.tag not in (None, "!", _TAG + _KINDS[type(event)]):
            _refuse(event, f"plain data; no tag ({event.tag})")
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


for name, (pattern, _) in _SCALARS.items():
    _Loader.add_implicit_resolver(_TAG + name, re.compile(rf"({pattern})\Z"), None)


def _data(node: Any) -> Any:
    """The plain data of a node; raises `InputError` for a key that is there twice."""
    if isinstance(node, yaml.ScalarNode):
        scalar = _SCALARS.get(node.tag.removeprefix(_TAG))
        return node.value if scalar is None else scalar[1](node.value)
    if isinstance(node, yaml.SequenceNode):
        return [_data(item) for item in node.value]
    entries: dict[str, Any] = {}
    for key, value in node.value:
        if key.value in entries:
            _refuse(key, f"each key once; '{key.value}' is there twice")
        entries[key.value] = _data(value)
    return entries


def _refuse(at: Any, allowed: str) -> NoReturn:
    """Raise `InputError` for an event or a node, with its line."""
    raise InputError("file", f"{at.start_mark.name}, line {at.start_mark.line + 1}", allowed)
