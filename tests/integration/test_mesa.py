"""Mesa's own tools on a real market: agents, AgentSets, DataCollector, batch_run, eager registration."""

import gc
import weakref

import mesa
import numpy as np
import pytest
from mesa.batchrunner import batch_run

from sim import Firm
from sim.customers.agent import FIRST_ID
from sim.customers.agentset import Customer, Customers
from sim.market.market import Market
from sim.scenario.scenario import Scenario

pytestmark = pytest.mark.core

N, PERIODS = 120, 8
SETTING = Scenario.from_config(
    {
        "name": "with_mesa",
        "question": "Do Mesa's tools work?",
        "source": "none",
        "population": {
            "customers": N,
            "entry_rate": 0.02,
            "segments": {"everyone": {"share": 1.0, "exit_rate": 0.02}},
        },
        "firms": {"focal": {"strategy": {"name": "club"}}, "rival": {"strategy": {"name": "fixed_plan"}}},
        "experiment": {"periods": PERIODS, "burn_in": 2},
    }
)


def lived(**options):
    market = Market(SETTING, seed=5, **options)
    market.run_for(PERIODS)
    return market


@pytest.fixture(scope="module")
def market():
    return lived()


def test_firms_are_agents_and_customers_rows(market):
    assert isinstance(market, mesa.Model) and list(market.agents) == market.firms
    assert set(market.agent_types) == {Firm, Customer}
    customers = market.agents_by_type[Customer]
    assert customers is market.customers and isinstance(customers, Customers)
    assert len(customers) == market.n_customers > N
    assert customers.satisfaction.shape == (market.n_customers, 2)
    assert np.shares_memory(customers.satisfaction, market.columns.satisfaction)


def test_a_customer_is_a_view_of_its_row(market):
    main = int(np.flatnonzero(market.columns.supplier[:N] == 0)[0])
    c = market.customers[main]
    assert c.supplier == "focal" and c.firm is market.firms[0]
    assert 0 <= c.attitude <= 1 and 0 <= c.behaviour <= 1
    assert c.attitude == pytest.approx(market.commitment([main])[0])
    assert c.behaviour == pytest.approx(market.columns.habit[main, 0])
    assert {c.loyalty for c in market.customers} <= {"true", "latent", "spurious", "none"}


def test_groups_add_up_to_the_books(market):
    books = market.books.outcomes()
    last = books[books.period == market.period - 1].set_index("firm")
    counted = market.customers.groupby("supplier").count()
    for firm in market.firms:
        assert counted[firm.name] == last.main_customers[firm.name]
    stages = market.customers.groupby("stage").count()
    assert sum(stages.values()) == market.n_customers and len(stages) > 2
    wandering = market.agents_by_type[Customer].select(lambda c: c.stage == "wandering")
    assert len(wandering) == stages.get("wandering", 0)


def test_one_who_is_removed_is_counted_as_lost():
    market = lived(check=True)
    columns = market.columns
    staying = int(np.flatnonzero((columns.supplier[:N] == 0) & (columns.leaves_at[:N] > PERIODS + 1))[0])
    market.customers[staying].remove()
    assert market.customers[staying].present
    market.step()
    gone = market.customers[staying]
    assert not gone.present and gone.supplier is None and gone.stage == "none"


def test_what_is_written_is_lived_with():
    market = lived()
    market.customers.set("taste", [-50.0, 0.0])
    before = market.columns.purchases[:N].copy()
    market.run_for(4)
    bought = market.columns.purchases[:N] - before
    assert bought[:, 1].sum() > 0 == bought[:, 0].sum()


def test_reading_changes_nothing():
    quiet, watched = lived(), Market(SETTING, seed=5)
    for _ in range(PERIODS):
        watched.customers.shuffle().select(lambda c: c.loyalty == "true").agg("attitude", [len, np.sum])
        watched.step()
    assert quiet.books.outcomes().equals(watched.books.outcomes())


@pytest.mark.parametrize("eager", [False, True])
def test_the_data_collector(eager):
    market = Market(SETTING, seed=5, eager=eager)
    market.datacollector = mesa.DataCollector(
        model_reporters={"attitude": lambda m: m.customers.select("present").agg("attitude", np.mean)},
        agent_reporters={"name": lambda agent: getattr(agent, "name", None)},
        agenttype_reporters={
            Customer: {"supplier": "supplier", "satisfaction": "satisfaction", "stage": "stage"},
            Firm: {"share": "share"},
        },
    )
    market.run_for(3)
    assert len(market.datacollector.get_model_vars_dataframe()) == 3
    frame = market.datacollector.get_agenttype_vars_dataframe(Customer)
    last = frame.xs(frame.index.get_level_values(0).max(), level=0)
    assert len(last) == market.n_customers and last.index[0] == FIRST_ID
    assert last["stage"].tolist() == market.customers.get("stage")
    assert np.allclose(np.stack(last["satisfaction"]), market.customers.satisfaction)
    assert len(market.datacollector.get_agenttype_vars_dataframe(Firm)) == 6
    agents = market.datacollector.get_agent_vars_dataframe()
    assert agents.index.is_unique and (len(agents) == 6) is not eager


def test_the_eager_market_lives_the_same_life():
    lazy, eager = lived(), lived(eager=True)
    assert lazy.books.outcomes().equals(eager.books.outcomes())
    assert len(eager.agents) == 2 + int(eager.present().sum()) and len(lazy.agents) == 2
    assert all(c in eager.agents for c in eager.customers.select("present"))
    assert eager.agents_by_type[Customer] is eager.customers


def test_batch_run():
    """Mesa 3.3 takes seeds as a parameter; 3.5 overwrites them by its own ``rng``."""
    options = {"max_steps": 4, "display_progress": False}
    grid = {"setting": SETTING, "customers": [60, N]}
    if mesa.__version__ < "3.5":
        rows = batch_run(Market, grid | {"seed": [1, 2]}, **options)
    else:
        rows = batch_run(Market, grid, rng=[1, 2], **options)
    assert len(rows) == 4 and len({row["profit"] for row in rows}) == 4
    assert sorted(row["seed"] for row in rows) == [1, 1, 2, 2]
    alone = Market(SETTING, seed=2, customers=60)
    alone.run_for(rows[0]["period"])
    assert float(sum(firm.profit for firm in alone.firms)) in {row["profit"] for row in rows}


@pytest.mark.parametrize("processes", [1, 2])
def test_replications_in_batch_run(processes):
    """The parameter ``replication`` tells runs apart in every Mesa: replication k has the scenario's seed plus k."""
    rows = batch_run(
        Market,
        {"setting": SETTING, "customers": [60], "replication": range(2)},
        max_steps=4,
        number_processes=processes,
        display_progress=False,
    )
    found = {row["replication"]: row["profit"] for row in rows}
    for k in (0, 1):
        alone = Market(SETTING, seed=SETTING.experiment.seed + k, customers=60)
        alone.run_for(rows[0]["period"])
        assert found[k] == float(sum(firm.profit for firm in alone.firms))
    assert found[0] != found[1]
    assert Market(SETTING, customers=60).seed_of_run == SETTING.experiment.seed
    assert Market(SETTING, 7, replication=2, customers=60).seed_of_run == 9


def test_they_say_what_they_are(market):
    told = f"Market(with_mesa: arm control, period 8 of 8, {market.heads} customers, 2 firms)"
    assert repr(market) == told
    main = int(market.firms[0].main_customers)
    assert repr(market.firms[0]) == f"Firm(focal: club, arm control, period 8, {main} main customers)"


@pytest.mark.parametrize("eager", [False, True])
def test_a_market_that_is_over_is_forgotten(eager):
    over = weakref.ref(lived(eager=eager))
    gc.collect()
    assert over() is None
