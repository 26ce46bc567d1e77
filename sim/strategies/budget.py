"""Expected cost of a plan, and levels of levers that an amount buys: arithmetic on a `FirmView` only.

Amounts are in money per period. Before the first sales a firm expects an equal share of the market.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from math import isfinite
from typing import TypeVar

from sim.core.functions import total
from sim.core.parameters import param
from sim.customers.traits import TRAITS
from sim.strategies import (
    ALL_LEVERS,
    SPENDING,
    FirmView,
    MarketingPlan,
    Programme,
    PublicOffer,
    Strategy,
    Tier,
)
from sim.strategies.levers import A_CASE, A_CUSTOMER, A_HEAD, A_RECORD
from sim.theory import marketing_response
from sim.theory.bonds import Bonds, of_personal
from sim.theory.marketing_response import Reach

FREE = 0.10  # default of market.budget: money per customer at the start per week; planned with if the budget is free
NEED = TRAITS["need_rate"].default.mean  # purchases per person per week before the first sales
FAILURES = 0.05  # default of failure_rate: failures per purchase before the first one is found
Cut = TypeVar("Cut")
SEARCHED = "assumed: a best reply in the default market, docs/evidence/mixes.md"


class Smoothed:
    """Smoothed weekly amount, so that single weeks of a small market decide nothing.

    The mean of all weeks so far; the weight of a week halves every ``half_life`` weeks.
    """

    def __init__(self, half_life: float = 13.0) -> None:
        self.half_life, self.sum, self.weight = half_life, 0.0, 0.0

    def after(self, amount: float, weeks: float) -> float:
        """The mean after a period of ``weeks`` weeks with ``amount`` in it."""
        keep = 0.5 ** (weeks / self.half_life)
        self.sum, self.weight = keep * self.sum + amount, keep * self.weight + weeks
        return self.sum / self.weight


class Budgeted(Strategy):
    """A strategy with an amount to spend: a share of its budget."""

    budget_share: float = param(
        0.5,
        low=0,
        high=1,
        unit="share of the budget",
        meaning="upper limit of spending; the rest is profit",
        source="assumed, one for all strategies: plain marketing's best reply in the default market, docs/evidence/mixes.md",
    )

    def money(self, view: FirmView) -> float:
        """Amount available in this period."""
        return self.budget_share * budget(view)


class Reviewing(Budgeted):
    """A strategy with a budget that assigns tiers anew only at a review."""

    review: float = param(
        13.0,
        low=1,
        high=104,
        unit="weeks",
        meaning="time between two reviews, at which tiers are assigned anew",
    )

    def at_review(self, view: FirmView, cut: Callable[[FirmView], Cut]) -> Cut:
        """The result of the last review; an empty result is computed again at once."""
        if self._due(view.weeks):
            self.__dict__["last_cut"] = (view.weeks, cut(view))
        return self.__dict__["last_cut"][1]

    def reads_file(self, weeks: float) -> bool:
        """Return True if a review is due and the strategy reads the customer file."""
        return self.reads_customer_file and self._due(weeks)

    def _due(self, weeks: float) -> bool:
        last = self.__dict__.get("last_cut")
        return last is None or not last[1] or weeks - last[0] >= self.review


def budget(view: FirmView) -> float:
    """Budget of the period, at least 0; if it is unlimited, the default budget."""
    free = FREE * view.heads * view.weeks_per_period
    return max(0.0, view.budget) if isfinite(view.budget) else free


def known(value: float, otherwise: float) -> float:
    """The number, or a default if it is missing (NaN)."""
    return value if value == value else otherwise


def customers(view: FirmView) -> float:
    """Active customers; an equal share of the market before there are any."""
    return float(view.active_customers) or view.heads / (1.0 + len(view.rivals))


def units(view: FirmView) -> float:
    """Expected units: those of the last period; an equal share of the market before the first sales."""
    return view.units or NEED * view.weeks_per_period * view.heads / (1.0 + len(view.rivals))


def cases(view: FirmView) -> float:
    """Number of failures expected to be found, reported ones included."""
    return max(view.failures_found, view.complaints) or max(1.0, FAILURES * units(view))


def paid(offer: MarketingPlan | PublicOffer) -> float:
    """Price after promotion, of a plan or a public offer."""
    return offer.price * (1.0 - offer.promotion)


def margin(view: FirmView, plan: MarketingPlan) -> float:
    """Margin per unit before marketing."""
    return paid(plan) - view.unit_cost


def observed_failure_rate(view: FirmView) -> float:
    """Failures that the firm found, or customers reported, per unit sold; at most 1."""
    return min(1.0, max(view.failures_found, view.complaints) / view.units) if view.units else 0.0


def unit_costs(view: FirmView, plan: MarketingPlan) -> dict[str, float]:
    """Cost in the period of one unit of each lever of `SPENDING`; 0 for a lever that has no effect for the firm."""
    weeks, second = view.weeks_per_period, view.second
    each = {
        A_HEAD: max(view.heads, 1) * weeks,
        A_CUSTOMER: max(customers(view), 1.0) * weeks,
        A_CASE: cases(view),
        A_RECORD: view.customers_on_file * weeks,
    }
    price_cuts = {
        "promotion": max(plan.price * units(view), 1e-9),
        "bundle_discount": 0.0 if second is None else max(second.revenue, 1e-9),
    }
    useless = [lever for lever in SPENDING if lever not in view.available]
    charged = {lever: each[ALL_LEVERS[lever].unit] for lever in SPENDING if lever not in price_cuts}
    return charged | price_cuts | dict.fromkeys(useless, 0.0)


def spend(view: FirmView, plan: MarketingPlan, money: float, **weights: float) -> MarketingPlan:
    """The plan with an additional amount, spread over levers by weight; promotion stops at unit cost.

    A lever for a kind of stakeholder, a second product or a range that the firm lacks buys nothing: its part is left over.
    """
    whole = total(weights.values())
    if money <= 0 or whole <= 0:
        return plan
    cost, changes = unit_costs(view, plan), {}
    for lever, weight in weights.items():
        most = ALL_LEVERS[lever].high
        if lever == "bundle_discount" and view.second is not None:
            most = min(most, max(0.0, 1.0 - view.second.unit_cost / max(view.second.price, 1e-9)))
        if lever == "promotion":
            most = min(most, max(0.0, 1.0 - view.unit_cost / plan.price)) if plan.price > 0 else 0.0
        before = getattr(plan, lever)
        if cost[lever] <= 0:
            continue
        changes[lever] = max(before, min(most, before + money * weight / whole / cost[lever]))
    return plan.replace(**changes)


def contact_rate(view: FirmView, money: float, share: float = 1.0, online: float = 0.0) -> float:
    """Contacts per customer per week that an amount buys for a share of the active customers, a share ``online`` of
    them through a medium."""
    return _effort(view, money, share, contact_cost(view, online), "contact_rate")


def contact_cost(view: FirmView, online: float) -> float:
    """Money per contact if a share ``online`` of contacts is through a medium."""
    usual = Bonds()
    part = of_personal(online, _cost(view, "online_cost", usual.online_cost))
    return _cost(view, "contact_cost", usual.contact_cost) * part


def integration(view: FirmView, money: float, share: float = 1.0) -> float:
    """Effort at joint work that an amount buys for a share of the active customers."""
    return _effort(
        view, money, share, _cost(view, "integration_cost", Bonds().integration_cost), "integration"
    )


def reward_rate(view: FirmView, plan: MarketingPlan, money: float) -> float:
    """Points per money paid that an amount covers if everyone collects."""
    most = ALL_LEVERS["reward_rate"].high
    return min(most, max(0.0, money) / max(paid(plan) * units(view), 1e-9))


def better_quality(view: FirmView, plan: MarketingPlan, money: float) -> float:
    """The quality that an additional amount pays for at the expected units."""
    usual, costs, sold = _base_quality(view), _quality_costs(view), units(view)
    if money <= 0 or sold <= 0:
        return plan.quality
    extra = marketing_response.extra_unit_cost(plan.quality, usual, costs) + money / sold
    return max(plan.quality, min(5.0, usual + marketing_response.quality_for(extra, costs)))


def _base_quality(view: FirmView) -> float:
    return view.setting.get("base_quality", view.standing_plan.quality)


def _quality_costs(view: FirmView) -> Reach:
    usual = Reach()
    return replace(
        usual,
        cost_quality=_cost(view, "cost_quality", usual.cost_quality),
        marginal_cost_quality=_cost(view, "marginal_cost_quality", usual.marginal_cost_quality),
    )


def _effort(view: FirmView, money: float, share: float, cost: float, lever: str) -> float:
    most = ALL_LEVERS[lever].high
    each = cost * customers(view) * share * view.weeks_per_period
    return min(most, max(0.0, money) / each) if each > 0 else most


def _cost(view: FirmView, key: str, otherwise: float) -> float:
    return view.setting.get(key, otherwise)


def tier_cost(
    view: FirmView, plan: MarketingPlan, share: float, programme: Programme, above: float = 0.0
) -> float:
    """Cost of a programme for a share of the customers: the best ones below the share ``above``."""
    own = customers(view) * share * view.weeks_per_period
    held = (above + share) ** 0.25 - above**0.25  # the top fifth brings two thirds of sales (F2)
    sales = paid(plan) * units(view) * held
    return (
        own * programme.contact_rate * contact_cost(view, programme.online)
        + own * programme.integration * _cost(view, "integration_cost", Bonds().integration_cost)
        + sales * (programme.reward_rate + programme.discount)
    )


def tier_shares(view: FirmView, tiers: Sequence[Tier]) -> Iterator[tuple[Tier, float, float]]:
    """Each tier with its expected share of the active customers and the share above it."""
    taken = 0.0
    for tier in tiers:
        share = 1.0 if tier.rule == "everyone" else tier.share
        if tier.rule == "key_accounts":
            share = min(tier.accounts, tier.managers * tier.case_load) / max(customers(view), 1.0)
        if tier.rule == "prospects":  # no customers yet; they buy less readily than any
            yield tier, tier.share * view.prospects_on_file / max(customers(view), 1.0), 1.0
            continue
        share = min(1.0, max(0.0, share - taken))
        yield tier, share, taken
        taken += share


def wages(view: FirmView, plan: MarketingPlan) -> float:
    """Cost of the relationship managers of a plan."""
    return plan.managers * _cost(view, "manager_wage", 0.0) * view.weeks_per_period


def managers_for(view: FirmView, accounts: int, case_load: int, money: float) -> int:
    """Number of relationship managers for ``accounts`` accounts, no more than an amount pays for."""
    needed, each = -(-accounts // case_load), _cost(view, "manager_wage", 0.0) * view.weeks_per_period
    return min(needed, int(max(0.0, money) / each)) if each > 0 else needed


def cost(view: FirmView, plan: MarketingPlan) -> float:
    """Expected cost of the plan, charged to the budget."""
    each = unit_costs(view, plan)
    spent = total(getattr(plan, lever) * each[lever] for lever in SPENDING)
    spent += total(
        tier_cost(view, plan, share, tier.programme, above)
        for tier, share, above in tier_shares(view, plan.tiers)
    )
    spent += wages(view, plan)
    usual = view.standing_plan.price
    below = min(usual, view.setting.get("reference_price", usual)) - plan.price
    quality = marketing_response.extra_unit_cost(plan.quality, _base_quality(view), _quality_costs(view))
    return spent + (max(0.0, below) + quality) * units(view)


def within(view: FirmView, plan: MarketingPlan, money: float) -> MarketingPlan:
    """The plan with its levers and programmes scaled down to an amount; price and quality stay."""
    whole = cost(view, plan)
    if whole <= money or whole <= 0:
        return plan
    bare = plan.replace(**dict.fromkeys(SPENDING, 0.0), tiers=())
    fixed = cost(view, bare) + wages(view, plan)
    share = max(0.0, money - fixed) / max(whole - fixed, 1e-9)
    scaled = {lever: getattr(plan, lever) * min(1.0, share) for lever in SPENDING}
    return plan.replace(**scaled, tiers=tuple(tier.scaled(min(1.0, share)) for tier in plan.tiers))


def money_left(view: FirmView, plan: MarketingPlan, money: float) -> float:
    """Amount left after paying for the plan."""
    return max(0.0, money - cost(view, plan))
