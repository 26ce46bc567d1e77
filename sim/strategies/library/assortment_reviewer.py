"""Review of the range: a study of its sales, and trials of new goods in place of slow sellers."""

from sim.core.parameters import param
from sim.strategies import FirmView, MarketingPlan, strategy
from sim.strategies.budget import spend
from sim.strategies.marketing_mix import MarketingMix


@strategy(
    "assortment_reviewer",
    source="Caro & Gallien 2007, Dynamic assortment with demand learning, Management Science 53(2); Boatwright & Nunes 2001, J. Marketing 65(3)",
    traits=("relationship", "range of goods"),
)
class AssortmentReviewer(MarketingMix):
    """Study of the range, and trials of new goods, more of them the more goods sell slowly; the rest is plain marketing."""

    study: float = param(
        0.15,
        low=0,
        high=1,
        unit="share of the amount available",
        meaning="spending on feedback about the goods",
    )
    review: float = param(
        0.5,
        low=0,
        high=5,
        unit="share of the amount available per share of the goods",
        meaning="spending on trials of new goods, per share of goods that sell slowly",
    )
    slow: float = param(
        0.5,
        low=0,
        high=1,
        unit="multiple of an equal share of sales",
        meaning="sales below which a good counts as a slow seller",
    )

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """Study of the range, and trials in place of its slow sellers."""
        sales, usual = view.range_sales, view.standing_plan
        if not sales:
            return usual
        slow = sum(share * len(sales) < self.slow for share in sales) / len(sales)
        plan = spend(view, usual, self.study * money, feedback=1.0)
        return spend(view, plan, min(1.0 - self.study, self.review * slow) * money, range_review=1.0)
