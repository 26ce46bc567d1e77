"""Customer equity taken apart: the parts sum to the whole, and each is what its terms bring."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from sim.core.errors import InputError
from sim.market.kernel.utility import TERMS
from sim.market.measures import equity_split as splits
from sim.market.measures.concentration import whale
from sim.market.measures.customer_equity import expected_margins
from support.markets import lived, plan, scenario

#: Every term of utility at work: promotion, quality, place, effort, brand, points, contacts, integration.
RICH = plan(
    promotion=0.1, advertising=0.2, place=0.1, contact_rate=0.3, integration=0.3, reward_rate=0.1,
    discount=0.05, quality=1.2
)  # fmt: skip
MARKETS = {
    "contract": {"type": "contractual", "outside": -1.0},
    "repertoire": {"type": "repertoire", "outside": -4.0},
}


def market_of(kind="repertoire", firms=3, **parts):
    tree = {
        "market": {"budget": "free"} | MARKETS[kind],
        "theory": {"contract": {"return_rate": 0.02}},
        "firms": {"focal": RICH | {"effort": 0.1}},
        "population": {"segments": {"everyone": {"exit_rate": 0.002, "dropout": 0.01}}},
    }
    return lived(scenario(tree, customers=400, periods=60, firms=firms, **parts))


@pytest.fixture(scope="module", params=MARKETS)
def market(request):
    return market_of(request.param)


def expected(market, *asked, **options):
    return expected_margins(market.snapshot(), *asked, **options)


@pytest.mark.parametrize("split", splits.SPLITS)
@pytest.mark.parametrize("most", [10_000, 130])
def test_the_parts_sum_to_the_whole(market, split, most):
    found = market.equity_split(split, most)
    sums = found.groupby("firm", sort=False)["value"].sum().to_numpy()
    np.testing.assert_allclose(sums, market.customer_equity(most), rtol=1e-12)
    assert list(found["part"].unique()) == [*splits.SPLITS[split], splits.REST]


def test_lifetime_values_sum_to_the_equity_and_differ(market):
    values = market.lifetime_values()
    assert values.shape == (market.n_customers, 3)
    np.testing.assert_allclose(values.sum(axis=0), market.customer_equity(10_000), rtol=1e-12)
    assert (values >= 0).all() and (values.std(axis=0) > 0).all()
    assert (values[~market.present()] == 0).all()


def test_splits_have_every_term_once():
    rest = {"taste", "cross_utility", "technology", "political"}
    for parts in splits.SPLITS.values():
        assert sorted([*rest, *(term for terms in parts.values() for term in terms)]) == sorted(
            term.name for term in TERMS
        )


def test_each_part_is_there_where_its_terms_are(market):
    """And what is left when all are gone is the same in both splits."""
    coarse, fine = (
        market.equity_split(split, 10_000).set_index(["firm", "part"])["value"] for split in splits.SPLITS
    )
    for firm in market.setting.firms:
        assert coarse[firm, splits.REST] == fine[firm, splits.REST]
    assert fine["focal", "programmes"] > 0 and coarse["focal", "brand"] > 0
    assert fine["focal", "price"] > 0 > fine["rival_1", "price"]  # a tenth below the others' price
    assert fine["focal", "quality"] > 0 and fine["rival_1", "quality"] > 0
    for part in ("convenience", "brand", "programmes"):
        assert fine["rival_1", part] == 0.0


def gone_price(columns, offers):
    """The going price in place of its own, and no discount of a tier."""
    offers["paid"][0] = splits.going_prices(offers)[0]
    columns.tier[:, 0] = -1


def gone_relationship(columns, offers):
    for name in ("trust", "satisfaction", "habit"):
        getattr(columns, name)[:, 0] = 0.0
    columns.lock_in[:] = 0.0  # nobody else to be locked in with


def gone(*names):
    def take(columns, offers):
        for name in names:
            held = offers[name] if name in offers.dtype.names else getattr(columns, name)
            held[..., 0] = 0.0

    return take


TAKEN = {
    "price": gone_price,
    "quality": gone("expectation"),
    "convenience": gone("convenience", "effort"),
    "brand": gone("brand"),
    "programmes": gone("points", "social_bond", "structural_bond"),
    "trust and habit": gone_relationship,
}


@pytest.mark.parametrize("part", TAKEN)
@pytest.mark.parametrize("kind", MARKETS)
def test_a_coalition_is_the_equity_of_a_state_without_those_terms(kind, part):
    """The offers and rows changed by hand, and the whole equity reckoned again, with the same margins."""
    market = market_of(kind, firms=1 if part == "trust and habit" else 3)
    rows, parts = np.arange(market.n_customers), splits.SPLITS["driver"]
    margins = market.offers["paid"] - np.array([firm.unit_cost for firm in market.firms])
    worth = expected(market, rows, splits.coalitions(parts, market.offers))[0]
    everyone = 2 ** len(parts) - 1
    assert worth[everyone, 0] == market.customer_equity(10_000)[0]
    without = worth[everyone - (1 << list(parts).index(part)), 0]
    TAKEN[part](market.columns, market.offers)
    by_hand = expected(market, rows, splits.no_term_taken(market.offers), margins=margins)[0, 0, 0]
    assert by_hand == pytest.approx(without, rel=1e-12)
    assert without != pytest.approx(worth[everyone, 0], rel=1e-4)


def test_a_price_that_is_gone_is_the_going_one():
    offers = np.zeros(3, [("price", "f8"), ("paid", "f8"), ("open", "i8")])
    offers["price"], offers["paid"], offers["open"] = [10, 12, 14], [9, 12, 14], [1, 1, 1]
    assert splits.going_prices(offers).tolist() == [13.0, 11.5, 10.5]
    offers["open"] = [1, 0, 0]
    assert splits.going_prices(offers).tolist() == [10.0, 9.0, 9.0]


def test_shapley_is_the_mean_over_every_order():
    players, worth = 4, np.random.default_rng(1).normal(size=16)
    gains = np.zeros(players)
    orders = list(permutations(range(players)))
    for order in orders:
        there = 0
        for player in order:
            gains[player] += worth[there | (1 << player)] - worth[there]
            there |= 1 << player
    found = splits.shapley(worth)
    np.testing.assert_allclose(found, gains / len(orders), rtol=1e-12)
    assert found.sum() == pytest.approx(worth[-1] - worth[0])


def test_a_firm_alone_can_be_split():
    found = market_of(firms=1).equity_split("driver").set_index("part")["value"]
    assert found["price"] > 0  # its own list price is the going one, and it asks a tenth less
    assert np.isfinite(found).all()


def test_with_loyalty_off_no_equity_is_relationship_but_for_trust_at_the_start():
    market = market_of(market={"loyalty": False})
    found = market.equity_split("driver").query("firm == 'focal'").set_index("part")["value"]
    assert found["programmes"] == 0.0


def test_an_unknown_split_is_named(market):
    with pytest.raises(InputError, match="equity"):
        market.equity_split("eqity")


def test_whale_by_hand():
    curve = whale(np.array([-1.0, 3.0, 2.0]))
    np.testing.assert_allclose(curve[[0, 100]], [0, 1])
    assert curve.max() == pytest.approx(5 / 4, rel=0.01)
    assert np.isnan(whale(np.array([-1.0]))).all() and np.isnan(whale(np.zeros(0))).all()


def test_net_value_is_lifetime_value_where_no_programme_costs(market):
    bare = lived(scenario(customers=200, periods=30))
    np.testing.assert_allclose(bare.net_values(), bare.lifetime_values(), rtol=1e-9)
    served, net, gross = (
        market.columns.tier[:400, 0] >= 0,
        market.net_values()[:, 0],
        market.lifetime_values()[:, 0],
    )
    there = market.present() & served & (gross > 0)
    assert there.any() and (net[there] < gross[there]).all()


def test_contacts_that_cost_more_than_customers_bring_make_a_whale():
    dear = market_of(theory={"bonds": {"contact_cost": 10.0}})
    curve = dear.whale_curve().query("firm == 'focal'")["worth_share"]
    plain = dear.whale_curve().query("firm == 'rival_1'")["worth_share"]
    assert (dear.net_values()[:, 0] < 0).any()
    assert curve.isna().all() or curve.max() > 1.01
    assert plain.max() == pytest.approx(1.0) and (np.diff(plain) >= 0).all()


def test_net_value_under_contract_by_hand():
    """One unit a period: each expected unit pays price less reward less cost, and less the period's contacts."""
    market = market_of("contract")
    units = expected(
        market, np.arange(400), splits.no_term_taken(market.offers), each=True, margins=np.ones(3)
    )[:400, 0, 0]
    bonds, firm = market.setting.theory.bonds, market.firms[0]
    paid = market.offers["paid"][0]
    each = (
        paid * (1 - 0.05) * (1 - 0.1)
        - firm.unit_cost
        - 0.3 * bonds.contact_cost
        - 0.3 * bonds.integration_cost
    )
    served = market.columns.tier[:400, 0] >= 0
    np.testing.assert_allclose(market.net_values()[:400, 0][served], (units * each)[served], rtol=1e-9)


@pytest.mark.parametrize("split", splits.SPLITS)
def test_cases_that_do_not_differ_are_worked_out_once_and_are_the_same(market, split):
    """Each case by itself, to the last bit; the rivals have no programme, brand or effort that could be taken away."""
    state, rows = market.snapshot(), np.arange(0, market.n_customers, 7)
    cases = splits.coalitions(splits.SPLITS[split], market.offers)
    some, number = splits.distinct(cases, state.columns, rows)
    assert len(some.stripped) < len(cases.stripped) == len(number)
    assert (expected(market, rows, some)[0][number] == expected(market, rows, cases)[0]).all()


HELD_IN = [term.column for term in TERMS if term.column and term.equity]


@pytest.mark.parametrize("column", HELD_IN)
def test_a_term_that_one_relation_has_makes_its_cases_differ(column):
    market = market_of(market={"loyalty": False})
    c, rows = market.columns, np.arange(market.n_customers)
    for name in HELD_IN:
        getattr(c, name)[...] = -1 if name == "tier" else 0

    def of_rival():
        state, cases = market.snapshot(), splits.coalitions(splits.SPLITS["driver"], market.offers)
        _, number = splits.distinct(cases, state.columns, rows)
        return len(np.unique(number[cases.stripped == 1]))

    assert of_rival() == 2  # its price alone can be taken away
    getattr(c, column)[(5, 1) if getattr(c, column).ndim == 2 else 5] = 1
    assert of_rival() == (2 if column == "tier" else 4)
    market.offers["brand"][1] = 0.1
    assert of_rival() == (4 if column == "tier" else 8)
