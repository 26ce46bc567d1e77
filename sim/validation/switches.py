"""A concept off and on with the same random numbers: its observable in both, and the direction of the difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from sim.experiment.derived import FOUR_CS, FOUR_PS, MEASURES, share_spent
from sim.experiment.statistics import Estimate, estimate, paired
from sim.experiment.summary import run_figures
from sim.firms.metrics import ALL
from sim.market.market import Market
from sim.market.measures.equity_split import SPLITS
from sim.scenario.files import compose
from sim.scenario.merge import merge
from sim.scenario.scenario import Scenario
from sim.validation.concepts.base import Concept, Tree
from sim.validation.concepts.markets import MARKETS

OVER = "acquisition over keeping cost"
LOST, VALUE, SPENT, SCORED, EQUITY = "lost to ", "value of ", "spend on ", "scorecard: ", "equity from "
BEST_FIFTH, SETTLED = "net value of the best fifth", "steady or consolidated"
OTHERS = " over others"  # behind a cause: customers lost to it less those lost to all others
_OF = {measure.name: measure for measure in MEASURES}
#: Units of the readings that are computed from metrics.
DERIVED = (
    {f"{SPENT}{group}": "share of spend" for group in (*FOUR_PS, *FOUR_CS)}
    | {f"{SCORED}{name}": measure.unit for name, measure in _OF.items()}
    | {f"{EQUITY}{part}": "money per customer" for parts in SPLITS.values() for part in parts}
)
DERIVED |= {BEST_FIFTH: "share of net value", SETTLED: "share of customers"}
#: Verdicts of a row; of two observables the first of these that fits one of them.
VERDICTS = AGAINST, UNTOLD, EXPECTED, NO_DIRECTION = (
    "against the theory", "not significant", "as expected", "no direction expected",
)  # fmt: skip
CONSTRUCTED = "acts, by construction"


class Moved(NamedTuple):
    """An observable off and on, and its difference by seed; and those of the one beside it."""

    off: Estimate
    on: Estimate
    difference: Estimate
    beside: Moved | None = None

    @property
    def moves(self) -> bool:
        """True if each differs at all, in any seed."""
        still = self.difference.mean == self.difference.low == self.difference.high == 0.0
        return not still and (self.beside is None or self.beside.moves)

    def verdict(self, concept: Concept) -> str:
        """Verdict of the intervals on the direction of the theory: as expected only if all are."""
        said = {one.judged(concept.expects) for one in (self, self.beside) if one}
        first = next(verdict for verdict in VERDICTS if verdict in said)
        return CONSTRUCTED if first == EXPECTED and concept.by_construction else first

    def judged(self, expects: str) -> str:
        """Verdict of the interval of the difference alone."""
        low, high = self.difference.low, self.difference.high
        if not expects:
            return NO_DIRECTION
        if not (low > 0.0 or high < 0.0):
            return UNTOLD
        return EXPECTED if (low > 0.0) == (expects == "higher") else AGAINST


def moved(concept: Concept, seeds: Sequence[int], changes: Tree | None = None) -> Moved:
    """The observables of a concept off and on, over seeds; ``changes`` are laid over both."""
    off, on = (
        np.array([figures(concept, switch, seed, changes or {}) for seed in seeds]).T
        for switch in (concept.off, concept.on)
    )
    moves = [Moved(estimate(a), estimate(b), paired(b, a)) for a, b in zip(off, on, strict=True)]
    return moves[0]._replace(beside=moves[1]) if concept.beside else moves[0]


def figures(concept: Concept, switch: Tree | str, seed: int, changes: Tree) -> np.ndarray:
    """The observables in one run, less the same with ``less`` laid over it."""
    made = setting(concept, switch, changes)
    names = [name for name in (concept.observable, concept.beside) if name]
    values = observed(made, names, seed)
    return values - observed(made.replace(concept.less), names, seed) if concept.less else values


def setting(concept: Concept, switch: Tree | str, changes: Tree) -> Scenario:
    """The market of a concept with its switch in one position."""
    if isinstance(switch, str):
        return compose(concept.base).for_arm(switch).replace(changes)
    tree: Mapping[str, Any] = MARKETS[concept.base] | {"name": concept.name}
    for over in (switch, changes):
        tree = merge(tree, over)
    return Scenario.from_config(tree)


def observed(made: Scenario, observables: Sequence[str], seed: int) -> np.ndarray:
    """Metrics of the summary or readings, each of the focal firm or of the one after "@"."""
    market = Market(made, seed, collect=False)
    market.run_for(made.experiment.periods)
    named = (name.partition("@") for name in observables)
    return np.array([reading(market, name, firm or made.experiment.focal) for name, _, firm in named])


def reading(market: Market, name: str, firm: str) -> float:
    """A metric; customers lost to a cause, per customer per year; a part of delivered value; winning over keeping cost;
    a share of spend; a measure of the scorecard; a part of customer equity; the net value of the best
    fifth of main customers; main customers in the stages steady and consolidated.
    """
    if name.startswith(EQUITY):
        return _equity(market, name.removeprefix(EQUITY), firm)
    if name == BEST_FIFTH:
        j = market.books.names.index(firm)
        own = np.flatnonzero(market.present() & (market.columns.supplier[: market.n_customers] == j))
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
    return figures["steady"] + figures["consolidated"] if name == SETTLED else figures[name]


def _equity(market: Market, part: str, firm: str) -> float:
    split = next(name for name, parts in SPLITS.items() if part in parts)
    found = market.equity_split(split).set_index(["firm", "part"])["value"]
    return float(found[firm, part]) / market.heads_at_start


def _lost(market: Market, cause: str, firm: str) -> float:
    setting = market.setting
    first, a_year = setting.experiment.burn_in, setting.market.periods_per_year
    lost = market.books.switches().query("period >= @first and `from` == @firm")
    mine = lost["cause"] == cause.removesuffix(OTHERS)
    customers = lost["customers"].where(mine, -lost["customers"] if cause.endswith(OTHERS) else 0.0)
    years = (market.period - first) / a_year
    return float(customers.sum()) / setting.population.customers / years


def unit(observable: str) -> str:
    """The unit of an observable."""
    name = observable.partition("@")[0]
    if name in ALL:
        return ALL[name].summary_unit
    if name in DERIVED:
        return DERIVED[name]
    if name.startswith(LOST):
        return "customers per customer per year"
    return "utility" if name.startswith(VALUE) else "ratio"
