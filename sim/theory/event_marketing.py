"""An event that people come to: who comes, what it teaches, who leaves data (Close, Finney, Lacey & Sneath 2006)."""

from sim.core.parameters import equation, param, section


@section("event")
class Event:
    """Who comes to a firm's event, whom they bring, what is learnt there, and what is left with the firm."""

    draws: float = param(
        2.0, low=0, high=1e4, unit="a money a head", meaning="spend on an event draws people"
    )
    brings: float = param(
        0.3, low=0, high=1, unit="chance", meaning="who comes brings somebody met by chance (chance layer)"
    )
    teaches: float = param(
        1.0, low=0, high=1, unit="times", meaning="what an experience there teaches, of one after a purchase"
    )
    form: float = param(
        0.5, low=0, high=1, unit="chance at full orientation",
        meaning="who comes leaves data with the firm; 0: no data are captured",
    )  # fmt: skip
    data_error: float = param(
        0.5, low=0, high=5, unit="of the logarithm", meaning="error of the need read off the data (sd)"
    )


@equation
def chance_of_data(orientation, p):
    """Chance that who came leaves data: as far as the person wants a relationship (Garbarino & Johnson 1999).

    >>> chance_of_data(0.5, Event())
    0.25
    """
    return p.form * orientation


@equation
def learnt(before, after, p):
    """What an experience at an event leaves, between nothing and what one after a purchase would.

    >>> learnt(0.2, 0.6, Event())
    0.6
    """
    return before + p.teaches * (after - before)
