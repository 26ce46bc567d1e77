"""A concept off and on with the same luck: its observable in both, and whether the theory's direction shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from sim.compose import compose
from sim.concepts import Concept, Tree
from sim.concepts.markets import MARKETS
from sim.equity_split import SPLITS
from sim.experiment.measures import FOUR_CS, FOUR_PS, MEASURES, share_spent
from sim.experiment.statistics import Estimate, estimate, paired
from sim.experiment.summary import run_figures
from sim.market import Market
from sim.metrics import ALL
from sim.scenario import Scenario
from sim.tree import merge

OVER = "acquisition over keeping cost"
LOST, VALUE, SPENT, SCORED, EQUITY = "lost to ", "value of ", "spend on ", "scorecard: ", "equity from "
BEST_FIFTH = "what the best fifth brings"
_OF = {measure.name: measure for measure in MEASURES}
#: Every reading that stands beside the metrics and is worked out from them: its unit.
DERIVED = (
    {f"{SPENT}{group}": "share of spend" for group in (*FOUR_PS, *FOUR_CS)}
    | {f"{SCORED}{name}": measure.unit for name, measure in _OF.items()}
    | {f"{EQUITY}{part}": "money a head" for parts in SPLITS.values() for part in parts}
)
DERIVED[BEST_FIFTH] = "share of net value"


class Moved(NamedTuple):
    """An observable off and on, and its difference by seed."""

    off: Estimate
    on: Estimate
    difference: Estimate

    @property
    def moves(self) -> bool:
        """Whether it differs at all, in any seed."""
        return not (self.difference.mean == self.difference.low == self.difference.high == 0.0)

    def verdict(self, expects: str) -> str:
        """What the interval of the difference says of the theory's direction."""
        low, high = self.difference.low, self.difference.high
        if not expects:
            return "no direction expected"
        if not (low > 0.0 or high < 0.0):
            return "cannot be told"
        return "as expected" if (low > 0.0) == (expects == "higher") else "against the theory"


def moved(concept: Concept, seeds: Sequence[int], changes: Tree | None = None) -> Moved:
    """The observable of a concept off and on, over seeds; ``changes`` are laid over both."""
    off, on = (
        np.array([figure(concept, switch, seed, changes or {}) for seed in seeds])
        for switch in (concept.off, concept.on)
    )
    return Moved(estimate(off), estimate(on), paired(on, off))


def figure(concept: Concept, switch: Tree | str, seed: int, changes: Tree) -> float:
    """The observable in one run, less the same with ``less`` laid over it."""
    made = setting(concept, switch, changes)
    value = observed(made, concept.observable, seed)
    return value - observed(made.but(concept.less), concept.observable, seed) if concept.less else value


def setting(concept: Concept, switch: Tree | str, changes: Tree) -> Scenario:
    """The market of a concept with its switch in one position."""
    if isinstance(switch, str):
        return compose(concept.base).for_arm(switch).but(changes)
    tree: Mapping[str, Any] = MARKETS[concept.base] | {"name": concept.name}
    for over in (switch, changes):
        tree = merge(tree, over)
    return Scenario.from_config(tree)


def observed(made: Scenario, observable: str, seed: int) -> float:
    """A metric of the summary or a reading, of the focal firm or of the one after "@"."""
    name, _, firm = observable.partition("@")
    market = Market(made, seed, collect=False)
    market.run_for(made.experiment.periods)
    return reading(market, name, firm or made.experiment.focal)


def reading(market: Market, name: str, firm: str) -> float:
    """A metric; customers lost to a cause, a head and year; a part of delivered value; winning over keeping cost;
    a share of spend; a measure of the scorecard; a part of customer equity; what the best fifth of main customers brings.
    """
    if name.startswith(EQUITY):
        return _equity(market, name.removeprefix(EQUITY), firm)
    if name == BEST_FIFTH:
        j = market.books.names.index(firm)
        own = np.flatnonzero(market.present() & (market.columns.supplier[: market.present_rows] == j))
        brought = np.sort(market.net_values(own)[:, j])[::-1]
        return float(brought[: len(brought) // 5].sum() / brought.sum())
    if name.startswith(LOST):
        return _lost(market, name.removeprefix(LOST), firm)
    if name.startswith(VALUE):
        parts = market.value_parts().query("firm == @firm").set_index("part")["value"]
        return float(parts[name.removeprefix(VALUE)])
    runs = run_figures(market.books.outcomes(), market.setting).query("firm == @firm")
    if name.startswith(SPENT):
        return float(share_spent(runs, name.removeprefix(SPENT)).iloc[0])
    if name.startswith(SCORED):
        return float(_OF[name.removeprefix(SCORED)].of(runs).iloc[0])
    figures: dict[Any, float] = runs.set_index("firm").loc[firm].to_dict()
    if name == OVER:
        return figures["acquisition_cost"] / figures["keeping_cost"]
    return figures[name]


def _equity(market: Market, part: str, firm: str) -> float:
    split = next(name for name, parts in SPLITS.items() if part in parts)
    found = market.equity_split(split).set_index(["firm", "part"])["value"]
    return float(found[firm, part]) / market.heads_at_start


def _lost(market: Market, cause: str, firm: str) -> float:
    setting = market.setting
    first, a_year = setting.experiment.burn_in, setting.market.periods_per_year
    lost = market.books.switches().query("period >= @first and cause == @cause and `from` == @firm")
    years = (market.period - first) / a_year
    return float(lost["customers"].sum()) / setting.population.customers / years


def unit(observable: str) -> str:
    """The unit of an observable."""
    name = observable.partition("@")[0]
    if name in ALL:
        return ALL[name].summary_unit
    if name in DERIVED:
        return DERIVED[name]
    if name.startswith(LOST):
        return "customers a head and year"
    return "utility" if name.startswith(VALUE) else "ratio"
