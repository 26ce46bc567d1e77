"""Conversion between plain data and declared objects, by pydantic, with error messages of our own.

`load` makes a declared object, `tree_of` writes one as plain data, `json_schema` describes it for an editor. Only this
module knows pydantic, and only once something is loaded.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from sim.core.errors import ALLOWED_NAME, NAME, InputError, check_known, joined
from sim.core.frozen import FrozenDict
from sim.core.parameters import SCHEMAS, Param, allowed

MAPPING = "a mapping of keys to values"
_SWITCHES = dict.fromkeys(("true", "on", "yes"), True) | dict.fromkeys(("false", "off", "no"), False)


def load(kind: Any, data: Any, *key: Any) -> Any:
    """An object of a declared kind from plain data under a key; raises `InputError`."""
    from pydantic import ValidationError

    try:
        return _adapter(kind).validate_python(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        problem = first.get("ctx", {}).get("error")
        if not isinstance(problem, InputError):
            problem = InputError("", first["input"], MAPPING)
        raise problem.below(joined(*key, *first["loc"])) from None


def checked(key: str, data: Any, p: Param) -> Any:
    """The value of one parameter; raises `InputError`."""
    return load(p.hint, data, key)


def fields(key: str, data: Mapping[str, Any], declared: Mapping[str, Param]) -> dict[str, Any]:
    """The value of every declared parameter, its default where none is given; raises `InputError`."""
    refuse_unknown(data, declared, key)
    return {
        name: load(p.hint, data[name], key, name) if name in data else p.default
        for name, p in declared.items()
    }


def json_schema(kind: Any) -> dict[str, Any]:
    """The JSON schema of a kind."""
    return _adapter(kind).json_schema()  # type: ignore[no-any-return]


def json_schema_of_fields(declared: Mapping[str, Param]) -> dict[str, Any]:
    """The JSON schema of a mapping of declared parameters."""
    properties = {name: json_schema(p.hint) for name, p in declared.items()}
    return {"type": "object", "properties": properties, "additionalProperties": False}


@cache
def _adapter(kind: Any) -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


# ---------------------------------------------------------------- schemas for pydantic


def _section(source: Any, handler: Any) -> Any:
    """The schema of a declared section: null counts as empty, unknown keys are refused first."""
    from pydantic_core import core_schema

    names = [field.name for field in dataclasses.fields(source) if field.init]

    def known(data: Any) -> Any:
        if isinstance(data, source):
            return data
        refuse_unknown(entries := mapping(data), names)
        return entries

    return core_schema.no_info_before_validator_function(known, handler(source))


def _value(p: Param, schema: Any) -> Any:
    """The schema of a parameter's value: strict and finite, with its words, switches and null."""
    from pydantic import ValidationError
    from pydantic_core import core_schema

    if schema["type"] in ("float", "int", "str", "bool"):
        schema["strict"] = True

    def value(data: Any, handler: Callable[[Any], Any]) -> Any:
        if getattr(data, "shape", None) == ():
            data = data.item()  # a number of numpy's
        if isinstance(data, str) and data in p.words:
            return p.words[data]
        if data is None and p.optional:
            return None
        if p.type is bool and isinstance(data, str):
            data = _SWITCHES.get(data.lower(), data)
        try:
            if finite(data):
                return handler(data)
        except ValidationError:
            if p.choices is not None and isinstance(data, str):
                raise InputError.unknown("", data, p.choices) from None
        raise InputError("", data, _in_words(p, data))

    return core_schema.no_info_wrap_validator_function(value, schema)


def _json(p: Param, schema: dict[str, Any]) -> dict[str, Any]:
    """The JSON schema of a parameter's value, with its unit, meaning and source."""
    others: list[dict[str, Any]] = [{"const": word} for word in p.words]
    others += [{"type": "null"}] if p.optional else []
    others += [{"enum": [*_SWITCHES]}] if p.type is bool else []
    return ({"anyOf": [schema, *others]} if others else schema) | notes(p)


SCHEMAS.update(section=_section, value=_value, json=_json)


def notes(p: Param) -> dict[str, str]:
    """The meaning, unit and source of a parameter, as a JSON schema has them."""
    texts = {"description": p.meaning, "unit": p.unit, "source": p.source}
    return {name: text for name, text in texts.items() if text}


def _in_words(p: Param, data: Any) -> str:
    """The values that a parameter may have, with a hint for a whole number that is written as a fraction."""
    text = allowed(p) + "".join(f", or {word}" for word in p.words)
    if p.optional and "none" not in p.words:
        text += ", or null"
    if p.type is int and isinstance(data, float) and data.is_integer():
        text += f", written as {int(data)}"
    return text


@dataclasses.dataclass(frozen=True, eq=False)
class Parsed:
    """An annotation: a function makes the value from plain data; a type or a function has its JSON schema."""

    by: Callable[[Any], Any]
    like: Any = None
    schema: Callable[[], dict[str, Any]] | None = None
    meaning: str = ""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.no_info_plain_validator_function(self.by)

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        schema = json_schema(self.like) if self.schema is None else self.schema()
        return schema | ({"description": self.meaning} if self.meaning else {})


def of_kind(key: str, known: Mapping[str, type]) -> Parsed:
    """An annotation: an entry that names one of the registered kinds under a key, and has the fields of that kind."""

    def entry(data: Any) -> Any:
        entries = mapping(data)
        kind = entries.pop(key, None)
        check_known(key, kind, known)
        return load(known[kind], entries)

    def schema() -> dict[str, Any]:
        return {"oneOf": [with_constant(json_schema(cls), key, kind) for kind, cls in known.items()]}

    return Parsed(entry, schema=schema)


def with_constant(schema: dict[str, Any], key: str, value: str) -> dict[str, Any]:
    """The schema of an object that has a constant under a key beside the rest."""
    properties = {key: {"const": value}} | schema.get("properties", {})
    return schema | {"properties": properties, "required": [key, *schema.get("required", [])]}


@dataclasses.dataclass(frozen=True, eq=False)
class Entries:
    """An annotation: so many entries of one kind by name, ``taken`` names excepted; a null leaves one out."""

    of: Any
    least: int = 0
    most: float = math.inf
    allowed: str = ""
    taken: tuple[str, ...] = ()

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        schema = handler.generate_schema(dict.__class_getitem__((str, self.of)))
        schema = core_schema.no_info_before_validator_function(self._present, schema)
        return core_schema.no_info_after_validator_function(FrozenDict, schema)

    def _present(self, data: Any) -> dict[str, Any]:
        entries = present(data, self.taken)
        if not self.least <= len(entries) <= self.most:
            raise InputError("", list(entries), self.allowed)
        return entries


# ---------------------------------------------------------------- plain data


def tree_of(item: Any, p: Param | None = None) -> Any:
    """A declared object as plain data, by its word where it has one: ``load`` makes the same again."""
    for word, value in p.words.items() if p is not None else ():
        if value is item:
            return word
    if isinstance(item, Mapping):
        return {name: tree_of(each) for name, each in item.items()}
    if hasattr(item, "tree"):
        return item.tree()
    if dataclasses.is_dataclass(item):
        declared, names = getattr(item, "declared", {}), [f.name for f in dataclasses.fields(item) if f.init]
        parts = {name: tree_of(getattr(item, name), declared.get(name)) for name in names}
        return getattr(item, "named", {}) | parts
    return [tree_of(each) for each in item] if isinstance(item, (list, tuple)) else item


def finite(data: Any) -> bool:
    """True unless a value is NaN, infinite or a number too large for a float."""
    try:
        return not isinstance(data, (int, float)) or math.isfinite(data)
    except OverflowError:
        return False


def refuse_unknown(data: Iterable[str], known: Any, key: str = "") -> None:
    """Raise `InputError` for the first key that is not among the known ones."""
    for name in data:
        if name not in known:
            raise InputError.unknown(joined(key, name), name, known)


def mapping(data: Any, key: str = "") -> dict[str, Any]:
    """A mapping of texts to values (null counts as empty); raises `InputError`."""
    if data is None:
        return {}
    if not isinstance(data, Mapping):
        raise InputError(key, data, MAPPING)
    for name in data:
        if not isinstance(name, str):
            raise InputError(key, name, "keys that are texts")
    return dict(data)


def present(data: Any, taken: tuple[str, ...] = ()) -> dict[str, Any]:
    """The entries of a mapping that are not null, with names that fit."""
    return {check_name(name, taken): entry for name, entry in mapping(data).items() if entry is not None}


def check_name(name: Any, taken: tuple[str, ...] = ()) -> str:
    """A name; raises `InputError` for one that is none, or that means something else."""
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise InputError("", name, ALLOWED_NAME)
    if name in taken:
        raise InputError("", name, f"a name that means nothing else here (not {', '.join(taken)})")
    return name


def texts(data: Any) -> list[str]:
    """A list of names, of which one alone needs no list; raises `InputError`."""
    names = [data] if isinstance(data, str) else [] if data is None else data
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise InputError("", data, "a list of names")
    return names
