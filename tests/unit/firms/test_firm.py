"""The firm's laws of motion and its budget, each against a number by hand; plans that lie are refused by name."""

import math

import numpy as np
import pytest

from sim.customers import seasonality
from sim.customers.ledger import Entry
from sim.firms.customer_base import assign_tiers
from sim.firms.decision import PlanError
from sim.market.market import Market
from sim.scenario.scenario import Scenario
from sim.strategies import CustomerFile, MarketingPlan, Programme, Strategy, Tier, strategy


def market(focal=None, market_keys=None, firms=None, events=None, **more):
    tree = {
        "name": "firm",
        "firms": {"focal": focal or {}, "rival": {}} | (firms or {}),
        "population": {"customers": 400},
        "market": {"budget": "free"} | (market_keys or {}),
        "events": events or {},
        "experiment": {"periods": 200, "burn_in": 1},
    } | more
    return Market(Scenario.from_config(tree), 1)


def fixed(**levers):
    return {"strategy": {"name": "fixed_plan", **levers}}


def test_staff_cuts_failures_exponentially():
    one = market(fixed(staff=0.2) | {"failure_rate": 0.1})
    one.run_for(2)
    assert one.offers[0]["failure_rate"] == pytest.approx(0.1 * math.exp(-5.0 * 0.2))
    assert one.offers[1]["failure_rate"] == pytest.approx(0.05)


def test_units_beyond_capacity_congest_the_next_period():
    one = market({"capacity": 10.0})
    one.run_for(2)
    sold = one.books.ledgers[0][0, Entry.UNITS]
    assert sold > 10 and one.offers[0]["congestion"] == pytest.approx(sold / 10.0 - 1.0)
    assert one.offers[1]["congestion"] == 0.0


def test_goodwill_is_a_stock_that_fades_and_makes_the_brand():
    one = market(fixed(advertising=0.1) | {"goodwill": 1.0})
    one.run_for(2)
    keep = 0.5 ** (1 / 8)
    stock = (1.0 * keep + 0.1) * keep + 0.1
    assert one.firms[0].goodwill == pytest.approx(stock)
    assert one.offers[0]["brand"] == pytest.approx(0.5 * math.log(1.0 + stock))


def test_quality_moves_half_way_to_its_target_in_a_half_life_and_grows_dearer():
    one = market(fixed(quality=1.8))
    one.run_for(26)
    assert one.firms[0].quality == pytest.approx(1.3, abs=1e-6)
    units = one.books.ledgers[-1][0, Entry.UNITS]
    paid = one.books.outcomes().query("firm == 'focal'")["quality_cost"].iloc[-1]
    assert paid == pytest.approx((2.2 * 0.5 + 2.0 * 0.5**2) * units)


def test_profit_is_discounted_by_the_year():
    one = market()
    one.run_for(104)
    table = one.books.outcomes().query("firm == 'focal'").set_index("period")
    ratio = table["discounted_profit"] / table["profit"]
    assert ratio[51] == pytest.approx(1 / 1.1) and ratio[103] == pytest.approx(1 / 1.1**2)


def test_the_season_moves_needs_and_has_no_yearly_mean():
    theory = {"needs": {"season": 0.5, "season_peak": 13.0}}
    one = market(theory=theory)
    needs, segments = one.setting.theory.needs, list(one.setting.population.segments.values())
    factors = [
        seasonality.by_segment(needs, segments, week, one.weeks, 1.0)[0] / one.weeks for week in range(52)
    ]
    assert factors[12] == pytest.approx(1.5, abs=0.01)
    assert np.mean(factors) == pytest.approx(1.0) and min(factors) == pytest.approx(0.5, abs=0.01)


def test_a_price_cut_is_charged_to_the_budget():
    one = market(fixed(price=9.0))
    one.step()
    units = one.books.ledgers[0][0, Entry.UNITS]
    assert one.books.last("budget_spend", 0) == pytest.approx(1.0 * units)
    assert one.books.last("budget_spend", 1) == 0.0


def test_an_overrun_shrinks_the_next_budget():
    one = market(market_keys={"budget": 0.05})
    firm, whole = one.firms[0], 0.05 * 400
    assert firm.allowed() == pytest.approx(whole)
    firm.overrun = 5.0
    assert firm.allowed() == pytest.approx(whole - 5.0)
    firm.overrun = 1000.0
    assert firm.allowed() == 0.0


def test_support_of_stakeholders_shrinks_with_the_budget_like_all_else():
    """0.3 + 0.1 per customer per week wanted, 0.1 allowed: a quarter of each."""
    staff = {"it": {"kind": "employees", "turnover": 0}}
    one = market(fixed(employee_support=0.3, place=0.1), {"budget": 0.1}, stakeholders=staff)
    one.step()
    plan = one.firms[0].plan
    assert (plan.employee_support, plan.place) == pytest.approx((0.075, 0.025))
    assert one.books.last("budget_spend", 0) == pytest.approx(0.1 * 400)


def test_what_is_spent_beyond_the_budget_is_carried_forward():
    one = market(fixed(price=5.0, promotion=0.5), {"budget": 0.05})
    for _ in range(6):
        allowed = one.firms[0].allowed()
        one.step()
        spent = one.books.last("budget_spend", 0)
        assert one.firms[0].overrun == pytest.approx(max(0.0, spent - allowed))


def test_managers_serve_no_more_accounts_than_their_case_load():
    one = market()
    one.run_for(30)
    file = one.firms[0].customer_file()
    tier = Tier(Programme(contact_rate=0.1), "key_accounts", accounts=50, managers=2, case_load=5)
    assign_tiers(one.columns, 0, one.period, one.active_periods, (tier,), file)
    chosen = np.flatnonzero(one.columns.tier[:, 0] == 0)
    assert len(chosen) == 10
    active = file.customer[file.recency < one.active_periods]
    richest = sorted(active, key=lambda row: (-one.columns.money[row, 0], row))[:10]
    assert sorted(chosen) == sorted(richest) and isinstance(file, CustomerFile)


def test_a_closed_firm_sells_and_spends_nothing():
    one = market(
        fixed(advertising=0.1, place=0.1), events={"end": {"type": "firm_leaves", "firm": "focal", "at": 5}}
    )
    one.run_for(8)
    table = one.books.outcomes().query("firm == 'focal' and period >= 5")
    assert (table[["units", "advertising_cost", "place_cost", "profit"]] == 0).all(axis=None)
    assert one.books.outcomes().query("firm == 'focal' and period < 5")["advertising_cost"].gt(0).all()


def test_rivals_are_those_that_are_open():
    one, seen = (
        market(
            firms={"third": {}},
            events={
                "end": {"type": "firm_leaves", "firm": "rival", "at": 3},
                "begins": {"type": "firm_enters", "firm": "third", "at": 2},
            },
        ),
        [],
    )

    class Looks(Strategy):
        name = "looks"

        def plan(self, view):
            seen.append([offer.name for offer in view.rivals])
            return view.standing_plan

    one.firms[0].strategy = Looks()
    one.run_for(5)
    assert seen == [["rival"], ["rival"], ["rival", "third"], ["third"], ["third"]]


def test_a_new_main_supplier_begins_as_a_stranger():
    one = market(firms={"third": {}})
    wandering = 0
    for _ in range(80):
        before = one.columns.supplier.copy()
        one.step()
        switched = (before >= 0) & (one.columns.supplier >= 0) & (one.columns.supplier != before)
        wandering += int((one.columns.stage[switched] == 4).sum())
    assert wandering == 0


class Vouching(MarketingPlan):
    def problems(self):
        return []


class AlwaysInRange(float):
    __lt__ = __gt__ = __ne__ = lambda self, other: False
    __le__ = __ge__ = __eq__ = lambda self, other: True
    __hash__ = float.__hash__


class ManyAccounts(int):
    def __lt__(self, other):
        return False


LIES = {
    "a price below 0": lambda view: view.standing_plan.replace(price=AlwaysInRange(-5)),
    "advertising beyond all": lambda view: view.standing_plan.replace(advertising=AlwaysInRange(1e9)),
    "a discount below 0": lambda view: view.standing_plan.replace(
        tiers=(Tier(Programme(discount=AlwaysInRange(-0.5))),)
    ),
    "a share that is text": lambda view: view.standing_plan.replace(
        tiers=(Tier(Programme(), "rfm", share="x"),)
    ),
    "a rule that is no text": lambda view: view.standing_plan.replace(
        tiers=(Tier(Programme(), np.zeros(2)),)
    ),
    "more managers than there can be": lambda view: view.standing_plan.replace(
        tiers=(Tier(Programme(), "key_accounts", managers=10**30),)
    ),
    "a share beyond 1": lambda view: view.standing_plan.replace(
        tiers=(Tier(Programme(), "rfm", share=AlwaysInRange(2)),)
    ),
    "managers below 0": lambda view: view.standing_plan.replace(
        tiers=(Tier(Programme(), "key_accounts", managers=ManyAccounts(-1)),)
    ),
    "a whole number beyond floats": lambda view: view.standing_plan.replace(price=10**400),
    "exits": lambda view: (_ for _ in ()).throw(SystemExit(0)),
    "vouches": lambda view: Vouching(price=float("nan")),
    "equals everything": lambda view: type("Equal", (), {"__eq__": lambda a, b: True, "__hash__": None})(),
    "fractions": lambda view: view.standing_plan.replace(
        tiers=(Tier(Programme(), "key_accounts", accounts=float("nan"), case_load=2.5),)
    ),
    "no tier": lambda view: view.standing_plan.replace(tiers=("everyone",)),
    "a list": lambda view: view.standing_plan.replace(tiers=[]),
    "not a number": lambda view: view.standing_plan.replace(price=float("nan")),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_plan_that_lies_is_named_with_firm_strategy_and_period(lie, monkeypatch):
    one = market()

    class Liar(Strategy):
        name = "liar"

        def plan(self, view):
            return LIES[lie](view)

    one.firms[0].strategy = Liar()
    with pytest.raises(PlanError, match="firm 'focal', strategy 'liar', period 0"):
        one.step()


class Unprintable(Exception):
    def __str__(self):
        raise ValueError("no text")


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ValueError("a wrong rate"), "ValueError: a wrong rate"),
        (ValueError("a wrong rate\n" + "its trace\n" * 500), "ValueError: a wrong rate ..."),
        (ValueError("x" * 5000), f"ValueError: {'x' * 200} ..."),
        (ZeroDivisionError(), "ZeroDivisionError"),
        (Unprintable(), "Unprintable: an error without a message"),
    ],
)
def test_of_an_error_in_a_strategy_the_first_line_is_told(error, told):
    one = market()

    class Raises(Strategy):
        name = "raises"

        def plan(self, view):
            raise error

    one.firms[0].strategy = Raises()
    with pytest.raises(PlanError) as raised:
        one.step()
    assert str(raised.value) == f"firm 'focal', strategy 'raises', period 0: {told}"
    assert raised.value.__cause__ is error


def test_a_plan_that_says_it_is_the_last_one_is_not_taken_for_it():
    one = market()

    class Liar(Strategy):
        name = "liar"

        def plan(self, view):
            return view.standing_plan.replace(price=AlwaysInRange(9.0 if view.period == 0 else -9.0))

    firm = one.firms[0]
    firm.strategy = Liar()
    for _ in range(2):
        one.step()
        assert type(firm.plan.price) is float and firm.price == float(one.offers[0]["price"]) == 9.0


def test_a_list_price_never_falls_below_zero():
    one = market(events={"x": {"type": "price_shock", "firm": "focal", "at": 0, "change": -50.0}})
    one.step()
    assert one.firms[0].price == one.offers[0]["price"] == one.firms[0].public_offer().price == 0.0


def test_a_strategy_has_a_name_that_can_be_typed():
    with pytest.raises(ValueError, match="a name of letters"):
        strategy("ev\x1b[31mil", source="nowhere")(type("Evil", (Strategy,), {}))
