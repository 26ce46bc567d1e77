"""Customers one by one: the market's own run, and lives that agree with its columns."""

import numpy as np
import pytest

from sim.app.field import BONDS, BY, Field
from sim.market.market import Market
from sim.scenario.files import compose


@pytest.fixture(scope="module")
def field():
    made = Field(compose("bond_ladder"), "level_2", 3, customers=150)
    for _ in range(40):
        made.step()
    return made


def test_it_is_the_market_of_that_arm_and_seed(field):
    same = Market(compose("bond_ladder"), 3, arm="level_2", customers=150, collect=False)
    same.run_for(40)
    assert np.array_equal(same.columns.satisfaction, field.market.columns.satisfaction) and field.period == 40


def test_a_life_has_every_first_purchase_and_the_last_main_supplier(field):
    columns = field.market.columns
    for row in range(field.count):
        life = field.lives[row]
        tried = {one.firm for one in life if one.key == "tried"}
        assert tried == {field.firms[j] for j in np.flatnonzero(columns.purchases[row] > 0)}
        changes = [one for one in life if one.key in ("joined", "moved", "left")]
        if changes:
            assert changes[-1].other == (
                field.firms[columns.supplier[row]] if columns.supplier[row] >= 0 else ""
            )
        assert [one.period for one in life] == sorted(one.period for one in life)


@pytest.mark.parametrize("by", BY)
def test_every_customer_is_in_one_group_with_a_name(field, by):
    groups, names = field.groups(by)
    assert len(groups) == field.count and groups.min() >= 0 and groups.max() < len(names)


def test_bonds_are_those_with_the_main_supplier(field):
    groups, names = field.groups("bond")
    assert names == list(BONDS)
    row = int(np.argmax(groups))
    now = field.now(row)
    assert BONDS[groups[row]] == "social" and now["social_bond"] >= 0.2 > now["structural_bond"]
