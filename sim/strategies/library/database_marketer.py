"""Database marketing: contacts with the most valuable customers on file, and upkeep of stale records."""

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, Programme, Tier, strategy
from sim.strategies.budget import contact_rate, known, spend
from sim.strategies.marketing_mix import MarketingMix


@strategy(
    "database_marketer",
    source="Blattberg, Kim & Neslin 2008, Database marketing (recalled)",
    traits=("relationship", "tiers"),
)
class DatabaseMarketer(MarketingMix):
    """Contacts with the most valuable customers on file; the staler the file, the more is spent on its upkeep."""

    best: float = param(
        0.3,
        low=0.01,
        high=1,
        unit="share of customers",
        meaning="customers who are contacted, by lifetime value; 1: everyone, for which no record is needed",
    )
    calling: float = param(
        0.4, low=0, high=1, unit="share of the amount available", meaning="spending on contacts"
    )
    upkeep: float = param(
        1.0,
        low=0,
        high=10,
        unit="share of the amount available if all records are stale",
        meaning="spending on upkeep of the records",
    )

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """Upkeep by the share of stale records, then contacts with the best customers."""
        stale = 1.0 - known(view.current_records, 1.0)
        upkeep = min(1.0 - self.calling, self.upkeep * stale) * money
        plan = spend(view, view.standing_plan, upkeep, data_upkeep=1.0)
        rate = min(0.5, contact_rate(view, self.calling * money, self.best))
        rule = "everyone" if self.best >= 1.0 else "lifetime_value"
        return plan.replace(tiers=(Tier(Programme(contact_rate=rate), rule, self.best),))
