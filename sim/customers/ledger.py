"""The ledger: the counts and sums over customers that the kernel keeps for each firm and for the market."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from sim.theory.relationship import STAGES
from sim.theory.switching_causes import CAUSES


class Entry(IntEnum):
    """One column of the ledger, summed over the customers of a block."""

    UNITS = 0
    REVENUE = 1  # at list prices
    PROMOTION = 2  # list price less price paid
    POINTS_ISSUED = 3
    POINTS_PAID = 4
    POINTS_EXPIRED = 5
    POINTS_HELD = 6
    CONTACTS = 7
    INTEGRATION = 8  # effort x weeks
    FAILURES = 9
    COMPLAINTS = 10
    RECOVERED = 11
    BUYERS = 12
    NEW_BUYERS = 13
    MAIN = 14
    KEPT = 15
    LOST = 16
    WON = 17
    WALLET_OWN = 18  # units that main customers bought here
    WALLET_ALL = 19  # units that main customers bought anywhere
    SATISFACTION = 20  # sums over main customers
    TRUST = 21
    COMMITMENT = 22
    SOCIAL_BOND = 23
    STRUCTURAL_BOND = 24
    AWARE = 25
    TRIED = 26
    REPEATED = 27
    LOYAL_TRUE = 28
    LOYAL_LATENT = 29
    LOYAL_SPURIOUS = 30
    LOYAL_NONE = 31
    TRUST_COGNITIVE = 32
    TRUST_AFFECTIVE = 33
    TRUST_BEHAVIOURAL = 34
    REFERRALS = 35
    ON_FILE_ACTIVE = 36
    REACHED = 37  # came to know the firm through advertising
    LAPSED = 38  # on file and no longer active since this period
    ACQUAINTANCE = 39  # main customers by stage, in the order of the stages
    RESERVE = 40
    STEADY = 41
    WANDERING = 42
    CONSOLIDATED = 43
    ATTENDED = 44  # people at the firm's event
    CAPTURED = 45  # people in the market who left data with the firm
    CAPTURED_REVENUE = 46  # paid by those of them who had bought nothing before
    ONLINE = 47  # of the contacts, those through a medium
    TURNED_AWAY = 48  # chose the firm at an occasion, and it was full


class MarketEntry(IntEnum):
    """One column of the ledger of the whole market."""

    OCCASIONS = 0
    OUTSIDE = 1
    SURPLUS = 2
    PRESENT = 3
    ENTERED = 4
    LEFT = 5


ENTRIES, MARKET_ENTRIES, STAGE_COUNT, CAUSE_COUNT = len(Entry), len(MarketEntry), len(STAGES), len(CAUSES)
TENURE_BINS = 64


def block_rows(blocks: int, firms: int) -> list[np.ndarray]:
    """Empty rows for each block of customers: ledger, market's ledger, causes, stage flows, tenure at risk and lost."""
    shapes = (
        (firms, ENTRIES), (MARKET_ENTRIES,), (firms, firms + 1, CAUSE_COUNT), (STAGE_COUNT, STAGE_COUNT),
        (firms, TENURE_BINS), (firms, TENURE_BINS),
    )  # fmt: skip
    return [np.zeros((blocks, *shape)) for shape in shapes]
