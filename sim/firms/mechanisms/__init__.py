"""The optional mechanisms of firms, one file each with its declaration and its state: the folder is the registry.

`guanxi list` loads it: a file imports nothing compiled at its top.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from importlib import import_module
from pkgutil import iter_modules

from sim.core.metric import Metric
from sim.core.parameters import first_in_order
from sim.firms.mechanisms.base import Mechanism, MechanismState, Start
from sim.firms.offer_settings import OfferSettings, SecondOffer
from sim.theory import Theory

#: The order of the first mechanisms, which is that of their columns; others follow by name.
_ORDER = ("second", "range", "conflict", "decay", "full", "accounts", "event")


def _declared() -> dict[str, Mechanism]:
    """The mechanism of every file of the folder, by name."""
    modules = (import_module(f"{__name__}.{info.name}") for info in iter_modules(__path__))
    declared = {m.MECHANISM.name: m.MECHANISM for m in modules if hasattr(m, "MECHANISM")}
    return first_in_order(declared, _ORDER)


#: Every mechanism by name; the columns of their metrics come in this order, after those that every market has.
MECHANISMS = _declared()


def mechanisms_of(offer: OfferSettings, theory: Theory, second: SecondOffer | None) -> frozenset[str]:
    """Names of the mechanisms that a firm has."""
    return frozenset(name for name, m in MECHANISMS.items() if m.present(offer, theory, second))


def new_states(names: Collection[str], start: Start) -> tuple[MechanismState, ...]:
    """The states of mechanisms in one firm, of those by name and of those that every firm has, in the order of the registry."""
    return tuple(
        m.new_state(start)
        for name, m in MECHANISMS.items()
        if m.new_state is not None and (m.everywhere or name in names)
    )


def metrics_of_mechanisms() -> dict[str, Mapping[str, Metric]]:
    """Metrics that only markets with a mechanism have, by mechanism."""
    return {
        name: {metric.name: metric for metric in m.metrics} for name, m in MECHANISMS.items() if m.metrics
    }
