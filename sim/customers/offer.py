"""A firm's offer as its customers meet it in one period: the layouts of the offer and of its programmes."""

from typing import NamedTuple, get_type_hints

import numpy as np


class OfferRecord(NamedTuple):
    """One firm's offer in one period, a row of `OFFER`."""

    rng_id: int  # address of the firm's random numbers
    price: float  # list price, money
    paid: float  # list price less promotion, money
    quality: float  # quality delivered
    promise: float
    brand: float
    convenience: float
    effort: float
    technology: float
    political: float
    ad_chance: float  # chance that advertising reaches a customer
    failure_rate: float
    found_chance: float  # chance that the firm finds a failure that nobody complained about
    recovery_quality: float
    congestion: float
    full: float  # chance that a customer is turned away
    employee_effect: float
    open: int  # 1 if the firm sells in this period


OFFER = np.dtype(
    [(name, "i8" if kind is int else "f8") for name, kind in get_type_hints(OfferRecord).items()]
)

#: Entries of one tier of a programme, in the order of the last axis of ``programmes`` (n_firms, n_tiers, n_entries).
PROGRAMME = ("reward", "discount", "contact", "effort", "online")
REWARD, DISCOUNT, CONTACT, EFFORT, ONLINE = range(len(PROGRAMME))
