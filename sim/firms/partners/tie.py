"""A stakeholder of one market: a registered Mesa agent with its tie to a firm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import mesa
import pandas as pd

from sim.core import rng
from sim.firms.partners.base import LEVER, Conduct, Partner, PartnerEffects
from sim.theory import bonds, marketing_response, power, satisfaction, trust

if TYPE_CHECKING:
    from sim.firms.firm import Firm
    from sim.market.market import Market


class Stakeholder(mesa.Agent):
    """Expectation, satisfaction, trust and bond of a stakeholder toward its firm, and what it drives.

    Moved by the equations that move a customer's (sections 5 to 7 of the model), once a period.
    """

    def __init__(self, market: Market, name: str, partner: Partner, firm: Firm, number: int) -> None:
        super().__init__(market)
        getattr(mesa.Agent, "_ids", {}).pop(market, None)  # as in Firm
        self.unique_id = len(market.firms) + 1 + number
        self.name, self.firm = name, firm
        self.partner: Any = partner
        self.kind = partner.kind
        tie = partner
        self.expectation, self.satisfaction = tie.promise, 0.0
        self.trust, self.bond, self.learned = tie.trust, tie.bond, 0.0
        self.identity = rng.id_of_name(name)
        self.luck = 0.5
        self.part = 0.5 if not tie.negotiates else power.part_of_gain(self.ratio, market.setting.theory.power)

    def __repr__(self) -> str:
        tie = f"satisfaction {self.satisfaction:.2f}, trust {self.trust:.2f}, bond {self.bond:.2f}"
        return f"Stakeholder({self.name}: {self.kind} of {self.firm.name}, {tie})"

    @property
    def ratio(self) -> float:
        """Power of the firm over it against its power over the firm."""
        tie = self.partner
        ours = power.power(tie.share_of_its_trade, tie.ease_for_it, tie.information)
        its = power.power(tie.share_of_our_trade, tie.ease_for_us, 1.0)
        return float(power.power_ratio(ours, its))

    @property
    def state(self) -> tuple[float, ...]:
        """Satisfaction, trust, bond, expectation and what it has learned of the firm's quality now."""
        return self.satisfaction, self.trust, self.bond, self.expectation, self.learned

    @property
    def of_its_kind(self) -> int:
        """How many of its kind are tied to its firm, itself included."""
        return self.firm.kinds[self.kind]

    @property
    def support(self) -> float:
        """What the firm spends on it, money a head and week, an equal part each of its kind."""
        return float(getattr(self.firm.plan, LEVER[self.kind])) / self.of_its_kind

    def drive(self, firms: Mapping[str, PartnerEffects]) -> None:
        """Act on the `PartnerEffects` of the firms, by name, with this period's luck."""
        market: Market = self.model
        self.luck = rng.of_stakeholder(rng.period_key(market.seed_of_run, market.period), self.identity)
        self.partner.drive(self, firms[self.firm.name], firms)

    def live(self, conduct: Conduct, theirs: float) -> None:
        """One period of the tie: treatment, then satisfaction, expectation, trust and bond; ``theirs``: an ally's quality."""
        market: Market = self.model
        theory, tie = market.setting.theory, self.partner
        effort = marketing_response.saturating(tie.response, self.support)
        felt = tie.usual + tie.worth * effort + self.partner.treatment(conduct, self.part)
        judged = satisfaction.overall(
            felt, tie.desire, self.expectation, tie.promise, tie.loss_aversion, 0.0, theory.satisfaction
        )
        self.satisfaction = satisfaction.after(self.satisfaction, judged, theory.satisfaction)
        self.expectation = satisfaction.expectation_after(self.expectation, felt, theory.satisfaction)
        self.trust = trust.after(self.trust, felt, tie.promise, theory.trust)
        kept = self.bond * float(market.record[0]["bonds"]["structural_keep"])
        self.bond = float(bonds.structural_after(kept, effort * market.weeks, self.trust, theory.bonds))
        leak = getattr(self.partner, "leak", 0.0)
        self.learned += min(1.0, leak * self.bond * market.weeks) * max(0.0, conduct.ours - theirs)


def ties_table(
    stakeholders: Sequence[Stakeholder], ties: Sequence[Sequence[tuple[float, ...]]]
) -> pd.DataFrame:
    """Tidy table of states by period, from each one's `state` after every period; ``part`` where it negotiates."""
    rows = [
        (
            period, it.name, it.kind, it.firm.name, *state[:3],
            it.part if it.partner.negotiates else float("nan"),
        )
        for period, states in enumerate(ties)
        for it, state in zip(stakeholders, states, strict=True)
    ]  # fmt: skip
    names = ["period", "stakeholder", "kind", "firm", "satisfaction", "trust", "bond", "part"]
    return pd.DataFrame(rows, columns=names)
