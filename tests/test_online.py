"""Contacts through a medium: cheaper, and less of a bond; at depth 1 and cost 1 nothing but a name."""

from __future__ import annotations

import numpy as np
import pytest
from by_hand import EXACT, ByHand
from small_markets import plan, scenario

from sim.market.market import Market
from sim.strategies import Programme, Tier, make_strategy
from sim.strategies.budget import contact_rate, cost
from sim.strategies.checks.courses import view

CONTACT, ONLINE = 2, 4
PERSONAL = {"bonds": {"online_depth": 1.0, "online_cost": 1.0}}


def outcomes(online, theory=None, **more):
    """The focal firm's outcomes with contacts of which a share is online."""
    changes = {
        "firms": {
            "focal": plan(contact_rate=0.7, **more)
            if online is None
            else plan(contact_rate=0.7, online=online, **more)
        }
    }
    market = Market(scenario(changes | {"theory": theory or {}}, customers=200, periods=40), 1, collect=False)
    market.run_for(40)
    return market.books.outcomes()


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


def test_as_deep_and_as_dear_as_a_personal_contact_it_changes_nothing():
    personal, same = outcomes(None, PERSONAL), outcomes(0.6, PERSONAL)
    assert personal.equals(same)
    assert personal.query("firm == 'focal'").contacts.sum() > 100
    for key in PERSONAL["bonds"]:
        other = {"bonds": {**PERSONAL["bonds"], key: 0.5}}
        assert not personal.equals(outcomes(0.6, other)), key


def test_none_online_is_none_whatever_it_would_cost_or_build():
    assert outcomes(None).equals(outcomes(0.0, {"bonds": {"online_depth": 0.0, "online_cost": 0.0}}))


def test_what_it_costs_is_the_share_of_a_personal_contact():
    theory = {"bonds": {"online_cost": 0.2, "contact_cost": 0.01}}
    found = outcomes(0.75, theory).query("firm == 'focal'")
    np.testing.assert_allclose(found.contact_cost, 0.01 * (1 - 0.75 * 0.8) * found.contacts, rtol=1e-12)


def test_the_budget_pays_for_more_of_them_and_its_forecast_knows_their_cost():
    seen = view()
    assert contact_rate(seen, 100.0, online=1.0) == pytest.approx(contact_rate(seen, 100.0) / 0.1)
    alone = seen.standing_plan.replace(tiers=(Tier(Programme(contact_rate=0.02)),))
    online = seen.standing_plan.replace(tiers=(Tier(Programme(contact_rate=0.02, online=0.5)),))
    assert cost(seen, online) == pytest.approx(0.55 * cost(seen, alone))
    dear = {"bonds": {"contact_cost": 20.0}}
    few, many = (outcomes(share, dear).query("firm == 'focal'") for share in (0.0, 1.0))
    assert many.contacts.sum() > 3 * few.contacts.sum()
    assert many.budget_spend.sum() == pytest.approx(few.budget_spend.sum(), rel=0.1)


def test_a_plan_scaled_down_keeps_its_share_online():
    tier = Tier(Programme(contact_rate=0.4, online=0.8)).scaled(0.5)
    assert tier.programme == Programme(contact_rate=0.2, online=0.8)


def test_a_managers_week_holds_more_contacts_online():
    busy = {"managers": {"contact_time": 0.5}}
    few, many = (
        outcomes(share, busy, accounts=20, case_load=20).query("firm == 'focal'") for share in (0.0, 1.0)
    )
    assert many.contacts.sum() > 2 * few.contacts.sum() > 0


def test_the_internet_firm_reaches_first_and_then_serves():
    strategy = make_strategy("internet")
    first, later = (strategy.plan(view(period=period)) for period in (3, 60))
    assert first.advertising > 2 * later.advertising and first.place < later.place
    assert later.tiers[0].rule == "everyone" and later.tiers[0].programme.online == 1.0
    assert first.tiers[0].programme.contact_rate < later.tiers[0].programme.contact_rate <= 0.25
