"""Ctrl-C and SIGTERM stop what is under way: once, however often they come."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from collections.abc import Iterator
from typing import Any

#: Seconds in which a further signal is the same wish, so that it cannot interrupt the stopping itself.
AGAIN = 5.0
_USUAL = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: signal.SIG_DFL}


def hear_once() -> dict[signal.Signals, Any]:
    """Let either signal raise KeyboardInterrupt, unless the caller has other plans for it; the handlers before."""
    if threading.current_thread() is not threading.main_thread():
        return {}
    raised = float("-inf")

    def stop(*_: Any) -> None:
        nonlocal raised
        now = time.monotonic()
        if now - raised > AGAIN:
            raised = now
            raise KeyboardInterrupt

    before = {sign: usual for sign, usual in _USUAL.items() if signal.getsignal(sign) is usual}
    for sign in before:
        signal.signal(sign, stop)
    return before


@contextlib.contextmanager
def heard_once() -> Iterator[None]:
    """`hear_once` while the block runs."""
    before = hear_once()
    try:
        yield
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)


def hear_no_more() -> None:
    """Ignore both signals: the process is ending already."""
    if threading.current_thread() is threading.main_thread():
        for sign in _USUAL:
            signal.signal(sign, signal.SIG_IGN)
