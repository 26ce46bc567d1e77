"""A wrong request: the value given, the values allowed, and the nearest match."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable
from typing import Any

#: The names that a user may choose.
NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
ALLOWED_NAME = "a name of letters, digits, _ and - (64 at most)"


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


def check_known(key: str, name: Any, known: Collection[str]) -> None:
    """Raise `InputError` for a name that is not among the known ones."""
    if not isinstance(name, str) or name not in known:
        raise InputError.unknown(key, name, known)


def joined(*steps: Any) -> str:
    """A dotted key from its steps; a number is a place in a list.

    >>> joined("firms", "a", 2, "")
    'firms.a[2]'
    """
    return "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in steps if s != "").lstrip(".")


class UnfinishedRun(RuntimeError):
    """A run folder could not be finished; the text gives the reason and the contents of the folder."""
