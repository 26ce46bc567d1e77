"""Tables of agreements: the terms of key accounts and the ties of partners."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from sim.firms.firm import Firm
from sim.firms.mechanisms.key_accounts import KeyAccounts, Terms
from sim.firms.partner_tie import PartnerTie


def terms_table(firms: Sequence[Firm]) -> pd.DataFrame:
    """Agreements of key accounts with firms at the last review: firm, then the fields of `Terms`."""
    rows = [
        {"firm": firm.name, **terms._asdict()}
        for firm in firms
        if (accounts := firm.state_of(KeyAccounts)) is not None
        for terms in accounts.terms
    ]
    return pd.DataFrame(rows, columns=["firm", *Terms._fields])


def ties_table(partners: Sequence[PartnerTie], ties: Sequence[Sequence[tuple[float, ...]]]) -> pd.DataFrame:
    """Tidy table of states by period, from each one's `state` after every period; ``part`` where it negotiates."""
    rows = [
        (
            period, it.name, it.kind, it.firm.name, *state[:3],
            it.gain_share if it.partner.negotiates else float("nan"),
        )
        for period, states in enumerate(ties)
        for it, state in zip(partners, states, strict=True)
    ]  # fmt: skip
    names = ["period", "stakeholder", "kind", "firm", "satisfaction", "trust", "bond", "part"]
    return pd.DataFrame(rows, columns=names)
