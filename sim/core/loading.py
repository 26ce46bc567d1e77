"""Conversion between plain data and declared objects, by pydantic, with error messages of our own.

`load` makes a declared object, `filled` writes the defaults into plain data, `tree_of` writes an object as plain data,
`json_schema` describes it for an editor. Only this module knows pydantic, and only once something is loaded.
"""

from __future__ import annotations

import dataclasses
import math
import re
import typing
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Annotated, Any

from sim.core.errors import InputError
from sim.core.frozen import FrozenDict
from sim.core.parameters import Param, allowed, loader

MAPPING = "a mapping of keys to values"
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SWITCHES = dict.fromkeys(("true", "on", "yes"), True) | dict.fromkeys(("false", "off", "no"), False)


def load(kind: Any, given: Any, *key: Any) -> Any:
    """An object of a declared kind from plain data under a key; raises `InputError`."""
    from pydantic import ValidationError

    try:
        return _adapter(kind).validate_python(given)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        problem = first.get("ctx", {}).get("error")
        if not isinstance(problem, InputError):
            problem = InputError("", first["input"], MAPPING)
        raise problem.below(joined(*key, *first["loc"])) from None


def checked(key: str, given: Any, p: Param) -> Any:
    """The value of one parameter; raises `InputError`."""
    return load(_hint(p), given, key)


def fields(key: str, given: Mapping[str, Any], declared: Mapping[str, Param]) -> dict[str, Any]:
    """The value of every declared parameter, its default where none is given; raises `InputError`."""
    refuse_unknown(given, declared, key)
    return {
        name: load(_hint(p), given[name], key, name) if name in given else p.default
        for name, p in declared.items()
    }


def json_schema(kind: Any) -> dict[str, Any]:
    """The JSON schema of a kind."""
    return _adapter(kind).json_schema()  # type: ignore[no-any-return]


def json_schema_of_fields(declared: Mapping[str, Param]) -> dict[str, Any]:
    """The JSON schema of a mapping of declared parameters."""
    properties = {name: json_schema(_hint(p)) for name, p in declared.items()}
    return {"type": "object", "properties": properties, "additionalProperties": False}


_ADAPTERS: dict[int, tuple[Any, Any]] = {}
_HINTS: dict[int, tuple[Param, Any]] = {}


def _hint(p: Param) -> Any:
    """The type of one parameter, made once."""
    if id(p) not in _HINTS:
        _HINTS[id(p)] = p, p.hint
    return _HINTS[id(p)][1]


def _adapter(kind: Any) -> Any:
    if id(kind) not in _ADAPTERS:
        from pydantic import TypeAdapter

        _ADAPTERS[id(kind)] = kind, TypeAdapter(kind)  # the kind is kept, and with it its id
    return _ADAPTERS[id(kind)][1]


def joined(*steps: Any) -> str:
    """A dotted key from its steps; a number is a place in a list.

    >>> joined("firms", "a", 2, "")
    'firms.a[2]'
    """
    return "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in steps if s != "").lstrip(".")


# ---------------------------------------------------------------- what a declaration says to pydantic


@loader
def of_section(source: Any, handler: Any) -> Any:
    """The schema of a declared section: null counts as empty, unknown keys are refused first."""
    from pydantic_core import core_schema

    names = [field.name for field in dataclasses.fields(source) if field.init]

    def known(given: Any) -> Any:
        entries = given if isinstance(given, source) else mapping(given)
        refuse_unknown(entries if isinstance(entries, Mapping) else (), names)
        return entries

    return core_schema.no_info_before_validator_function(known, handler(source))


@loader
def of_parameter(p: Param, schema: Any) -> Any:
    """The schema of a parameter's value: strict and finite, with its words, switches and null."""
    from pydantic import ValidationError
    from pydantic_core import core_schema

    if schema["type"] in ("float", "int", "str", "bool"):
        schema["strict"] = True
    if schema["type"] == "float":
        schema["allow_inf_nan"] = False

    def value(given: Any, handler: Callable[[Any], Any]) -> Any:
        if getattr(given, "shape", None) == ():
            given = given.item()  # a number of numpy's
        if isinstance(given, str) and given in p.words:
            return p.words[given]
        if given is None and p.optional:
            return None
        if p.type is bool and isinstance(given, str):
            given = _SWITCHES.get(given.lower(), given)
        try:
            if finite(given):
                return handler(given)
        except ValidationError:
            if p.choices is not None and isinstance(given, str):
                raise InputError.unknown("", given, p.choices) from None
        raise InputError("", given, in_words(p, given))

    return core_schema.no_info_wrap_validator_function(value, schema)


@loader
def schema_of_parameter(p: Param, schema: dict[str, Any]) -> dict[str, Any]:
    """The JSON schema of a parameter's value, with its unit, meaning and source."""
    others: list[dict[str, Any]] = [{"const": word} for word in p.words]
    others += [{"type": "null"}] if p.optional else []
    if p.type is bool:
        others.append({"enum": [*_SWITCHES]})
    made = {"anyOf": [schema, *others]} if others else schema
    notes = {"description": p.meaning, "unit": p.unit, "source": p.source}
    return made | {name: text for name, text in notes.items() if text}


def in_words(p: Param, given: Any) -> str:
    """The values that a parameter may have, with a hint for a whole number that is written as a fraction."""
    text = allowed(p) + "".join(f", or {word}" for word in p.words)
    if p.optional and "none" not in p.words:
        text += ", or null"
    if p.type is int and isinstance(given, float) and finite(given) and given == int(given):
        text += f", written as {int(given)}"
    return text


@dataclasses.dataclass(frozen=True)
class Parsed:
    """An annotation: a function makes the value from plain data; ``fills`` completes the plain data."""

    by: Callable[[Any], Any]
    schema: Callable[[], dict[str, Any]] = dict
    fills: Callable[[Any], Any] = lambda given: given

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.no_info_plain_validator_function(self.by)

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        return self.schema()


@dataclasses.dataclass(frozen=True)
class LeftOut:
    """An annotation: a part that a null or an empty mapping leaves out."""

    of: Any

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic import BeforeValidator

        return handler.generate_schema(
            Annotated[self.of | None, BeforeValidator(lambda given: None if given == {} else given)]
        )

    def fills(self, given: Any) -> Any:
        """The part with its defaults; an empty mapping where it is left out."""
        return filled(self.of, given) if given else {}


@dataclasses.dataclass(frozen=True)
class Entries:
    """An annotation: entries of one kind by name; a null leaves one out, and ``check`` reads all of them."""

    of: Any
    check: Callable[[Mapping[str, Any]], None] = lambda entries: None

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic import AfterValidator, BeforeValidator

        entries: Any = dict.__class_getitem__((str, self.of))
        return handler.generate_schema(
            Annotated[entries, BeforeValidator(self._named), AfterValidator(FrozenDict)]
        )

    def _named(self, given: Any) -> dict[str, Any]:
        entries = present(given)
        self.check(entries)
        return entries

    def fills(self, given: Any) -> Any:
        """The entries with the defaults of each."""
        if not isinstance(given, Mapping):
            return {} if given is None else given
        return {name: each if each is None else filled(self.of, each) for name, each in given.items()}


@dataclasses.dataclass(frozen=True)
class Kind:
    """An annotation: an entry that names one of the registered kinds under a key, and has what that declares."""

    key: str
    known: Mapping[str, type]

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.no_info_plain_validator_function(self._made)

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        return {
            "oneOf": [with_constant(json_schema(cls), self.key, kind) for kind, cls in self.known.items()]
        }

    def _made(self, given: Any) -> Any:
        entries = mapping(given)
        kind = entries.pop(self.key, None)
        if not isinstance(kind, str) or kind not in self.known:
            raise InputError.unknown(self.key, kind, self.known)
        return load(self.known[kind], entries)

    def fills(self, given: Any) -> Any:
        """The entry with the defaults of its kind; an entry without a kind is left for `load` to refuse."""
        kind = given.get(self.key) if isinstance(given, Mapping) else None
        if not isinstance(kind, str) or kind not in self.known:
            return given
        return {self.key: kind} | filled(self.known[kind], given)  # type: ignore[no-any-return]


def with_constant(schema: dict[str, Any], key: str, value: str) -> dict[str, Any]:
    """The schema of an object that has a constant under a key beside the rest."""
    properties = {key: {"const": value}} | schema.get("properties", {})
    return schema | {"properties": properties, "required": [key, *schema.get("required", [])]}


# ---------------------------------------------------------------- plain data


def filled(kind: Any, given: Any) -> Any:
    """Plain data with the defaults of a kind below it; a value where a mapping is meant stays for `load` to refuse."""
    if typing.get_origin(kind) is Annotated:
        inner, *marks = typing.get_args(kind)
        for mark in marks:
            if hasattr(mark, "fills"):
                return mark.fills(given)
        kind = inner
    if not (isinstance(kind, type) and dataclasses.is_dataclass(kind)):
        return given
    if given is None:
        given = {}
    if not isinstance(given, Mapping):
        return given
    made = {
        name: filled(hint, given[name]) if name in given else filled(hint, default())
        for name, (hint, default) in _fields_of(kind).items()
    }
    made |= {name: value for name, value in given.items() if name not in made}
    return kind.completed(made) if hasattr(kind, "completed") else made


@cache
def _fields_of(kind: type) -> dict[str, tuple[Any, Callable[[], Any]]]:
    """The type of each field of a declared class, and its default as plain data."""
    hints = typing.get_type_hints(kind, include_extras=True)
    found: dict[str, tuple[Any, Callable[[], Any]]] = {}
    for field in dataclasses.fields(kind):
        if field.init:
            made = field.default_factory() if callable(field.default_factory) else field.default
            p = getattr(kind, "declared", {}).get(field.name)
            found[field.name] = hints[field.name], partial(_plain, p, made)
    return found


def tree_of(made: Any) -> Any:
    """A declared object as plain data: ``load`` makes the same again."""
    if hasattr(made, "tree"):
        return made.tree()
    if dataclasses.is_dataclass(made):
        declared = getattr(made, "declared", {})
        own = {
            field.name: _plain(declared.get(field.name), getattr(made, field.name))
            for field in dataclasses.fields(made)
            if field.init
        }
        return getattr(made, "named", {}) | own
    if isinstance(made, Mapping):
        return {name: tree_of(each) for name, each in made.items()}
    return [tree_of(each) for each in made] if isinstance(made, (list, tuple)) else made


def _plain(p: Param | None, value: Any) -> Any:
    """The value of a field as plain data: by its word where it has one."""
    words = p.words.items() if p is not None else ()
    return next((word for word, meant in words if meant is value), tree_of(value))


def finite(given: Any) -> bool:
    """True unless a value is NaN, infinite or a number too large for a float."""
    if isinstance(given, bool) or not hasattr(given, "__float__"):
        return True
    try:
        return math.isfinite(float(given))
    except (OverflowError, ValueError, TypeError):
        return False


def refuse_unknown(given: Any, known: Any, key: str = "") -> None:
    """Raise `InputError` for the first key that is not among the known ones."""
    for name in given:
        if name not in known:
            raise InputError.unknown(joined(key, name), name, known)


def mapping(given: Any, key: str = "") -> dict[str, Any]:
    """A mapping of texts to values (null counts as empty); raises `InputError`."""
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise InputError(key, given, MAPPING)
    for name in given:
        if not isinstance(name, str):
            raise InputError(key, name, "keys that are texts")
    return dict(given)


def present(given: Any, key: str = "") -> dict[str, Any]:
    """The entries of a mapping that are not null, with names that fit."""
    entries = mapping(given, key)
    for name in entries:
        check_name(name, key)
    return {name: entry for name, entry in entries.items() if entry is not None}


def check_name(name: Any, key: str = "", taken: tuple[str, ...] = ()) -> None:
    """Raise `InputError` for a name that is none, or that means something else."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise InputError(key, name, "a name of letters, digits, _ and - (64 at most)")
    if name in taken:
        raise InputError(key, name, f"a name that means nothing else here (not {', '.join(taken)})")


def texts(given: Any, key: str = "") -> list[str]:
    """A list of names, of which one alone needs no list; raises `InputError`."""
    names = [given] if isinstance(given, str) else [] if given is None else given
    if not isinstance(names, list) or not all(isinstance(entry, str) for entry in names):
        raise InputError(key, given, "a list of names")
    return names
