"""A value that is worked out again only for other arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """A function with its last value; everything that the value depends on is an argument, and never changes itself.

    >>> squares = Kept(lambda x: x * x)
    >>> squares(3), squares(3), squares(4)
    (9, 9, 16)
    """

    def __init__(self, function: Callable[..., Value]) -> None:
        self.function = function
        self._given: tuple[Any, ...] | None = None

    def __call__(self, *given: Any) -> Value:
        if given != self._given:
            self._value, self._given = self.function(*given), given
        return self._value
