"""The tie of one partner to its firm, moved by the equations that move a customer's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.core import rng
from sim.firms.firm import Firm
from sim.firms.partners.base import Conduct, Partner, PartnerEffects
from sim.strategies.levers import SUPPORT
from sim.theory import bonds, marketing_response, power, satisfaction, trust
from sim.theory.half_life import kept


class PartnerTie:
    """Expectation, satisfaction, trust and bond of a partner toward its firm, and its effects.

    Updated once per period by the equations for customers of the model.
    """

    def __init__(self, name: str, partner: Partner, firm: Firm) -> None:
        self.name, self.firm = name, firm
        self.partner: Any = partner  # also has the parameters of its kind
        self.kind = partner.kind
        tie = partner
        self.expectation, self.satisfaction = tie.promise, 0.0
        self.trust, self.bond, self.learned = tie.trust, tie.bond, 0.0
        self.rng_id = rng.id_of_name(name)
        self.draw = 0.5  # of this period, uniform in (0, 1)
        self.part = 0.5 if not tie.negotiates else power.part_of_gain(self.ratio, firm.theory.power)
        firm.partner_kinds[self.kind] += 1

    def __repr__(self) -> str:
        tie = f"satisfaction {self.satisfaction:.2f}, trust {self.trust:.2f}, bond {self.bond:.2f}"
        return f"Stakeholder({self.name}: {self.kind} of {self.firm.name}, {tie})"

    @property
    def ratio(self) -> float:
        """Power of the firm over the partner, divided by the partner's power over the firm."""
        tie = self.partner
        ours = power.power(tie.share_of_its_trade, tie.ease_for_it, tie.information)
        its = power.power(tie.share_of_our_trade, tie.ease_for_us, 1.0)
        return float(power.power_ratio(ours, its))

    @property
    def state(self) -> tuple[float, ...]:
        """Satisfaction, trust, bond, expectation, and the part of the firm's quality that it has learned."""
        return self.satisfaction, self.trust, self.bond, self.expectation, self.learned

    @property
    def of_its_kind(self) -> int:
        """Number of partners of its kind tied to the same firm, itself included."""
        return self.firm.partner_kinds[self.kind]

    @property
    def support(self) -> float:
        """The firm's spending on it, money per customer per week: an equal part for each partner of the kind."""
        return float(getattr(self.firm.plan, SUPPORT[self.kind])) / self.of_its_kind

    def drive(self, effects: Mapping[str, PartnerEffects]) -> None:
        """Act on the effects on all firms, by name, with this period's random number."""
        self.draw = rng.of_stakeholder(self.firm.clock.key, self.rng_id)
        self.partner.drive(self, effects[self.firm.name], effects)

    def update(self, conduct: Conduct, ally_quality: float) -> None:
        """Let a period of the tie pass: treatment, then satisfaction, expectation, trust and bond."""
        theory, weeks, tie = self.firm.theory, self.firm.clock.weeks, self.partner
        effort = marketing_response.saturating(tie.response, self.support)
        felt = tie.usual + tie.worth * effort + self.partner.treatment(conduct, self.part)
        judged = satisfaction.overall(
            felt, tie.desire, self.expectation, tie.promise, tie.loss_aversion, 0.0, theory.satisfaction
        )
        self.satisfaction = satisfaction.after(self.satisfaction, judged, theory.satisfaction)
        self.expectation = satisfaction.expectation_after(self.expectation, felt, theory.satisfaction)
        self.trust = trust.after(self.trust, felt, tie.promise, theory.trust)
        bond = self.bond * kept(theory.bonds.structural_half_life, weeks)
        self.bond = float(bonds.structural_after(bond, effort * weeks, self.trust, theory.bonds))
        leak = getattr(self.partner, "leak", 0.0)
        self.learned += min(1.0, leak * self.bond * weeks) * max(0.0, conduct.ours - ally_quality)
