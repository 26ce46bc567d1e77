"""Departments: how far they work toward the same, what is lost where they do not, and what brings them together."""

from sim.core.parameters import equation, param, section
from sim.theory.marketing_response import saturating


@section("departments")
class Departments:
    """Conflict of departments; acts only in a firm whose alignment is below 1."""

    coordinating: float = param(
        5.0, low=0, high=1e4, unit="a money a customer", meaning="coordination closes the gap to full alignment",
        source="assumed; interfunctional coordination: Narver & Slater 1990, J. Marketing 54(4)",
    )  # fmt: skip
    alignment_half_life: float = param(
        26.0, low=0.01, high=1e6, unit="weeks", meaning="alignment gained by coordination fades"
    )
    shortfall: float = param(
        0.5, low=0, high=5, unit="quality at alignment 0", meaning="delivered below what sales count on",
        source="assumed; poor communication between departments widens the gap between promise and delivery: Zeithaml, "
        "Berry & Parasuraman 1988, J. Marketing 52(2); marketing against manufacturing: Shapiro 1977, HBR 55(5) (recalled)",
    )  # fmt: skip


@equation
def alignment_after(alignment, alone, spend, keep, p):
    """Alignment after a period, in [alone, 1]: what was gained fades toward ``alone``, spend a customer closes the gap.

    >>> alignment_after(0.6, 0.6, 0.0, 0.9, Departments()), alignment_after(1.0, 1.0, 9.0, 0.9, Departments())
    (0.6, 1.0)
    """
    faded = alone + keep * (alignment - alone)
    return faded + (1.0 - faded) * saturating(p.coordinating, spend)


@equation
def in_effect(alignment, amount):
    """What of an amount that departments must work on together has its effect; the rest is at cross purposes.

    >>> in_effect(0.75, 2.0)
    1.5
    """
    return alignment * amount


@equation
def not_delivered(alignment, p):
    """Quality by which delivery falls short of what sales count on.

    >>> not_delivered(0.6, Departments()), not_delivered(1.0, Departments())
    (0.2, 0.0)
    """
    return p.shortfall * (1.0 - alignment)
