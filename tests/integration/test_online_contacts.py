"""Contacts through a medium: cheaper, and less of a bond; at depth 1 and cost 1 nothing but a name."""

from __future__ import annotations

import numpy as np
import pytest

from sim.market.market import Market
from sim.strategies import Programme, Tier
from sim.strategies.budget import contact_rate, cost
from sim.strategies.checks.view_sequences import view
from support.markets import plan, scenario

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
