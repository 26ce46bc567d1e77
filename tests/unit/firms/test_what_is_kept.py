"""Plans, offers and programmes are worked out again as soon as one thing that they depend on is another."""

from __future__ import annotations

import numpy as np
import pytest

from sim.core.kept import Kept
from sim.customers.offer import PROGRAMME
from sim.firms.mechanisms.base import MechanismState
from sim.firms.partners.base import PartnerEffects
from sim.firms.shocks import FirmShocks
from sim.firms.state import Sales
from sim.strategies import MAX_TIERS, SPENDING, MarketingPlan, Programme, Tier
from sim.strategies.checks.view_sequences import STANDING, view
from sim.strategies.library import make_strategy
from support.firms import clock, firm, theory

SERVED = (Tier(Programme(0.02, 0.1, 0.1, 0.2, 0.5), "key_accounts", accounts=40, managers=1, case_load=40),)
PLAN = MarketingPlan(promotion=0.1, tiers=SERVED)


def made():
    """A firm with key accounts, a capacity that it exceeds and departments at odds."""
    sections = theory(managers=type(theory().managers)(contact_time=0.5))
    one = firm(capacity=50.0, when_full="turned_away", alignment=0.8, sections=sections)
    one.plan, one.members, one.sales = PLAN, [40.0], Sales(units=60.0, turned_away=5.0, active=80.0)
    one.quality, one.goodwill = 1.0, 0.5
    one.shocks, one.effects = FirmShocks(political=-0.2), PartnerEffects(damping=0.1)
    return one


def posted(one):
    programmes = np.full((MAX_TIERS, len(PROGRAMME)), np.nan)
    return one.post(programmes), programmes.tolist()


def plan_with(**levers):
    return lambda one: setattr(one, "plan", PLAN.replace(**levers))


def within(part, name, value):
    return lambda one: setattr(getattr(one, part), name, value)


def at_weeks(one):
    one.clock = clock(weeks=4.0)


def forbids(*practices):
    return lambda one: one.shocks.forbidden.update(practices)


def other_response(one):
    one.theory = theory(reach=type(one.theory.reach)(w_brand=2.0), managers=one.theory.managers)


MOVES = {
    **{f"plan {name}": plan_with(**{name: 0.3}) for name in
       ("price", "promise", "place", "staff", "feedback", "recovery", "promotion", "advertising")},
    "tiers": plan_with(tiers=(Tier(Programme(0.05)),)), "no tier": plan_with(tiers=()),
    "quality": lambda one: setattr(one, "quality", 1.2), "goodwill": lambda one: setattr(one, "goodwill", 0.6),
    "sales": lambda one: setattr(one, "sales", Sales(units=70.0)),
    "members": lambda one: one.members.__setitem__(0, 400.0),
    "alignment": lambda one: setattr(one.mechanism_states[0], "alignment", 0.5),
    **{f"shock {name}": within("shocks", name, value) for name, value in {
        "price_change": 1.0, "price_factor": 0.5, "quality_change": -1.0, "technology": 1.0, "political": -1.0,
        "open": False,
    }.items()},
    "promotions forbidden": forbids("promotion"), "discounts forbidden": forbids("discount"),
    "advertising forbidden": lambda one: (plan_with(advertising=0.3)(one), forbids("advertising")(one)),
    **{f"partner {name}": within("effects", name, 0.25) for name in
       ("quality", "shared_quality", "failures", "employee_effect", "convenience", "brand", "damping", "undercut")},
    "weeks": at_weeks, "response": other_response,
}  # fmt: skip


@pytest.mark.parametrize("moved", MOVES)
def test_an_offer_and_its_programmes_follow_each_of_their_inputs(moved):
    """A firm that posted before posts the same as one that did not; what moves does matter."""
    one, fresh = made(), made()
    before = posted(one)
    if moved == "advertising forbidden":
        plan_with(advertising=0.3)(one)
        before = posted(one)
    for each in (one, fresh):
        MOVES[moved](each)
    assert posted(one) == posted(fresh) != before


def test_an_offer_without_a_move_is_posted_again():
    one = made()
    first, programmes = posted(one)
    again, the_same = posted(one)
    assert again is first and the_same == programmes


def test_a_kept_value_depends_on_every_argument_and_a_failure_is_not_kept():
    asked = []
    kept = Kept(lambda *given: asked.append(given) or sum(given))
    assert [kept(1, 2), kept(1, 2), kept(2, 1), kept(2), kept(2)] == [3, 3, 3, 2, 2] and len(asked) == 3
    broken = Kept(lambda x: 1 / x)
    assert broken(2) == 0.5
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            broken(0)
    assert broken(2) == 0.5


def test_a_fixed_plan_follows_its_parameters_and_the_standing_plan():
    fixed = make_strategy("fixed_plan", {"advertising": 0.1})
    first = fixed.plan(view())
    assert fixed.plan(view()) is first and first.advertising == 0.1
    fixed.advertising, fixed.contact_rate = 0.2, 0.5
    assert fixed.plan(view()).advertising == 0.2 and fixed.plan(view()).tiers[0].programme.contact_rate == 0.5
    dearer = STANDING.replace(price=12.0)
    assert fixed.plan(view(standing_plan=dearer)).price == 12.0 and fixed.plan(view()).price == STANDING.price


@pytest.mark.parametrize("lever", SPENDING)
def test_the_expenses_of_a_plan_are_those_of_its_own_levers(lever):
    assert PLAN.expenses == {"promotion": 0.1}
    assert PLAN.replace(**{lever: 0.4}).expenses[lever] == 0.4
    assert lever not in PLAN.replace(**{lever: 0.0}).expenses and PLAN.managers == 1
    assert PLAN.replace(tiers=()).managers == 0


class Watched(type(make_strategy("fixed_plan"))):
    """A fixed plan with a plan of its own."""

    def plan(self, view):
        return super().plan(view).replace(price=9.0 + view.period)


class Turning(type(make_strategy("fixed_plan"))):
    """A fixed plan whose later plan is set where the parameter ``then`` does not show it."""

    def set_up(self):
        self.later, self.at = make_strategy("fixed_plan", {"price": 5.0}), 3.0


def looks(one):
    """True if the firm looks at its rivals to make its plan."""
    looked = []
    one.plan_wanted(lambda: looked.append(1) or ())
    return bool(looked)


def test_a_fixed_plan_is_wanted_again_without_a_look_until_it_may_be_another():
    one = firm(make_strategy("fixed_plan", {"advertising": 0.1}))
    assert looks(one) and not looks(one) and one.wanted.advertising == 0.1
    one.strategy.advertising = 0.2
    assert looks(one) and one.wanted.advertising == 0.2 and not looks(one)
    one.standing_plan = one.standing_plan.replace(price=12.0)
    assert looks(one) and one.wanted.price == 12.0 and not looks(one)
    one.strategy = make_strategy("fixed_plan", {"advertising": 0.3})
    assert looks(one) and one.wanted.advertising == 0.3 and not looks(one)
    one.strategy.plan = lambda view: view.standing_plan.replace(price=7.0)
    assert looks(one) and looks(one) and one.wanted.price == 7.0
    one.shocks.open = False
    assert one.plan_wanted(lambda: ()) is one.standing_plan


@pytest.mark.parametrize("strategy", [
    Watched(), Turning(), make_strategy("fixed_plan", {"then": {"at": 2, "price": 8.0}}), make_strategy("price_matcher"),
])  # fmt: skip
def test_a_strategy_that_may_look_is_asked_in_every_period(strategy):
    one = firm(strategy)
    assert looks(one) and looks(one) and not one.counts_on_nothing
    one.clock = clock(3)
    assert looks(one) and one.wanted == strategy.plan(one.view(()))


def test_each_act_is_asked_of_the_states_that_have_it():
    """A state without an act of its own adds nothing to it, so that asking it or not is the same."""
    one = made()
    assert [type(state).__name__ for state in one.acting["working"]] == ["Departments"]
    for act, states in one.acting.items():
        others = [state for state in one.mechanism_states if state not in states]
        assert all(getattr(type(state), act) is getattr(MechanismState, act) for state in others), act
