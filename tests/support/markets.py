"""Small markets for the tests of what must hold exactly: built from plain trees, read firm by firm."""

from __future__ import annotations

import numpy as np

from sim.customers.columns import COLUMNS
from sim.market.market import Market
from sim.scenario.merge import merge
from sim.scenario.scenario import Scenario

FIXED = {"strategy": {"name": "fixed_plan"}}
PAIR_COLUMNS = [c.name for c in COLUMNS if c.per_firm]
OWN_COLUMNS = [c.name for c in COLUMNS if not c.per_firm]
#: Columns that hold a firm's number, or a bit for each firm.
FIRM_NUMBERS, FIRM_BITS = ("supplier", "last_bought", "speaks_of"), ("aware", "aware_then")


def plan(**levers):
    """A firm that plays one fixed plan."""
    return {"strategy": {"name": "fixed_plan"} | levers}


def scenario(*changes, customers=500, periods=60, firms=3, **parts):
    """A market of fixed plans; ``changes`` and ``parts`` are trees laid over it."""
    names = ["focal", *(f"rival_{k}" for k in range(1, firms))]
    tree = {
        "name": "small",
        "question": "Does it hold?",
        "source": "none",
        "population": {"customers": customers},
        "firms": {name: dict(FIXED) for name in names},
        "experiment": {"periods": periods, "burn_in": 0, "sample": 0, "value_every": 100_000},
    }
    for change in (*changes, parts):
        tree = merge(tree, change)
    return Scenario.from_config(tree)


def lived(setting, seed=1, periods=None, **options):
    """A market that has lived its periods (or so many of them)."""
    market = Market(setting, seed, **({"collect": False} | options))
    market.run_for(setting.experiment.periods if periods is None else periods)
    return market


def columns(market, firms=None, customers=None):
    """Every column of the first customers, with firms by name: numbers of rows translated, one bool a firm.

    ``firms`` names those to look at (default: all); another firm's number reads "another".
    """
    names = list(market.setting.firms)
    firms = names if firms is None else firms
    rows = slice(0, market.n_customers if customers is None else customers)
    c = market.columns
    found = {f"{col}[{f}]": getattr(c, col)[rows, names.index(f)] for col in PAIR_COLUMNS for f in firms}
    for col in OWN_COLUMNS:
        values = getattr(c, col)[rows]
        if col in FIRM_NUMBERS:
            words = np.array([*(n if n in firms else "another" for n in names), "none"], dtype=object)
            found[col] = words[values.astype(np.int64)]
        elif col in FIRM_BITS:
            found |= {f"{col}[{f}]": (values >> np.uint32(names.index(f))) & np.uint32(1) for f in firms}
        else:
            found[col] = values
    return found


def differing(one, other, but=()):
    """Names of the columns that are not equal, entry by entry (NaN equals NaN)."""
    assert one.keys() == other.keys()
    return sorted(
        {
            name.partition("[")[0]
            for name in one
            if name.partition("[")[0] not in but
            and not (
                np.array_equal(one[name], other[name])
                or np.array_equal(one[name], other[name], equal_nan=one[name].dtype.kind == "f")
            )
        }
    )


def causes(market, firm="focal"):
    """Customers lost by a firm, by period and cause, (periods, causes)."""
    number = list(market.setting.firms).index(firm)
    return np.array(market.books.causes)[:, number].sum(axis=1)


def toward_firms(columns):
    """Bytes of every column with an entry per firm."""
    return {c.name: getattr(columns.stored, c.name).tobytes() for c in COLUMNS if c.per_firm}
