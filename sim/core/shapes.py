"""Shapes that several equations share."""

from sim.core.functions import exp
from sim.core.parameters import equation


@equation
def clip(x, low, high):
    """x, but not below low nor above high."""
    if x < low:
        return low
    if x > high:
        return high
    return x


@equation
def logistic(x):
    """1/(1 + e^-x), in (0, 1).

    >>> logistic(0.0)
    0.5
    """
    e = exp(-min(abs(x), 700.0))
    return (1.0 if x >= 0.0 else e) / (1.0 + e)


@equation
def tanh(x):
    """Hyperbolic tangent, in [-1, 1]."""
    e = exp(-2.0 * min(abs(x), 350.0))
    return (1.0 - e if x >= 0.0 else e - 1.0) / (1.0 + e)
