"""Event marketing: meets people at its own events, takes down who they are, follows up with those worth most."""

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, Programme, Tier, strategy
from sim.strategies.budget import contact_rate, spend
from sim.strategies.marketing_mix import MarketingMix


@strategy(
    "event_marketer",
    source="Close, Finney, Lacey & Sneath 2006, Engaging the consumer through event marketing, J. Advertising Research 46(4)",
    traits=("relationship", "events"),
)
class EventMarketer(MarketingMix):
    """Holds events by its own calendar; after each an offer to those who left data, and contact by value; quiet between."""

    every: float = param(26.0, low=1, high=104, unit="weeks", meaning="from event to event")
    lasting: float = param(2.0, low=0, high=52, unit="weeks", meaning="of an event")
    following: float = param(6.0, low=0, high=52, unit="weeks", meaning="of follow-up after it")
    event: float = param(0.9, low=0, high=1, unit="share of the money", meaning="spent while it lasts")
    follow_up: float = param(0.6, low=0, high=1, unit="share of the money", meaning="spent on follow-up")
    worth: float = param(0.2, low=0, high=0.5, unit="share of customers", meaning="in each tier followed up")
    invited: float = param(
        0.5, low=0, high=1, unit="share of those who left data", meaning="that gets the first offer"
    )
    first_offer: float = param(
        0.1, low=0, high=0.9, unit="share of the list price", meaning="off for who left data, until tiers are cut again after a purchase"
    )  # fmt: skip

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """Event, follow-up, or nothing; in a period longer than the round, each in its part of the time."""
        now, after = self._parts(view)
        plan, tiers = view.standing_plan, []
        if now > 0:
            plan = spend(view, plan, 0.5 * now * self.event * money, event=1.0)
            tiers = [Tier(Programme(contact_rate=contact_rate(view, 0.5 * now * self.event * money)))]
        if after > 0 and self.worth > 0:
            amount = after * self.follow_up * money
            first, second = (contact_rate(view, part * amount, self.worth) for part in (0.7, 0.3))
            tiers = [
                Tier(Programme(contact_rate=first), "lifetime_value", self.worth),
                Tier(Programme(contact_rate=second), "lifetime_value", 2.0 * self.worth),
                *tiers,
            ]
        if after > 0 and view.prospects_on_file and self.invited > 0:
            tiers.insert(0, Tier(Programme(discount=self.first_offer), "prospects", self.invited))
        return plan.replace(tiers=tuple(tiers))

    def _parts(self, view: FirmView) -> tuple[float, float]:
        """Parts of the period in which an event and the follow-up run, together 1 at most."""
        if view.weeks_per_period >= self.every:
            now = min(1.0, self.lasting / self.every)
            return now, min(1.0 - now, self.following / self.every)
        week = view.weeks % self.every
        if week < self.lasting:
            return 1.0, 0.0
        return 0.0, float(week < self.lasting + self.following)
