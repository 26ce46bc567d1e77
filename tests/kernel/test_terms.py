"""The list of terms of utility says of each term what the two sums over them do."""

import numpy as np
import pytest

from sim.core.jit import compiled
from sim.core.named_arrays import beginning_at
from sim.market.kernel.choice import value_offers
from sim.market.kernel.layout import now_of
from sim.market.kernel.switching import group_utilities
from sim.market.kernel.utility import TERMS, evaluate
from sim.theory.loyalty_off import without_loyalty
from sim.theory.switching_causes import GROUPS
from support.hand import ByHand

#: What moves each term: a field of the offer, of the relation, or of the customer.
MOVED_BY = {
    "taste": "taste", "price": "paid", "quality": "expectation", "convenience": "convenience", "brand": "brand",
    "financial_bond": "points", "social_bond": "social_bond", "structural_bond": "structural_bond", "trust": "trust",
    "satisfaction": "satisfaction", "habit": "habit", "technology": "technology", "political": "political",
}  # fmt: skip
WEIGHTS = {"w_sat": 0.3, "w_fin": 0.5, "w_soc": 1.0, "w_str": 1.0, "w_hab": 1.0, "risk": 0.8}


def sums(field=None, cross=0.0, weights=WEIGHTS):
    """Utility by group and utility with inertia of one customer who is content, one field raised."""
    m = ByHand(choice=weights, bonds={"threshold": 20.0})
    c = m.columns
    c.price_sensitivity[:] = c.quality_weight[:] = 1.0
    m.offers["paid"] = 10.0
    for name in ("satisfaction", "points", "social_bond", "structural_bond", "trust", "expectation"):
        getattr(c, name)[:] = 0.25
    if field is not None:
        moved = m.offers[field] if field in m.offers.dtype.names else getattr(c, field)
        moved += 0.5
    m.conditions["crossed"], c.stored.cross_utility[:] = 1, cross
    columns, memory, groups = c.stored, m.memory, np.zeros(GROUPS)
    value = weighed(m._now()[-1], columns, memory, groups)
    return groups, value


@compiled
def weighed(inputs, columns, memory, groups):
    """Utility by group into groups, and value with inertia, of the only customer's only offer."""
    now, c, batch = now_of(inputs), beginning_at(columns, 0), beginning_at(memory, 0)
    evaluate(c, 1, now, batch)
    group_utilities(c, 0, 0, now, batch, groups)
    batch.acting[0], batch.before[0] = 0, c.supplier[0]
    value_offers(c, 1, 0, now, batch)
    return batch.value[0, 0]


@pytest.fixture(scope="module")
def before():
    return sums()


@pytest.mark.parametrize("term", [t for t in TERMS if t.name != "lock_in"], ids=lambda term: term.name)
def test_a_term_moves_its_group_alone(term, before):
    """But satisfaction, which also makes the bonds bind."""
    after = sums(cross=0.5) if term.name == "cross_utility" else sums(MOVED_BY[term.name])
    moved = set(np.flatnonzero(after[0] != before[0]).tolist())
    bonds = {t.group for t in TERMS if t.part == "bonds"} if term.name == "satisfaction" else set()
    assert moved == bonds | ({term.group} if term.group is not None else set())
    assert after[1] != before[1]


def test_both_sums_agree_but_for_taste_and_inertia(before):
    assert before[0].sum() == pytest.approx(before[1], abs=1e-12)


def test_the_run_without_loyalty_takes_away_bonds_satisfaction_and_habit():
    from sim.theory import Theory

    off = without_loyalty(Theory()).choice
    weights = {name: getattr(off, name) for name in WEIGHTS}
    still = sums(weights=weights)[1]
    gone = {name for name, field in MOVED_BY.items() if sums(field, weights=weights)[1] == still}
    assert gone == {"financial_bond", "social_bond", "structural_bond", "satisfaction", "habit"}
