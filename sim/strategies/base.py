"""Base class of strategies, their declared parameters, and every strategy registered so far by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from inspect import get_annotations
from types import MappingProxyType
from typing import Any, ClassVar, TypeVar

from sim.core.errors import ALLOWED_NAME, InputError
from sim.core.loading import fields
from sim.core.parameters import Param
from sim.strategies.plan import MarketingPlan
from sim.strategies.view import FirmView


class Strategy:
    """A decision rule from a view to a plan. Subclass it, declare parameters as class fields, write `plan`.

    A strategy may keep a memory on ``self``, set up in `set_up`; it belongs to one firm and lasts one run.
    Set ``reads_customer_file`` to receive the customer file in the view.
    """

    name: ClassVar[str] = ""
    source: ClassVar[str] = ""
    #: kind of strategy: "transactional" or "relationship", and further words.
    traits: ClassVar[tuple[str, ...]] = ()
    reads_customer_file: ClassVar[bool] = False
    #: parameters that are derived from other declarations instead of written as fields.
    beside: ClassVar[Mapping[str, Param]] = MappingProxyType({})
    declared: ClassVar[Mapping[str, Param]] = MappingProxyType({})

    def __init__(self, **values: Any) -> None:
        for key, value in fields("strategy", values, self.declared).items():
            setattr(self, key, value)
        self.set_up()

    def set_up(self) -> None:
        """Set up the memory of the strategy; its parameters are already set."""

    def plan(self, view: FirmView) -> MarketingPlan:
        """The plan for the coming period."""
        raise NotImplementedError

    def reads_file(self, weeks: float) -> bool:
        """Return True if the strategy reads the customer file ``weeks`` weeks after the start."""
        return self.reads_customer_file

    def parameters(self) -> dict[str, Any]:
        """Values of the declared parameters."""
        return {key: getattr(self, key) for key in self.declared}


#: Every strategy, by name.
STRATEGIES: dict[str, type[Strategy]] = {}

Decided = TypeVar("Decided", bound=type[Strategy])


def strategy(
    name: str, *, source: str, traits: tuple[str, ...] = (), reads_customer_file: bool = False
) -> Callable[[Decided], Decided]:
    """Register a strategy under a name with its credit; its annotated class fields are its parameters."""

    def register(cls: Decided) -> Decided:
        if not re.fullmatch(r"[\w-]{1,64}", name):  # letters of any script, beside `errors.NAME`
            raise InputError("strategy", name, ALLOWED_NAME)
        if name in STRATEGIES and STRATEGIES[name].__qualname__ != cls.__qualname__:
            raise InputError("strategy", name, "a name that no other strategy has")
        cls.name, cls.source, cls.traits = name, source, tuple(traits)
        cls.reads_customer_file = reads_customer_file or cls.reads_customer_file
        cls.declared = MappingProxyType({**cls.beside, **dict(_declared_fields(cls))})
        STRATEGIES[name] = cls
        return cls

    return register


_KINDS = {"float": float, "int": int, "bool": bool, "str": str, "object": object}


def _declared_fields(cls: type) -> Iterator[tuple[str, Param]]:
    for base in reversed(cls.__mro__):
        for key, hint in get_annotations(base).items():
            if "ClassVar" in str(hint) or base is Strategy:
                continue
            default: Any = getattr(cls, key, None)
            kind = _KINDS.get(hint if isinstance(hint, str) else getattr(hint, "__name__", ""), type(default))
            if isinstance(default, Param):
                p = replace(default, name=key, type=kind)
            else:
                p = Param(default=default, meaning=key.replace("_", " "), name=key, type=kind)
            yield key, p
