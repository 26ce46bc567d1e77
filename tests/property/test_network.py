"""Word of mouth: the five layers are what they say, mutual, and never moved by an entrant."""

import subprocess
import sys
from dataclasses import replace

import networkx as nx
import numpy as np
import pytest

from sim.core.errors import InputError
from sim.customers.network import (
    GRAPH,
    LAYERS,
    TRIES,
    Network,
    adjacency,
    anyone,
    customer_at,
    layers_record,
    neighbour,
    place_of,
    tie,
)

N = 2000
MUTUAL = ["kin", "neighbourhood", "profession", "culture"]
OFF = {name: replace(section(), share=0.0) for name, section in LAYERS.items()}


def layer(name, **changes):
    """The record of one layer that has all the talk."""
    settings = OFF | {name: replace(LAYERS[name](), share=1.0, **changes)}
    return layers_record(settings)[list(LAYERS).index(name)]


def graph_of(record, n_customers=N, draws=None):
    """Everyone whom everyone can meet, by an even comb of draws, as a graph of asker -> asked."""
    draws = max(int(record.members), 12) if draws is None else draws
    comb = (np.arange(draws) + 0.5) / draws
    asked = nx.DiGraph()
    asked.add_nodes_from(range(n_customers))
    for customer in range(n_customers):
        for draw in comb:
            other = neighbour(customer, record, float(draw), n_customers)
            if other >= 0:
                asked.add_edge(customer, int(other))
    return asked


@pytest.fixture(scope="module")
def graphs():
    return {name: graph_of(layer(name)) for name in ("kin", "neighbourhood", "profession")}


@pytest.mark.parametrize("name", ["kin", "neighbourhood", "profession"])
def test_ties_are_mutual_and_never_to_oneself(graphs, name):
    edges = set(graphs[name].edges)
    assert all((b, a) in edges for a, b in edges)
    assert all(a != b for a, b in edges)


def test_kin_are_cliques_of_three_to_six_in_turn(graphs):
    families = [sorted(f) for f in nx.connected_components(graphs["kin"].to_undirected())]
    whole = [len(f) for f in sorted(families) if f[-1] < 1998]
    assert whole == [3, 4, 5, 6] * (1998 // 18)
    assert nx.average_clustering(graphs["kin"].to_undirected().subgraph(range(1998))) == 1.0


def test_profession_is_blocks_of_fifty_that_cut_across_families(graphs):
    blocks = list(nx.connected_components(graphs["profession"].to_undirected()))
    present = [len(b) for b in blocks]
    assert max(present) == 50 and present.count(50) >= 20
    assert nx.average_clustering(graphs["profession"].to_undirected()) == pytest.approx(1.0)
    kin = set(graphs["kin"].to_undirected().edges)
    colleagues = set(graphs["profession"].to_undirected().edges)
    by_chance = len(kin) * 49 / N
    assert len(kin & colleagues) < 3 * by_chance


@pytest.mark.parametrize(("rewire", "near"), [(0.0, 10), (0.2, 8), (0.4, 6)])
def test_neighbourhood_clusters_as_the_ring_says(rewire, near):
    """A ring on which k of K ties lead to the next ones: C = 3(k-2)/(4(k-1)) * k(k-1)/(K(K-1))."""
    ring = graph_of(layer("neighbourhood", rewire=rewire)).to_undirected()
    inner = [d for _, d in ring.degree]
    assert np.median(inner) == 10 and max(inner) == 10
    expected = 3 * (near - 2) / (4 * (near - 1)) * near * (near - 1) / 90
    assert nx.average_clustering(ring) == pytest.approx(expected, abs=0.02)


def test_a_few_ties_elsewhere_make_the_world_small():
    """Watts & Strogatz (1998): rewiring a tenth shortens paths by far more than it lowers clustering."""
    ring, small = (graph_of(layer("neighbourhood", rewire=r), 1024).to_undirected() for r in (0.0, 0.1))
    assert nx.is_connected(ring)
    path = [nx.average_shortest_path_length(g) for g in (ring, small)]
    clustering = [nx.average_clustering(g) for g in (ring, small)]
    assert path[1] < 0.2 * path[0]
    assert clustering[1] > 0.7 * clustering[0]


def test_culture_is_blocks_of_a_thousand():
    record = layer("culture")
    comb = (np.arange(1000) + 0.5) / 1000
    n_customers = 8192
    met = {c: {neighbour(c, record, float(u), n_customers) for u in comb} for c in (0, 17, 4095)}
    for customer, others in met.items():
        assert len(others) == 999 and customer not in others
        for other in list(others)[:8]:
            back = {neighbour(int(other), record, float(u), n_customers) for u in comb}
            assert customer in back


@pytest.mark.parametrize(("half", "key"), [(5, 1), (5, 9), (6, 4)])
def test_the_shuffle_is_a_permutation_inside_its_window(half, key):
    window = 4**half
    places = [place_of(i, half, key) for i in range(2 * window)]
    assert sorted(places[:window]) == list(range(window))
    assert [customer_at(p, half, key) for p in places] == list(range(2 * window))
    assert abs(np.corrcoef(places[:window], range(window))[0, 1]) < 0.15


def test_chance_meets_everybody_alike():
    """Chi-square of 200,000 draws over 300 customers, a number that is no power of two."""
    draws = np.random.default_rng(5).random(200_000)
    counts = np.bincount([anyone(float(u), 300) for u in draws], minlength=300)
    expected = 200_000 / 300
    chi_square = ((counts - expected) ** 2 / expected).sum()
    assert 299 - 4 * np.sqrt(2 * 299) < chi_square < 299 + 4 * np.sqrt(2 * 299)


@pytest.mark.parametrize("name", list(LAYERS))
@pytest.mark.parametrize(("before", "after"), [(700, 701), (1023, 1026), (1500, 2500), (64, 65)])
def test_an_entrant_moves_nobodys_ties(name, before, after):
    """The same draw reaches the same person as before, or one of the customers who entered."""
    record, rng = layer(name), np.random.default_rng(after)
    moved = 0
    for customer, draw in zip(rng.integers(0, before, 3000), rng.random(3000), strict=True):
        then, now = (neighbour(int(customer), record, float(draw), n) for n in (before, after))
        assert now == then or before <= now < after
        moved += now != then
    assert moved <= 3000 * (after - before) / after * 2.5 + 30


@pytest.mark.parametrize("n_customers", [1, 2, 3, 50, 1500])
def test_nobody_is_asked_who_is_not_there(n_customers):
    network, rng = Network(), np.random.default_rng(0)
    for _ in range(2000):
        customer = int(rng.integers(n_customers))
        other, _strength = network.ask(customer, *rng.random(2), n_customers)
        assert other == -1 or (0 <= other < n_customers and other != customer)
    if n_customers == 1:
        assert other == -1


def test_conversations_fall_on_layers_by_their_shares():
    network, rng = Network(), np.random.default_rng(3)
    strengths = [network.ask(5, *rng.random(2), N)[1] for _ in range(20_000)]
    share_of_kin = np.mean(np.array(strengths) == 0.5)
    assert share_of_kin == pytest.approx(0.3, abs=4 * np.sqrt(0.3 * 0.7 / 20_000))
    silent = Network(OFF)
    assert {silent.ask(5, *rng.random(2), N) for _ in range(100)} == {(-1, 0.0)}


def test_few_conversations_come_to_nothing():
    """In a last window that is one half full, one draw in 2**TRIES comes to nothing."""
    network, rng = Network(), np.random.default_rng(4)
    asked = [network.ask(int(rng.integers(1536)), *rng.random(2), 1536)[0] for _ in range(20_000)]
    assert np.mean(np.array(asked) < 0) < 2.0**-TRIES + 0.01


@pytest.mark.parametrize("shape", ["edges", "graph", "digraph"])
def test_a_graph_of_the_users_own_replaces_a_layer(shape):
    pairs = [(0, 1), (1, 2), (2, 0), (4, 2), (1, 0)]
    graph = {"edges": np.array(pairs), "graph": nx.Graph(pairs), "digraph": nx.DiGraph(pairs)}[shape]
    network = Network(OFF | {"kin": replace(LAYERS["kin"](), share=1.0)}, {"kin": graph}, 10)
    assert network.record[0].kind == GRAPH and network.custom_layers == ("kin",)
    wanted = nx.DiGraph(pairs) if shape == "digraph" else nx.Graph(pairs).to_directed()
    for customer in range(10):
        met = {network.ask(customer, 0.5, float(u), 10)[0] for u in (np.arange(60) + 0.5) / 60}
        assert met == (set(wanted[customer]) if customer in wanted and len(wanted[customer]) else {-1})


def test_two_graphs_stand_side_by_side():
    first, second = [(0, 1), (2, 3)], [(0, 3)]
    network = Network(graphs={"kin": first, "chance": second})
    assert network.ask(2, 0.1, 0.5, 4)[0] == 3
    assert network.ask(0, 0.95, 0.5, 4) == (3, 0.1)
    assert network.indptr.dtype == np.int64 and network.indices.dtype == np.int32
    assert adjacency([], 5)[1].size == 0


@pytest.mark.parametrize(
    "graph",
    [[(0, 10)], [(-1, 2)], [(1, 1)], [(0, float("nan"))], [(0, 1.5)], [(0, 1, 2)], [0, 1], 7,
     nx.Graph([("ann", "bob")])],
)  # fmt: skip
def test_a_bad_graph_is_a_problem(graph):
    with pytest.raises(InputError) as told:
        Network(graphs={"kin": graph}, n_customers=10)
    assert "network.kin.graph" in str(told.value)


def test_bad_layers_are_a_problem():
    with pytest.raises(InputError, match="sum to 1"):
        layers_record({"kin": replace(LAYERS["kin"](), share=0.5)})
    with pytest.raises(InputError, match="did you mean 'kin'"):
        layers_record({"kni": LAYERS["kin"]()})
    with pytest.raises(InputError, match="profession"):
        Network(graphs={"profesion": [(0, 1)]})


def test_compiled_ties_are_the_plain_ones():
    from sim.core.jit import compiled

    @compiled
    def ask_all(customers, draws, n_customers, layers, indptr, indices, asked, strengths):
        for k in range(len(customers)):
            asked[k], strengths[k] = tie(
                customers[k], draws[k, 0], draws[k, 1], n_customers, layers, indptr, indices
            )

    rng = np.random.default_rng(8)
    for graphs in ({}, {"profession": rng.integers(0, 800, (500, 2)) * 2 + [0, 1]}):
        network = Network(graphs=graphs)
        customers, draws = rng.integers(0, 1700, 5000), rng.random((5000, 2))
        asked, strengths = np.empty(5000, np.int64), np.empty(5000)
        arrays = network.record, network.indptr, network.indices
        ask_all(customers, draws, 1700, *arrays, asked, strengths)
        plain = [network.ask(int(c), *map(float, u), 1700) for c, u in zip(customers, draws, strict=True)]
        assert asked.tolist() == [other for other, _ in plain]
        assert strengths.tolist() == [strength for _, strength in plain]


def test_the_arithmetic_needs_no_compiler():
    heavy = {"numba", "networkx", "mesa", "pandas"}
    code = f"import sys, sim.customers.network; sys.exit(len({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
