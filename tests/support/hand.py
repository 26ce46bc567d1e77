"""One period of the compiled pass for a few customers set up by hand, with every mechanism off that is not switched on.

With NUMBA_DISABLE_JIT=1 the same pass runs as plain Python.
"""

from __future__ import annotations

import numba
import numpy as np

from sim.core import rng
from sim.customers import ledger
from sim.customers.columns import allocate
from sim.customers.ledger import Entry, MarketEntry
from sim.customers.network import Network
from sim.customers.offer import OFFER, PROGRAMME
from sim.market.kernel.inputs import CONDITIONS, parameters_record
from sim.market.kernel.layout import Inputs, Ledger, working_memory
from sim.market.kernel.period import listen, live
from sim.theory import THEORY, Theory

#: Values at which a mechanism does nothing; half-lives do nothing at infinity, and the other parameters, which are
#: weights, rates and effects, at 0.
STILL = {
    "choice": {"habit_keep": 1.0, "outside_pays": 1.0, "procedural": 1.0},
    "bonds": {"threshold": 1e6, "left_behind": 1.0},
    "relationship": {"acquaintance_until": 1000, "trust_threshold": 1.0},
    "experience": {"second_failure": 1.0},
    "assortment": {"sensitivity": 1.0},
}
EXACT = 1e-6  # what is kept is kept in single precision


def rows(array):
    """The array; with fields to be read as attributes where no compiler does that."""
    kind = np.dtype((np.record, array.dtype))
    return array.view(kind).view(np.recarray) if numba.config.DISABLE_JIT else array


def everything_off(weeks, switched_on):
    """The theory's parameters as the pass gets them; ``switched_on`` maps sections to what is on."""
    values = {}
    for name, section in THEORY.items():
        off = {key: np.inf if key.endswith("half_life") else 0 for key in section.declared}
        values[name] = section(**off | STILL.get(name, {}) | switched_on.pop(name, {}))
    assert not switched_on, f"no such section: {list(switched_on)}"
    return rows(parameters_record(Theory(**values), weeks))


class ByHand:
    """So many customers and firms; columns are read and set by name, as in ``m.trust[0, 1] = 0.5``.

    Under contract and, unless told otherwise, customers of firm 0, who buy there once a period. All know all.
    """

    def __init__(
        self, firms=1, customers=1, supplier=0, weeks=1.0, conditions=None, tiers=2, seed=1, **theory
    ):
        self.columns = allocate(customers, firms, crossed=True)
        self.columns.aware[:], self.columns.supplier[:] = 2**firms - 1, supplier
        self.columns.loss_aversion[:] = 1.0
        self.offers = rows(np.zeros(firms, OFFER))
        self.offers["rng_id"], self.offers["open"] = 2 + np.arange(firms), 1
        self.programmes = np.zeros((firms, tiers, len(PROGRAMME)))
        self.conditions = rows(np.zeros(1, CONDITIONS))
        usual = {
            "weeks": weeks,
            "demand": weeks,
            "contractual": 1,
            "reports": 1,
            "counts": 1,
            "tenure_bin": 52,
            "active_periods": 13,
        }
        for name, value in (usual | (conditions or {})).items():
            self.conditions[name] = value
        self.parameters = everything_off(weeks, theory)
        self.period, self.seed = 0, seed
        shapes = ((firms, ledger.ENTRIES), (ledger.MARKET_ENTRIES,), (firms, firms + 1, ledger.CAUSE_COUNT),
                  (ledger.STAGE_COUNT, ledger.STAGE_COUNT), (firms, ledger.TENURE_BINS), (firms, ledger.TENURE_BINS))  # fmt: skip
        self.books = Ledger(*(np.zeros((1, *shape)) for shape in shapes))
        self.memory = working_memory(firms)

    def __getattr__(self, name):
        return getattr(self.__dict__["columns"], name)

    def _now(self):
        key = rng.period_key(self.seed, self.period)
        inputs = Inputs(self.period, key, self.conditions, self.parameters, self.offers, self.programmes)
        return 0, 1, len(self.columns.supplier), inputs

    def lives(self):
        """Everyone lives one period; the books hold that period alone."""
        for book in self.books:
            book[:] = 0.0
        c = self.columns
        with np.errstate(all="ignore"):  # the luck's integers overflow by design
            live(*self._now(), c.stored, self.books, self.memory)
        self.period += 1
        return self

    def listens(self, edges, strength):
        """Everyone asks along the edges (customer, asked): a graph in which that is the only tie."""
        import networkx as nx

        net = Network(graphs={"kin": nx.DiGraph(edges)}, n_customers=len(self.columns.supplier))
        net.record.share_up_to[:], net.record.strength[:] = 1.0, strength
        c = self.columns
        with np.errstate(all="ignore"):
            ties = rows(net.record), net.indptr, net.indices
            listen(*self._now(), *ties, c.stored, self.books, self.memory)
        return self

    def book(self, entry, firm=0):
        """An entry of the firm's ledger, by its name."""
        return self.books[0][0, firm, Entry[entry]]

    def whole(self, entry):
        """An entry of the whole market's ledger, by its name."""
        return self.books[1][0, MarketEntry[entry]]
