"""The market, in a module that notes whatever is compiled: a line per function and types in the file ``COMPILED``, if set."""

from __future__ import annotations

import os
from typing import Any

from numba.core import event

from sim.core.kernel_store import Store
from sim.market.market import Market

__all__ = ["Market"]


class Noted(event.Listener):
    """Writes down functions of ours that are compiled, not those found on disk."""

    def on_start(self, started: Any) -> None:
        dispatcher, notes = started.data["dispatcher"], os.environ.get("COMPILED")
        if notes and isinstance(dispatcher._cache, Store):
            with open(notes, "a", encoding="utf-8") as file:
                file.write(f"{dispatcher.py_func.__name__}{started.data['args']}\n")

    def on_end(self, ended: Any) -> None:
        pass


event.register("numba:compile", Noted())
