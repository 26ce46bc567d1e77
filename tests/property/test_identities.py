"""The whole-model identities, as properties of random small markets and of markets at the edge."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from sim.customers.ledger import Entry, MarketEntry
from sim.market.accounts import MONEY, IdentityError
from sim.market.market import Market
from sim.scenario.events.base import EVENTS
from sim.strategies import (
    STRATEGIES,
)
from sim.strategies.library import make_strategy
from support.markets import lived, scenario

PERIODS = 30
make_strategy("fixed_plan")  # fills the registry
DECIDERS = sorted(
    name for name, made in STRATEGIES.items() if made.__module__.startswith("sim.strategies.library")
)


def share(low=0.0, high=1.0):
    return st.floats(low, high, allow_nan=False).map(lambda x: round(x, 3))


LEVERS = st.fixed_dictionaries(
    {},
    optional={
        "promotion": share(0, 0.5),
        "advertising": share(0, 0.2),
        "quality": share(0, 2),
        "promise": share(0, 2),
        "staff": share(0, 0.2),
        "place": share(0, 0.2),
        "feedback": share(0, 0.2),
        "recovery": share(0, 5),
        "reward_rate": share(0, 0.3),
        "discount": share(0, 0.3),
        "contact_rate": share(0, 2),
        "integration": share(),
    },
)
DECIDES = st.one_of(
    LEVERS.map(lambda levers: {"name": "fixed_plan"} | levers),
    st.sampled_from(DECIDERS).map(lambda n: {"name": n}),
)
OFFER = st.fixed_dictionaries(
    {"strategy": DECIDES},
    optional={
        "price": share(0, 20),
        "taste_weight": share(0.01, 3),
        "known_by": share(),
        "failure_rate": share(),
        "capacity": st.just(5.0),
        "when_full": st.sampled_from(["served_worse", "turned_away"]),
        "budget": st.sampled_from(["free", 0.0, 0.02]),
    },
)
EVERYONE = st.fixed_dictionaries(
    {},
    optional={
        "need_rate": st.sampled_from([0, 0.1, 3.0, {"gamma": {"shape": 0.3, "mean": 1.0}}]),
        "price_sensitivity": st.sampled_from([0, 0.45, {"lognormal": {"median": 0.45, "sigma": 1.0}}]),
        "exit_rate": st.sampled_from([0, 0.02, 0.5, {"gamma": {"shape": 0.5, "mean": 0.05}}]),
        "dropout": st.sampled_from([0, 0.2, 1.0, {"beta": {"a": 0.8, "b": 2.4}}]),
        "lock_in": st.sampled_from([0, 5.0]),
        "relational_orientation": st.sampled_from([0.1, 1.0, {"beta": {"a": 2, "b": 2}}]),
    },
)


@st.composite
def events(draw, names):
    made = {}
    for number in range(draw(st.integers(0, 3))):
        kind = draw(st.sampled_from(sorted(SHOCKS)))
        made[f"event_{number}"] = {"type": kind, "at": draw(st.integers(0, PERIODS))} | SHOCKS[kind]
        if hasattr(EVENTS[kind], "firm"):
            made[f"event_{number}"]["firm"] = draw(st.sampled_from(names))
    return made


SHOCKS = {
    "price_shock": {"change": -3.0, "lasts": 4},
    "quality_crisis": {"change": -2.0},
    "contact_lapse": {},
    "regulation": {"practice": "reward_rate"},
    "political_shock": {"change": -3.0},
    "technology_jump": {"change": 2.0},
    "price_war": {"cut": 0.4},
    "recession": {"demand": 0.2, "lasts": 5},
    "buyers_market": {"outside": 3.0},
    "number_portability": {"removed": 0.5},
    "firm_enters": {},
    "firm_leaves": {},
    "channel_law": {"markup": 0.1},
}


@st.composite
def scenarios(draw):
    """Any market of up to 80 customers and 6 firms."""
    names = ["focal", "b", "c", "d", "e", "f"][: draw(st.integers(1, 6))]
    tree = {
        "market": {
            "type": draw(st.sampled_from(["repertoire", "contractual"])),
            "periods_per_year": draw(st.sampled_from([1, 4, 12, 52])),
            "outside": draw(st.sampled_from(["none", -6.0, 0.0])),
            "budget": draw(st.sampled_from(["free", 0.0, 0.1])),
            "loyalty": draw(st.booleans()),
            "rivals": draw(st.sampled_from(["as_given", "fixed", "imitate", "best_respond"])),
        },
        "population": {
            "customers": draw(st.integers(1, 80)),
            "entry_rate": draw(st.sampled_from([0.0, 0.02, 0.3])),
            "entry_by_purchase": draw(st.booleans()),
            "segments": {"everyone": draw(EVERYONE)},
        },
        "theory": {
            "choice": {"noise_scale": draw(st.sampled_from([0.0, 0.3, 1.0]))},
            "contract": {
                "h0": draw(st.sampled_from([0.0, 0.3])),
                "contract_term": draw(st.sampled_from([0, 1, 7])),
                "return_rate": draw(st.sampled_from([0.0, 0.5])),
            },
            "bonds": {"threshold": draw(st.sampled_from([0.5, 20.0]))},
        },
        "firms": {name: draw(OFFER) for name in names},
        "events": draw(events(names)),
        "experiment": {"value_every": 7, "sample": 5},
    }
    return scenario(tree, periods=PERIODS, firms=1)


def holds(setting, seed=1, **options):
    """Live a market with its books checked each period, and check what the books do not."""
    market = Market(setting, seed, check=True, collect=False, **options)
    firms = len(market.firms)
    units, lost, aware = np.zeros(firms), np.zeros(firms), np.zeros((0, firms), bool)
    for _ in range(setting.experiment.periods):
        entries = market.n_customers
        before = market.columns.supplier[:entries].copy()
        market.step()
        c, ledger, whole = market.columns, market.books.ledgers[-1], market.books.market_ledgers[-1]
        rows = slice(0, market.n_customers)
        assert np.isfinite(ledger).all() and np.isfinite(market.books.moneys[-1]).all()
        assert (ledger[:, [Entry.UNITS, Entry.REVENUE, Entry.LOST, Entry.WON, Entry.POINTS_HELD]] >= 0).all()
        # units by customer = units by firm; revenue = posted price x units
        units += ledger[:, Entry.UNITS]
        assert np.array_equal(c.purchases[rows].sum(axis=0), units)
        np.testing.assert_allclose(
            ledger[:, Entry.REVENUE], market.offers["price"] * ledger[:, Entry.UNITS], rtol=1e-9, atol=1e-9
        )
        # who the main customers are, and how many changed: once a period at most, so the counts suffice
        assert np.array_equal(
            np.bincount(c.supplier[rows] + 1, minlength=firms + 1)[1:], ledger[:, Entry.MAIN]
        )
        gone = (before >= 0) & (c.supplier[:entries] != before)
        assert np.array_equal(np.bincount(before[gone], minlength=firms), ledger[:, Entry.LOST])
        lost += ledger[:, Entry.LOST]
        # shares sum to 1 where anything was sold
        sold = ledger[:, Entry.UNITS].sum()
        shares = np.array([firm.share for firm in market.firms])
        assert shares.sum() == pytest.approx(1.0) if sold else np.isnan(shares).all()
        # nobody forgets a firm
        knows = (c.aware[rows, None] >> np.arange(firms, dtype=np.uint32)) & 1 == 1
        assert (knows[: len(aware)] >= aware).all()
        aware = knows
        for name in ("trust", "habit", "social_bond", "structural_bond"):
            assert getattr(c, name)[rows].min() >= 0 and getattr(c, name)[rows].max() <= 1, name
        assert np.abs(c.satisfaction[rows]).max() <= 1 and (c.points[rows] >= 0).all()
        assert whole[MarketEntry.PRESENT] >= ledger[:, Entry.MAIN].sum()
    outcomes = market.books.outcomes()
    cost = [c for c in outcomes if c.endswith("_cost") and c not in ("acquisition_cost", "keeping_cost")]
    costs = outcomes[["goods", "points_paid", *cost]].sum(axis=1)
    np.testing.assert_allclose(outcomes.profit, outcomes.revenue - costs, atol=1e-6)
    assert outcomes.customer_equity.dropna().size >= market.offers["open"].sum()
    assert market.books.switches().customers.sum() == pytest.approx(lost.sum())
    return market


@settings(max_examples=50)
@given(scenarios(), st.integers(0, 2**62))
def test_identities_hold_in_any_market(setting, seed):
    holds(setting, seed)


@settings(max_examples=25, phases=[Phase.explicit, Phase.generate])
@given(scenarios())
def test_reports_off_changes_nobody(setting):
    """Causes and reported means only read: without them everyone buys the same."""
    told, silent = (lived(setting, reports=reports) for reports in (True, False))
    for name in ("purchases", "satisfaction", "trust", "habit", "supplier", "aware", "money"):
        assert np.array_equal(getattr(told.columns, name), getattr(silent.columns, name)), name


ALL_LEAVE = {"population": {"segments": {"everyone": {"exit_rate": 5.0}}}}
EDGES = {
    "one customer": {"population": {"customers": 1}},
    "one customer with points": {
        "population": {"customers": 1},
        "firms": {"focal": {"strategy": {"name": "fixed_plan", "reward_rate": 0.25}}},
        "market": {"periods_per_year": 12, "budget": "free"},
        "experiment": {"periods": 60},
    },
    "one firm": {"firms": {"rival_1": None, "rival_2": None}},
    "no needs": {"population": {"segments": {"everyone": {"need_rate": 0}}}},
    "nobody knows anyone": {"firms": {n: {"known_by": 0} for n in ("focal", "rival_1", "rival_2")}},
    "given away": {"firms": {"focal": {"price": 0}}},
    "a price of a million": {"firms": {"focal": {"price": 1e6}}},
    "all prices a million": {"firms": {n: {"price": 1e6} for n in ("focal", "rival_1", "rival_2")}},
    "all leave": ALL_LEAVE,
    "all leave, others come": ALL_LEAVE | {"population": {"entry_rate": 0.5, **ALL_LEAVE["population"]}},
    "all leave after a purchase": {"population": {"segments": {"everyone": {"dropout": 1.0}}}},
    "no noise": {"theory": {"choice": {"noise_scale": 0}}},
    "no noise, no taste": {"theory": {"choice": {"noise_scale": 0}}, "market": {"taste": False}},
    "all close": {
        "events": {n: {"type": "firm_leaves", "at": 5, "firm": n} for n in ("focal", "rival_1", "rival_2")}
    },
    "all fail": {"firms": {"focal": {"failure_rate": 1.0}}},
    "everything at once": {"population": {"segments": {"everyone": {"need_rate": 100, "exit_rate": 0.1}}}},
    "best outside": {"market": {"outside": 100}},
}


@pytest.mark.parametrize("kind", ["repertoire", "contractual"])
@pytest.mark.parametrize("name", EDGES)
def test_identities_hold_at_the_edge(name, kind):
    changes = EDGES[name]
    firms = 3
    if name == "one firm":
        changes, firms = {}, 1
    setting = scenario({"market": {"type": kind}}, changes, customers=changes.get("population", {}).get("customers", 50),
                       periods=PERIODS, firms=firms)  # fmt: skip
    market = holds(setting, 4)
    sold = sum(books[:, Entry.UNITS].sum() for books in market.books.ledgers)
    assert (sold == 0) == (name in ("nobody knows anyone", "best outside", "all prices a million")
                           or (name == "no needs" and kind == "repertoire"))  # fmt: skip


@pytest.mark.parametrize("kind", ["repertoire", "contractual"])
def test_thirty_two_firms(kind):
    """The last firm has the last bit of awareness."""
    parts = {"firms": {f"rival_{k}": {"known_by": 0.2} for k in range(1, 32)}}
    market = holds(scenario({"market": {"type": kind}}, parts, customers=200, periods=PERIODS, firms=32))
    assert market.columns.purchases[:, 31].sum() > 0


def test_a_firm_wins_nobody_while_it_is_closed():
    enters = {"events": {"entry": {"type": "firm_enters", "at": 10, "firm": "rival_1"}}}
    market = holds(scenario(enters, customers=300, periods=PERIODS))
    units = np.array(market.books.ledgers)[:, 1, Entry.UNITS]
    assert not units[:10].any() and units[10:].any()


@pytest.mark.parametrize(
    ("entry", "named"),
    [
        (Entry.UNITS, "units"),
        (Entry.WON, "won"),
        (Entry.LOST, "lost"),
        (Entry.KEPT, "kept"),
        (Entry.POINTS_ISSUED, "points"),
        (Entry.AWARE, "awareness"),
        (Entry.NEW_BUYERS, "buyers"),
        (Entry.BUYERS, "buyers"),
    ],
)
def test_a_wrong_entry_is_found(entry, named):
    """Negative: one customer or ten of money too many in any one entry, and the check says so."""
    market = lived(scenario(customers=100, periods=10), check=True)
    held = market.first.held(9)
    market.books.check(held)
    market.books.ledgers[-1][0, entry] += 10.0
    with pytest.raises(IdentityError, match=named):
        market.books.check(held)


@pytest.mark.parametrize(("column", "named"), [("revenue", "list price"), ("promotion_cost", "total paid")])
def test_wrong_money_is_found(column, named):
    """Negative: money that no customer paid, and the check says so."""
    market = lived(scenario(customers=100, periods=10), check=True)
    market.books.moneys[-1][MONEY.index(column), 0] += 10.0
    with pytest.raises(IdentityError, match=named):
        market.books.check(market.first.held(9))


def test_what_a_large_buyer_paid_may_be_rounded_as_single_precision_is_and_no_further():
    """A hundred purchases a week at 9.37, four hundred weeks: rounded by more than 1e-5; beyond the bound it is found."""
    many = {"segments": {"everyone": {"need_rate": 100}}}
    made = scenario(population=many, firms=1, customers=1, periods=400, market={"outside": None}).replace(
        {"firms": {"focal": {"price": 9.37}}}
    )
    market = lived(made, check=True)
    held = market.first.held(399)
    ever = float(sum(money[MONEY.index("revenue")] for money in market.books.moneys)[0])
    off = abs(held["paid"][0] - ever) / ever
    assert 1e-5 < off < held["rounding"][0] / ever < 1e-2
    for wrong in (1.0 - 2 * held["rounding"][0] / ever, 1.0 + 2 * held["rounding"][0] / ever):
        with pytest.raises(IdentityError, match="total paid"):
            market.books.check(held | {"paid": ever * np.array([wrong])})
