"""What a firm sold of its second product."""

from typing import NamedTuple


class Sold(NamedTuple):
    """A period's sales of the second product: units, money at the list price, money off it."""

    units: float = 0.0
    revenue: float = 0.0
    off: float = 0.0
