"""Common form of the optional mechanisms of a firm: their declaration, and their state in one firm."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np

from sim.core.metric import Metric
from sim.firms.offer_settings import OfferSettings, SecondOffer
from sim.firms.state import Clock, Draws, SaleTerms
from sim.strategies import MarketingPlan, Prospects
from sim.theory import Theory

if TYPE_CHECKING:
    from sim.customers.columns import Columns
    from sim.firms.purchase_records import PurchaseRecords

#: From rows of customers, (n,), and the periods in which records were refreshed, (n_customers,): the rows that are current.
CurrentRows = Callable[[np.ndarray, np.ndarray], np.ndarray]


class Start(NamedTuple):
    """Facts of a firm at its start, from which the states of its mechanisms are made; ``theory`` has the sections of the theory by name."""

    firm: int  # number of the firm in its market
    rng_id: int
    offer: OfferSettings
    theory: Theory
    clock: Clock
    draws: Draws


class MechanismState:
    """The state of a mechanism in one firm; a firm calls its states in a fixed order, each act on all of them.

    Every act here changes nothing: a mechanism has those of its own effects.
    """

    #: The lever of a plan that works on it.
    lever: ClassVar[str] = ""
    #: The share of the work paid for that has its effect.
    alignment: float = 1.0

    @property
    def quality(self) -> float:
        """Quality that it adds to the firm's."""
        return 0.0

    @property
    def shortfall(self) -> float:
        """Quality that it keeps from being delivered."""
        return 0.0

    def view(self) -> dict[str, Any]:
        """Fields of the firm's view (`FirmView`) that it fills in."""
        return {}

    def current_rows(self, rows: np.ndarray, refreshed: np.ndarray) -> np.ndarray:
        """Those of the rows, (n,), whose record is current; ``refreshed`` in a period, (n_customers,)."""
        return rows

    def prospects(self, purchases: np.ndarray, period: int, current_rows: CurrentRows) -> Prospects | None:
        """Its data on people who have not bought; ``purchases`` from the firm so far, (n_customers,)."""
        return None

    def release(self, columns: Columns) -> None:
        """Give customers back the tiers that the plan put them in, before it is renewed."""

    def advance(self, amount: float, weeks: float, draws: Draws, is_open: bool = True) -> None:
        """Let a period pass with an amount of the lever, in the lever's unit."""

    def working(self, plan: MarketingPlan) -> MarketingPlan:
        """The plan as it takes effect."""
        return plan

    def assign_programmes(self, records: PurchaseRecords, clock: Clock, active_periods: int, programmes: np.ndarray,
                          sale: SaleTerms) -> None:  # fmt: skip
        """Give customers programmes of their own, beside those of the tiers as posted, (n_tiers, 5)."""

    def conceded(self, columns: Columns) -> float:
        """Money that customers paid less in the period than at their tiers' price."""
        return 0.0

    def observe(self, feedback: float, draws: Draws) -> None:
        """Store the firm's observation of the period; its noise falls with feedback, money per customer per week."""

    def outcomes(self, costs: Mapping[str, float]) -> dict[str, float]:
        """Metrics of the period, given the firm's costs by column."""
        return {}


#: The acts of states, by name.
ACTS = tuple(name for name in vars(MechanismState) if not name.startswith("_"))


def states_by_act(states: Sequence[MechanismState]) -> dict[str, list[MechanismState]]:
    """For each act the states that have one of their own, in their order."""
    return {
        act: [state for state in states if getattr(type(state), act) is not getattr(MechanismState, act)]
        for act in ACTS
    }


@dataclass(frozen=True, kw_only=True)
class Mechanism:
    """A mechanism that only some firms have: levers, metrics, warnings and the benchmark read its one declaration.

    ``present(offer, theory, second)`` says whether a firm with an offer, in a market with the sections of a theory, with
    a second product or None, has it. ``example`` switches it on: keys of an ``offer``, of the ``theory`` and of the
    ``second`` product, and ``levers`` that work on it; ``sections`` are keys of a scenario that act only where it is
    present, ``trait`` is the trait of strategies that do. ``new_state`` makes its state in one firm that has it, or in every
    firm if it is ``everywhere``. Its levers act from the period ``begins(second)`` on.
    """

    name: str  # the name that levers use (`Lever.needs`)
    needs: str  # the setting that switches it on, in words
    present: Callable[[OfferSettings, Theory, SecondOffer | None], bool]
    metrics: tuple[Metric, ...] = ()
    example: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    sections: tuple[str, ...] = ()
    trait: str = ""
    new_state: Callable[[Start], MechanismState] | None = None
    everywhere: bool = False
    begins: Callable[[SecondOffer | None], int] = lambda second: 0

    def switched_on(self, *firms: str) -> dict[str, Any]:
        """Keys of a scenario in which firms have it."""
        example = self.example
        tree = {"firms": {firm: dict(example["offer"]) for firm in firms}} if "offer" in example else {}
        if "theory" in example:
            tree["theory"] = dict(example["theory"])
        if "second" in example:
            tree["second"] = {"firms": {firm: dict(example["second"]) for firm in firms}}
        return tree
