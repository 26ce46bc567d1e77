"""Which iteration of Mesa's ``batch_run`` a model is built for: Mesa tells models only their parameters."""

from __future__ import annotations

import sys


def iteration() -> int:
    """The number of the iteration under way, from 0; 0 outside ``batch_run``.

    Mesa 3.3 gives repeated runs no seed and 3.5 the seed None: the number stands only in its runner's frame.
    """
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_globals.get("__name__") == "mesa.batchrunner" and "iteration" in frame.f_locals:
            return int(frame.f_locals["iteration"])
        frame = frame.f_back  # type: ignore[assignment]
    return 0
