"""Relationship managers: a week has so many hours, so attention to an account falls with the accounts looked after."""

from sim.core.parameters import equation, param, section


@section("managers")
class Managers:
    """What a relationship manager costs and gets done; at 0 neither costs nor limits anything."""

    wage: float = param(0.0, low=0, high=1e6, unit="money a manager and week", meaning="cost of a manager")
    account_time: float = param(
        0.0,
        low=0,
        high=1,
        unit="weeks of work an account and week",
        meaning="knowing an account takes, called on or not",
    )
    contact_time: float = param(
        0.0, low=0, high=1, unit="weeks of work a contact", meaning="a contact takes, travel included"
    )


@equation
def work(accounts, contact_rate, p):
    """Work that accounts ask for, managers: their number at contact_rate contacts a week each.

    >>> round(work(50.0, 0.5, Managers(account_time=0.01, contact_time=0.02)), 3)
    1.0
    """
    return accounts * (p.account_time + p.contact_time * contact_rate)


@equation
def attention(managers, work):
    """Share of what is planned for the accounts that so many managers get done (Lodish 1971: calls from limited time).

    >>> attention(1.0, 0.5), attention(1.0, 4.0)
    (1.0, 0.25)
    """
    return 1.0 if work <= managers else managers / work
