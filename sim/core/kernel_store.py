"""The store of compiled code: one process compiles a function, all others wait for its code, and damaged code is refused."""

from __future__ import annotations

import contextlib
import hashlib
import pickle
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from numba.core.caching import FunctionCache, IndexDataCacheFile


@cache
def _note(text: str) -> None:
    """Print a note on stderr, once per process, workers included."""
    print(f"guanxi: note: {text}", file=sys.stderr)


class _Files(IndexDataCacheFile):  # type: ignore[misc]
    """The files of a function, each code after a digest of its file's name and itself."""

    def _save_data(self, name: str, data: Any) -> None:
        code = self._dump(data)
        with self._open_for_write(self._data_path(name)) as file:
            file.write(_digest(name, code) + code)

    def _load_data(self, name: str) -> Any:
        whole = Path(self._data_path(name)).read_bytes()
        digest, code = whole[:_DIGEST], whole[_DIGEST:]
        if digest != _digest(name, code):
            raise ValueError(f"{name} is damaged")
        return pickle.loads(code)


_DIGEST = 32


def _digest(name: str, code: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\0" + code).digest()


class Store(FunctionCache):  # type: ignore[misc]
    """The compiler's own store, in which one process compiles a function and all others wait for its code.

    A process that finds no code holds the function until it has saved its own, on systems that have such locks. A
    damaged file is compiled anew instead of failing for good; a full disk costs the next start its time.
    """

    _held: contextlib.ExitStack | None = None

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        at = self._impl
        self._cache_file = _Files(self.cache_path, at.filename_base, at.locator.get_source_stamp())

    def load_overload(self, signature: Any, context: Any) -> Any:
        """The code of a signature; None where there is none or its file is damaged: then it is held."""
        found = self._loaded(signature, context)
        if found is None and self._held is None and self._hold():
            found = self._loaded(signature, context)  # another process may have saved it meanwhile
            if found is not None:
                self.let_go()
        return found

    def save_overload(self, signature: Any, data: Any) -> None:
        """Save the code of a signature and let others read it."""
        try:
            super().save_overload(signature, data)
        except OSError as trouble:
            _note(f"compiled code could not be kept in {self.cache_path} ({trouble.strerror})")
        finally:
            self.let_go()

    def let_go(self) -> None:
        """Let other processes compile the function, where this one is not going to."""
        if self._held is not None:
            self._held.close()
            self._held = None

    def _loaded(self, signature: Any, context: Any) -> Any:
        try:
            return super().load_overload(signature, context)
        except (
            pickle.UnpicklingError,
            EOFError,
            ValueError,
            TypeError,
            AttributeError,
            ImportError,
            IndexError,
        ):
            with contextlib.suppress(OSError):
                self.flush()
            return None

    def _hold(self) -> bool:
        """Wait until no other process compiles the function; False where that cannot be known."""
        with contextlib.ExitStack() as held:
            try:
                import fcntl

                Path(self.cache_path).mkdir(parents=True, exist_ok=True)
                lock = Path(self.cache_path) / f"{self._impl.filename_base}.lock"
                fcntl.flock(held.enter_context(open(lock, "w")), fcntl.LOCK_EX)
            except (ImportError, OSError):
                return False
            self._held = held.pop_all()
        return True
