"""The second category in a market: untied, two categories that do not touch."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from sim.core.errors import InputError
from sim.customers import ledger
from sim.firms.mechanisms.cross_category import CELLS
from sim.firms.metrics import GROUPS, METRICS
from sim.market.accounts import IdentityError
from sim.report import run_and_report
from sim.scenario.scenario import Scenario
from sim.strategies import SECOND_LEVERS
from support.markets import lived, plan, scenario, toward_firms

SECOND = GROUPS["second"]
UNTIED = dict.fromkeys(
    ("carry_satisfaction", "carry_trust", "carry_bond", "notice", "complement", "complement_back"), 0.0
)


TIED = {"theory": {"second": {"complement": 1.5, "complement_back": 1.0}}}


OFFERS = {"second": {"firms": {"focal": {}, "rival_1": {"works_with": "all", "known_by": 0.5}}}}


CHECKED = {"execution": {"check": True}}


def second_columns(market):
    c = market.second.columns
    return {name: array[..., : market.n_customers] for name, array in c.stored.items()}


# ---------------------------------------------------------------- the law of independence


def test_untied_the_first_category_is_the_same_to_the_byte_as_alone():
    alone = lived(scenario())
    beside = lived(scenario(OFFERS, {"theory": {"second": UNTIED}}))
    assert beside.second.books.ledgers[-1][:, ledger.Entry.UNITS].sum() > 0
    for name, array in alone.columns.stored.items():
        if name != "cross_utility":
            assert array.tobytes() == getattr(beside.columns.stored, name).tobytes(), name
    ours = [name for name in METRICS if name not in ("revenue", "profit", "discounted_profit")]
    one, other = alone.books.outcomes(), beside.books.outcomes()
    assert one[ours].equals(other[ours])


def test_untied_the_second_category_does_not_see_the_first():
    changed = {"firms": {"focal": {"price": 14.0, "quality": -0.5, "known_by": 0.2}}}
    usual, other = (lived(scenario(OFFERS, {"theory": {"second": UNTIED}}, more)) for more in ({}, changed))
    assert not np.array_equal(usual.columns.purchases, other.columns.purchases)
    for name, column in second_columns(usual).items():
        if name != "tier":  # who has the bundle price, of which there is none
            assert np.array_equal(column, second_columns(other)[name]), name


def test_needs_and_tastes_of_the_second_are_luck_of_its_own():
    """With one distribution for both needs; 2,000 customers, so a chance correlation stays below 0.1."""
    need = {"second": {"need_rate": {"gamma": {"shape": 1.5, "mean": 0.5}}}}
    market = lived(scenario(OFFERS, need, customers=2000), periods=1)
    one, other = market.columns, market.second.columns
    assert np.array_equal(one.price_sensitivity, other.price_sensitivity)
    for mine, also in ((one.need_rate, other.need_rate), (one.taste[:, 0], other.taste[:, 0])):
        assert mine.mean() == pytest.approx(also.mean(), abs=0.15)
        assert abs(np.corrcoef(mine, also)[0, 1]) < 0.1


@pytest.mark.parametrize("name", ["complement", "complement_back", "carry_trust", "carry_satisfaction"])
def test_each_tie_by_itself_moves_the_category_it_acts_on(name):
    off, on = (lived(scenario(OFFERS, {"theory": {"second": UNTIED | more}})) for more in ({}, {name: 2.0}))
    first = np.array_equal(off.columns.purchases, on.columns.purchases)
    second = np.array_equal(off.second.columns.purchases, on.second.columns.purchases)
    assert (first, second) == ((False, True) if name == "complement_back" else (True, False))


# ---------------------------------------------------------------- accounts


def growing(**more):
    burn_in = {"experiment": {"burn_in": 20}}
    focal = {"firms": {"focal": plan(cross_selling=0.05, second_advertising=0.02, bundle_discount=0.2)}}
    return scenario(OFFERS, TIED, CHECKED, burn_in, focal, {"market": {"budget": "free"}}, **more)


def test_the_identities_hold_with_entrants_exits_and_events():
    made = growing(
        population={"entry_rate": 0.01, "segments": {"everyone": {"exit_rate": 0.01, "dropout": 0.01}}},
        events={"gone": {"type": "firm_leaves", "at": 40, "firm": "rival_1"}},
    )
    market = lived(made)
    seen = market.books.outcomes()
    assert (
        (seen[["penetration", "market_development", "product_development", "diversification"]] >= 0)
        .all()
        .all()
    )
    late = seen[(seen["firm"] == "focal") & (seen["period"] >= 20)]
    assert (late[list(CELLS)].sum() > 0).all(), "every cell is used"
    assert late["revenue"].to_numpy() == pytest.approx(late[list(CELLS)].sum(axis=1).to_numpy())
    assert late["second_revenue"].sum() == pytest.approx(5.0 * late["second_units"].sum())
    gone = seen[(seen["firm"] == "rival_1") & (seen["period"] >= 40)]
    assert gone["second_units"].sum() == 0


def test_the_second_product_reaches_profit():
    market = lived(growing())
    row = market.books.outcomes().query("firm == 'focal' and period == 50").iloc[0]
    first = 10.0 * row["units"] - 6.0 * row["units"]
    assert row["second_promotion_cost"] > 0
    assert row["cross_selling_cost"] > 0
    assert row["second_advertising_cost"] == pytest.approx(0.02 * 500)
    assert row["second_goods"] == pytest.approx(3.0 * row["second_units"])
    more = 2.0 * row["second_units"] - row["second_promotion_cost"] - row["cross_selling_cost"]
    assert row["profit"] == pytest.approx(first + more - row["second_advertising_cost"])
    assert row["budget_spend"] == pytest.approx(
        row[["second_promotion_cost", "cross_selling_cost", "second_advertising_cost"]].sum()
    )


def test_a_market_that_outgrows_its_room_keeps_what_customers_hold_of_the_second():
    """Room is made for the customers who enter in 4 periods; after 12 the customers still hold all that was sold."""
    market = lived(scenario(OFFERS, population={"entry_rate": 0.1}, customers=100, periods=4), periods=12)
    sold = sum(entries[:, ledger.Entry.UNITS] for entries in market.second.books.ledgers)
    assert market.n_customers > 200 and sold[0] > 0
    np.testing.assert_array_equal(market.second.columns.purchases.sum(axis=0), sold)


def test_goodwill_of_the_second_by_hand_in_periods_of_two_weeks():
    """Half of it is gone in 8 weeks; among all by 0.02 a week, among own customers by 0.05 a week."""
    levers = {"focal": plan(cross_selling=0.05, second_advertising=0.02)}
    rules = {"market": {"budget": "free", "periods_per_year": 26}}
    market = lived(scenario(OFFERS, rules, firms=2).replace({"firms": levers}), periods=2)
    ties, kept = market.cross_category, 0.5 ** (2 / 8)
    among_all, own = (2 * a * (1 + kept) for a in (0.02, 0.05))
    assert (ties.goodwill[0], ties.goodwill_own[0]) == pytest.approx((among_all, own))
    brands = market.second.offers["brand"][0], ties.cross_brand[0]
    assert brands == pytest.approx([0.5 * np.log(1 + stock) for stock in (among_all, own)])
    chances = market.second.offers["ad_chance"][0], ties.cross_chance[0]
    assert chances == pytest.approx([1 - np.exp(-10 * 2 * a) for a in (0.02, 0.05)])


def test_an_identity_that_fails_is_named():
    market = lived(growing(), periods=10)
    market.books.of_mechanisms[-1] = dict(market.books.of_mechanisms[-1]) | {
        "diversification": np.ones(3) * 1e6
    }
    with pytest.raises(IdentityError, match="growth matrix = revenue"):
        market.books.check(market.first.held(9))


def test_the_cells_are_what_old_and_new_customers_paid():
    """Against money column by column: an old customer bought within 13 weeks of the burn-in's end."""
    market = lived(growing(), periods=20)
    rows_, before = market.n_customers, [c.purchases.copy() for c in (market.columns, market.second.columns)]
    last = np.maximum(market.columns.last_purchase, market.second.columns.last_purchase)[:rows_]
    old = last > 19 - 13
    market.run_for(15)
    now = [c.purchases for c in (market.columns, market.second.columns)]
    units = [n.astype(int) - b for n, b in zip(now, before, strict=True)]
    paid = [price * u for price, u in zip((10.0, 5.0), units, strict=True)]
    wanted = [np.where(mine, p, 0).sum(axis=0) for p, mine in product(paid, (old, ~old))]
    seen = market.books.outcomes().query("period >= 20").groupby("firm", sort=False)[list(CELLS)].sum()
    np.testing.assert_allclose(seen.to_numpy(), np.array(wanted).T)


@pytest.mark.parametrize("levers", [{}, dict.fromkeys(SECOND_LEVERS, 0.3)])
def test_without_a_second_product_its_levers_cost_and_do_nothing(levers):
    made = lived(scenario({"firms": {"focal": plan(**levers)}}, periods=20))
    assert not set(SECOND) & set(made.books.outcomes())
    usual = lived(scenario(periods=20))
    assert made.books.outcomes().equals(usual.books.outcomes())


def test_a_plan_over_its_budget_is_scaled_with_these_levers_too():
    market = lived(scenario(OFFERS, {"firms": {"focal": plan(cross_selling=5.0)}}, periods=30))
    spent = market.books.outcomes().query("firm == 'focal' and period > 5")["budget_spend"]
    assert 0 < spent.mean() <= 0.1 * 500 * 1.05


def test_a_bundle_discount_is_expected_to_cost_its_share_of_the_seconds_last_revenue():
    market = lived(scenario(OFFERS, CHECKED, firms=2), periods=30)
    firm = market.firms[0]
    sold, did = firm.second_sales, firm.expected(firm.plan.replace(bundle_discount=0.2))
    assert sold.revenue > 0
    assert (did.second_units, did.second_off) == pytest.approx((sold.units, 0.2 * sold.revenue))
    # no more is spent on it than the budget pays: 0.01 x 500 a period
    scarce = firm.plan.replace(bundle_discount=0.9)
    adopted = firm.within_budget(scarce, 5.0)
    assert adopted.bundle_discount == pytest.approx(5.0 / sold.revenue) and 0.9 * sold.revenue > 5.0


def test_a_bundle_price_is_for_who_buys_the_first():
    # the second's units do not count what is paid: only customers active in the first pay less
    market = lived(
        scenario(OFFERS, {"firms": {"focal": plan(bundle_discount=0.2)}}, {"market": {"budget": "free"}})
    )
    c = market.second.columns
    paid, bought = c.money[:, 0].astype(float), c.purchases[:, 0]
    strangers = (market.columns.purchases[:, 0] == 0) & (bought > 0)
    np.testing.assert_allclose(paid[strangers], 5.0 * bought[strangers], rtol=1e-5)
    assert (paid[bought > 0] < 5.0 * bought[bought > 0] - 0.5).any()


# ---------------------------------------------------------------- the same bytes


@pytest.mark.parametrize("threads", [2])
def test_the_same_columns_on_any_number_of_threads(threads, monkeypatch):
    monkeypatch.setattr("sim.market.blocks.FEWEST_BLOCKS", 1)  # so small a market would go by one thread
    made = growing(customers=9000, population={"entry_rate": 0.002})
    made = made.replace({"experiment": {"periods": 30}})
    one, many = (lived(made, threads=n) for n in (1, threads))
    assert toward_firms(one.columns) == toward_firms(many.columns)
    for name, column in second_columns(one).items():
        assert column.tobytes() == second_columns(many)[name].tobytes()
    assert one.books.outcomes().equals(many.books.outcomes())


def test_firms_act_alike_whether_anything_is_reported_or_checked():
    """Causes of the second category are worked out for the check only; who owns its product a firm sees in any case."""
    made = growing(customers=600).replace({"experiment": {"periods": 30}})
    told = lived(made, check=True)
    for market in (lived(made, check=False), lived(made, reports=False)):
        assert toward_firms(market.columns) == toward_firms(told.columns)
        assert toward_firms(market.second.columns) == toward_firms(told.second.columns)
        owners = [m.firms[0].view(m.public_offers()).second.owners for m in (told, market)]
        assert owners[0] == owners[1] > 0


def test_an_arm_with_a_second_category_beside_one_without(tmp_path):
    arms = {"none": {}, "both": OFFERS | TIED}
    tree = scenario(customers=200, periods=20).to_dict()
    tree["experiment"] |= {"arms": arms, "control": "none", "replications": 2, "value_every": 4}
    tree["expect"] = [
        {
            "claim": "It sells.",
            "metric": "second_units",
            "arm": "both",
            "between": [0.01, 100],
            "literature": "none",
        }
    ]
    made = Scenario.from_config(tree)
    found = [
        run_and_report.run(made, tmp_path / name, progress=False, report="none") for name in ("one", "two")
    ]
    table = found[0].outcomes
    assert list(table.columns[-len(SECOND) :]) == list(SECOND)
    assert table.loc[table["arm"] == "none", "second_units"].isna().all()
    assert (table.loc[table["arm"] == "both", "second_units"] >= 0).all()
    assert found[0].expectations[0]["verdict"] == "met"
    names = ("outcomes.parquet", "runs.parquet", "summary.csv")
    assert all((found[0].where / n).read_bytes() == (found[1].where / n).read_bytes() for n in names)


# ---------------------------------------------------------------- what is asked, and of whom


@pytest.mark.parametrize(("second", "says"), [
    ({"firms": {"focl": {}}}, "second.firms.focl"),
    ({"firms": {"focal": {"prize": 3}}}, "second.firms.focal.prize"),
    ({"firms": {"focal": {"works_with": "some"}}}, "second.firms.focal.works_with"),
    ({"firms": {}, "outside": -1}, "second.firms"),
    ({"firms": {"focal": {}}, "need_rate": -1}, "second.need_rate"),
])  # fmt: skip
def test_a_wrong_second_category_is_named(second, says):
    with pytest.raises(InputError) as problem:
        scenario({"second": second})
    assert problem.value.key.startswith(says)


def test_a_metric_of_a_second_category_is_asked_for_with_one_only(tmp_path):
    made = scenario({"experiment": {"metrics": ["second_units"]}})
    with pytest.raises(InputError, match="second_units"):
        run_and_report.run(made, tmp_path / "run", progress=False, report="none")


def test_a_firm_sees_its_second_product_once_it_is_on_sale():
    made = {"second": {"firms": {"focal": {"opens": 3, "price": 7.0}, "rival_1": {}}}}
    market = lived(scenario(made), periods=3)
    seen = [firm.view(()).second for firm in market.firms]
    assert seen[0] is not None and (seen[0].price, seen[0].units) == (7.0, 0.0)
    assert seen[1].units > 0 and seen[1].revenue == 5.0 * seen[1].units and seen[2] is None
    market.run_for(10)
    sold = [entries[0, ledger.Entry.UNITS] for entries in market.second.books.ledgers]
    assert max(sold[:3]) == 0 < sold[3], "on sale from the period it opens in"
    assert market.firms[0].view(()).second.units > 0


def test_demand_of_the_second_falls_with_a_recession_and_knows_no_season():
    size = {"customers": 2000, "periods": 40}
    usual = lived(scenario(OFFERS, **size)).books.outcomes().second_units.sum()
    less = {"events": {"slump": {"type": "recession", "at": 0, "lasts": 40, "demand": 0.5}}}
    season = {"theory": {"needs": {"season": 0.9}}}
    assert lived(scenario(OFFERS, less, **size)).books.outcomes().second_units.sum() < 0.8 * usual
    assert lived(scenario(OFFERS, season, **size)).second.conditions["demand"][0] == pytest.approx(1.0)


def test_a_law_against_discounts_holds_for_bundles():
    bundle = {"firms": {"focal": plan(bundle_discount=0.5)}, "market": {"budget": "free"}}
    law = {"events": {"law": {"type": "regulation", "practice": "discount", "at": 0}}}
    spent = [
        lived(scenario(OFFERS, bundle, more, customers=500, periods=30))
        .books.outcomes()
        .second_promotion_cost.sum()
        for more in ({}, law)
    ]
    assert spent[0] > 0.0 and spent[1] == 0.0


def test_the_second_category_has_no_contracts_and_no_talk():
    made = scenario(OFFERS, {"market": {"type": "contractual"}}, customers=100, periods=2)
    conditions = lived(made).second.conditions
    assert all(conditions[name] == 0 for name in ("contractual", "entry_by_purchase", "talk_on"))
