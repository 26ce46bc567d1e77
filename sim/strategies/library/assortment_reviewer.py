"""Review of the range: studies what sells, and tries goods in the place of those that sell slowly."""

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
    """Asks customers and counts sales; the more goods sell slowly, the more it tries; plain marketing with the rest."""

    study: float = param(0.15, low=0, high=1, unit="share of the money", meaning="for feedback on the goods")
    review: float = param(
        0.5, low=0, high=5, unit="share of the money a share of the goods",
        meaning="for trials, by the share of goods that sell slowly",
    )  # fmt: skip
    slow: float = param(
        0.5, low=0, high=1, unit="times an equal share of sales", meaning="below it a good sells slowly"
    )

    def own_plan(self, view: FirmView, money: float) -> MarketingPlan:
        """Study of the range, and trials for its slow sellers."""
        sales, usual = view.range_sales, view.standing_plan
        if not sales:
            return usual
        slow = sum(share * len(sales) < self.slow for share in sales) / len(sales)
        plan = spend(view, usual, self.study * money, feedback=1.0)
        return spend(view, plan, min(1.0 - self.study, self.review * slow) * money, range_review=1.0)
