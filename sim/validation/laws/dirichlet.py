"""NBD-Dirichlet: buying of brands in a market where nothing changes (Goodhardt, Ehrenberg & Chatfield 1984)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import betaln
from scipy.stats import nbinom


class Buying(NamedTuple):
    """Purchases of a brand in a period of time."""

    penetration: float  # share of the population that buys it at all
    purchases_per_buyer: float
    category_per_buyer: float  # purchases of any brand, by a buyer of this one
    requirements: float  # share of those that are of this brand
    sole_buyers: float  # share of its buyers that buy no other


def occasions(mean: float, shape: float, tail: float = 1e-12) -> np.ndarray:
    """Chances of 0, 1, 2, ... category purchases, (most + 1,): Poisson with Gamma-spread means (Ehrenberg 1959).

    >>> round(float(occasions(1.456, 0.779)[0]), 3)
    0.44
    """
    law = nbinom(shape, shape / (shape + mean))
    return law.pmf(np.arange(int(law.isf(tail)) + 2))


def none_of(weight: float, total: float, purchases: np.ndarray) -> np.ndarray:
    """Chance that no purchase of a number falls on brands of Dirichlet weight `weight` out of `total`."""
    return np.exp(betaln(weight, total - weight + purchases) - betaln(weight, total - weight))


def not_bought(share: float, total: float, mean: float, shape: float) -> float:
    """Chance that a customer buys nothing of brands with this share of the market."""
    chances = occasions(mean, shape)
    return float(chances @ none_of(total * share, total, np.arange(len(chances))))


def buying(share: float, total: float, mean: float, shape: float) -> Buying:
    """Purchases of a brand of this share; total: S, mean and shape: M and K of the category.

    >>> [round(float(x), 3) for x in buying(0.25, 1.298, 1.456, 0.779)]
    [0.2, 1.82, 3.162, 0.576, 0.452]
    """
    chances = occasions(mean, shape)
    n = np.arange(len(chances))
    buys = chances * (1.0 - none_of(total * share, total, n))
    only = chances * none_of(total * (1.0 - share), total, n)
    penetration = buys.sum()
    w, category = mean * share / penetration, n @ buys / penetration
    return Buying(penetration, w, category, w / category, only[1:].sum() / penetration)


def duplication(one: float, other: float, total: float, mean: float, shape: float) -> float:
    """D of two brands' shares: how much likelier a buyer of one buys the other than anybody does.

    >>> round(float(duplication(0.25, 0.19, 1.298, 1.456, 0.779)), 2)
    1.19
    """
    no_one, no_other = not_bought(one, total, mean, shape), not_bought(other, total, mean, shape)
    both = 1.0 - no_one - no_other + not_bought(one + other, total, mean, shape)
    return both / ((1.0 - no_one) * (1.0 - no_other))


def repeat_rate(share: float, total: float) -> float:
    """Chance that the purchase after one of a brand is of it again: m + phi(1 - m), phi = 1/(1 + S).

    >>> round(repeat_rate(0.25, 1.298), 4)
    0.5764
    """
    phi = 1.0 / (1.0 + total)
    return share + phi * (1.0 - share)
