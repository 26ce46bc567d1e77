"""Each row of the table of terms is what the sums, the parts of value, the splits of equity and the run without loyalty do."""

import numpy as np
import pytest

from sim.core.jit import compiled
from sim.core.named_arrays import beginning_at
from sim.customers.columns import allocate
from sim.customers.offer import DISCOUNT
from sim.market.kernel import equity
from sim.market.kernel.choice import value_offers
from sim.market.kernel.layout import now_of
from sim.market.kernel.switching import group_utilities
from sim.market.kernel.utility import INERTIA, PARTS, TERMS, Relation, evaluate, relation_without
from sim.theory.choice import Choice
from sim.theory.loyalty_off import without_loyalty
from sim.theory.switching_causes import CAUSES, GROUPS
from support.hand import ByHand

#: What moves each term: a field of the offer, or a column.
MOVED_BY = {t.name: (*t.offered, t.column)[0] for t in TERMS if t.kind != INERTIA or t.name == "habit"}
#: Every parameter of choice as it is by default, and 1 where that is 0, so that every term is there.
WEIGHTS = {name: getattr(Choice(), name) or 1.0 for name in Choice.declared}

#: Terms by group of causes, as the model's page has them under "Causes of leaving": the six types of leaving in Chinese
#: texts. Keaveney (1995) has pricing, inconvenience, service failures and competition for the first four (docs/evidence/causes.md).
#: The last, without a group, are no cause: taste never changes, and inertia is in the margin.
GROUPED = {
    "price": {"price", "financial_bond"},
    "product": {"quality", "satisfaction", "cross_utility"},
    "service": {"convenience", "trust", "social_bond", "structural_bond"},
    "market": {"brand"},
    "technology": {"technology"},
    "political": {"political"},
    "": {"taste", "habit", "lock_in"},
}


def one_customer(field=None, cross=0.0, weights=WEIGHTS):
    """A market of one customer who is content, one field raised."""
    m = ByHand(choice=weights, bonds={"threshold": 20.0})
    c = m.columns
    c.price_sensitivity[:] = c.quality_weight[:] = 1.0
    m.offers["paid"] = 10.0
    for name in ("satisfaction", "points", "social_bond", "structural_bond", "trust", "expectation"):
        getattr(c, name)[:] = 0.25
    if field:
        moved = m.offers[field] if field in m.offers.dtype.names else getattr(c, field)
        moved += 0.5
    m.conditions["crossed"], c.stored.cross_utility[:] = 1, cross
    return m


def sums(*moved, **options):
    """Utility by group, (n_groups,), and utility with inertia."""
    m, groups = one_customer(*moved, **options), np.zeros(GROUPS)
    value = weighed(m._now()[-1], m.columns.stored, m.memory, groups)
    return groups, value


def value_parts(*moved, **options):
    """Parts of delivered value, (n_parts,), of the only customer."""
    return parts_of(one_customer(*moved, **options))


def parts_of(m):
    parts = np.zeros((1, len(PARTS)))
    m.columns.supplier[:] = 0
    equity.value_parts(np.arange(1), m._now()[-1], m.columns.stored, np.zeros(len(PARTS)), parts, np.zeros(1))
    return parts[0]


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


def test_every_term_is_in_the_group_of_causes_that_the_model_names():
    found = {}
    for term in TERMS:
        found.setdefault("" if term.group is None else CAUSES[term.group], set()).add(term.name)
    assert found == GROUPED


@pytest.mark.parametrize("term", [t for t in TERMS if t.name != "lock_in"], ids=lambda term: term.name)
def test_a_term_moves_its_group_alone(term, before):
    """But satisfaction, which also makes the bonds bind."""
    after = sums(MOVED_BY[term.name]) if MOVED_BY[term.name] else sums(cross=0.5)
    moved = set(np.flatnonzero(after[0] != before[0]).tolist())
    bonds = {t.group for t in TERMS if t.part == "bonds"} if term.name == "satisfaction" else set()
    assert moved == bonds | ({term.group} if term.group is not None else set())
    assert after[1] != before[1]


@pytest.mark.parametrize("term", [t for t in TERMS if t.name != "lock_in"], ids=lambda term: term.name)
def test_a_term_moves_its_part_of_value_alone(term):
    """But satisfaction, which also makes the bonds bind."""
    field = MOVED_BY[term.name]
    moved = value_parts(field, cross=0.0 if field else 0.5) != value_parts()
    bonds = {"bonds"} if term.name == "satisfaction" else set()
    assert {part for part, other in zip(PARTS, moved, strict=True) if other} == {term.part} | bonds


def test_the_discount_of_a_tier_is_in_the_part_price_alone():
    m = one_customer()
    m.programmes[0, 1, DISCOUNT], m.tier[:] = 0.25, 1
    gained = dict(zip(PARTS, parts_of(m) - value_parts(), strict=True))
    assert {part: gain for part, gain in gained.items() if gain} == {"price": 2.5}


def test_parts_of_value_sum_to_the_value_with_inertia():
    assert value_parts().sum() == pytest.approx(sums()[1], abs=1e-12)  # one firm: leaving it costs nothing


@compiled
def left_of(r, offers, kept):
    return relation_without(r, offers[0], kept)


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.name)
def test_a_term_taken_away_leaves_every_other_field_of_the_relation(term):
    """Its own field is 0, or the posted price."""
    offers = one_customer().offers
    r = Relation(*np.arange(1.0, 1.0 + len(Relation._fields)))
    left = left_of(r, offers, np.array([other.name != term.name for other in TERMS], np.int8))
    own = (
        (term.becomes or term.column) if term.equity else ""
    )  # what no part accounts for is never taken away
    gone = {name for name in r._fields if getattr(left, name) != getattr(r, name)}
    if term.equity:
        assert gone == ({own} if own else set())
    if own:
        assert getattr(left, own) == (offers["paid"][0] if term.name == "price" else 0.0)


def test_every_field_that_a_row_names_is_there():
    """A misspelt name would leave its term where it is."""
    m = one_customer()
    for term in TERMS:
        assert set(term.offered) <= set(m.offers.dtype.names)
        if term.column:
            assert hasattr(m.columns, term.column) and (term.becomes or term.column) in Relation._fields
    carried = [term.becomes or term.column for term in TERMS if term.column]
    assert len(set(carried)) == len(carried)


def test_a_customer_without_any_relation_has_no_term():
    """Otherwise a term that everybody has could pass for one that nobody has, and the splits would leave it out."""
    columns = allocate(1, 1)
    for term in TERMS:
        if term.column:
            assert (getattr(columns, term.column) == term.empty).all(), term.name


def test_both_sums_agree_but_for_taste_and_inertia(before):
    assert before[0].sum() == pytest.approx(before[1], abs=1e-12)


def test_the_run_without_loyalty_takes_away_bonds_satisfaction_and_habit():
    from sim.theory import Theory

    off = without_loyalty(Theory(choice=Choice(**WEIGHTS))).choice
    weights = {name: getattr(off, name) for name in WEIGHTS}
    still = sums(weights=weights)[1]
    gone = {name for name, field in MOVED_BY.items() if field and sums(field, weights=weights)[1] == still}
    assert gone == {term.name for term in TERMS if term.loyalty} == {
        "financial_bond", "social_bond", "structural_bond", "satisfaction", "habit"
    }  # fmt: skip
