"""The second category: effects of the relationship in the first category, and of complements.

Cross-selling: Kamakura, Wedel, de Rosa & Mazzon 2003; complements: Brandenburger & Nalebuff 1996, Katz & Shapiro 1994.
"""

from sim.core.parameters import equation, param, section


@section("second")
class Second:
    """Links between the two categories; with every value at 0 they are independent. Acts only with ``second``."""

    carry_satisfaction: float = param(
        0.3, low=0, high=10, unit="utility per unit of satisfaction",
        meaning="weight of satisfaction with a firm's first product in the choice of its second",
        source="assumed; Ngobo 2004 for the direction", loyalty=True,
    )  # fmt: skip
    carry_trust: float = param(
        0.8,
        low=0,
        high=10,
        unit="utility per unit of trust",
        meaning="weight of trust in a firm above that of strangers in the choice of its second product",
        loyalty=True,
    )
    carry_bond: float = param(
        0.5,
        low=0,
        high=10,
        unit="utility at a full bond",
        meaning="weight of social and structural bonds in the choice of a firm's second product",
        loyalty=True,
    )
    notice: float = param(
        0.05, low=0, high=1, unit="chance per period with a purchase",
        meaning="chance that a buyer of a firm's first product gets to know its second",
    )  # fmt: skip
    complement: float = param(
        0.0, low=0, high=10, unit="utility", meaning="utility of a second product added by the use of a first product that it complements"
    )  # fmt: skip
    complement_back: float = param(
        0.0, low=0, high=10, unit="utility", meaning="utility of a first product added by the use of a second product that complements it"
    )  # fmt: skip
    life: float = param(
        26.0, low=0, high=1e4, unit="weeks", meaning="time for which a product is in use after its purchase"
    )


@equation
def carried(satisfaction, trust, strangers_trust, social, structural, p):
    """Utility added to a firm's second product by the relationship in the first category; 0 for a stranger.

    >>> round(carried(0.5, 0.8, 0.3, 0.2, 0.0, Second()), 3)
    0.65
    """
    return (
        p.carry_satisfaction * satisfaction
        + p.carry_trust * (trust - strangers_trust)
        + p.carry_bond * (social + structural)
    )


@equation
def in_use(weeks, p):
    """Use of a product bought ``weeks`` weeks ago: 1 while it lasts, else 0.

    >>> in_use(26.0, Second()), in_use(27.0, Second())
    (1.0, 0.0)
    """
    return 1.0 if weeks <= p.life else 0.0


@equation
def complement(use, p):
    """Utility added to a second product by the use (0 or 1) of a first product that it complements."""
    return p.complement * use


@equation
def complement_back(use, p):
    """Utility added to a first product by the use (0 or 1) of a second product that complements it."""
    return p.complement_back * use
