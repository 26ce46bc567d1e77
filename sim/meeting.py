"""How people come to know a firm beside its advertising: partners elsewhere introduce it.

Acts before the pass over the customers, and only where a scenario has it; what it adds to the books is its result.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim import luck
from sim.acts.introducing import introduce
from sim.ledger import ENTRIES, Entry

if TYPE_CHECKING:
    from sim.market import Market


def before_the_pass(market: Market) -> np.ndarray | None:
    """Let what brings people to a firm act; its entries of the ledger, (firms, entries), None where nothing did."""
    partners = [s for s in market.stakeholders if getattr(s.what, "introduces", 0.0) > 0.0]
    if not partners:
        return None
    entries = np.zeros((len(market.firms), ENTRIES))
    segments = list(market.setting.population.segments)
    key = luck.key_of(market.seed_of_run, market.period)
    for partner in partners:
        if partner.what.segment is None or not partner.firm.shocks.open:
            continue
        chance = 1.0 - (1.0 - partner.what.introduces * partner.bond * partner.trust) ** market.weeks
        entries[partner.firm.index, Entry.REACHED] += introduce(
            market.present_rows, market.period, key, segments.index(partner.what.segment), partner.firm.index,
            partner.identity, chance, market.columns.people, market.columns.toward,
        )  # fmt: skip
    return entries
