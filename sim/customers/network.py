"""Word-of-mouth ties: five kinds of tie, computed from a customer's number, or a graph of the user's own.

No tie is stored. Each layer lays the customers out in a fixed order (kin by number; the others after a
fixed shuffle inside windows of 1,024 or 4,096 numbers) and cuts it into cliques, blocks or a ring. Customers
come in at the end of the numbering, so nobody's ties ever move: a conversation with somebody who is not there
(yet) is drawn again among the same ties, and comes to nothing after eight tries.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.core.errors import InputError
from sim.core.functions import total
from sim.core.parameters import equation, param, section

_SHARE, _STRENGTH = (
    "share of all conversations that are held on this layer",
    "weight of messages on this layer",
)


def _share(default: float) -> Any:
    return param(default, low=0, high=1, unit="share", meaning=_SHARE)


def _strength(default: float) -> Any:
    return param(default, low=0, high=1, unit="weight", meaning=_STRENGTH)


@section("kin")
class Kin:
    """Families: cliques of 3, 4, 5 and 6 in turn."""

    share: float = _share(0.30)
    strength: float = _strength(0.50)


@section("neighbourhood")
class Neighbourhood:
    """Neighbours: a ring on which everyone knows the next ones, and a few who live elsewhere."""

    share: float = _share(0.20)
    strength: float = _strength(0.25)
    size: int = param(10, low=2, high=1000, unit="neighbours", meaning="acquaintances of each customer")
    rewire: float = param(
        0.1, low=0, high=1, unit="share", meaning="share of the acquaintances elsewhere among 1,024, to the nearest whole tie",
        source="assumed; between order and chance, Watts & Strogatz 1998",
    )  # fmt: skip


@section("profession")
class Profession:
    """Colleagues: blocks in which everybody knows everybody."""

    share: float = _share(0.25)
    strength: float = _strength(0.25)
    size: int = param(50, low=2, high=100_000, unit="customers", meaning="customers in a block")


@section("culture")
class Culture:
    """People of one culture: large blocks in which anybody may meet anybody."""

    share: float = _share(0.15)
    strength: float = _strength(0.15)
    size: int = param(1000, low=2, high=10_000_000, unit="customers", meaning="customers in a block")


@section("chance")
class Chance:
    """Chance meetings: any other customer."""

    share: float = _share(0.10)
    strength: float = _strength(0.10)


#: Every layer's section, by name, in the order in which a conversation's layer is drawn.
LAYERS: dict[str, type] = {
    "kin": Kin, "neighbourhood": Neighbourhood, "profession": Profession, "culture": Culture,
    "chance": Chance,
}  # fmt: skip

#: The layers, one attribute each.
Layers: Any = section("network")(
    type(
        "Layers",
        (),
        {
            "__annotations__": dict(LAYERS),
            "__module__": __name__,
            **{name: cls() for name, cls in LAYERS.items()},
        },
    )
)

CLIQUE, RING, BLOCK, ANYONE, GRAPH = range(5)
_KIND = {"kin": CLIQUE, "neighbourhood": RING, "profession": BLOCK, "culture": BLOCK, "chance": ANYONE}
_HALF = {"culture": 6}  # a window holds 4**half numbers
TRIES = 8

RECORD = np.dtype(
    [
        ("share_up_to", "f8"), ("strength", "f8"), ("rewire", "f8"), ("kind", "i8"), ("members", "i8"),
        ("far", "i8"), ("half", "i8"), ("key", "i8"), ("first", "i8"), ("nodes", "i8"),
    ],
    align=True,
)  # fmt: skip


# ---------------------------------------------------------------- the arithmetic


@equation
def again(draw):
    """The next of a chain of uniform draws in [0, 1), after a draw without a tie."""
    draw = draw * 48271.0 + 0.5772156649015329
    return draw - math.floor(draw)


@equation
def _scramble(number, key):
    return ((number + 1) * (2654435761 + 40503 * key)) >> 13


@equation
def place_of(customer, half, key):
    """The place of a customer after the fixed shuffle of its window of 4**half numbers (four Feistel rounds).

    >>> customer_at(place_of(1234, 5, 2), 5, 2)
    1234
    """
    side = (1 << half) - 1
    high, low = (customer >> half) & side, customer & side
    for turn in range(4):
        high, low = low, (high + _scramble(low, key * 4 + turn)) & side
    return ((customer >> (2 * half)) << (2 * half)) + (high << half) + low


@equation
def customer_at(place, half, key):
    """Customer at a place; the inverse of `place_of`."""
    side = (1 << half) - 1
    high, low = (place >> half) & side, place & side
    for turn in range(4):
        high, low = (low - _scramble(high, key * 4 + 3 - turn)) & side, high
    return ((place >> (2 * half)) << (2 * half)) + (high << half) + low


@equation
def relative(customer, draw):
    """Another of the customer's clique; cliques of 3, 4, 5, 6 repeat every 18 numbers. Mutual.

    >>> [relative(4, u) for u in (0.1, 0.5, 0.9)]    # 3, 4, 5, 6 are a family
    [5, 6, 3]
    """
    within = customer % 18
    first, size = 0, 3
    while within >= first + size:
        first += size
        size += 1
    return customer - within + first + (within - first + 1 + int(draw * (size - 1))) % size


@equation
def colleague(customer, draw, size, half, key):
    """Another of the customer's block of ``size``. Mutual."""
    place = place_of(customer, half, key)
    within = place % size
    return customer_at(place - within + (within + 1 + int(draw * (size - 1))) % size, half, key)


@equation
def resident(customer, draw, size, far, half, key):
    """A neighbour: one of the ``size - far`` next on the ring, or of ``far`` elsewhere in the window. Mutual.

    The ring is never closed: the tie that closes it would move with each entrant. An odd number of near
    ties is made up by one of the two just beyond. A tie elsewhere joins two side by side in another shuffle.
    """
    near = size - far
    reach = near // 2
    which = int(draw * size)
    if which >= near:
        other_key = key + 1 + which - near
        return customer_at(place_of(customer, half, other_key) ^ 1, half, other_key)
    place = place_of(customer, half, key)
    if which < reach:
        place += which + 1
    elif which < 2 * reach:
        place -= which - reach + 1
    elif (place // (reach + 1)) % 2 == 0:
        place += reach + 1
    else:
        place -= reach + 1
    return customer_at(place, half, key) if place >= 0 else -1


@equation
def anyone(draw, n_customers):
    """One of ``n_customers``, uniformly; if one customer enters, the result either stays or is that customer.

    The number is drawn below the next power of two. In the upper half it is drawn again until it is a customer's, or
    falls into the lower half; there the result is that for the lower half alone.
    """
    level, half = 0, 1
    while 2 * half < n_customers:
        level, half = level + 1, 2 * half
    while half >= 1:
        mixed = draw * (65537.0 + level * (7919.0 + level * (104.0 + level * 37.0)))
        mixed -= math.floor(mixed)
        while mixed >= 0.5:
            other = half + int((2.0 * mixed - 1.0) * half)
            if other < n_customers:
                return other
            mixed = again(mixed)
        level, half = level - 1, half // 2
    return 0


@equation
def neighbour(customer, layer, draw, n_customers):
    """Customer asked on a layer (a record of `RECORD`), or -1; ``draw`` is uniform in (0, 1)."""
    if layer.kind == ANYONE:
        other = anyone(draw, n_customers)
        return other if other != customer else -1
    for _ in range(TRIES):
        if layer.kind == CLIQUE:
            other = relative(customer, draw)
        elif layer.kind == BLOCK:
            other = colleague(customer, draw, layer.members, layer.half, layer.key)
        else:
            other = resident(customer, draw, layer.members, layer.far, layer.half, layer.key)
        if 0 <= other < n_customers:
            return other
        draw = again(draw)
    return -1


@equation
def listed(customer, layer, draw, indptr, indices):
    """Customer asked in a graph of the user's own, or -1 for nobody."""
    if customer >= layer.nodes:
        return -1
    start, stop = indptr[layer.first + customer], indptr[layer.first + customer + 1]
    return int(indices[start + int(draw * (stop - start))]) if stop > start else -1


@equation
def layer_of(layers, draw):
    """The layer of a conversation, by the layers' shares; as many as there are layers: none."""
    for number in range(len(layers)):
        if draw < layers[number].share_up_to:
            return number
    return len(layers)


@equation
def tie(customer, layer_draw, who_draw, n_customers, layers, indptr, indices):
    """Customer asked in this period and the strength of the tie: (number or -1, strength)."""
    number = layer_of(layers, layer_draw)
    if number == len(layers):
        return -1, 0.0
    layer = layers[number]
    if layer.kind == GRAPH:
        return listed(customer, layer, who_draw, indptr, indices), layer.strength
    return neighbour(customer, layer, who_draw, n_customers), layer.strength


# ---------------------------------------------------------------- input to the kernel


def layers_record(settings: Mapping[str, Any] | None = None) -> np.recarray:
    """The layers as a record array (n_layers,) of `RECORD`; ``settings`` maps names to sections."""
    sections = {name: section() for name, section in LAYERS.items()} | dict(settings or {})
    for name in sections:
        if name not in LAYERS:
            raise InputError.unknown("network", name, LAYERS)
    shares = [float(section.share) for section in sections.values()]
    whole = math.isclose(total(shares), 1, abs_tol=1e-9) or total(shares) == 0
    if not whole or min(shares) < 0:
        shown = ", ".join(f"{name} {share:g}" for name, share in zip(sections, shares, strict=True))
        raise InputError(
            "network.*.share", shown, "shares from 0 up that sum to 1, or are all 0 (nobody talks)"
        )
    record = np.zeros(len(sections), RECORD).view(np.recarray)
    for number, (name, its) in enumerate(sections.items()):
        layer = record[number]
        layer.share_up_to = total(shares[: number + 1])
        layer.strength, layer.kind, layer.half = its.strength, _KIND[name], _HALF.get(name, 5)
        layer.members, layer.rewire = getattr(its, "size", 0), getattr(its, "rewire", 0.0)
        layer.far, layer.key = int(layer.rewire * layer.members + 0.5), 1 + number
        if name == "neighbourhood":
            layer.key = 8  # and one key for each tie elsewhere
    if total(shares) > 0:
        record.share_up_to[-1] = 1.0
    return record


def adjacency(
    graph: Any, n_customers: int | None = None, key: str = "graph"
) -> tuple[np.ndarray, np.ndarray]:
    """A user's graph as CSR arrays: indptr (n_nodes + 1,) int64, indices (n_ties,) int32.

    An edge list (n_edges, 2) or an undirected networkx graph makes mutual ties; in a networkx DiGraph the
    edge (a, b) says that a asks b. Nodes are customers' numbers.
    """
    one_way = hasattr(graph, "is_directed") and graph.is_directed()
    try:
        listed = [edge[:2] for edge in graph.edges()] if hasattr(graph, "edges") else graph
        edges = np.asarray(listed, dtype=float)
    except (TypeError, ValueError):
        allowed = "a networkx graph or an edge list (n_edges, 2), of customers' numbers"
        raise InputError(key, type(graph).__name__, allowed) from None
    edges = edges.reshape(-1, 2) if edges.size == 0 else edges
    if edges.ndim != 2 or edges.shape[1] != 2:
        raise InputError(key, f"an array of shape {edges.shape}", "an edge list of shape (n_edges, 2)")
    top = (2**31 if n_customers is None else n_customers) - 1
    bad = ~((edges >= 0) & (edges <= top) & (edges == np.floor(edges))).all(axis=1)
    bad |= edges[:, 0] == edges[:, 1]
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        allowed = f"two different customers, whole numbers from 0 to {top}"
        raise InputError(f"{key}, edge {row}", tuple(edges[row].tolist()), allowed)
    pairs = edges.astype(np.int64)
    if not one_way:
        pairs = np.concatenate([pairs, pairs[:, ::-1]])
    pairs = np.unique(pairs, axis=0)
    nodes = int(pairs.max()) + 1 if len(pairs) else 0
    indptr = np.zeros(nodes + 1, np.int64)
    np.cumsum(np.bincount(pairs[:, 0], minlength=nodes), out=indptr[1:])
    return indptr, pairs[:, 1].astype(np.int32)


class Network:
    """The layers of a market, some of them replaced by graphs of the user; the arrays that `tie` needs.

    ``record`` (n_layers,), ``indptr`` and ``indices`` hold the graphs one after the other.
    """

    def __init__(
        self,
        layers: Mapping[str, Any] | None = None,
        graphs: Mapping[str, Any] | None = None,
        n_customers: int | None = None,
    ) -> None:
        self.record = layers_record(layers)
        self.custom_layers = tuple(graphs or ())
        pointers, ends, indices = [np.zeros(1, np.int64)], 0, [np.zeros(0, np.int32)]
        first = 1
        for name, graph in (graphs or {}).items():
            if name not in LAYERS:
                raise InputError.unknown("network", name, LAYERS)
            indptr, others = adjacency(graph, n_customers, f"network.{name}.graph")
            layer = self.record[list(LAYERS).index(name)]
            layer.kind, layer.first, layer.nodes = GRAPH, first, len(indptr) - 1
            pointers.append(indptr + ends)
            indices.append(others)
            first, ends = first + len(indptr), ends + len(others)
        self.indptr, self.indices = np.concatenate(pointers), np.concatenate(indices)

    def ask(self, customer: int, layer_draw: float, who_draw: float, n_customers: int) -> tuple[int, float]:
        """`tie` for one customer: the number of the customer it asks (-1: none) and the strength of the tie."""
        other, strength = tie(
            customer, layer_draw, who_draw, n_customers, self.record, self.indptr, self.indices
        )
        return int(other), float(strength)
