"""Partners of the firms in a period: their effects on firms, and their judgement of the period afterwards."""

from __future__ import annotations

from collections.abc import Sequence

from sim.firms.firm import Firm
from sim.firms.partner_tie import PartnerTie
from sim.firms.partners.base import PartnerEffects


def act_on_firms(partners: Sequence[PartnerTie], firms: Sequence[Firm]) -> None:
    """Let partners act on the quality, costs, price and reach of firms."""
    if not partners:
        return
    effects = {firm.name: PartnerEffects.under(firm.shocks.channel, firm.listed) for firm in firms}
    for partner in partners:
        partner.add_effects(effects)
    for firm in firms:
        firm.effects = effects[firm.name]


def judge_firms(
    partners: Sequence[PartnerTie], firms: Sequence[Firm], units_before: Sequence[float]
) -> tuple[tuple[float, ...], ...]:
    """Let partners judge the period of their firms; the state of each tie.

    ``units_before`` (n_firms,) are the units that firms sold in the period before.
    """
    pairs = zip(firms, units_before, strict=True)
    conduct = {firm.name: firm.conduct(units) for firm, units in pairs}
    for partner in partners:
        ally = getattr(partner.partner, "rival", None)
        partner.update(conduct[partner.firm.name], conduct[ally].ours if ally else 0.0)
    return tuple(partner.state for partner in partners)
