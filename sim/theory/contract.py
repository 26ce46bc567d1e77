"""Contracts: the hazard that a customer under contract reconsiders (Jackson 1985)."""

from sim.core.functions import exp
from sim.core.parameters import equation, param, section


@section("contract")
class Contract:
    """Contractual markets only: one unit per period from the supplier until the customer reconsiders."""

    h0: float = param(
        0.01, low=0, high=10, unit="per week", meaning="hazard of reconsidering without a reason"
    )
    h1: float = param(
        0.10,
        low=0,
        high=10,
        unit="per week at satisfaction -1",
        meaning="hazard of reconsidering from dissatisfaction",
        loyalty=True,
    )
    h2: float = param(
        0.01,
        low=0,
        high=10,
        unit="per week per contact of a rival",
        meaning="hazard of reconsidering from rivals' contacts",
        loyalty=True,
    )
    contract_term: int = param(
        0, low=0, high=10_000, unit="periods", meaning="term of a contract; 0: unlimited"
    )
    return_rate: float = param(
        0.0,
        low=0,
        high=1,
        unit="chance per week",
        meaning="rate at which customers who left for the outside option consider firms again",
    )


@equation
def chance_to_reconsider(satisfaction, rival_contacts, weeks, p):
    """Probability that a customer under contract reconsiders within a period of ``weeks`` weeks.

    >>> round(chance_to_reconsider(0.0, 0, 1.0, Contract()), 6)
    0.00995
    """
    hazard = p.h0 + p.h1 * max(0.0, -satisfaction) + p.h2 * rival_contacts
    return 1.0 - exp(-hazard * weeks)
