"""A contact online builds part of the bond of a personal one, by hand."""

from __future__ import annotations

import pytest

from support.hand import EXACT, ByHand

CONTACT, ONLINE = 2, 4


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_a_contact_online_builds_so_much_of_a_personal_ones_bond(share):
    """Orientation 0.5, satisfaction 0.5: receptive 0.375; growth 0.3 of the gap of 0.5."""
    m = ByHand(bonds={"g_soc": 0.3, "irritated_below": 0.25, "online_depth": 0.4})
    m.programmes[0, 0, CONTACT], m.programmes[0, 0, ONLINE], m.tier[:] = 2.0, share, 0
    m.relational_orientation[:], m.satisfaction[:], m.social_bond[:] = 0.5, 0.5, 0.5
    m.lives()
    left = (1.0 - 0.3 * 0.375 * (1.0 - share * 0.6)) ** 2
    assert m.social_bond[0, 0] == pytest.approx(1.0 - 0.5 * left, rel=EXACT)
    assert m.book("CONTACTS") == 2 and m.book("ONLINE") == pytest.approx(2 * share)


def test_online_irritates_as_much_who_wants_no_relationship():
    m = ByHand(bonds={"irritated_below": 0.25, "irritation": 0.02, "online_depth": 0.4})
    m.programmes[0, 0, CONTACT], m.programmes[0, 0, ONLINE], m.tier[:] = 1.0, 1.0, 0
    m.relational_orientation[:], m.satisfaction[:] = 0.2, 0.5
    assert m.lives().satisfaction[0, 0] == pytest.approx(0.48, rel=EXACT)
