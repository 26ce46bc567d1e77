"""Parts from which a strategy is written: a plan, a view of the firm's information, and the base class.

A strategy sees copies only: nothing in a view leads back to the market.
"""

from sim.core.loading import checked
from sim.strategies.base import STRATEGIES, Strategy, strategy
from sim.strategies.levers import ALL_LEVERS, LEVERS, SECOND_LEVERS, SPENDING, Levers, Programme
from sim.strategies.plan import MAX_TIERS, MOST, TIER_RULES, MarketingPlan, Tier
from sim.strategies.view import CustomerFile, FirmView, Prospects, PublicOffer, SecondBook, Survey

__all__ = [
    "ALL_LEVERS",
    "LEVERS",
    "MAX_TIERS",
    "MOST",
    "SECOND_LEVERS",
    "SPENDING",
    "STRATEGIES",
    "TIER_RULES",
    "CustomerFile",
    "FirmView",
    "Levers",
    "MarketingPlan",
    "Programme",
    "Prospects",
    "PublicOffer",
    "SecondBook",
    "Strategy",
    "Survey",
    "Tier",
    "checked",
    "strategy",
]
