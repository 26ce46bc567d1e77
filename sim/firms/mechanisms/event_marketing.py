"""Events of a firm, and the data that people left with it there."""

from __future__ import annotations

import numpy as np

from sim.firms.mechanisms.base import CurrentRows, Mechanism, MechanismState
from sim.strategies import Prospects
from sim.strategies.view import sealed

MECHANISM = Mechanism(  # every firm may hold events
    name="event",
    needs="an event of its own: the lever event",
    present=lambda offer, theory, second: True,
    example={"levers": {"event": 0.01}},
    new_state=lambda start: EventData(),
)

STRANGER = 2  # left data before the first purchase


class EventData(MechanismState):
    """Data left at one firm's events: whether, since when, and the need read off it, (n_customers,); empty before the first event."""

    def __init__(self) -> None:
        self.left, self.since, self.potential = np.zeros(0, "i1"), np.zeros(0, "i4"), np.zeros(0)
        self.strangers = np.zeros(0, "i8")  # customers who had bought nothing when they left data
        self.paid_before = 0.0  # by those on it who were strangers, up to this period

    @property
    def begun(self) -> bool:
        """True from the first event on."""
        return len(self.left) > 0

    def grow(self, customers: int) -> None:
        """Make room for customers who came in."""
        more = customers - len(self.left)
        if more > 0:
            self.left, self.since, self.potential = (
                np.concatenate([a, np.zeros(more, a.dtype)]) for a in (self.left, self.since, self.potential)
            )

    def list_strangers(self) -> None:
        """Update the list of customers who had bought nothing when they left data."""
        self.strangers = np.flatnonzero(self.left == STRANGER)

    def paid_now(self, money: np.ndarray) -> float:
        """Money paid since the last call by people who left data before buying; ``money`` (n_customers,) is all paid so far."""
        ever = float(money[self.strangers].sum(dtype="f8"))
        now, self.paid_before = ever - self.paid_before, ever
        return now

    def prospects(self, purchases: np.ndarray, period: int, current_rows: CurrentRows) -> Prospects | None:
        """Copies of the current data on strangers who have not bought since, by purchases so far, (n_customers,)."""
        if not self.begun:
            return None
        rows = current_rows(self.strangers[purchases[self.strangers] == 0], self.since)
        return Prospects(*map(sealed, (rows, (period - self.since[rows]).astype("f8"), self.potential[rows])))
