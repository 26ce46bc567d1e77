"""Commitment, and loyalty as attitude and behaviour."""

from sim.core.functions import logistic
from sim.core.parameters import equation, param, section

TRUE, LATENT, SPURIOUS, NO_LOYALTY = 0, 1, 2, 3
LOYALTIES = ("true", "latent", "spurious", "none")


@section("commitment")
class Commitment:
    """Weights of commitment (Morgan & Hunt 1994; Rusbult 1980)."""

    c0: float = param(-1.0, low=-10, high=10, unit="logit", meaning="commitment of a stranger")
    c_sat: float = param(
        0.8, low=0, high=10, unit="logit per unit of satisfaction", meaning="effect of satisfaction",
        source="set by F3: satisfaction with attitude r .54, Curtis et al. 2011",
    )  # fmt: skip
    c_tr: float = param(1.5, low=0, high=10, unit="logit at full trust", meaning="effect of trust")
    c_bond: float = param(
        1.0, low=0, high=10, unit="logit at a full bond", meaning="effect of social and structural bonds"
    )
    c_alt: float = param(
        0.5,
        low=0,
        high=10,
        unit="logit per unit of utility",
        meaning="effect of the quality of the best alternative (Rusbult)",
    )


@equation
def commitment(satisfaction, trust, social_bond, structural_bond, advantage_of_best_other, p):
    """Commitment in (0, 1), the attitude in loyalty; the advantage of the best alternative excludes bonds and inertia.

    >>> round(commitment(0.0, 0.0, 0.0, 0.0, 0.0, Commitment()), 4)
    0.2689
    """
    return logistic(
        p.c0
        + p.c_sat * satisfaction
        + p.c_tr * trust
        + p.c_bond * (social_bond + structural_bond)
        - p.c_alt * advantage_of_best_other
    )


@equation
def loyalty(attitude, behaviour):
    """Kind of loyalty: 0 true, 1 latent, 2 spurious, 3 none; attitude and behaviour split at 0.5 (Dick & Basu 1994)."""
    if attitude > 0.5:
        return TRUE if behaviour > 0.5 else LATENT
    return SPURIOUS if behaviour > 0.5 else NO_LOYALTY
