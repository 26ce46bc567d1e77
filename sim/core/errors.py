"""A wrong request: the value given, the values allowed, and the nearest match."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any


class InputError(ValueError):
    """A request that cannot be met; its text names the key, the value and what is allowed."""

    def __init__(self, key: str, value: Any, allowed: str, nearest: str | None = None) -> None:
        self.key, self.value, self.allowed, self.nearest = key, value, allowed, nearest
        shown = repr(value) if len(repr(value)) <= 80 else repr(value)[:77] + "..."
        hint = f": did you mean '{nearest}'?" if nearest else ""
        super().__init__(f"{key} {shown}{hint}\n  allowed: {allowed}")

    def below(self, key: str) -> InputError:
        """The same of a key that stands below another."""
        dot = "." if key and self.key and not self.key.startswith("[") else ""
        return type(self)(f"{key}{dot}{self.key}", self.value, self.allowed, self.nearest)

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), (self.key, self.value, self.allowed, self.nearest))

    @classmethod
    def unknown(cls, key: str, value: Any, known: Iterable[str]) -> InputError:
        """A name that is not among the known ones."""
        names = sorted(str(name) for name in known)
        close = difflib.get_close_matches(str(value), names, n=1, cutoff=0.5)
        listed = ", ".join(names) if len(names) <= 24 else ", ".join(names[:24]) + ", ..."
        return cls(key, value, f"one of {listed}" if names else "nothing", close[0] if close else None)


class UnfinishedRun(RuntimeError):
    """A run folder could not be finished; the text gives the reason and the contents of the folder."""
