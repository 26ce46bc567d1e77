"""Contract of every strategy, built in or a user's own: ``check_strategy(MyStrategy)`` returns the faults.

No market is needed: strategies are played on the sequences of `sim.strategies.checks.view_sequences`.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from functools import cache
from operator import attrgetter
from types import MappingProxyType
from typing import Any

import numpy as np

from sim.core.parameters import Param
from sim.strategies import (
    LEVERS,
    TIER_RULES,
    CustomerFile,
    FirmView,
    MarketingPlan,
    Programme,
    Prospects,
    PublicOffer,
    SecondBook,
    Strategy,
    Survey,
    Tier,
)
from sim.strategies.checks.view_sequences import played, view_sequences

VIEW_TYPES = (
    FirmView,
    MarketingPlan,
    Tier,
    Programme,
    PublicOffer,
    SecondBook,
    Survey,
    CustomerFile,
    Prospects,
)
PLAIN = (str, bytes, bool, int, float, type(None), np.generic)
HARMLESS = (tuple, frozenset, dict, MappingProxyType)
NEAR = (0.25, 0.4, 0.6, 0.8, 1.25, 1.6, 2.0, 3.0)  # values of a parameter tried, by its default
SHARED = (MarketingPlan, PublicOffer, CustomerFile, Survey, MappingProxyType)  # what views may have in common
LONG = 60  # weeks of most long sequences
TWICE = "failing"  # the sequence that is played twice with a parameter set; at the defaults every sequence is
CALENDAR = 2.0  # number of sequences in which a time cut by a fifth changes actions if a strategy keeps a calendar by it
APART = 1.0  # number of sequences, counted in views, in which two strategies must act differently


def check_strategy(cls: type[Strategy]) -> list[str]:
    """Faults of a strategy, one line per fault; empty if it keeps the contract."""
    messages = [*_credit(cls), *_ranges(cls)]
    for values in settings_at_bounds(cls):
        messages += [f"{values or 'default'}: {fault}" for fault in faults(cls, values)]
    return messages


def faults(cls: type[Strategy], values: Mapping[str, Any] | None = None) -> list[str]:
    """Faults on the sequences with some parameters set: errors, bad plans, changed views, random behaviour.

    The longest sequence is played at the defaults only; of the others one is played twice with parameters set.
    """
    messages = []
    for name, sequence, before in _written():
        if values and len(sequence) > LONG:
            continue
        try:
            again = not values or name == TWICE
            messages += [
                f"on '{name}': {fault}" for fault in _play(cls, values or {}, sequence, before, again)
            ]
        except Exception as error:
            messages.append(f"on '{name}': {type(error).__name__}: {error}")
    if messages:
        _written.cache_clear()
    return messages


@cache
def _written() -> tuple[tuple[str, tuple[FirmView, ...], list[Any]], ...]:
    """Every sequence with its name and the fingerprints of its views; computed again after any fault."""
    return tuple(
        (name, sequence, [fingerprint(v) for v in sequence]) for name, sequence in view_sequences().items()
    )


def _play(
    cls: type[Strategy],
    values: Mapping[str, Any],
    sequence: tuple[FirmView, ...],
    before: list[Any],
    again: bool,
) -> Iterator[str]:
    plans = [plan for _, plan in played(cls(**values), sequence)]
    for plan in plans:
        if not isinstance(plan, MarketingPlan):
            yield f"returned {type(plan).__name__}, not a MarketingPlan"
            return
        yield from plan.plain().problems()[:1]
    if again and plans != [plan for _, plan in played(cls(**values), sequence)]:
        yield "the same views gave different plans"
    known: dict[int, Any] = {}
    if before != [fingerprint(seen, known) for seen in sequence]:
        yield "the view was changed"


def _credit(cls: type[Strategy]) -> Iterator[str]:
    if not cls.name:
        yield "it is not registered: decorate it with @strategy(name, source=...)"
    if not cls.source.strip():
        yield "no source: name the author of the idea"
    if not (cls.__doc__ or "").strip():
        yield "no docstring: describe the strategy in a sentence"
    if cls.plan is Strategy.plan:
        yield "it has no plan method"


def _ranges(cls: type[Strategy]) -> Iterator[str]:
    for key, p in cls.declared.items():
        if p.type in (int, float) and p.default is not None:
            low, high = (-np.inf if p.low is None else p.low), (np.inf if p.high is None else p.high)
            if not low <= p.default <= high:
                yield f"parameter {key}: the default {p.default} is outside {p.low} to {p.high}"
        elif p.default is not None and not isinstance(p.default, p.type):
            yield f"parameter {key}: the default {p.default!r} is no {p.type.__name__}"


def settings_at_bounds(cls: type[Strategy]) -> Iterator[dict[str, Any]]:
    """The defaults, then each declared bound and choice by itself."""
    yield {}
    for key, p in cls.declared.items():
        for value in p.choices or ((False, True) if p.type is bool else (p.low, p.high)):
            if value is not None:
                yield {key: p.type(value) if p.type in (int, float) else value}


def fingerprint(thing: Any, known: dict[int, Any] | None = None) -> Any:
    """A value that changes if anything inside a view does; arrays by their bytes.

    ``known`` keeps, by id, the fingerprints of parts that several views share; use one dict while the views stay alive.
    """
    if type(thing) in (float, int, str):
        return repr(thing)
    if known is not None and type(thing) in SHARED:
        if id(thing) not in known:
            known[id(thing)] = fingerprint(thing)
        return known[id(thing)]
    if isinstance(thing, np.ndarray):
        return (thing.dtype.str, thing.shape, thing.flags.writeable, thing.tobytes())
    if isinstance(thing, (FirmView, MarketingPlan, Tier, PublicOffer, Survey, CustomerFile, Prospects)):
        return tuple((f.name, fingerprint(getattr(thing, f.name), known)) for f in fields(thing))
    if isinstance(thing, Mapping):
        return tuple((key, fingerprint(value)) for key, value in thing.items())
    if isinstance(thing, tuple):
        return tuple(fingerprint(value, known) for value in thing)
    return repr(thing)


def leaks(seen: FirmView, memory: Iterable[np.ndarray] | None = None) -> list[str]:
    """Ways out of a view: objects it leads to that are no plain value, plan or array of its own.

    An array is its own if it is no numpy view or, if the market's arrays are given, shares none of their memory.
    """
    messages, todo, known = [], [("view", seen)], set()
    while todo:
        path, thing = todo.pop()
        if id(thing) in known or isinstance(thing, (type, *PLAIN)):
            continue
        known.add(id(thing))
        if isinstance(thing, np.ndarray):
            shared = (
                thing.base is not None
                if memory is None
                else any(np.may_share_memory(thing, m) for m in memory)
            )
            if shared or thing.dtype.hasobject:
                messages.append(f"{path}: an array that is no copy of its own")
        elif type(thing) not in VIEW_TYPES + HARMLESS:
            messages.append(f"{path}: a {type(thing).__name__}")
        else:
            todo += [(f"{path} > {type(thing).__name__}", inner) for inner in gc.get_referents(thing)]
    return messages


# Distinctness: the levers that a strategy moves, by situation.

Pattern = tuple[tuple[bytes, ...], ...]


@cache
def pattern(cls: Any, *values: tuple[str, Any]) -> Pattern:
    """Levers above, at or below the standing offer, by sequence and view; sizes are left out."""
    return tuple(_moved(cls, dict(values), sequence) for sequence in _sequences())


def _moved(cls: Any, values: Mapping[str, Any], sequence: tuple[FirmView, ...]) -> tuple[bytes, ...]:
    """The same over one sequence, one entry per view."""
    return tuple(bytes(_signs(seen, plan)) for seen, plan in played(cls(**values), sequence))


@cache
def _sequences() -> tuple[tuple[FirmView, ...], ...]:
    return tuple(view_sequences().values())


def _signs(seen: FirmView, plan: MarketingPlan) -> Iterator[int]:
    for value, usual in zip(_levers(plan), _levers(seen.standing_plan), strict=True):
        yield 1 if value == usual else _sign(value, usual)
    for tier in plan.tiers:
        signs = [_sign(value, 0.0) for value in tier.programme]
        if any(sign != 1 for sign in signs):
            yield from (3 + TIER_RULES.index(tier.rule), *signs)


_levers = attrgetter(*LEVERS)


def _sign(value: float, usual: float) -> int:
    """0, 1, 2: below, at, above."""
    small = 1e-9 * max(1.0, abs(usual))
    return 1 if abs(value - usual) <= small else 2 if value > usual else 0


def one_number_variants(cls: type[Strategy], others: Iterable[type[Strategy]]) -> Iterator[dict[str, Any]]:
    """The defaults, then one parameter at a time: over its range and at the values others give it.

    For a time that governs a strategy's calendar every whole week is tried, since one week more shifts all its actions.
    Values that switch the strategy off are left out (0, or a wait longer than a sequence).
    """
    yield {}
    for key, p in cls.declared.items():
        if p.type not in (int, float) or p.low is None or p.high is None:
            continue
        usual = p.low if p.default is None else p.default
        values = {*np.linspace(p.low, p.high, 5), *(usual * np.array(NEAR))}
        values |= {o.declared[key].default for o in others if key in o.declared}
        if p.unit == "weeks" and usual and keeps_calendar(cls, p, usual):
            values |= set(range(max(1, int(p.low)), int(min(LONG, p.high + 1))))
        for value in sorted({p.type(v) for v in values if v is not None and p.low <= v <= p.high}):
            off = (value == 0 and p.default) or (p.unit == "weeks" and value >= LONG)
            if not off:
                yield {key: value}


def keeps_calendar(cls: Any, p: Param, usual: float) -> bool:
    """Return True if a time that is a little shorter moves the strategy's actions in many views."""
    shorter = p.type(max(p.low or 0.0, 0.8 * usual))
    both = zip(pattern(cls), pattern(cls, (p.name, shorter)), strict=True)
    return sum(_differing(one, other) for one, other in both) > CALENDAR


def copies(cls: Any, others: Iterable[Any], apart: float = APART) -> list[str]:
    """Messages on strategies that do the same as this one, as it is or with one of its numbers changed.

    Two strategies do the same if they move the same levers in the same directions, by any amounts, except in views that
    add up to less than ``apart`` sequences (of 38). Planted variants reach 0.8 at most, the nearest of ours 1.6.
    """
    others = [other for other in others if other is not cls]
    messages = []
    for values in one_number_variants(cls, others):
        said = "".join(f" with {key} {value:g}" for key, value in values.items())
        near = dict.fromkeys(others, 0.0)
        for number, sequence in enumerate(_sequences()):  # no further than until all are far enough apart
            mine = _moved(cls, values, sequence) if near else ()
            so_far = {other: far + _differing(mine, pattern(other)[number]) for other, far in near.items()}
            near = {other: far for other, far in so_far.items() if far < apart}
        messages += [f"{other.name} does what {cls.name}{said} does" for other in near]
    return messages


def _differing(one: tuple[bytes, ...], another: tuple[bytes, ...]) -> float:
    """Share of a sequence's views in which different levers are moved."""
    return sum(a != b for a, b in zip(one, another, strict=True)) / len(another)
