"""The tie of one partner to its firm, moved by the equations that move a customer's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.core import rng
from sim.firms.firm import Firm
from sim.firms.partners.base import Conduct, Partner, PartnerEffects
from sim.strategies.levers import SUPPORT
from sim.theory import bonds, marketing_response, power, satisfaction, trust
from sim.theory.half_life import share_left


class PartnerTie:
    """Expectation, satisfaction, trust and bond of a partner toward its firm, and its effects.

    Updated once per period by the equations for customers of the model.
    """

    def __init__(self, name: str, partner: Partner, firm: Firm) -> None:
        self.name, self.firm = name, firm
        self.partner: Any = partner  # also has the parameters of its kind
        self.kind = partner.kind
        self.expectation, self.satisfaction = partner.promise, 0.0
        self.trust, self.bond, self.learned = partner.trust, partner.bond, 0.0
        self.rng_id = rng.id_of_name(name)
        self.draw = 0.5  # of this period, uniform in (0, 1)
        self.gain_share = 0.5 if not partner.negotiates else power.gain_share(self.ratio, firm.theory.power)
        firm.partner_kinds[self.kind] += 1

    def __repr__(self) -> str:
        state = f"satisfaction {self.satisfaction:.2f}, trust {self.trust:.2f}, bond {self.bond:.2f}"
        return f"PartnerTie({self.name}: {self.kind} of {self.firm.name}, {state})"

    @property
    def ratio(self) -> float:
        """Power of the firm over the partner, divided by the partner's power over the firm."""
        partner = self.partner
        ours = power.power(partner.share_of_its_trade, partner.ease_for_it, partner.information)
        its = power.power(partner.share_of_our_trade, partner.ease_for_us, 1.0)
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

    def add_effects(self, effects_by_firm: Mapping[str, PartnerEffects]) -> None:
        """Add the partner's effects to those on all firms, with this period's random number."""
        self.draw = rng.of_stakeholder(self.firm.clock.key, self.rng_id)
        self.partner.add_effects(self, effects_by_firm[self.firm.name], effects_by_firm)

    def update(self, conduct: Conduct, ally_quality: float) -> None:
        """Let a period of the tie pass: treatment, then satisfaction, expectation, trust and bond."""
        theory, weeks, partner = self.firm.theory, self.firm.clock.weeks, self.partner
        effort = marketing_response.saturating(partner.response, self.support)
        felt = partner.usual + partner.worth * effort + partner.treatment(conduct, self.gain_share)
        judged = satisfaction.overall(
            felt,
            partner.desire,
            self.expectation,
            partner.promise,
            partner.loss_aversion,
            0.0,
            theory.satisfaction,
        )
        self.satisfaction = satisfaction.after(self.satisfaction, judged, theory.satisfaction)
        self.expectation = satisfaction.expectation_after(self.expectation, felt, theory.satisfaction)
        self.trust = trust.after(self.trust, felt, partner.promise, theory.trust)
        bond = self.bond * share_left(theory.bonds.structural_half_life, weeks)
        self.bond = float(bonds.structural_after(bond, effort * weeks, self.trust, theory.bonds))
        leak = getattr(partner, "leak", 0.0)
        self.learned += min(1.0, leak * self.bond * weeks) * max(0.0, conduct.ours - ally_quality)
