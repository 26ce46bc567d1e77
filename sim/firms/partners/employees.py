"""The internal market: content staff serve better and stay (service-profit chain, Heskett et al. 1994)."""

from collections.abc import Mapping

from sim.core.parameters import param
from sim.firms.partners.base import Conduct, Partner, PartnerEffects, Tie, stakeholder


@stakeholder("employees")
class Employees(Partner):
    """A firm's staff: satisfied staff prevents failures and serves better; dissatisfied staff leaves and is replaced."""

    prevented: float = param(
        0.5,
        low=0,
        high=1,
        unit="share of failures at full satisfaction",
        meaning="share of failures that satisfied staff prevents",
        source="assumed; Heskett, Jones, Loveman, Sasser & Schlesinger 1994 for the chain",
    )
    service: float = param(
        0.2, low=0, high=5, unit="quality at full satisfaction", meaning="quality added by satisfied staff"
    )
    workload: float = param(
        1.0, low=0, high=10, unit="quality per unit of congestion", meaning="treatment lost by overwork"
    )
    turnover: float = param(
        0.3,
        low=0,
        high=5,
        unit="share of the staff per year",
        meaning="staff turnover at satisfaction 0; higher below it",
    )
    replacement: float = param(
        0.1,
        low=0,
        high=1e3,
        unit="money per person in the market",
        meaning="cost of replacing the whole staff",
    )

    def treatment(self, conduct: Conduct, gain_share: float) -> float:
        """Less workload."""
        return -self.workload * conduct.congestion

    def add_effects(
        self, tie: Tie, effects: PartnerEffects, effects_by_firm: Mapping[str, PartnerEffects]
    ) -> None:
        """Failures prevented (more failures where staff is dissatisfied), service, and the cost of turnover."""
        effects.employee_effect += self.prevented * tie.satisfaction
        effects.quality += self.service * tie.satisfaction
        effects.terms += self.replacement * self.turnover * (1.0 - tie.satisfaction) / 52.0
