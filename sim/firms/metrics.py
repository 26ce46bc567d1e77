"""Every outcome that is reported for a firm and a period: its name, unit and meaning, declared once."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Metric:
    """A column of ``outcomes.parquet``: whole amounts of a firm and a period.

    ``over_time`` says how the periods after the burn-in become one figure of ``summary.csv``:
    "flow" amounts are summed, a year and head; "stock" amounts are averaged, a head; "level" is the last one
    reported, a head. Heads are the customers at the start, whom no arm can change; but a stock of customers is a share
    of those in the market in each period. "mean" averages and "last" takes the last one
    reported; "ratio" is a ratio of two costs, each pooled over the periods; "rate" compounds shares a period to a share a year (their geometric mean).
    ``better`` is "higher", "lower" or "" for a firm that wants to earn.
    """

    name: str
    unit: str
    meaning: str
    over_time: str = "mean"
    better: str = ""

    @property
    def summary_unit(self) -> str:
        """The unit of the summary's figure."""
        if self.over_time == "flow":
            return f"{self.unit} a head and year"
        if self.over_time in ("stock", "level"):
            return "share of customers" if self.unit == "customers" else f"{self.unit} a head"
        return "share a year" if self.over_time == "rate" else self.unit


def _declare(*metrics: Metric) -> dict[str, Metric]:
    return {m.name: m for m in metrics}


@dataclass(frozen=True)
class Cost(Metric):
    """A cost column: what it goes to ("winning" or "keeping" customers), and whether the budget covers it."""

    over_time: str = "flow"
    better: str = "lower"
    goes_to: str = ""
    budgeted: bool = True


def _cost(name: str, meaning: str, goes_to: str = "", budgeted: bool = True) -> Cost:
    return Cost(name, "money", meaning, goes_to=goes_to, budgeted=budgeted)


_COSTS = (
    _cost("goods", "cost of goods sold at base quality", budgeted=False),
    _cost("quality_cost", "extra cost of goods for quality above base"),
    _cost(
        "promotion_cost", "list price less price paid: promotions, tier and negotiated discounts", "winning"
    ),
    _cost("points_paid", "points paid out as cash", "keeping", budgeted=False),  # charged as they are issued
    _cost("advertising_cost", "advertising", "winning"),
    _cost("contact_cost", "contacts, in person or through a medium", "keeping"),
    _cost("integration_cost", "set-up and upkeep of integration", "keeping"),
    _cost("recovery_cost", "making good of failures", "keeping"),
    _cost("feedback_cost", "surveys and early warning", "keeping"),
    _cost("staff_cost", "staff against failures", "keeping"),
    _cost("place_cost", "convenience", "winning"),
    _cost("stakeholder_cost", "support of stakeholders"),
    _cost("terms_cost", "dealers' margin and turnover of staff", budgeted=False),
    _cost("event_cost", "events that people come to", "winning"),
)
#: Names of the cost columns of winning customers and of keeping them.
WINNING = tuple(c.name for c in _COSTS if c.goes_to == "winning")
KEEPING = tuple(c.name for c in _COSTS if c.goes_to == "keeping")

METRICS: dict[str, Metric] = _declare(
    Metric("profit", "money", "revenue less every cost", "flow", "higher"),
    Metric("discounted_profit", "money", "profit discounted to the start", "flow", "higher"),
    Metric("revenue", "money", "units at posted prices", "flow", "higher"),
    Metric("units", "units", "units sold", "flow", "higher"),
    *_COSTS,
    Metric("budget_spend", "money", "everything the budget covers, points as issued", "flow", "lower"),
    Metric(
        "share",
        "share of units",
        "market share: units over all units sold, the outside option left out",
        "mean",
        "higher",
    ),
    Metric(
        "customer_share", "share of units", "share of wallet of the firm's main customers", "mean", "higher"
    ),
    Metric("main_customers", "customers", "customers whose main supplier the firm is", "stock", "higher"),
    Metric("kept", "customers", "main customers kept from the period before", "stock"),
    Metric("won", "customers", "main customers won", "flow", "higher"),
    Metric("lost", "customers", "main customers lost", "flow", "lower"),
    Metric(
        "retention", "share a period", "main customers of the period before that are kept", "rate", "higher"
    ),
    Metric(
        "acquisition_cost",
        "money a customer won",
        f"{', '.join(WINNING)} over customers won",
        "mean",
        "lower",
    ),
    Metric(
        "keeping_cost",
        "money a customer kept and year",
        f"{', '.join(KEEPING)} over customers kept",
        "mean",
        "lower",
    ),
    Metric(
        "winning_to_keeping",
        "times",
        "cost of a customer won over the cost of keeping one for a year; none where nothing is spent on keeping",
        "ratio",
    ),
    Metric(
        "customer_equity",
        "money",
        "discounted expected margin of today's customers from the first product under present switching, at prices that "
        "accounts negotiated, before what programmes cost, as if no firm were ever full",
        "level",
        "higher",
    ),
    Metric("satisfaction", "-1 to 1", "mean over the firm's main customers", "mean", "higher"),
    Metric("trust", "0 to 1", "mean over the firm's main customers", "mean", "higher"),
    Metric("commitment", "0 to 1", "mean over the firm's main customers", "mean", "higher"),
    Metric("social_bond", "0 to 1", "mean over the firm's main customers", "mean", "higher"),
    Metric("structural_bond", "0 to 1", "mean over the firm's main customers", "mean", "higher"),
    Metric("points_held", "money", "points held by customers", "stock"),
    Metric("points_issued", "money", "points issued", "flow"),
    Metric("points_expired", "money", "points expired", "flow"),
    Metric("aware", "customers", "customers who know the firm", "stock"),
    Metric("tried", "customers", "customers who ever bought from the firm", "stock"),
    Metric("repeated", "customers", "customers who bought at least twice", "stock"),
    Metric("buyers", "customers", "customers who bought in the period (penetration)", "stock"),
    Metric("new_buyers", "customers", "first purchases ever", "flow"),
    Metric("acquaintance", "customers", "main customers in the stage acquaintance", "stock"),
    Metric("reserve", "customers", "main customers in the stage reserve", "stock"),
    Metric("steady", "customers", "main customers in the stage steady", "stock"),
    Metric("wandering", "customers", "main customers in the stage wandering", "stock"),
    Metric("consolidated", "customers", "main customers in the stage consolidated", "stock"),
    Metric("loyal_true", "customers", "main customers with attitude and behaviour above one half", "stock"),
    Metric("loyal_latent", "customers", "attitude above one half, behaviour below", "stock"),
    Metric("loyal_spurious", "customers", "behaviour above one half, attitude below", "stock"),
    Metric("loyal_none", "customers", "both below one half", "stock"),
    Metric("trust_cognitive", "customers", "main customers at the cognitive level of trust", "stock"),
    Metric("trust_affective", "customers", "main customers at the affective level of trust", "stock"),
    Metric("trust_behavioural", "customers", "main customers at the behavioural level of trust", "stock"),
    Metric("failures", "failures", "service failures", "flow", "lower"),
    Metric("complaints", "complaints", "failures that customers voiced", "flow"),
    Metric("recovered", "cases", "failures found and recovered", "flow"),
    Metric("contacts", "contacts", "contacts made, in person or through a medium", "flow"),
    Metric("attended", "people", "people at the firm's events", "flow"),
    Metric("captured", "customers", "people in the market who left data with the firm at an event", "stock"),
    Metric("captured_revenue", "money", "paid by who left data before ever buying from the firm", "flow"),
    Metric(
        "referrals", "customers", "customers who came to know the firm by word of mouth", "flow", "higher"
    ),
    Metric("top_fifth_share", "share of revenue", "revenue from the fifth of buyers who spend most", "last"),
    Metric("gini", "0 to 1", "Gini coefficient of revenue over the firm's buyers", "last"),
    Metric("market_size", "customers", "customers in the market, the same for every firm"),
    Metric("price", "money", "list price", "mean"),
    Metric("price_paid", "money", "mean price paid", "mean"),
    Metric("quality", "quality", "quality of the firm's offer", "mean"),
    Metric(
        "consumer_surplus",
        "money",
        "expected surplus of occasions in the whole market (same for every firm), 0 where nothing is offered; only "
        "differences between arms mean something, and without an outside option none where fewer are served",
        "flow",
        "higher",
    ),
)

#: Cells of the growth matrix (Ansoff 1957): product by customer; in the order of its rows.
CELLS = ("penetration", "market_development", "product_development", "diversification")
#: Outcomes that only a market with a second category has.
SECOND: dict[str, Metric] = _declare(
    Metric("second_units", "units", "units sold of the second product", "flow", "higher"),
    Metric("second_revenue", "money", "of revenue, that of the second product at list prices", "flow", "higher"),
    Metric("second_share", "share of units", "share of the second category's units", "mean", "higher"),
    Metric(
        "second_surplus", "money", "expected surplus of the second category's occasions (same for every firm)", "flow", "higher"
    ),
    Metric("second_buyers", "customers", "customers who bought the second product in the period", "stock"),
    Metric("second_owners", "customers", "customers who ever bought the second product", "stock"),
    _cost("second_goods", "cost of the second product sold", budgeted=False),
    _cost("second_promotion_cost", "discount on the second product for customers of the first"),
    _cost("second_advertising_cost", "advertising of the second product"),
    _cost("cross_selling_cost", "offering the second product to own customers"),
    Metric("penetration", "money", "revenue from the first product and the customers the firm had", "flow", "higher"),
    Metric("market_development", "money", "revenue from the first product and new customers", "flow", "higher"),
    Metric("product_development", "money", "revenue from the second product and the customers the firm had", "flow", "higher"),
    Metric("diversification", "money", "revenue from the second product and new customers", "flow", "higher"),
)  # fmt: skip
#: Outcomes that only a market with a range of goods has.
RANGE: dict[str, Metric] = _declare(
    _cost("range_cost", "goods tried in the shop"),
    Metric("range_appeal", "quality", "what the firm's range adds to its quality: its inclusive value", "mean", "higher"),
    Metric("goods_dropped", "goods a period", "slow sellers dropped for goods that were tried", "mean"),
)  # fmt: skip
#: Outcomes that only a market with a firm whose departments are at odds has.
DEPARTMENTS: dict[str, Metric] = _declare(
    Metric("alignment", "0 to 1", "how far the firm's departments work toward the same", "mean", "higher"),
    Metric("misalignment_cost", "money", "of staff, feedback, recovery, contacts and integration, what had no effect", "flow", "lower"),
    _cost("coordination_cost", "bringing departments together"),
)  # fmt: skip
#: Outcomes that only a market in which records go stale has.
KNOWLEDGE: dict[str, Metric] = _declare(
    Metric("current_records", "share of the file", "records of customers that are current as the period begins", "mean", "higher"),
    _cost("upkeep_cost", "keeping up the data on customers"),
)  # fmt: skip
#: Outcomes that only a market with a firm that turns customers away has.
FULL: dict[str, Metric] = _declare(
    Metric("turned_away", "occasions", "customers who chose the firm and found it full", "flow", "lower"),
)
#: Outcomes that only some markets have, by what those have; columns come in this order, after all others.
GROUPS: dict[str, dict[str, Metric]] = {
    "second": SECOND, "range": RANGE, "conflict": DEPARTMENTS, "decay": KNOWLEDGE, "full": FULL,
}  # fmt: skip
OPTIONAL: dict[str, Metric] = {name: metric for group in GROUPS.values() for name, metric in group.items()}
#: Every metric that may be reported.
ALL: dict[str, Metric] = METRICS | OPTIONAL
#: Names of cost columns: every one, those that every market has, those outside the budget.
_EVERY = [metric for metric in ALL.values() if isinstance(metric, Cost)]
ALL_COSTS = tuple(c.name for c in _EVERY)
COSTS = tuple(c.name for c in _EVERY if c.name in METRICS)
UNBUDGETED = tuple(c.name for c in _EVERY if not c.budgeted)
