"""The register of figures: a name, what to look at, and a function from a result to a picture."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from sim.report import style
from sim.report.study import NothingToShow, Study, story
from sim.report.style import Picture

#: Every figure by name, in the order of the report; ``function.look`` says what to look at.
FIGURES: dict[str, Callable[[Any], Picture]] = {}


def figure(name: str, look: str) -> Callable[[Callable[[Any, Study], Picture]], Callable[[Any], Picture]]:
    """Register a drawing; it is drawn in the project's style, and says so where there is nothing to draw."""

    def register(draw: Callable[[Any, Study], Picture]) -> Callable[[Any], Picture]:
        @wraps(draw)
        def drawn(result: Any) -> Picture:
            with style.applied():
                try:
                    return draw(result, story(result))
                except NothingToShow as reason:
                    return style.nothing(str(reason))

        drawn.look = look  # type: ignore[attr-defined]
        FIGURES[name] = drawn
        return drawn

    return register
