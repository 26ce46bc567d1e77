"""Imitation of the best: each rival's offer is tried on own customers, and the one that earned most is kept."""

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, PublicOffer, strategy
from sim.strategies.budget import paid, within
from sim.strategies.learning import TrialAndError
from sim.strategies.marketing_mix import MarketingMix


@strategy(
    "imitate_the_best",
    source="Schlag 1998, Why imitate, and if so, how?, J. Economic Theory 78(1)",
    traits=("imitates", "learns"),
)
class ImitateTheBest(MarketingMix, TrialAndError):
    """Trials of the rivals' offers beside its own; the offer with the highest profit is kept until the next round.

    Rivals' profits are not public, so each offer is judged by the profit of the firm's own trial.
    """

    stay: float = param(
        26.0, low=1, high=260, unit="weeks", meaning="time with the best offer before a new round of trials"
    )
    most: int = param(
        4,
        low=1,
        high=32,
        unit="rivals",
        meaning="number of rivals whose offer is tried in a round, the most different first",
    )
    least_margin: float = param(
        0.05,
        low=0,
        high=0.5,
        unit="share of unit cost",
        meaning="minimum margin of the price above unit cost",
    )

    def set_up(self) -> None:
        """Start without observations."""
        super().set_up()
        self.to_try: list[PublicOffer | None] = [None]
        self.earned_by: list[tuple[float, PublicOffer | None]] = []
        self.until: float | None = None

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """The offer on trial, or the best one."""
        mean = self.result(view)
        if self.until is not None:
            if view.weeks >= self.until:
                self.until, self.earned_by = None, []
                self.to_try = [None, *self._different(view)]
        elif mean is not None:
            self._judge(view, mean)
        return self._made(view, self.to_try[0], money)

    def _judge(self, view: FirmView, mean: float) -> None:
        """Record the profit of the offer on trial; the own offer is tried first in the first round."""
        if not self.earned_by and len(self.to_try) == 1:
            self.to_try += self._different(view)
        self.earned_by.append((mean, self.to_try.pop(0)))
        if not self.to_try:
            self.to_try = [max(self.earned_by, key=lambda pair: pair[0])[1]]
            self.until = view.weeks + self.stay

    def _different(self, view: FirmView) -> list[PublicOffer]:
        """Rivals whose offer differs from the own one without a programme, the most different first."""
        own = paid(view.standing_plan)

        def apart(offer: PublicOffer) -> float:
            price = abs(paid(offer) - own) / max(own, 1e-9)
            return price + 5.0 * offer.reward_rate + 2.0 * offer.contact_rate + offer.integration

        return sorted((o for o in view.rivals if apart(o) > 1e-3), key=apart, reverse=True)[: self.most]

    def _made(self, view: FirmView, model: PublicOffer | None, money: float) -> MarketingPlan:
        usual = view.standing_plan
        if model is None:
            return usual
        floor = min(usual.price, view.unit_cost * (1.0 + self.least_margin))
        price = min(max(paid(model), floor), 1.2 * usual.price, 1e6)
        return within(view, usual.replace(price=price, tiers=model.tiers()), money)
