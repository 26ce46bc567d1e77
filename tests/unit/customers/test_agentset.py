"""The AgentSet face: whatever Mesa does with agents it does with rows, and a view is the row."""

import copy
import gc
import pickle
import statistics
from collections import Counter
from types import SimpleNamespace

import mesa
import numpy as np
import pytest
from mesa.agent import AgentSet

from sim.core.errors import InputError
from sim.customers.agent import FIRST_ID
from sim.customers.agentset import Customer, Customers, install
from sim.customers.columns import allocate
from sim.theory.trust import Trust

pytestmark = pytest.mark.core

N, ROOM, FIRMS = 60, 80, 3


class Firm(mesa.Agent):
    def __init__(self, model, name):
        super().__init__(model)
        self.name = name


class FakeMarket(mesa.Model):
    """What `Customers` needs of a market: columns, firms, setting, commitment."""

    def __init__(self, eager=False, rng=1):
        super().__init__(rng=rng)
        self.period, self.n_customers = 5, N
        theory = SimpleNamespace(trust=Trust())
        population = SimpleNamespace(segments={"loyal": None, "fickle": None})
        self.setting = SimpleNamespace(theory=theory, population=population)
        self.firms = [Firm(self, name) for name in ("focal", "rival", "small")]
        luck = np.random.default_rng(3)
        self.columns = allocate(ROOM, FIRMS)
        c = self.columns
        c.satisfaction[:] = luck.normal(0.3, 0.3, (ROOM, FIRMS))
        c.trust[:] = luck.random((ROOM, FIRMS))
        c.habit[:] = luck.random((ROOM, FIRMS))
        c.social_bond[:] = luck.random((ROOM, FIRMS))
        c.supplier[:] = luck.integers(-1, FIRMS, ROOM)
        c.stage[:] = np.where(c.supplier < 0, 0, luck.integers(1, 6, ROOM))
        c.segment[:] = luck.integers(0, 2, ROOM)
        c.tenure[:] = luck.integers(0, 9, ROOM)
        c.streak[:] = luck.integers(0, 12, ROOM)
        c.last_bought[:] = np.where(luck.random(ROOM) < 0.7, c.supplier, 0)
        c.leaves_at[::10] = 4.5
        install(self, eager)

    def present(self):
        return self.columns.leaves_at[: self.n_customers] > self.period

    def commitment(self, rows=None):
        rows = np.arange(self.n_customers) if rows is None else rows
        return self.columns.satisfaction[rows].max(axis=1) / 2 + 0.3

    def step(self):
        self.period += 1
        self.columns.tenure[: self.n_customers] += 1
        if hasattr(self, "datacollector"):
            self.datacollector.collect(self)


@pytest.fixture
def market():
    return FakeMarket()


@pytest.fixture
def customers(market):
    return market.customers


def plain(market):
    """The same customers as a list of held views: what Mesa would hold."""
    return [Customer(market, row) for row in range(market.n_customers)]


# ---------------------------------------------------------------- one customer


def test_a_view_reads_its_row(market, customers):
    c, columns = customers[42], market.columns
    assert np.array_equal(c.satisfaction, columns.satisfaction[42]) and c.satisfaction.shape == (FIRMS,)
    assert c.tenure == columns.tenure[42] and type(c.tenure) is int and type(c.lock_in) is float
    assert c.supplier_id == columns.supplier[42]
    assert c.supplier == ("focal", "rival", "small", None)[columns.supplier[42]]
    assert c.firm is (*market.firms, None)[columns.supplier[42]]
    assert c.unique_id == 42 + FIRST_ID and c.row == 42 and c.pos is None and c.model is market
    assert c.segment in ("loyal", "fickle") and isinstance(c, mesa.Agent)


def test_the_two_faces_make_the_kind_of_loyalty(market, customers):
    for c in customers:
        assert 0 <= c.behaviour <= 1
        if c.supplier is None:
            assert (c.attitude, c.behaviour, c.loyalty) == (0, 0, "none")
            assert (c.stage, c.trust_level) == ("none", "none")
        else:
            assert c.behaviour == pytest.approx(market.columns.habit[c.row, c.supplier_id])
            high = (c.attitude > 0.5, c.behaviour > 0.5)
            kinds = {(True, True): "true", (True, False): "latent", (False, True): "spurious"}
            assert c.loyalty == kinds.get(high, "none")
            bonded = c.trust[c.supplier_id] > 1 / 3 and c.social_bond[c.supplier_id] > 0.2
            assert c.trust_level == (
                "cognitive"
                if not bonded
                else "behavioural"
                if c.streak >= 8 and market.columns.last_bought[c.row] == c.supplier_id
                else "affective"
            )
    assert len({c.loyalty for c in customers}) == 4 and len({c.trust_level for c in customers}) == 4


def test_writing_an_attribute_writes_the_column(market, customers):
    c, columns = customers[7], market.columns
    c.tenure, c.satisfaction, c.stage, c.supplier = 3, [0.1, 0.2, 0.3], "wandering", "rival"
    assert columns.tenure[7] == 3 and np.allclose(columns.satisfaction[7], [0.1, 0.2, 0.3])
    assert columns.stage[7] == 4 and columns.supplier[7] == 1
    c.trust, c.supplier = 0.5, None
    assert (columns.trust[7] == 0.5).all() and columns.supplier[7] == -1
    c.firm = market.firms[2]
    assert c.supplier == "small"


@pytest.mark.parametrize(
    ("name", "value"),
    [("tenure", 1.5), ("trust", float("nan")), ("stage", "wanderin"), ("supplier", "nobody"),
     ("supplier_id", 3), ("segment", 0), ("streak", 1e30)],
)  # fmt: skip
def test_a_value_that_cannot_be_is_refused(market, customers, name, value):
    before = [array.copy() for array in market.columns.stored]
    with pytest.raises(InputError):
        setattr(customers[7], name, value)
    assert all(np.array_equal(a, b) for a, b in zip(before, market.columns.stored, strict=True))


def test_what_follows_from_the_columns_is_not_set(customers):
    for name in ("attitude", "behaviour", "loyalty", "trust_level", "present", "row"):
        with pytest.raises(AttributeError, match=name):
            setattr(customers[0], name, 0)
    with pytest.raises(ValueError, match="read-only"):
        customers[0].satisfaction[0] = 1


def test_views_of_one_row_are_the_same_agent(market, customers):
    assert customers[3] == customers[3] and customers[3] != customers[4]
    assert len({customers[3], customers[3]}) == 1
    assert customers[3] != FakeMarket().customers[3] and customers[3] in customers
    with pytest.raises(IndexError, match="60"):
        customers[N]
    with pytest.raises(IndexError):
        Customer(market, -1)


def test_an_attribute_of_ones_own_stays(customers):
    customers[5].note = "likes tea"
    gc.collect()
    assert customers[5].note == "likes tea" and not hasattr(customers[6], "note")
    assert customers.get("note", handle_missing="default", default_value="-").count("-") == N - 1
    with pytest.raises(AttributeError):
        customers.get("note")
    customers.set("note", 1)
    assert customers.agg("note", sum) == N
    assert customers.groupby("note").count() == {1: N}


def test_one_who_is_removed_leaves_in_the_coming_period(market, customers):
    c = customers[1]
    c.remove()
    assert c.present and market.columns.leaves_at[1] <= market.period + 1e-3
    market.step()
    assert not c.present and len(customers) == N


# ---------------------------------------------------------------- the set


def test_columns_are_attributes_that_cannot_be_written(market, customers):
    view = customers.satisfaction
    assert view.shape == (N, FIRMS) and np.shares_memory(view, market.columns.satisfaction)
    with pytest.raises(ValueError, match="read-only"):
        view[0, 0] = 9
    assert customers.attitude.shape == (N,) and customers.supplier.dtype.kind == "i"
    few = customers.select(np.arange(N) < 5)
    assert few.satisfaction.shape == (5, FIRMS) and not few.satisfaction.flags.writeable


def test_it_is_an_agentset_under_its_type(market, customers):
    assert isinstance(customers, AgentSet) and market.agents_by_type[Customer] is customers
    assert Customer in market.agent_types and len(market.agents) == FIRMS
    assert len(customers) == N and [c.row for c in customers] == list(range(N))
    assert customers[-1].row == N - 1 and [c.row for c in customers[2:8:2]] == [2, 4, 6]
    assert next(reversed(customers)).row == N - 1 and customers.index(customers[9]) == 9
    assert [c.row for c in customers.to_list()] == list(range(N)) and repr(customers)


def test_entrants_join_and_leavers_stay_as_rows(market, customers):
    shuffled = customers.shuffle()
    market.n_customers = N + 4
    assert len(customers) == N + 4 and len(shuffled) == N and customers[-1].row == N + 3
    assert customers.count("present") == int((market.columns.leaves_at[: N + 4] > 5).sum()) < N + 4
    customers.sort("tenure", inplace=True)
    market.n_customers = N + 6
    assert len(customers) == N + 6 and customers[-1].row == N + 5


def test_select(market, customers):
    wandering = customers.select(lambda c: c.stage == "wandering")
    assert wandering.rows.tolist() == np.flatnonzero(market.columns.stage[:N] == 4).tolist() != []
    assert isinstance(wandering, Customers) and wandering.model is market
    gc.collect()
    assert len(wandering) == len(list(wandering))
    mask = customers.satisfaction[:, 0] > 0.5
    assert customers.select(mask).rows.tolist() == np.flatnonzero(mask).tolist()
    assert customers.select("present", at_most=3).rows.tolist() == [1, 2, 3]
    assert len(customers.select(at_most=0.5)) == N // 2 and len(customers.select(at_most=1)) == 1
    assert len(customers.select(agent_type=Firm)) == 0 and len(customers.select(agent_type=mesa.Agent)) == N
    calls = []
    customers.select(lambda c: calls.append(c.row) or True, at_most=4)
    assert calls == [0, 1, 2, 3]
    few = customers.select(at_most=10)
    assert few.select(lambda c: c.row > 6, inplace=True) is few and few.rows.tolist() == [7, 8, 9]
    with pytest.raises(TypeError, match="mask"):
        customers.select(np.arange(N))
    assert customers.select() is not customers and customers.select() == customers


@pytest.mark.parametrize(
    "name", ["tenure", "satisfaction", "stage", "supplier", "attitude", "unique_id", "loyalty"]
)
def test_get_says_what_the_views_say(market, customers, name):
    got, said = customers.get(name), [getattr(c, name) for c in plain(market)]
    assert isinstance(got, list) and len(got) == N
    assert all(np.array_equal(a, b) for a, b in zip(got, said, strict=True))
    assert type(got[0]) is type(said[0])


def test_get_of_several_and_of_what_is_missing(customers):
    rows = customers.get(["row", "stage"])
    assert rows[4] == [4, customers[4].stage] and len(rows) == N
    assert customers.get("nothing", handle_missing="default") == [None] * N
    with pytest.raises(AttributeError):
        customers.get("nothing")
    with pytest.raises(ValueError, match="default"):
        customers.get("row", handle_missing="perhaps")
    live = customers.get("satisfaction")[0].copy()
    kept = customers.get("satisfaction")[0]
    customers.set("satisfaction", 0.0)
    assert np.array_equal(kept, live)


def test_agg(market, customers):
    tenure = [c.tenure for c in plain(market)]
    assert customers.agg("tenure", np.mean) == pytest.approx(np.mean(tenure))
    assert customers.agg("tenure", [min, max, sum]) == [min(tenure), max(tenure), sum(tenure)]
    customers.set("streak", 100)
    assert customers.agg("segment", len) == N and customers.agg("streak", sum) == 100 * N
    customers.set("stage", "steady")
    assert customers.agg("stage", Counter) == {"steady": N}
    assert customers.agg("tenure", statistics.median) == statistics.median(tenure)


def test_set_writes_all_rows_at_once(market, customers):
    few = customers.select(at_most=5)
    assert few.set("tenure", 77) is few
    assert (market.columns.tenure[:5] == 77).all() and (market.columns.tenure[5:] != 77).all()
    few.set("trust", [0.1, 0.2, 0.3]).set("supplier", "small")
    assert np.allclose(market.columns.trust[4], [0.1, 0.2, 0.3]) and (market.columns.supplier[:5] == 2).all()
    customers.set("supplier", None)
    assert (market.columns.supplier[:N] == -1).all() and not customers._kept


def test_count(customers):
    assert customers.count() == N and customers.count(customers[3]) == 1
    assert customers.count(lambda c: c.tenure > 4) == sum(c.tenure > 4 for c in customers)
    assert customers.select(at_most=2).count(customers[3]) == 0


@pytest.mark.parametrize("by", ["stage", "tenure", "supplier", lambda c: c.tenure % 3])
def test_groupby(market, customers, by):
    key = by if callable(by) else lambda c: getattr(c, by)
    wanted = Counter(key(c) for c in plain(market))
    groups = customers.groupby(by)
    assert groups.count() == wanted and list(groups.count()) == list(wanted) and len(groups) == len(wanted)
    for found, group in groups:
        assert isinstance(group, Customers) and {key(c) for c in group} == {found}
    assert groups.agg("tenure", np.mean) == pytest.approx(
        {k: np.mean([c.tenure for c in plain(market) if key(c) == k]) for k in wanted}
    )
    assert groups.map(len) == wanted and groups.do(lambda group: group.set("tenure", 1)) is groups
    assert groups.agg("tenure", max) == dict.fromkeys(wanted, 1)
    listed = customers.groupby(by, result_type="list")
    assert all(isinstance(group, list) for _, group in listed)
    assert listed.agg("tenure", max) == dict.fromkeys(listed.groups, 1)


def test_what_is_held_toward_each_firm_is_no_key(customers):
    for act in (customers.groupby, customers.sort):
        with pytest.raises(TypeError, match="one value per firm"):
            act("satisfaction")


@pytest.mark.parametrize("ascending", [True, False])
@pytest.mark.parametrize("key", ["tenure", "stage", "attitude", lambda c: -c.row])
def test_sort_is_mesas_sort(market, customers, key, ascending):
    held = plain(market)
    wanted = [c.row for c in AgentSet(held, market.random).sort(key, ascending=ascending)]
    assert customers.sort(key, ascending=ascending).rows.tolist() == wanted


def test_map_and_do(market, customers):
    assert customers.map(lambda c, more: c.row + more, 5) == list(range(5, N + 5))

    def forget(customer, by):
        customer.tenure = 0
        customer.trust = customer.trust * by

    before = market.columns.trust[:N].copy()
    assert customers.do(forget, by=0.5) is customers
    assert (market.columns.tenure[:N] == 0).all() and np.allclose(market.columns.trust[:N], before / 2)
    assert customers.do("step") is customers and customers.map("step") == [None] * N


def test_shuffle_follows_the_seed(market, customers):
    first = customers.shuffle().rows.tolist()
    assert sorted(first) == list(range(N)) != first
    assert FakeMarket().customers.shuffle().rows.tolist() == first
    assert FakeMarket(rng=2).customers.shuffle().rows.tolist() != first
    few = customers.select(at_most=9)
    assert few.shuffle(inplace=True) is few and sorted(few.rows.tolist()) == list(range(9))
    order = []
    customers.shuffle_do(lambda c: order.append(c.row))
    assert sorted(order) == list(range(N)) != order


def test_set_algebra_and_membership(customers):
    low, high = customers.select(at_most=10), customers.select(lambda c: 5 <= c.row < 15)
    assert (low & high).rows.tolist() == [5, 6, 7, 8, 9] and len(low | high) == 15
    assert (low - high).rows.tolist() == [0, 1, 2, 3, 4] and len(low ^ high) == 10
    low.add(customers[50])
    low.add(customers[50])
    assert customers[50] in low and len(low) == 11
    low.remove(customers[50])
    low.discard(customers[50])
    with pytest.raises(KeyError):
        low.remove(customers[50])
    with pytest.raises(TypeError):
        low.add("somebody")
    assert low == customers.select(at_most=10) and low != high and low.pop().row == 0
    low.clear()
    assert len(low) == 0 and len(customers) == N
    assert low.get("tenure") == [] and low.groupby("stage").count() == {} and low.sort("tenure").count() == 0


def test_copies_and_pickles(market, customers):
    assert copy.copy(customers) == customers and copy.copy(customers) is not customers
    assert customers.copy().rows.tolist() == list(range(N))
    again = pickle.loads(pickle.dumps(customers.select(at_most=3)))
    assert again.get("tenure") == customers.select(at_most=3).get("tenure")


# ---------------------------------------------------------------- with Mesa's tools


def test_the_eager_market_registers_its_customers():
    market = FakeMarket(eager=True)
    alive = int(market.present().sum())
    assert len(market.agents) == FIRMS + alive and market.agents_by_type[Customer] is market.customers
    gc.collect()
    assert market.customers[3] is market.customers[3] and market.customers[3] in market.agents
    assert market.customers[3].unique_id == 3 + FIRST_ID
    market.customers[3].remove()
    market.n_customers, market.columns.leaves_at[N:] = N + 2, np.inf
    market.step()
    market.customers.register()
    assert len(market.agents) == FIRMS + int(market.present().sum()) == FIRMS + alive + 1
    assert market.customers[3] not in market.agents and len(market.customers) == N + 2
    market.agents.select(agent_type=Customer).set("tenure", 4)
    assert market.columns.tenure[1] == 4
    assert len({agent.unique_id for agent in market.agents}) == len(market.agents)
    market.remove_all_agents()
    assert len(market.agents) == 0


@pytest.mark.parametrize("eager", [False, True])
def test_the_data_collector_reports_on_customers(eager):
    market = FakeMarket(eager=eager)
    market.datacollector = mesa.DataCollector(
        model_reporters={"satisfied": lambda m: m.customers.agg("satisfaction", np.mean)},
        agent_reporters={"name": lambda a: getattr(a, "name", None)},
        agenttype_reporters={Customer: {"tenure": "tenure", "stage": "stage", "supplier": "supplier"}},
    )
    for _ in range(3):
        market.step()
    frame = market.datacollector.get_agenttype_vars_dataframe(Customer)
    assert len(frame) == 3 * N and set(frame["stage"]) <= {c.stage for c in market.customers}
    grown = frame["tenure"].to_numpy().reshape(3, N)
    assert (np.diff(grown, axis=0) == 1).all()
    supplier = [name if isinstance(name, str) else None for name in frame["supplier"]]
    assert supplier[:N] == market.customers.get("supplier")
    assert len(market.datacollector.get_model_vars_dataframe()) == 3
    agents = market.datacollector.get_agent_vars_dataframe()
    assert len(agents) == 3 * (FIRMS + (int(market.present().sum()) if eager else 0))


def test_a_million_customers_take_no_million_objects():
    market = FakeMarket()
    n = 1_000_000
    market.columns, market.n_customers = allocate(n, 1), n
    market.firms = market.firms[:1]
    gc.collect()
    before = len(gc.get_objects())
    unhappy = market.customers.select(market.customers.satisfaction[:, 0] < 1)
    unhappy.set("trust", 0.25).set("stage", "reserve")
    assert unhappy.groupby("stage").count() == {"reserve": n}
    assert unhappy.agg("trust", np.mean) == 0.25 and len(unhappy.sort("tenure").shuffle()) == n
    assert len(gc.get_objects()) - before < 1000
