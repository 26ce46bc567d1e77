"""Power between trading partners: mutual dependence and the split of the gain (Emerson 1962; Nash 1950)."""

from sim.core.parameters import equation, param, section


@section("power")
class Power:
    """Conditions under which partners negotiate or one side dictates."""

    band: float = param(
        1.5,
        low=1,
        high=1000,
        unit="ratio",
        meaning="power ratio up to which, and from 1/band, both sides negotiate; beyond it one side dictates the price",
    )
    accounts: int = param(
        0,
        low=0,
        high=60,
        unit="customers per firm",
        meaning="number of each firm's largest active customers who negotiate their price; 0: none",
    )
    ease_for_account: float = param(
        0.5, low=0, high=1, unit="ease", meaning="ease with which a negotiating customer finds another firm"
    )
    ease_for_firm: float = param(
        0.5, low=0, high=1, unit="ease", meaning="ease with which a firm replaces a negotiating customer"
    )
    account_information: float = param(
        1.0,
        low=0,
        high=100,
        unit="ratio",
        meaning="advantage of the firm in information over a negotiating customer",
    )
    account_locked: float = param(
        0.0, low=0, high=1, unit="share of the ease at a full structural bond",
        meaning="loss of a negotiating customer's ease by assets specific to the firm",
        source="assumed; direction: Heide & John 1988, J. Marketing 52(1); Williamson 1985",
    )  # fmt: skip
    firm_locked: float = param(
        0.0, low=0, high=1, unit="share of the ease at a full structural bond",
        meaning="loss of the firm's ease by assets specific to a negotiating customer",
        source="assumed; direction: Heide & John 1988, J. Marketing 52(1); Williamson 1985",
    )  # fmt: skip


@equation
def power(share_of_trade, ease_of_replacing, information):
    """Power over a partner, its dependence, from 0 up: its share of trade with us times the difficulty of replacing us.

    >>> power(0.5, 0.2, 1.0)
    0.4
    """
    return share_of_trade * (1.0 - ease_of_replacing) * information


@equation
def ease_left(ease_of_replacing, structural_bond, locked):
    """Ease of replacing a partner, given assets specific to the relationship.

    >>> ease_left(0.5, 0.5, 1.0), ease_left(0.5, 0.5, 0.0)
    (0.25, 0.5)
    """
    return ease_of_replacing * (1.0 - locked * structural_bond)


@equation
def power_ratio(own, other):
    """Ratio of a side's power to that of the other side; 1 if neither has any."""
    if other > 0.0:
        return own / other
    return 1.0 if own <= 0.0 else 1e300


@equation
def gain_share(ratio, p):
    """Share of the gain from trade that goes to the side with power ratio ``ratio``, in [0, 1].

    Outside the band the stronger side takes all. Within it, the Nash bargain with weight w = ratio/(1+ratio):
    the share that maximises share^w (1-share)^(1-w) is w.

    >>> [gain_share(ratio, Power()) for ratio in (0.5, 1.0, 2.0)]
    [0.0, 0.5, 1.0]
    """
    if ratio > p.band:
        return 1.0
    if ratio * p.band < 1.0:
        return 0.0
    return ratio / (1.0 + ratio)


@equation
def agreed_price(asked, least, share):
    """Agreed price, money: the lowest price the firm accepts plus its share of the gain up to the price asked.

    >>> [agreed_price(10.0, 6.0, share) for share in (0.0, 0.5, 1.0)], agreed_price(5.0, 6.0, 0.5)
    ([6.0, 8.0, 10.0], 5.0)
    """
    return least + share * (asked - least) if asked > least else asked
