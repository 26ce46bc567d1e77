"""Alignment of departments: losses from conflict, and its reduction by coordination."""

from sim.core.parameters import equation, param, section
from sim.theory.marketing_response import saturating


@section("departments")
class Departments:
    """Conflict between departments; acts only in firms with alignment below 1."""

    coordinating: float = param(
        5.0, low=0, high=1e4, unit="per unit of money per customer", meaning="effect of coordination on the gap to full alignment",
        source="assumed; interfunctional coordination: Narver & Slater 1990, J. Marketing 54(4)",
    )  # fmt: skip
    alignment_half_life: float = param(
        26.0, low=0.01, high=1e6, unit="weeks", meaning="half-life of the alignment gained by coordination"
    )
    shortfall: float = param(
        0.5, low=0, high=5, unit="quality at alignment 0", meaning="quality promised by sales that is not delivered",
        source="assumed; poor communication between departments widens the gap between promise and delivery: Zeithaml, "
        "Berry & Parasuraman 1988, J. Marketing 52(2); marketing against manufacturing: Shapiro 1977, HBR 55(5) (recalled)",
    )  # fmt: skip


@equation
def alignment_after(alignment, alone, spend, keep, p):
    """Alignment after a period, in [alone, 1]: gains fade toward ``alone``, spending per customer closes the gap to 1.

    >>> alignment_after(0.6, 0.6, 0.0, 0.9, Departments()), alignment_after(1.0, 1.0, 9.0, 0.9, Departments())
    (0.6, 1.0)
    """
    faded = alone + keep * (alignment - alone)
    return faded + (1.0 - faded) * saturating(p.coordinating, spend)


@equation
def in_effect(alignment, amount):
    """Effective part of an amount that needs the cooperation of departments.

    >>> in_effect(0.75, 2.0)
    1.5
    """
    return alignment * amount


@equation
def not_delivered(alignment, p):
    """Shortfall of delivered quality from the quality that sales promised.

    >>> not_delivered(0.6, Departments()), not_delivered(1.0, Departments())
    (0.2, 0.0)
    """
    return p.shortfall * (1.0 - alignment)
