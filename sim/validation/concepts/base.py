"""The declaration of a concept of relationship marketing: where it acts, what switches it, and what shows that it acts.

`sim.validation.switches` runs a concept off and on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

Tree = Mapping[str, Any]
NOTHING: Tree = {}


class RestsOn(NamedTuple):
    """The assumed size that a row rests on, what stands in its place, and the switch with that: trees or arms."""

    what: str
    without: str
    off: Tree | str
    on: Tree | str


class Concept(NamedTuple):
    """A concept, or with a "b" behind its id a part of one: titles, where a scenario reaches it, its switch, and what the theory expects of the switch.

    ``off`` and ``on`` are trees laid over the market ``base`` (`sim.validation.concepts.markets`), or the names of two arms of
    the scenario ``base``. ``observable`` is a metric or a reading of `sim.validation.switches`, of the focal firm or of
    the one after "@"; with ``less`` it is counted less what it is with that tree laid over both.
    ``beside`` is a second observable that must move the same way. ``by_construction`` says why the observable could
    not have moved otherwise: the switch sets what is read, or stands in one equation of fixed sign before it.
    ``expects``: "higher", "lower", or "" where the theory names no direction. ``lacks`` says what is still missing;
    without an observable the concept does not act yet.
    """

    name: str
    title: str
    chinese: str
    where: str
    base: str = "repertoire"
    off: Tree | str = NOTHING
    on: Tree | str = NOTHING
    observable: str = ""
    expects: str = ""
    less: Tree = NOTHING
    scenario: str = ""  # or several, with a comma between
    lacks: str = ""
    beside: str = ""
    by_construction: str = ""
    rests_on: RestsOn | None = None

    @property
    def scenarios(self) -> list[str]:
        """The scenarios that demonstrate it."""
        return [name for name in self.scenario.split(", ") if name]

    @property
    def built(self) -> bool:
        """True if it acts in this version."""
        return bool(self.observable)


#: Every concept, by id.
CONCEPTS: dict[str, Concept] = {}


def concept(name: str, *, title: str, chinese: str, where: str, **keys: Any) -> None:
    """Declare a concept."""
    CONCEPTS[name] = Concept(name, title=title, chinese=chinese, where=where, **keys)


def plays(strategy: str, firm: str = "focal", **parameters: Any) -> dict[str, Any]:
    """The tree in which a firm plays a strategy."""
    return {"firms": {firm: {"strategy": {"name": strategy, **parameters}}}}


def plan(**levers: Any) -> dict[str, Any]:
    """The tree in which the focal firm plays one fixed plan."""
    return plays("fixed_plan", **levers)


def customers(**traits: Any) -> dict[str, Any]:
    """The tree in which all customers have these traits."""
    return {"population": {"segments": {"everyone": traits}}}
