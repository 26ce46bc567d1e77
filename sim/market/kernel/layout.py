"""Layouts of the kernel: inputs of the period, ledger of a block, working memory."""

from typing import NamedTuple

import numpy as np

from sim.core import rng
from sim.core.jit import inlined, part

BLOCK = 4096  # customers per block; each block has a ledger of its own, so that sums do not depend on threads
AHEAD = 64  # customers whose needs are drawn together
LANES = 8  # numbers per vector


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


class Utilities(NamedTuple):
    """Utilities of one customer by firm, (n_firms,) each, and their stake in points."""

    own: np.ndarray  # of the offer alone
    bonded: np.ndarray  # and with bonds
    value: np.ndarray  # and with inertia
    stake: np.ndarray  # stake in the points held


class OccasionDraws(NamedTuple):
    """Random numbers of one customer by firm, the outside option last; the first is their address."""

    ids: np.ndarray
    advertised: np.ndarray  # for advertising
    contacted: np.ndarray  # for contacts
    race: np.ndarray  # exponential times of the race at an occasion
    weight: np.ndarray  # exponentials of the utilities that run in it


class Blame(NamedTuple):
    """Blame for leaving, by cause, and the utilities it follows from, by group of causes."""

    now_old: np.ndarray  # utility of the main supplier
    now_new: np.ndarray  # utility of its rival
    lost: np.ndarray  # advantage lost since the supplier became main
    parts: np.ndarray  # part of the blame


class Batch(NamedTuple):
    """Numbers with which the periods of the next `AHEAD` customers begin, by customer."""

    persons: np.ndarray  # key of its random numbers
    mean: np.ndarray  # mean number of occasions
    need: np.ndarray  # draw for that number
    none_below: np.ndarray  # draw below which there is none
    stakes: np.ndarray  # (AHEAD * n_firms,): how much its points bind


#: Rows of a thread's working memory, (`SCRATCH`, `wide_enough(n_firms)`).
(
    OWN, BONDED, VALUE, STAKE, IDS, ADVERTISED, CONTACTED, RACE, WEIGHT, BOUGHT, NOW_OLD, NOW_NEW, LOST, PARTS,
    PERSONS, MEAN, NEED, NONE_BELOW,
) = range(18)  # fmt: skip
SCRATCH = 18


def wide_enough(firms: int) -> int:
    """Length of a row of working memory: room for every firm and `AHEAD` customers, in whole vectors."""
    return AHEAD * max(1, firms)


@inlined
def wide(count):
    """A count filled up to whole vectors."""
    return (count + LANES - 1) // LANES * LANES


@part
def now_of(inputs):
    """The period as the kernel reads it."""
    return Now(
        inputs.period,
        inputs.key,
        inputs.conditions[0],
        inputs.parameters[0],
        inputs.offers,
        inputs.programmes,
    )


@part
def blame_of(scratch):
    """The rows of working memory for blame."""
    return Blame(scratch[NOW_OLD], scratch[NOW_NEW], scratch[LOST], scratch[PARTS])


@part
def draws_of(scratch):
    """The rows of working memory for random numbers by firm."""
    return OccasionDraws(
        scratch[IDS].view(np.uint64), scratch[ADVERTISED], scratch[CONTACTED], scratch[RACE], scratch[WEIGHT]
    )


@part
def batch_of(scratch):
    """The rows of working memory for the next customers."""
    return Batch(
        scratch[PERSONS].view(np.uint64), scratch[MEAN], scratch[NEED], scratch[NONE_BELOW], scratch[STAKE]
    )


@part
def prepare_scratch(scratch, offers):
    """Prepare working memory for these offers, the entries beyond the last firm or customer included."""
    firms, ids = len(offers), scratch[IDS].view(np.uint64)
    for k in range(scratch.shape[1]):
        scratch[VALUE, k], ids[k], scratch[MEAN, k], scratch[STAKE, k] = -np.inf, 0, 0.0, 0.0
    for j in range(firms):
        ids[j] = offers[j].rng_id
    ids[firms] = rng.OUTSIDE
