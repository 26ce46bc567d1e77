"""Advertising, contacts, bonds and what is left of them, by hand."""

from __future__ import annotations

import pytest

from support.hand import EXACT, ByHand

CONTACT, EFFORT = 2, 3


def near(number):
    return pytest.approx(number, rel=EXACT, abs=EXACT)


# ---------------------------------------------------------------- contacts


def contacted(orientation, times=1.0, satisfied=0.5, bond=0.5, **bonds):
    """A member of tier 1 who is contacted so many times this period."""
    m = ByHand(bonds={"g_soc": 0.3, "irritated_below": 0.25, "irritation": 0.02} | bonds)
    m.programmes[0, 1, CONTACT], m.tier[:] = times, 1
    m.relational_orientation[:], m.satisfaction[:], m.social_bond[:] = orientation, satisfied, bond
    return m.lives()


@pytest.mark.parametrize("satisfied, receptive", [(0.5, 0.375), (-0.5, 0.125), (-1.0, 0.0)])
def test_a_contact_closes_a_part_of_the_gap_in_the_social_bond(satisfied, receptive):
    """Orientation 0.5: receptive 0.5 (1 + satisfaction)/2."""
    m = contacted(0.5, satisfied=satisfied)
    assert m.social_bond[0, 0] == near(0.5 + 0.3 * receptive * 0.5)
    assert m.satisfaction[0, 0] == satisfied and m.book("CONTACTS") == 1


def test_two_contacts_build_on_one_another():
    m = contacted(0.5, times=2.0)
    once = 0.5 + 0.3 * 0.375 * 0.5
    assert m.social_bond[0, 0] == near(once + 0.3 * 0.375 * (1 - once)) and m.book("CONTACTS") == 2


def test_part_of_a_contact_is_its_chance():
    m = ByHand(customers=1000)
    m.programmes[0, 0, CONTACT], m.tier[:] = 1.3, 0
    assert abs(m.lives().book("CONTACTS") - 1300) < 4 * (0.3 * 0.7 * 1000) ** 0.5


def test_a_contact_irritates_below_the_threshold_of_orientation():
    m = contacted(0.2)
    assert m.satisfaction[0, 0] == near(0.48) and m.social_bond[0, 0] == 0.5 and m.book("CONTACTS") == 1
    assert contacted(0.25).satisfaction[0, 0] == 0.5  # at the threshold it does not
    assert contacted(0.2, times=3.0).satisfaction[0, 0] == near(0.44)
    assert contacted(0.2, satisfied=-0.99).satisfaction[0, 0] == -1.0


def test_outside_every_tier_there_is_no_contact():
    m = ByHand(bonds={"g_soc": 0.3})
    m.programmes[:], m.relational_orientation[:] = 1.0, 0.5
    m.lives()
    assert m.book("CONTACTS") == m.book("INTEGRATION") == m.social_bond[0, 0] == m.structural_bond[0, 0] == 0


@pytest.mark.parametrize("weeks, kept", [(1.0, 0.5), (2.0, 0.25)])
def test_bonds_fade_by_their_half_lives_before_they_grow(weeks, kept):
    half = {"social_half_life": 1.0, "structural_half_life": 1.0}
    m = ByHand(2, weeks=weeks, bonds=half | {"g_soc": 0.5, "g_str": 0.5})
    m.programmes[0, 0, CONTACT], m.programmes[0, 0, EFFORT], m.tier[0, 0] = 1.0, 1.0, 0
    m.social_bond[:], m.structural_bond[:], m.relational_orientation[:], m.trust[:] = 0.5, 0.5, 1.0, 1.0
    m.lives()
    left = 0.5 * kept
    assert m.social_bond[0].tolist() == [near(left + 0.25 * (1 - left)), left]  # receptive 1 x (1 + 0)/2
    assert m.structural_bond[0].tolist() == [near(left + 0.5 * (1 - left)), left]


# ---------------------------------------------------------------- the structural bond


@pytest.mark.parametrize(
    "effort, trust, share", [(0.5, 0.5, 0.05), (1.0, 0.5, 0.1), (1.0, 0.0, 0.0), (9.0, 1.0, 1.0)]
)
def test_integration_grows_with_effort_times_trust(effort, trust, share):
    m = ByHand(bonds={"g_str": 0.2})
    m.programmes[0, 0, EFFORT], m.tier[:], m.trust[:], m.structural_bond[:] = effort, 0, trust, 0.25
    m.lives()
    assert m.structural_bond[0, 0] == near(0.25 + share * 0.75) and m.book("INTEGRATION") == effort


def leaving(firms=2, contract=None, **bonds):
    """A customer of firm 0, structurally bound to both firms, who finds 100 more at firm 1."""
    m = ByHand(firms, contract=contract or {"h0": 1e9}, bonds=bonds)
    m.structural_bond[:], m.offers["brand"][1] = 0.5, 100.0
    return m


def test_a_switch_leaves_the_declared_part_of_the_structural_bond_behind():
    m = leaving(left_behind=0.25).lives()
    assert m.supplier[0] == 1 and m.structural_bond[0].tolist() == [0.125, 0.5]
    m.lives()
    assert m.supplier[0] == 1 and m.structural_bond[0].tolist() == [0.125, 0.5]  # once, and not for staying


def test_a_switch_leaves_the_social_bond_as_it_is():
    m = leaving(left_behind=0.25)
    m.social_bond[:] = 0.5
    assert m.lives().social_bond[0].tolist() == [0.5, 0.5]


# ---------------------------------------------------------------- advertising


def test_advertising_makes_aware_and_moves_the_expectation_of_who_has_little_experience():
    m = ByHand(2, customers=2, reach={"persuade": 0.1})
    m.offers["promise"], m.offers["ad_chance"] = 1.0, [0.0, 1.0]
    m.aware[:], m.expectation[:], m.purchases[1, 1] = 0b01, 0.5, 4
    m.lives()
    assert m.aware.tolist() == [0b11, 0b11] and m.book("REACHED", 1) == 2 and m.book("AWARE", 1) == 2
    assert m.expectation[0].tolist() == [0.5, near(0.5 + 0.1 * 0.5)]
    assert m.expectation[1].tolist() == [0.5, near(0.5 + 0.1 * 0.5 / 5)]
    assert m.lives().book("REACHED", 1) == 0  # known already


def test_advertising_that_does_not_reach_does_nothing():
    m = ByHand(2, reach={"persuade": 0.1})
    m.offers["promise"], m.aware[:] = 1.0, 0b01
    m.lives()
    assert m.aware[0] == 0b01 and m.expectation[0, 1] == 0 and m.book("REACHED", 1) == 0


def one_of_three_present(**theory):
    """Customer 0 is there, customer 1 has left, customer 2 has yet to enter."""
    m = ByHand(2, customers=3, **theory)
    m.leaves_at[1], m.entered_at[2] = 0.0, 1.0
    return m


def test_no_marketing_reaches_customers_who_are_absent():
    """Each is in a tier with a contact and joint work."""
    m = one_of_three_present(bonds={"g_soc": 0.5, "g_str": 0.5}, reach={"persuade": 0.5})
    m.offers["ad_chance"], m.offers["promise"], m.aware[:] = 1.0, 1.0, 0b01
    m.programmes[:, 0, CONTACT], m.programmes[:, 0, EFFORT], m.tier[:] = 1.0, 1.0, 0
    m.relational_orientation[:], m.trust[:] = 1.0, 0.5
    m.lives()
    assert m.aware.tolist() == [0b11, 0b01, 0b01] and m.book("REACHED", 1) == 1
    assert m.book("CONTACTS") == m.book("INTEGRATION") == 1
    for column in (m.expectation, m.social_bond, m.structural_bond):
        assert column[0].all() and not column[1:].any()


def test_a_contact_irritates_nobody_who_is_absent():
    m = one_of_three_present(bonds={"irritated_below": 0.25, "irritation": 0.25})
    m.programmes[0, 0, CONTACT], m.tier[:] = 1.0, 0
    assert m.lives().satisfaction[:, 0].tolist() == [-0.25, 0.0, 0.0]


def test_points_and_bonds_of_customers_who_are_absent_stay():
    half = {"points_half_life": 1.0, "social_half_life": 1.0, "structural_half_life": 1.0}
    m = one_of_three_present(bonds=half)
    m.points[:], m.social_bond[:], m.structural_bond[:] = 1.0, 1.0, 1.0
    m.lives()
    for column in (m.points, m.social_bond, m.structural_bond):
        assert column[:, 0].tolist() == [0.5, 1.0, 1.0]
    assert m.book("POINTS_EXPIRED") == 0.5


# ---------------------------------------------------------------- who reconsiders under contract


@pytest.mark.parametrize(
    "by, toward_firm, asks", [("ad", 1, 1), ("ad", 0, 0), ("contact", 1, 1), ("contact", 0, 0)]
)
def test_rivals_who_get_in_touch_make_one_reconsider_the_supplier_does_not(by, toward_firm, asks):
    m = leaving(contract={"h2": 1e9})
    if by == "ad":
        m.offers["ad_chance"][toward_firm] = 1.0
    else:
        m.programmes[toward_firm, 0, CONTACT], m.tier[0, toward_firm] = 1.0, 0
    assert m.lives().supplier[0] == asks


def test_every_rival_counts_once():
    """One rival advertises, one makes three contacts: the hazard is 0.2 x 2 a week over two weeks."""
    m = ByHand(4, customers=1500, weeks=2.0, contract={"h2": 0.2})
    m.offers["ad_chance"], m.offers["brand"] = [1.0, 1.0, 0.0, 0.0], [0.0, 100.0, 0.0, 0.0]
    m.programmes[2, 0, CONTACT], m.tier[:, 2] = 3.0, 0
    left, chance = (m.lives().supplier == 1).mean(), 1 - 2.718281828459045 ** (-0.2 * 2 * 2)
    assert abs(left - chance) < 4 * (chance * (1 - chance) / 1500) ** 0.5


@pytest.mark.parametrize("held", [0.0, 40.0])
def test_a_rival_that_advertises_to_a_customer_and_contacts_it_counts_once(held):
    """Advertising reaches half of those contacted: as many reconsider as without it, points that expire or not."""

    def moved(ad_chance):
        m = ByHand(2, customers=1500, bonds={"points_half_life": 1.0}, contract={"h2": 0.5})
        m.programmes[1, 0, CONTACT], m.tier[:, 1], m.points[:, 1] = 1.0, 0, held
        m.offers["ad_chance"][1], m.offers["brand"][1] = ad_chance, 100.0
        return m.lives().supplier.tolist()

    assert moved(0.5) == moved(0.0) and 0 < sum(moved(0.0)) < 1500


def test_the_dissatisfied_reconsider():
    """Satisfaction -0.5 at 0.8 a week, two weeks: 1 - exp(-0.8); the satisfied never."""
    m = ByHand(2, customers=1500, weeks=2.0, contract={"h1": 0.8})
    m.offers["brand"], m.satisfaction[:1000] = [0.0, 100.0], -0.5
    m.satisfaction[1000:] = 0.5
    left, chance = m.lives().supplier == 1, 1 - 2.718281828459045**-0.8
    assert abs(left[:1000].mean() - chance) < 4 * (chance * (1 - chance) / 1000) ** 0.5
    assert not left[1000:].any()


@pytest.mark.parametrize("tenure, leaves", [(2, 0), (3, 1), (4, 0), (7, 1)])
def test_a_term_of_four_periods_ends_with_the_fourth(tenure, leaves):
    m = leaving(contract={"contract_term": 4})
    m.tenure[:] = tenure
    assert m.lives().supplier[0] == leaves
