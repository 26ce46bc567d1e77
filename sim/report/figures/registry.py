"""The register of figures: a name, what to look at, and a function from a result to a picture."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from sim.report import style
from sim.report.study import NothingToShow, Study, story
from sim.report.style import Picture

#: Every figure by name; ``function.look`` says what to look at, ``function.after`` which figure stands before it.
FIGURES: dict[str, Callable[[Any], Picture]] = {}


def figure(
    name: str, look: str, after: str = ""
) -> Callable[[Callable[[Any, Study], Picture]], Callable[[Any], Picture]]:
    """Register a drawing, shown behind the figure ``after`` (first without one).

    It is drawn in the project's style, and says so where there is nothing to draw.
    """

    def register(draw: Callable[[Any, Study], Picture]) -> Callable[[Any], Picture]:
        @wraps(draw)
        def drawn(result: Any) -> Picture:
            with style.applied():
                try:
                    return draw(result, story(result))
                except NothingToShow as reason:
                    return style.nothing(str(reason))

        drawn.look, drawn.after = look, after  # type: ignore[attr-defined]
        FIGURES[name] = drawn
        return drawn

    return register


def in_order() -> list[str]:
    """The names of all figures in the order of the report, as each declares; those behind the same one by name."""
    behind: dict[str, list[str]] = {}
    for name in sorted(FIGURES):
        behind.setdefault(FIGURES[name].after, []).append(name)
    found, waiting = [], behind.pop("")[::-1]
    while waiting:
        found.append(waiting.pop())
        waiting += behind.pop(found[-1], [])[::-1]
    if behind:
        raise ValueError(f"figures behind one that is not there: {behind}")
    return found
