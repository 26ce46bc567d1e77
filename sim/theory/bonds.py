"""Three levels of bond: financial, social, structural (Berry & Parasuraman 1991)."""

from sim.core.parameters import equation, param, section


@section("bonds")
class Bonds:
    """Growth, decay and cost of the three bonds."""

    threshold: float = param(
        20.0, low=0.01, high=1e6, unit="money", meaning="amount of points at which they are paid out"
    )
    points_half_life: float = param(52.0, low=0.01, high=1e6, unit="weeks", meaning="half-life of points")
    g_soc: float = param(
        0.3, low=0, high=1, unit="share of the gap per contact", meaning="growth of the social bond"
    )
    social_half_life: float = param(
        26.0, low=0.01, high=1e6, unit="weeks", meaning="half-life of the social bond"
    )
    g_str: float = param(
        0.05,
        low=0,
        high=1,
        unit="share of the gap per week at full effort",
        meaning="growth of the structural bond",
    )
    structural_half_life: float = param(
        104.0, low=0.01, high=1e6, unit="weeks", meaning="half-life of the structural bond"
    )
    left_behind: float = param(
        0.5,
        low=0,
        high=1,
        unit="share",
        meaning="share of a structural bond that remains when the customer leaves",
    )
    irritation: float = param(
        0.02,
        low=0,
        high=1,
        unit="satisfaction per contact",
        meaning="loss of satisfaction by a contact with a customer who wants no relationship",
    )
    irritated_below: float = param(
        0.2,
        low=0,
        high=1,
        unit="relational orientation",
        meaning="relational orientation below which a contact irritates",
    )
    contact_cost: float = param(0.5, low=0, high=1e6, unit="money per contact", meaning="cost of a contact")
    online_cost: float = param(
        0.1, low=0, high=1, unit="share of a personal contact's",
        meaning="cost and manager's time of a contact through a medium",
        source="assumed; a bank's transaction cost 0.17 dollars online and 4 at the counter (Fiserv 2012, as reported in the press)",
    )  # fmt: skip
    online_depth: float = param(
        0.3, low=0, high=1, unit="share of a personal contact's",
        meaning="growth of the social bond by a contact through a medium",
        source="assumed; leaner media carry less: Daft & Lengel 1986, Management Science 32(5)",
    )  # fmt: skip
    integration_cost: float = param(
        1.0,
        low=0,
        high=1e6,
        unit="money per week at full effort",
        meaning="cost of setting up and maintaining joint work",
    )


@equation
def receptive(relational_orientation, satisfaction):
    """Receptiveness of a customer to a contact, in [0, 1] (Garbarino & Johnson 1999 for the orientation)."""
    return relational_orientation * (1.0 + satisfaction) / 2.0


@equation
def of_personal(online, part):
    """Mean contact as a share of a personal one: a share ``online`` of contacts counts ``part``, the rest 1.

    >>> of_personal(0.5, 0.5), of_personal(0.0, 0.3), of_personal(0.7, 1.0)
    (0.75, 1.0, 1.0)
    """
    return 1.0 - online * (1.0 - part)


@equation
def social_after_contact(social_bond, receptive, p):
    """Social bond in [0, 1] after one contact.

    >>> social_after_contact(0.0, 0.5, Bonds())
    0.15
    """
    return social_bond + p.g_soc * receptive * (1.0 - social_bond)


@equation
def structural_after(structural_bond, effort, trust, p):
    """Structural bond in [0, 1] after joint work (effort times weeks); growth is proportional to trust.

    >>> structural_after(0.0, 1.0, 0.5, Bonds())
    0.025
    """
    return structural_bond + min(1.0, p.g_str * effort * trust) * (1.0 - structural_bond)
