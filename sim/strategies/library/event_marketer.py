"""Event marketing: meetings with people at own events, records of the attendees, and follow-up by value."""

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
    """Events at regular intervals, each followed by an offer to people who left data and by contacts by lifetime value."""

    every: float = param(
        26.0, low=1, high=104, unit="weeks", meaning="time from the start of one event to the next"
    )
    lasting: float = param(2.0, low=0, high=52, unit="weeks", meaning="length of an event")
    following: float = param(
        6.0, low=0, high=52, unit="weeks", meaning="length of the follow-up after an event"
    )
    event: float = param(
        0.9, low=0, high=1, unit="share of the amount available", meaning="spending during an event"
    )
    follow_up: float = param(
        0.6, low=0, high=1, unit="share of the amount available", meaning="spending during the follow-up"
    )
    worth: float = param(
        0.2,
        low=0,
        high=0.5,
        unit="share of customers",
        meaning="customers in each of the two tiers that are followed up",
    )
    invited: float = param(
        0.5, low=0, high=1, unit="share of people who left data", meaning="people who get the first offer"
    )
    first_offer: float = param(
        0.1,
        low=0,
        high=0.9,
        unit="share of the list price",
        meaning="discount for people who left data, until tiers are assigned again after their purchase",
    )

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """Plan an event, its follow-up, or neither; in a period longer than the interval, each for its share of the time."""
        now, after = self._parts(view)
        plan, tiers = view.standing_plan, []
        if now > 0:
            plan = spend(view, plan, 0.5 * now * self.event * money, event=1.0)
            tiers = [Tier(Programme(contact_rate=contact_rate(view, 0.5 * now * self.event * money)))]
        if after > 0 and self.worth > 0:
            amount = after * self.follow_up * money
            first, second = (contact_rate(view, share * amount, self.worth) for share in (0.7, 0.3))
            tiers = [
                Tier(Programme(contact_rate=first), "lifetime_value", self.worth),
                Tier(Programme(contact_rate=second), "lifetime_value", 2.0 * self.worth),
                *tiers,
            ]
        if after > 0 and view.prospects_on_file and self.invited > 0:
            tiers.insert(0, Tier(Programme(discount=self.first_offer), "prospects", self.invited))
        return plan.replace(tiers=tuple(tiers))

    def _parts(self, view: FirmView) -> tuple[float, float]:
        """Shares of the period for an event and for its follow-up; their sum is at most 1."""
        if view.weeks_per_period >= self.every:
            now = min(1.0, self.lasting / self.every)
            return now, min(1.0 - now, self.following / self.every)
        week = view.weeks % self.every
        if week < self.lasting:
            return 1.0, 0.0
        return 0.0, float(week < self.lasting + self.following)
