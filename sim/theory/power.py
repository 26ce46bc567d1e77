"""Power between two who trade: who depends more on whom, and how they split the gain (Emerson 1962; Nash 1950)."""

from sim.core.parameters import equation, param, section


@section("power")
class Power:
    """Where the stronger side stops dictating and both negotiate."""

    band: float = param(
        1.5,
        low=1,
        high=1000,
        unit="ratio",
        meaning="between 1/band and band the two negotiate; beyond, one dictates",
    )
    accounts: int = param(
        0,
        low=0,
        high=60,
        unit="customers a firm",
        meaning="largest active customers of each firm, which negotiate their price; 0: nobody does",
    )
    ease_for_account: float = param(
        0.5, low=0, high=1, unit="ease", meaning="of finding another firm, for a customer that negotiates"
    )
    ease_for_firm: float = param(
        0.5, low=0, high=1, unit="ease", meaning="of finding another customer in place of it, for a firm"
    )
    account_information: float = param(
        1.0, low=0, high=100, unit="ratio", meaning="the firm's advantage in information over it"
    )
    account_locked: float = param(
        0.0, low=0, high=1, unit="share of the ease at a full structural bond",
        meaning="that assets specific to the firm take from a customer that negotiates",
        source="assumed; direction: Heide & John 1988, J. Marketing 52(1); Williamson 1985",
    )  # fmt: skip
    firm_locked: float = param(
        0.0, low=0, high=1, unit="share of the ease at a full structural bond",
        meaning="that assets specific to a customer that negotiates take from the firm",
        source="assumed; direction: Heide & John 1988, J. Marketing 52(1); Williamson 1985",
    )  # fmt: skip


@equation
def power(share_of_trade, ease_of_replacing, information):
    """Power over another: its dependence, from 0 up; the share of its trade that is ours, hard to replace, known better.

    >>> power(0.5, 0.2, 1.0)
    0.4
    """
    return share_of_trade * (1.0 - ease_of_replacing) * information


@equation
def ease_left(ease_of_replacing, structural_bond, locked):
    """Ease of replacing a partner once there are assets that serve nobody else.

    >>> ease_left(0.5, 0.5, 1.0), ease_left(0.5, 0.5, 0.0)
    (0.25, 0.5)
    """
    return ease_of_replacing * (1.0 - locked * structural_bond)


@equation
def power_ratio(own, other):
    """Power of one over the other against the other's over it; 1 where neither has any."""
    if other > 0.0:
        return own / other
    return 1.0 if own <= 0.0 else 1e300


@equation
def part_of_gain(ratio, p):
    """The part of the gain from their trade that goes to the one with `ratio` of power, in [0, 1].

    The three force equations: the weaker takes what the other leaves, the stronger dictates, equals negotiate.
    Between, the Nash bargain with weights ratio/(1+ratio): the part that maximises part^w (1-part)^(1-w) is w.

    >>> [part_of_gain(ratio, Power()) for ratio in (0.5, 1.0, 2.0)]
    [0.0, 0.5, 1.0]
    """
    if ratio > p.band:
        return 1.0
    if ratio * p.band < 1.0:
        return 0.0
    return ratio / (1.0 + ratio)


@equation
def agreed_price(asked, least, part):
    """The price agreed, money: the gain between the least a firm accepts and what it asks, its part of it to the firm.

    >>> [agreed_price(10.0, 6.0, part) for part in (0.0, 0.5, 1.0)], agreed_price(5.0, 6.0, 0.5)
    ([6.0, 8.0, 10.0], 5.0)
    """
    return least + part * (asked - least) if asked > least else asked
