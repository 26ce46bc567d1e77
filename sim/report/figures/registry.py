"""The register of figures: a name, the part to look at, and a function from a result to a picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sim.report import style
from sim.report.labels import Comparison
from sim.report.study import NothingToShow, Study, study_of
from sim.report.style import Picture


@dataclass(frozen=True)
class Figure:
    """A figure of the report, shown behind the figure ``after`` (first without one); ``look`` points out the part to look at."""

    name: str
    look: str
    after: str
    draw: Callable[[Any, Study], Picture]

    def __call__(self, result: Comparison) -> Picture:
        """Draw a result in the project's style, or the reason why there is nothing to draw."""
        try:
            return self.drawn(result)
        except NothingToShow as reason:
            with style.applied():
                return style.nothing(str(reason))

    def drawn(self, result: Comparison) -> Picture:
        """Draw a result in the project's style; raises `NothingToShow`."""
        with style.applied():
            return self.draw(result, study_of(result))


#: Every figure by name; `sim.report.figures` puts them in order.
FIGURES: dict[str, Figure] = {}


def figure(name: str, look: str, after: str = "") -> Callable[[Callable[[Any, Study], Picture]], Figure]:
    """Register a drawing as a `Figure`."""

    def register(draw: Callable[[Any, Study], Picture]) -> Figure:
        FIGURES[name] = Figure(name, look, after, draw)
        return FIGURES[name]

    return register


def in_order() -> list[str]:
    """The names of all figures in the order they declare; those behind the same figure by name."""
    behind: dict[str, list[str]] = {}
    for name in sorted(FIGURES):
        behind.setdefault(FIGURES[name].after, []).append(name)
    names: list[str] = []
    waiting = behind.pop("", [])[::-1]
    while waiting:
        names.append(waiting.pop())
        waiting += behind.pop(names[-1], [])[::-1]
    return names
