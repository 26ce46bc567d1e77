"""Event marketing: attendance, experience at the event, data capture (Close, Finney, Lacey & Sneath 2006)."""

from sim.core.parameters import equation, param, section


@section("event")
class EventMarketing:
    """Attendance of a firm's event, companions, experience gained there, and data left with the firm."""

    draws: float = param(
        2.0,
        low=0,
        high=1e4,
        unit="per unit of money per person in the market",
        meaning="effect of spending on attendance",
    )
    brings: float = param(
        0.3,
        low=0,
        high=1,
        unit="chance",
        meaning="chance that a participant brings somebody met by chance (chance layer)",
    )
    teaches: float = param(
        1.0,
        low=0,
        high=1,
        unit="times",
        meaning="weight of an experience at an event relative to one after a purchase",
    )
    form: float = param(
        0.5, low=0, high=1, unit="chance at full orientation",
        meaning="chance that a participant leaves data with the firm; 0: no data are captured",
    )  # fmt: skip
    data_error: float = param(
        0.5, low=0, high=5, unit="of the logarithm", meaning="error of the need estimated from the data (sd)"
    )


@equation
def chance_of_data(orientation, p):
    """Probability that an attendee leaves data, proportional to relational orientation (Garbarino & Johnson 1999).

    >>> chance_of_data(0.5, EventMarketing())
    0.25
    """
    return p.form * orientation


@equation
def learnt(before, after, p):
    """State after an experience at an event, between the state before and the state after a purchase.

    >>> learnt(0.2, 0.6, EventMarketing())
    0.6
    """
    return before + p.teaches * (after - before)
