"""Numbers and findings in words; the same words in the terminal, the report and the figures."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sim.firms.metrics import ALL
from sim.report.study import Contrast, Study, not_significant_but_close, overlapping, strongest


def not_tested(expected: Iterable[Mapping[str, Any]]) -> str:
    """A sentence with the claims of expectations about an arm that is left out."""
    claims = " ".join(str(entry["claim"]) for entry in expected)
    return f"Not tested, because an arm they name is left out: {claims}"


def means_of(s: Study) -> str:
    """Contents of a table without intervals: "means of 6 replications"."""
    return f"means of {s.seeds} replications" if s.seeds > 1 else "one replication"


def number(x: float, spread: float | None = None) -> str:
    """A number with three digits that count, or as many decimals as the half-width ``spread`` warrants.

    >>> number(19.823), number(0.0312), number(1234.5), number(-1.234, spread=0.4), number(3e-8)
    ('19.8', '0.031', '1,234', '-1.23', '0')
    """
    if not math.isfinite(x):
        return "unknown"
    if spread is not None and math.isfinite(spread) and spread > 0:
        size = math.floor(math.log10(spread))
        decimals = (1 if spread < 5 * 10**size else 0) - size
    elif x == 0:
        return "0"
    else:
        size = math.floor(math.log10(abs(x)))
        decimals = 2 - size if size >= 0 else 1 - size
    decimals = min(6, max(0, decimals))
    text = f"{x:,.{decimals}f}"
    if decimals == 6 and not text.strip("-0."):
        return "0"
    return text[1:] if text.startswith("-") and not text.strip("-0.,") else text


def signed(x: float, spread: float | None = None) -> str:
    """A number with its sign."""
    text = number(x, spread)
    return f"+{text}" if math.isfinite(x) and x > 0 and text.strip("0.,") else text


def spanned(mean: float, low: float, high: float, sign: bool = False, finer: bool = False) -> str:
    """A mean with its interval: "19.8 (19.4 to 20.1)", ``finer`` with one more decimal; empty where it is unknown."""
    if not math.isfinite(mean):
        return ""
    known = math.isfinite(low) and math.isfinite(high)
    half = (high - low) / (20 if finer else 2) if known else None
    text = (signed if sign else number)(mean, half)
    return f"{text} ({number(low, half)} to {number(high, half)})" if known and high > low else text


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


def odds(p: float, low: float, high: float) -> str:
    """The p-value of a difference, or the reason why it has none."""
    if low == high:
        return f"{'identical' if low == 0 else 'the same difference'} in every replication, so no p"
    return chance(p)


def between(low: float, high: float, s: Study, show: Callable[[float], str] | None = None) -> str:
    """An interval in words: "95 % interval 1.40 to 2.40"; one replication has none."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return "one replication: no interval" if s.seeds < 2 else "no interval"
    show = show or (lambda x: number(x, (high - low) / 2))
    return f"{s.certainty} interval {show(low)} to {show(high)}"


#: Terms, explained where they first appear.
GLOSSARY = {
    "arm": "one version of the market; everything else, random numbers included, is the same in every arm",
    "control": "the arm with which others are compared",
    "run without loyalty": "the same arm and plans with every loyalty mechanism switched off",
    "main supplier": "the firm from which a customer buys most, or with which it has its contract; the customer is then one of the firm's main customers",
    "stage": "the state of a customer's relationship with its main supplier: none (no main supplier), acquaintance, reserve (second "
    "choice), steady, wandering (looks around), consolidated",
    "cognitive": "trust that rests on the firm's performance",
    "affective": "trust with a social bond beside it",
    "behavioural": "the same, and an unbroken series of purchases there",
    "taste": "a customer's fixed liking of the firm, as a logarithm and so mostly below 0",
    "chance": "with the same random numbers the customer would have left even if nothing had become worse",
    "market": "a rival became better known or its brand stronger, or the firm or the customer left the market",
}


def explained(*words: str) -> str:
    """The meaning of terms of the glossary, in a sentence."""
    text = "; ".join(f"{word}: {GLOSSARY[word]}" for word in words)
    return f"{text[:1].upper()}{text[1:]}."


def name_of(metric: str) -> str:
    """A metric's name with spaces."""
    return metric.replace("_", " ")


def unit_of(metric: str) -> str:
    """The unit of a metric in the summary."""
    return ALL[metric].summary_unit if metric in ALL else ""


def listed(names: Sequence[str]) -> str:
    """Names in a sentence: "a, b and c"."""
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else ""


def finding(
    gaps: Sequence[Contrast], s: Study, what: str, show: Callable[[float], str], only: float = math.nan
) -> str:
    """The finding of a figure from its contrasts: "Under level_3 market share is higher: 31 %, against ...".

    Arms whose intervals overlap with that of the strongest one are named with it, those that are close but not
    significant after it. ``show`` turns a value into text; equal numbers are printed once, and not at all where they
    show no difference. ``only`` is the value of
    the single arm where there is no contrast.
    """
    if not gaps:
        return (
            f"{what[:1].upper()}{what[1:]} is {show(only)} under {s.control}"
            if math.isfinite(only)
            else what[:1].upper() + what[1:]
        )
    best = strongest(gaps)
    if best is None:
        best = max(gaps, key=lambda c: abs(c.difference))
        start = "No significant difference" if s.seeds > 1 else "One replication, no test of a difference"
        value, base = show(best.value), show(best.control)
        largest = "; the largest difference: " if len(gaps) > 1 else ": "
        gap = f"{largest}{value} under {best.arm}, {base} under {best.against}" if value != base else ""
        return f"{start} in {what}{gap}"
    equals = [best, *(c for c in overlapping(gaps, best) if c is not best)]
    if len(equals) > 3:
        who, values = f"{best.arm} and {len(equals) - 1} others", [c.value for c in equals]
        size = f"{show(min(values))} to {show(max(values))}"
    else:
        who, size = (listed(words) for words in ([c.arm for c in equals], [show(c.value) for c in equals]))
    more, base = "higher" if best.difference > 0 else "lower", show(best.control)
    alike = {show(c.value) for c in equals}
    size = f"{min(alike)}{' each' * (len(equals) > 1)}" if len(alike) == 1 else size
    than = (
        f" than under {best.against}" if alike == {base} else f": {size}, against {base} under {best.against}"
    )
    return f"Under {who} {what} is {more}{than}{_beside(not_significant_but_close(gaps, best), alike, show)}"


def _beside(arms: Sequence[Contrast], alike: set[str], show: Callable[[float], str]) -> str:
    """The arms that are close but not significant, with their numbers where the title does not have them yet."""
    if not arms:
        return ""
    values = [f" ({show(c.value)})" if show(c.value) not in alike else "" for c in arms]
    named = listed([f"{c.arm}{value}" for c, value in zip(arms, values, strict=True)])
    return f"; close, but not significant: {named if len(arms) <= 2 else f'{len(arms)} others'}"
