"""Layouts of the kernel: inputs of the period, ledger of a block, working memory."""

from typing import NamedTuple

import numpy as np

from sim.core.jit import inlined, own_copy, part
from sim.core.named_arrays import NamedArrays
from sim.customers.ledger import CAUSE_COUNT

BLOCK = 4096  # customers per block; each block has a ledger of its own, so that sums do not depend on threads
BATCH = 256  # customers worked on together, column by column
MOST_FIRMS = 32  # one bit each in ``aware``


class Inputs(NamedTuple):
    """The period as Python hands it to the kernel."""

    period: int
    key: np.uint64  # of the period's random numbers
    conditions: np.ndarray  # (1,) of `CONDITIONS`
    parameters: np.ndarray  # (1,): the theory's parameters per period
    offers: np.ndarray  # (n_firms,) of `OFFER`
    programmes: np.ndarray  # (n_firms, n_tiers, entries of `PROGRAMME`)


class Now(NamedTuple):
    """The period as the kernel reads it, the same for every customer."""

    period: int
    key: np.uint64
    m: np.void  # conditions of the market
    p: np.void  # parameters of the theory
    offers: np.ndarray
    programmes: np.ndarray


class Ledger(NamedTuple):
    """Counts of customers by block, (n_blocks, ...), or of one block."""

    firms: np.ndarray  # (n_firms, n_entries), by `Entry`
    market: np.ndarray  # (n_market_entries,), by `MarketEntry`
    lost_to: np.ndarray  # (n_firms, n_firms + 1, n_causes): main customers lost, by destination and cause
    stage_flows: np.ndarray  # (n_stages, n_stages)
    at_risk: np.ndarray  # (n_firms, `TENURE_BINS`): main customers by tenure
    lost_at: np.ndarray  # (n_firms, `TENURE_BINS`): those of them lost


#: Working memory for the customers worked on together: type, shape and meaning of each array. "Chooser": by place in
#: ``acting``, of the customers at an occasion.
SINGLE, BY_FIRM, BY_CAUSE = "(BATCH,)", "(n_firms + 1, BATCH), the outside option last", "(n_causes, BATCH)"
WORKING = {
    "persons": ("u8", SINGLE, "keys of their random numbers"),
    "there": ("i8", SINGLE, "1 for customers who are in the market in this period"),
    "before": ("i8", SINGLE, "main supplier as the period begins, -1 none"),
    "rivals": ("i8", SINGLE, "rivals whose advertising or contacts reached the customer"),
    "occasions": ("i8", SINGLE, ""),
    "asks": ("i8", SINGLE, "1 for customers who reconsider their supplier"),
    "term_ends": ("i8", SINGLE, "1 at the end of a contract's term"),
    "draw": ("f8", SINGLE, "for reconsidering"),
    "time": ("f8", SINGLE, "of the last occasion, in [0, 1] of the period"),
    "ends": ("f8", SINGLE, "time at which the customer leaves, or the period ends"),
    "moved_to": ("i8", SINGLE, "firm chosen at the last occasion at which causes were determined"),
    "units": ("f8", SINGLE, "bought in the period from all firms"),
    "acting": ("i8", SINGLE, "places of the customers at an occasion, of its buyers, of speakers; in `listen` the customer asked"),
    "keys": ("u8", SINGLE, "chooser, then speaker: key of their random numbers"),
    "settled": ("i8", SINGLE, "chooser: how far a choice among firms that may be full has come"),
    "choice": ("i8", SINGLE, "chooser: the firm chosen"),
    "surplus": ("f8", SINGLE, "chooser: expected from the choice, in utility"),
    "cost": ("f8", SINGLE, "chooser: of leaving the main supplier"),
    "own_value": ("f8", SINGLE, "chooser: value of the main supplier, or 0"),
    "full": ("i8", SINGLE, "chooser: 1 if the main supplier turned the customer away"),
    "supplier": ("i8", SINGLE, "main supplier as the period ends, -1 none"),
    "stage": ("i8", SINGLE, "stage of the relationship with it"),
    "held": ("i8", SINGLE, "1 if another firm is worth more, without the cost of leaving; then 1 if the customer stays"),
    "level": ("i8", SINGLE, "level of trust"),
    "kind": ("i8", SINGLE, "kind of loyalty"),
    "purchases": ("i8", SINGLE, "from the main supplier so far"),
    "satisfaction": ("f8", SINGLE, "chooser: with the firm bought from; then with the main supplier; then of speakers"),
    "trust": ("f8", SINGLE, "chooser: in the firm bought from; then in the main supplier"),
    "social_bond": ("f8", SINGLE, "with the main supplier"),
    "structural_bond": ("f8", SINGLE, "chooser: with the firm bought from; then with the main supplier"),
    "habit": ("f8", SINGLE, "toward the main supplier"),
    "attitude": ("f8", SINGLE, "commitment to the main supplier"),
    "a": ("f8", SINGLE, "passing results"),
    "b": ("f8", SINGLE, "passing results"),
    "c": ("f8", SINGLE, "passing results"),
    "d": ("f8", SINGLE, "passing results"),
    "e": ("f8", SINGLE, "passing results"),
    "bought": ("f8", BY_FIRM, "units"),
    "price": ("f8", BY_FIRM, "price for the customer"),
    "stake": ("f8", BY_FIRM, "stake in the points held"),
    "own": ("f8", BY_FIRM, "utility of the offer alone"),
    "bonded": ("f8", BY_FIRM, "and with bonds"),
    "value": ("f8", BY_FIRM, "by firm and number in ``acting``: and with inertia"),
    "race": ("f8", BY_FIRM, "by firm and number in ``acting``: exponential times of the race at an occasion"),
    "parts": ("f8", BY_CAUSE, "part of the blame for leaving a contract"),
    "ids": ("u8", SINGLE, "chooser: address of the random numbers of the firm bought from"),
    "failed": ("f8", SINGLE, "chooser: chance of a failure, then 1 for a failure"),
    "noise": ("f8", SINGLE, "chooser: noise in the performance, standard normal"),
    "quality": ("f8", SINGLE, "chooser: quality that the firm delivers"),
    "promise": ("f8", SINGLE, "chooser: quality that the firm promises"),
    "felt": ("f8", SINGLE, "chooser: performance as experienced"),
    "lift": ("f8", SINGLE, "chooser: satisfaction gained by recovery"),
    "desire": ("f8", SINGLE, "chooser: performance wanted"),
    "expectation": ("f8", SINGLE, "chooser: quality expected"),
    "loss_aversion": ("f8", SINGLE, "chooser: weight of disappointment"),
    "now_old": ("f8", SINGLE, "by group of causes, of one customer: utility of the main supplier"),
    "now_new": ("f8", SINGLE, "by group of causes, of one customer: utility of its rival"),
    "lost": ("f8", SINGLE, "by group of causes, of one customer: advantage lost since the supplier became main"),
    "blamed": ("f8", SINGLE, "by cause, of one customer: part of the blame"),
}  # fmt: skip


def working_memory(firms: int) -> NamedArrays:
    """Working memory of one thread."""
    rows = {SINGLE: (), BY_FIRM: (firms + 1,), BY_CAUSE: (CAUSE_COUNT,)}
    return NamedArrays(
        {name: np.zeros((*rows[shape], BATCH), kind) for name, (kind, shape, _) in WORKING.items()}
    )


@part
def now_of(inputs):
    """The period as the kernel reads it."""
    return Now(
        inputs.period,
        inputs.key,
        own_copy(inputs.conditions[0]),
        own_copy(inputs.parameters[0]),
        inputs.offers,
        inputs.programmes,
    )


@inlined
def total(values, n):
    """Sum of the first n values: eight sums side by side, then these, in an order that never changes."""
    s0 = s1 = s2 = s3 = s4 = s5 = s6 = s7 = 0.0
    whole = n // 8 * 8
    for k in range(0, whole, 8):
        s0 += values[k]
        s1 += values[k + 1]
        s2 += values[k + 2]
        s3 += values[k + 3]
        s4 += values[k + 4]
        s5 += values[k + 5]
        s6 += values[k + 6]
        s7 += values[k + 7]
    rest = 0.0
    for k in range(whole, n):
        rest += values[k]
    return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7)) + rest
