"""Every outcome that is reported for a firm and a period: its name, unit and meaning, declared once."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Metric:
    """A column of ``outcomes.parquet``; ``over_time`` says how periods become one figure.

    "total" adds them up to a yearly figure, "mean" averages them, "last" takes the last one reported.
    ``better`` is "higher", "lower" or "" for a firm that wants to earn.
    """

    name: str
    unit: str
    meaning: str
    over_time: str = "mean"
    better: str = ""


def _declare(*metrics: Metric) -> dict[str, Metric]:
    return {m.name: m for m in metrics}


METRICS: dict[str, Metric] = _declare(
    Metric("profit", "money a head and year", "revenue less every cost, divided by the customers of the market", "total", "higher"),
    Metric("discounted_profit", "money a head and year", "profit discounted to the start", "total", "higher"),
    Metric("revenue", "money a head and year", "units at posted prices", "total", "higher"),
    Metric("units", "units a head and year", "units sold", "total", "higher"),
    Metric("goods", "money a head and year", "cost of goods sold at base quality", "total", "lower"),
    Metric("quality_cost", "money a head and year", "extra cost of goods for quality above base", "total", "lower"),
    Metric("promotion_cost", "money a head and year", "list price less price paid: promotions and tier discounts", "total", "lower"),
    Metric("points_paid", "money a head and year", "points paid out as cash", "total", "lower"),
    Metric("advertising_cost", "money a head and year", "advertising", "total", "lower"),
    Metric("contact_cost", "money a head and year", "personal contacts", "total", "lower"),
    Metric("integration_cost", "money a head and year", "set-up and upkeep of integration", "total", "lower"),
    Metric("recovery_cost", "money a head and year", "making good of failures", "total", "lower"),
    Metric("feedback_cost", "money a head and year", "surveys and early warning", "total", "lower"),
    Metric("staff_cost", "money a head and year", "staff against failures", "total", "lower"),
    Metric("place_cost", "money a head and year", "convenience", "total", "lower"),
    Metric("stakeholder_cost", "money a head and year", "what stakeholders get", "total", "lower"),
    Metric("budget_spend", "money a head and year", "everything the budget covers, points as issued", "total", "lower"),
    Metric("share", "share of units", "market share: units over all units sold, the outside option left out", "mean", "higher"),
    Metric("customer_share", "share of units", "share of wallet of the firm's main customers", "mean", "higher"),
    Metric("main_customers", "share of heads", "customers whose main supplier the firm is", "mean", "higher"),
    Metric("kept", "share of heads", "main customers kept from the period before"),
    Metric("won", "share of heads a year", "main customers won", "total", "higher"),
    Metric("lost", "share of heads a year", "main customers lost", "total", "lower"),
    Metric("retention", "share a period", "main customers of the period before that are kept", "mean", "higher"),
    Metric("acquisition_cost", "money a customer won", "advertising, promotions and place over customers won", "mean", "lower"),
    Metric("keeping_cost", "money a customer kept and year", "points, contacts, integration, recovery, feedback, staff over customers kept", "mean", "lower"),
    Metric("customer_equity", "money a head", "discounted expected margin of today's customers under present switching", "last", "higher"),
    Metric("satisfaction", "-1 to 1", "mean over the firm's main customers", "mean", "higher"),
    Metric("trust", "0 to 1", "mean over the firm's main customers", "mean", "higher"),
    Metric("commitment", "0 to 1", "mean over the firm's main customers", "mean", "higher"),
    Metric("social_bond", "0 to 1", "mean over the firm's main customers", "mean", "higher"),
    Metric("structural_bond", "0 to 1", "mean over the firm's main customers", "mean", "higher"),
    Metric("points_held", "money a head", "points held by customers"),
    Metric("points_issued", "money a head and year", "points issued", "total"),
    Metric("points_expired", "money a head and year", "points expired", "total"),
    Metric("aware", "share of heads", "customers who know the firm"),
    Metric("tried", "share of heads", "customers who ever bought from the firm"),
    Metric("repeated", "share of heads", "customers who bought at least twice"),
    Metric("buyers", "share of heads", "customers who bought in the period (penetration)"),
    Metric("new_buyers", "share of heads a year", "first purchases ever", "total"),
    Metric("acquaintance", "share of heads", "main customers in the stage acquaintance"),
    Metric("reserve", "share of heads", "main customers in the stage reserve"),
    Metric("steady", "share of heads", "main customers in the stage steady"),
    Metric("wandering", "share of heads", "main customers in the stage wandering"),
    Metric("consolidated", "share of heads", "main customers in the stage consolidated"),
    Metric("loyal_true", "share of heads", "main customers with attitude and behaviour above one half"),
    Metric("loyal_latent", "share of heads", "attitude above one half, behaviour below"),
    Metric("loyal_spurious", "share of heads", "behaviour above one half, attitude below"),
    Metric("loyal_none", "share of heads", "both below one half"),
    Metric("trust_cognitive", "share of heads", "main customers at the cognitive level of trust"),
    Metric("trust_affective", "share of heads", "main customers at the affective level of trust"),
    Metric("trust_behavioural", "share of heads", "main customers at the behavioural level of trust"),
    Metric("failures", "failures a head and year", "service failures", "total", "lower"),
    Metric("complaints", "complaints a head and year", "failures that customers voiced", "total"),
    Metric("recovered", "cases a head and year", "failures found and recovered", "total"),
    Metric("contacts", "contacts a head and year", "personal contacts made", "total"),
    Metric("referrals", "customers a head and year", "customers who came to know the firm by word of mouth", "total", "higher"),
    Metric("top_fifth_share", "share of revenue", "revenue from the fifth of buyers who spend most", "last"),
    Metric("gini", "0 to 1", "Gini coefficient of revenue over the firm's buyers", "last"),
    Metric("price", "money", "list price", "mean"),
    Metric("price_paid", "money", "mean price paid", "mean"),
    Metric("quality", "quality", "quality of the firm's offer", "mean"),
    Metric("consumer_surplus", "money a head and year", "expected surplus of occasions in the whole market (same for every firm)", "total", "higher"),
)
