"""Named entries that never change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


class FrozenDict(Mapping[str, Any]):
    """Entries that never change: ``firms["focal"]``, and ``firms.focal`` unless a method has the name."""

    _entries: dict[str, Any]

    def __init__(self, entries: Mapping[str, Any] | None = None) -> None:
        self.__dict__["_entries"] = dict(entries or {})

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name not in self._entries:
            raise AttributeError(name)
        return self._entries[name]

    def __getitem__(self, name: str) -> Any:
        return self._entries[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{name}: a scenario is frozen")

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), (self._entries,))

    def __repr__(self) -> str:
        return f"FrozenDict({self._entries!r})"
