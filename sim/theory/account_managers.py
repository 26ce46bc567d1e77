"""Relationship managers: their time is limited, so the attention per account falls with the number of accounts."""

from sim.core.parameters import equation, param, section


@section("managers")
class Managers:
    """Cost and working time of relationship managers; with values of 0 they are free and have unlimited time."""

    wage: float = param(0.0, low=0, high=1e6, unit="money per manager per week", meaning="cost of a manager")
    account_time: float = param(
        0.0,
        low=0,
        high=1,
        unit="weeks of work per account per week",
        meaning="time for the knowledge of an account, independent of contacts",
    )
    contact_time: float = param(
        0.0, low=0, high=1, unit="weeks of work per contact", meaning="time for a contact, travel included"
    )


@equation
def work(accounts, contact_rate, p):
    """Workload of the accounts, in numbers of managers, at ``contact_rate`` contacts per account per week.

    >>> round(work(50.0, 0.5, Managers(account_time=0.01, contact_time=0.02)), 3)
    1.0
    """
    return accounts * (p.account_time + p.contact_time * contact_rate)


@equation
def attention(managers, work):
    """Share of the planned work that the managers complete (Lodish 1971: calls within limited time).

    >>> attention(1.0, 0.5), attention(1.0, 4.0)
    (1.0, 0.25)
    """
    return 1.0 if work <= managers else managers / work
