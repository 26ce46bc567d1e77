"""A firm: a registered Mesa agent that plans through its strategy and adopts what its budget allows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np

from sim import luck
from sim.events import Shocks
from sim.ledger import Entry
from sim.plan import MAX_TIERS, FirmView, MarketingPlan, Programme, PublicOffer, Survey, Tier
from sim.theory import reach

if TYPE_CHECKING:
    from sim.market import Market


MOST_ASKED = 1000  # customers in one survey


class PlanError(RuntimeError):
    """A strategy that raised or returned no valid plan: names firm, strategy and period."""


class Firm(mesa.Agent):
    """A firm of the market, registered in ``market.agents``; its books of the last period are attributes."""

    def __init__(self, market: Market, name: str, index: int) -> None:
        super().__init__(market)
        # Mesa 3.3 keeps every model alive in Agent._ids (mesa issue 3179): number firms ourselves
        getattr(mesa.Agent, "_ids", {}).pop(market, None)
        self.unique_id = index + 1
        self.name, self.index = name, index
        self.offer = market.setting.firms[name]
        self.luck = luck.firm_id(name)
        self.strategy = market.strategy_of(name)
        self.quality = self.offer.quality
        self.goodwill = self.offer.goodwill
        self.overrun = 0.0
        self.last_units = 0.0
        self.plan = self.standing_plan = MarketingPlan(
            price=self.offer.price, promise=self.offer.promise, quality=self.offer.quality
        )
        self.wanted: MarketingPlan | None = None
        self.shocks = Shocks()
        self.survey = Survey()
        self.tier_rules: tuple = ()
        self.members: list[float] = []

    def __repr__(self) -> str:
        market: Market = self.model
        size = f"{self.main_customers:,.0f} main customers"
        return f"Firm({self.name}: {self.strategy.name}, arm {market.arm}, period {market.period}, {size})"

    # what a user of Mesa reads
    @property
    def share(self) -> float:
        """Market share of units in the last period."""
        return self.model.books.last("share", self.index)

    @property
    def profit(self) -> float:
        """Profit of the last period, money."""
        return self.model.books.last("profit", self.index)

    @property
    def main_customers(self) -> float:
        """Customers whose main supplier the firm is."""
        return self.model.books.last("main_customers", self.index)

    @property
    def price(self) -> float:
        """List price now."""
        return (self.plan.price + self.shocks.price_change) * self.shocks.price_factor

    @property
    def unit_cost(self) -> float:
        """Cost of a unit at the present quality, money."""
        return self.offer.unit_cost + self.extra_cost

    @property
    def extra_cost(self) -> float:
        """What quality above base adds to the cost of a unit, money."""
        p = self.model.setting.theory.reach._replace(cost_quality=self.offer.cost_quality)
        return reach.extra_unit_cost(self.quality, self.offer.base_quality, p)

    def view(self, rivals: tuple[PublicOffer, ...]) -> FirmView:
        """All that the firm may know now."""
        market: Market = self.model
        books, j = market.books, self.index
        entries = books.last_ledger(j)
        return FirmView(
            name=self.name,
            period=market.period,
            weeks_per_period=market.weeks,
            standing_plan=self.standing_plan,
            last_plan=self.plan,
            budget=self.allowed(),
            heads=market.heads,
            unit_cost=self.unit_cost,
            quality=self.quality,
            units=entries[Entry.UNITS],
            revenue=entries[Entry.REVENUE] - entries[Entry.PROMOTION],
            profit=books.last("profit", j),
            spend=books.last("budget_spend", j),
            contacts=entries[Entry.CONTACTS],
            complaints=entries[Entry.COMPLAINTS],
            failures_found=entries[Entry.RECOVERED],
            customers_on_file=int(entries[Entry.TRIED]),
            active_customers=int(entries[Entry.ON_FILE_ACTIVE]),
            new_customers=int(entries[Entry.NEW_BUYERS]),
            lost_customers=int(entries[Entry.LAPSED]),
            survey=self.survey,
            rivals=tuple(offer for offer in rivals if offer.name != self.name),
            customer_file=market.customer_file(j) if self.strategy.reads_customer_file else None,
            setting=market.known_to_all,
        )

    def public_offer(self) -> PublicOffer:
        """What anybody can see."""
        first = self.plan.tiers[0].programme if self.plan.tiers else Programme()
        return PublicOffer(
            self.name, self.price, self.plan.promotion, self.plan.promise,
            first.reward_rate, first.contact_rate, first.integration,
        )  # fmt: skip

    def decide(self, view: FirmView) -> MarketingPlan:
        """Ask the strategy; raises `PlanError` for a plan that is none."""
        where = f"firm '{self.name}', strategy '{self.strategy.name}', period {view.period}"
        try:
            plan = self.strategy.plan(view)
        except KeyboardInterrupt:
            raise
        except (
            BaseException
        ) as error:  # sys.exit in a strategy must not end the experiment as if it were done
            raise PlanError(f"{where}: {type(error).__name__}: {error}") from error
        if type(plan) is not MarketingPlan:  # no plan of another make, which might vouch for itself
            raise PlanError(f"{where}: a MarketingPlan is needed, not {type(plan).__name__}")
        if plan == self.wanted:  # as last time, when it was found to be in order
            return plan
        problems = plan.problems()
        if problems:
            raise PlanError(f"{where}: {'; '.join(problems[:3])}")
        self.wanted = plan
        return plan

    @property
    def limited(self) -> bool:
        """Whether the firm has a budget at all."""
        return self.offer.budget < math.inf

    @property
    def counts_on_nothing(self) -> bool:
        """Whether neither a decision nor a cost of the firm rests on how many customers are on file."""
        plan = self.plan
        return self.strategy.name == "fixed_plan" and not (plan.tiers or plan.staff or plan.feedback)

    @property
    def advertising(self) -> float:
        """Advertising that events permit, money a head and week."""
        return 0.0 if "advertising" in self.shocks.forbidden else self.plan.advertising

    def allowed(self) -> float:
        """Budget of the period, money: the amount fixed beforehand less what was overrun; inf where free."""
        market: Market = self.model
        return max(0.0, self.offer.budget * market.heads_at_start * market.weeks - self.overrun)

    def reference(self, plan: MarketingPlan) -> float:
        """The price against which a price cut counts as promotion."""
        return max(plan.price, min(self.offer.price, self.model.setting.market.reference_price))

    def expected_spend(self, plan: MarketingPlan) -> float:
        """What the budget must cover if the period is like the last one, money."""
        market: Market = self.model
        p = market.setting.theory
        entries = market.books.last_ledger(self.index)
        active, weeks = entries[Entry.ON_FILE_ACTIVE], market.weeks
        units = self.last_units if market.period > 0 else market.expected_units(self.index)
        paid = plan.price * (1.0 - plan.promotion)
        spend = (plan.advertising + plan.place) * market.heads * weeks + (
            plan.staff + plan.feedback
        ) * active * weeks
        spend += (self.reference(plan) - paid) * units + self.extra_cost * units
        cases = entries[Entry.RECOVERED] if market.period > 0 else 0.0
        spend += plan.recovery * cases
        for tier, members in zip(plan.tiers, self.members, strict=True):
            given = tier.programme
            in_tier = units * (members / active if active > 0 else 0.0)
            spend += (given.discount + given.reward_rate * (1.0 - given.discount)) * paid * in_tier
            spend += (
                members
                * weeks
                * (given.contact_rate * p.bonds.contact_cost + given.integration * p.bonds.integration_cost)
            )
        return spend

    def adopt(self, plan: MarketingPlan, scale: bool = True) -> None:
        """Take up a plan, scaled down to what the budget allows."""
        allowed = self.allowed() if scale else math.inf
        if allowed < math.inf:
            expected = self.expected_spend(plan)
            if expected > allowed:
                plan = self.scaled(plan, allowed / expected)
        self.plan = plan

    def scaled(self, plan: MarketingPlan, share: float) -> MarketingPlan:
        """The plan with every expense at a share of it; a price cut shrinks toward the reference price."""
        base = min(self.offer.base_quality, plan.quality)
        reference = self.reference(plan)
        tiers = tuple(
            Tier(
                Programme(*(share * x for x in t.programme)),
                t.rule,
                t.share,
                t.accounts,
                t.managers,
                t.case_load,
            )
            for t in plan.tiers
        )
        return plan.but(
            price=reference - share * (reference - plan.price),
            promotion=share * plan.promotion,
            advertising=share * plan.advertising,
            place=share * plan.place,
            staff=share * plan.staff,
            feedback=share * plan.feedback,
            recovery=share * plan.recovery,
            quality=base + math.sqrt(share) * (plan.quality - base),
            tiers=tiers,
        )

    def move(self) -> None:
        """Quality moves toward the plan's target, goodwill by what is advertised (laws of motion, section 9)."""
        keep = self.model.record[0]["reach"]
        self.quality += (1.0 - keep["quality_keep"]) * (self.plan.quality - self.quality)
        self.goodwill = reach.goodwill_after(
            self.goodwill, self.advertising * self.model.weeks, keep["goodwill_keep"]
        )

    def ask_customers(self) -> None:
        """A survey of own active customers, as large as feedback spending pays for, with noise in each answer."""
        self.survey = Survey()
        market: Market = self.model
        p = market.setting.theory.reach
        active = market.books.last_ledger(self.index)[Entry.ON_FILE_ACTIVE]
        asked = min(MOST_ASKED, int(self.plan.feedback * active * market.weeks / p.survey_cost))
        if asked > 0:
            satisfaction, desire = market.survey(self.index, asked, p.survey_noise)
            self.survey = Survey(asked, satisfaction, desire)

    def permitted(self, given: Programme) -> Programme:
        """The programme less what events forbid."""
        if not self.shocks.forbidden:
            return given
        return given._replace(**{name: 0.0 for name in self.shocks.forbidden & set(Programme._fields)})

    def post(self, record: Any, programmes: np.ndarray) -> None:
        """Write the offer that customers meet this period: a row of `OFFER`, programmes (tiers, 4)."""
        market: Market = self.model
        p, plan, shocks = market.setting.theory.reach, self.plan, self.shocks
        promotion = 0.0 if "promotion" in shocks.forbidden else plan.promotion
        record["luck"] = self.luck
        record["price"] = max(0.0, self.price)
        record["paid"] = record["price"] * (1.0 - promotion)
        record["quality"] = self.quality + shocks.quality_change
        record["promise"] = plan.promise
        record["brand"] = reach.log_response(p.w_brand, self.goodwill)
        record["convenience"] = reach.log_response(p.w_place, plan.place)
        record["effort"] = self.offer.effort
        record["technology"], record["political"] = shocks.technology, shocks.political
        record["ad_chance"] = reach.saturating(p.reach, self.advertising * market.weeks)
        record["failure_rate"] = reach.failure_rate(self.offer.failure_rate, plan.staff, p)
        record["found_chance"] = reach.saturating(p.k_feedback, plan.feedback)
        record["recovery_quality"] = reach.saturating(p.k_recovery, plan.recovery)
        record["congestion"] = max(0.0, self.last_units / self.offer.capacity - 1.0)
        record["open"] = shocks.open
        programmes[:] = 0.0
        for number, tier in enumerate(plan.tiers[:MAX_TIERS]):
            given = self.permitted(tier.programme)
            programmes[number] = (
                given.reward_rate,
                given.discount,
                given.contact_rate * market.weeks,
                given.integration * market.weeks,
            )
        record["has_programme"] = bool(programmes.any())
