"""Numbers and findings in words; the same words in the terminal, the report and the figures."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from sim.metrics import METRICS
from sim.report.reading import Contrast, Story, strongest


def number(x: float, spread: float | None = None) -> str:
    """A number with three digits that count, or as many decimals as the half-width ``spread`` warrants.

    >>> number(19.823), number(0.0312), number(1234.5), number(-1.234, spread=0.4)
    ('19.8', '0.031', '1,234', '-1.2')
    """
    if not math.isfinite(x):
        return "unknown"
    if spread is not None and math.isfinite(spread) and spread > 0:
        size = math.floor(math.log10(spread))
        decimals = (1 if spread < 2 * 10**size else 0) - size
    elif x == 0:
        return "0"
    else:
        size = math.floor(math.log10(abs(x)))
        decimals = 2 - size if size >= 0 else 1 - size
    decimals = min(6, max(0, decimals))
    text = f"{x:,.{decimals}f}"
    return text[1:] if text.startswith("-") and not text.strip("-0.,") else text


def signed(x: float, spread: float | None = None) -> str:
    """A number with its sign."""
    text = number(x, spread)
    return f"+{text}" if math.isfinite(x) and x > 0 and text.strip("0.,") else text


def percent(share: float, decimals: int = 1) -> str:
    """A share as a percentage.

    >>> percent(0.312)
    '31.2 %'
    """
    return f"{100 * share:.{decimals}f} %" if math.isfinite(share) else "unknown"


def chance(p: float) -> str:
    """A p-value in words: "p < 0.001"."""
    if not math.isfinite(p):
        return ""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}" if p < 0.1 else f"p = {p:.2f}"


def between(low: float, high: float, s: Story, show: Callable[[float], str] | None = None) -> str:
    """An interval in words: "95 % interval 1.40 to 2.40"; one replication has none."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return "one replication: no interval" if s.seeds < 2 else "no interval"
    show = show or (lambda x: number(x, (high - low) / 2))
    return f"{s.certainty} interval {show(low)} to {show(high)}"


def name_of(metric: str) -> str:
    """A metric's name for the eye."""
    return metric.replace("_", " ")


def unit_of(metric: str) -> str:
    """The unit of a metric in the summary."""
    return METRICS[metric].summary_unit if metric in METRICS else ""


def listed(names: Sequence[str]) -> str:
    """Names in a sentence: "a, b and c"."""
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else ""


def finding(
    found: Sequence[Contrast], s: Story, what: str, show: Callable[[float], str], only: float = math.nan
) -> str:
    """What the contrasts of a figure say, e.g. "level_3 raises market share to 31 %, from ...".

    ``show`` turns a value into words; ``only`` is the value of the single arm where there is no contrast.
    """
    if not found:
        return (
            f"{what[:1].upper()}{what[1:]} is {show(only)} under {s.control}"
            if math.isfinite(only)
            else what[:1].upper() + what[1:]
        )
    best = strongest(found)
    if best is None:
        best = max(found, key=lambda c: abs(c.difference))
        start = "No difference can be told" if s.seeds > 1 else "One replication, nothing is certain"
        return (
            f"{start} in {what}: {show(best.value)} under {best.arm}, {show(best.control)} under {s.control}"
        )
    more = "raises" if best.difference > 0 else "lowers"
    return f"{best.arm} {more} {what} to {show(best.value)}, from {show(best.control)} under {s.control}"
