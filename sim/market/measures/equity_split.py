"""Customer equity split into its sources: groups of utility terms taken away, every order averaged (Shapley 1953).

Value, brand and relationship equity: Rust, Zeithaml & Lemon 2000, Driving Customer Equity. The equity that remains
without any group is a part of its own: taste, and effects of events. A removed term is 0 (expected quality: the level
that the average customer wants; trust: none, so the whole risk; switching cost: none). A removed price is replaced by the
mean of the other firms' posted prices, or by the firm's own list price if it is alone.
"""

from __future__ import annotations

from math import factorial
from typing import NamedTuple

import numpy as np

from sim.customers.columns import Columns
from sim.market.kernel.utility import TERMS

REST = "taste"
#: Each split, its parts in the order in which they are shown, and the terms of each part.
SPLITS: dict[str, dict[str, tuple[str, ...]]] = {
    split: {
        part: tuple(term.name for term in TERMS if getattr(term, split) == part)
        for part in dict.fromkeys(getattr(term, split) for term in TERMS)
        if part
    }
    for split in ("equity", "driver")
}


class Cases(NamedTuple):
    """Cases of `expected_equity`: the firm, the terms that are kept, and the offers without the others."""

    stripped: np.ndarray  # (n_cases,) the firm's row, -1 none
    kept: np.ndarray  # (n_cases, terms), 0 or 1
    offers: np.ndarray  # (n_cases, n_firms)


def sample_size(firms: int) -> int:
    """Number of customers in a split: subsets, firms and the switching matrix all grow with the firms.

    >>> sample_size(4), sample_size(32)
    (1000, 100)
    """
    return int(np.clip(40_000 // firms**2, 100, 1000))


def no_term_taken(offers: np.ndarray) -> Cases:
    """The one case in which no term is taken away."""
    return Cases(np.array([-1]), np.ones((1, len(TERMS)), np.int8), offers[None])


def coalitions(parts: dict[str, tuple[str, ...]], offers: np.ndarray) -> Cases:
    """Every subset of the parts for every firm, firm by firm: (n_firms * 2^parts) cases, the subset's bits in order."""
    firms, subsets = len(offers), 2 ** len(parts)
    kept = np.ones((subsets, len(TERMS)), np.int8)
    for bit, terms in enumerate(parts.values()):
        gone = (np.arange(subsets) >> bit) & 1 == 0
        kept[np.ix_(gone, [term.name in terms for term in TERMS])] = 0
    offers_left = np.repeat(offers[None], firms * subsets, axis=0)
    for j, going in enumerate(going_prices(offers)):
        mine = offers_left[j * subsets : (j + 1) * subsets, j]
        for term, there in zip(TERMS, kept.T, strict=True):
            for name in term.offered:
                mine[name][there == 0] = going if name == "paid" else 0.0
    return Cases(np.repeat(np.arange(firms), subsets), np.tile(kept, (firms, 1)), offers_left)


def distinct(cases: Cases, c: Columns, rows: np.ndarray) -> tuple[Cases, np.ndarray]:
    """The cases that differ for some customers, and the number of each given case among them, (n_cases,).

    A term that is 0 toward a firm in all of its relations is there as little as without it.
    """
    there = np.zeros((cases.offers.shape[1], len(TERMS)), bool)
    for place, term in enumerate(TERMS):
        if term.column:
            there[:, place] = (getattr(c, term.column)[rows] != term.empty).any(axis=0)
    kept = np.where(there[cases.stripped], cases.kept, np.int8(1))
    stripped = np.where(kept.all(axis=1), -1, cases.stripped)
    parts = (stripped[:, None], kept, cases.offers)
    inputs = np.hstack([np.ascontiguousarray(part).view(np.uint8) for part in parts])
    numbers: dict[bytes, int] = {}
    number = np.array([numbers.setdefault(case.tobytes(), len(numbers)) for case in inputs])
    _, first = np.unique(number, return_index=True)
    return Cases(stripped[first], kept[first], cases.offers[first]), number


def going_prices(offers: np.ndarray) -> np.ndarray:
    """Mean list price of the other firms, (n_firms,), money; a firm without an open rival: its own list price."""
    prices = offers["price"].copy()
    for j in range(len(offers)):
        others = (offers["open"] != 0) & (np.arange(len(offers)) != j)
        if others.any():
            prices[j] = offers["paid"][others].mean()
    return prices


def shapley(worth: np.ndarray) -> np.ndarray:
    """Each player's mean gain over every order of joining, (players,), from the value of every subset, (2^players,).

    Shapley 1953. Their sum is the value of all players less that of none.

    >>> shapley(np.array([0.0, 1.0, 2.0, 5.0])).tolist()
    [2.0, 3.0]
    """
    players = len(worth).bit_length() - 1
    subsets = np.arange(len(worth))
    sizes = np.array([int(subset).bit_count() for subset in subsets])
    weight = np.array([factorial(k) * factorial(players - 1 - k) for k in range(players)]) / factorial(
        players
    )
    values = np.empty(players)
    for player in range(players):
        without = subsets[(subsets >> player) & 1 == 0]
        gains = worth[without | (1 << player)] - worth[without]
        values[player] = (weight[sizes[without]] * gains).sum()
    return values


def parts_of(split: str, worth: np.ndarray) -> np.ndarray:
    """Every firm's parts and the rest, (n_firms, parts + 1), money, from the equity of each case, (n_cases, n_firms)."""
    firms, subsets = worth.shape[1], 2 ** len(SPLITS[split])
    own = np.array([worth[j * subsets : (j + 1) * subsets, j] for j in range(firms)])
    return np.array([[*shapley(of_firm), of_firm[0]] for of_firm in own])
