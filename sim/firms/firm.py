"""A firm: a registered Mesa agent that plans through its strategy and adopts what its budget allows."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import mesa
import numpy as np

from sim.core import rng
from sim.customers.ledger import Entry
from sim.customers.records import serve_buyers
from sim.firms import costs, customer_base, decision, posting, view_builder
from sim.firms.partners.base import Conduct, PartnerEffects
from sim.firms.parts.departments import Departments
from sim.firms.parts.key_accounts import KeyAccounts
from sim.firms.parts.product_range import ProductRange, goods_of
from sim.firms.parts.record_decay import Knowledge
from sim.firms.state import Sold
from sim.market.attendance import DataBase, prospects
from sim.scenario.events.base import FirmShocks
from sim.strategies import (
    ALL_LEVERS,
    CustomerFile,
    FirmView,
    MarketingPlan,
    Programme,
    PublicOffer,
    Survey,
    Tier,
)
from sim.strategies.levers import A_CUSTOMER, A_RECORD
from sim.theory import account_managers, bonds, experience, marketing_response

if TYPE_CHECKING:
    from sim.firms.partners.tie import Stakeholder
    from sim.market.market import Market


BY_CUSTOMER = tuple(name for name, p in ALL_LEVERS.items() if p.unit in (A_CUSTOMER, A_RECORD))
#: Whether a firm has what a lever needs (`Lever.needs`).
HAS: dict[str, Callable[[Firm], bool]] = {
    "second": lambda firm: firm.sells_second,
    "range": lambda firm: firm.goods is not None,
    "conflict": lambda firm: firm.departments.at_odds,
    "decay": lambda firm: firm.knowledge is not None,
}
MOST_ASKED = 1000  # customers in one survey


class Firm(mesa.Agent):
    """A firm of the market, registered in ``market.agents``; its books of the last period are attributes."""

    def __init__(self, market: Market, name: str, index: int) -> None:
        super().__init__(market)
        # Mesa 3.3 keeps every model alive in Agent._ids (mesa issue 3179): number firms ourselves
        getattr(mesa.Agent, "_ids", {}).pop(market, None)
        self.unique_id = index + 1
        self.name, self.index = name, index
        self.offer = market.setting.firms[name]
        self.luck = rng.id_of_name(name)
        self.strategy = decision.strategy_of(market.setting, name)
        self.quality = self.offer.quality
        self.goodwill = self.offer.goodwill
        self.overrun = 0.0
        self.last_units = self.last_asked = 0.0
        self.plan = self.standing_plan = MarketingPlan(
            price=self.offer.price, promise=self.offer.promise, quality=self.offer.quality
        )
        self.wanted: MarketingPlan | None = None
        self.shocks = FirmShocks()
        self.kinds: Counter[str] = Counter()  # how many stakeholders of each kind are tied to it
        self.drives = PartnerEffects()
        self.second = market.setting.second.firms.get(name) if market.setting.second else None
        self.second_sold = Sold()
        self.goods: ProductRange | None = goods_of(self)
        self.data: DataBase | None = None  # what people left with it at its events
        self.survey = Survey()
        self.tier_rules: tuple = ()
        self.members: list[float] = []
        self.negotiating = KeyAccounts(self) if market.setting.theory.power.accounts else None
        theory = market.setting.theory
        keep = float(market.record[0]["departments"]["alignment_keep"])
        self.departments: Departments = Departments(self.offer.alignment, theory.departments, keep)
        self.knowledge: Knowledge | None = Knowledge(self) if theory.knowledge.decay > 0.0 else None
        self.quality_costs = replace(theory.reach, cost_quality=self.offer.cost_quality)
        self.knows = view_builder.known_to(market.setting, self.offer)

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
    def listed(self) -> float:
        """List price as events leave it, never below 0."""
        return max(0.0, (self.plan.price + self.shocks.price_change) * self.shocks.price_factor)

    @property
    def price(self) -> float:
        """Price that customers meet: the list price, less what dealers undercut each other by."""
        return self.listed * (1.0 - self.drives.undercut)

    @property
    def dealers_part(self) -> float:
        """What dealers of all stages keep, a money of revenue."""
        drives = self.drives
        return (drives.margin + drives.upstream - drives.undercut) / max(1.0 - drives.undercut, 1e-9)

    def tie(self, stakeholder: Stakeholder) -> None:
        """Count a stakeholder that is tied to the firm."""
        self.kinds[stakeholder.kind] += 1

    @property
    def delivered(self) -> float:
        """Quality that customers meet: its own, what range and stakeholders add, what events and departments at odds take."""
        above = max(0.0, self.quality - self.offer.base_quality)
        drives = self.drives
        own = self.quality + (0.0 if self.goods is None else self.goods.value)
        usual = own + drives.quality + drives.shared_quality * above + self.shocks.quality_change
        return usual - self.departments.shortfall

    @property
    def unit_cost(self) -> float:
        """Cost of a unit at the present quality, money."""
        return self.offer.unit_cost * self.drives.unit_cost + self.extra_cost

    @property
    def extra_cost(self) -> float:
        """What quality above base adds to the cost of a unit, money."""
        return marketing_response.extra_unit_cost(self.quality, self.offer.base_quality, self.quality_costs)

    @property
    def sale_cost(self) -> float:
        """What a unit sold costs, money: goods, and what dealers keep of the price."""
        return self.unit_cost + self.dealers_part * self.price

    def view(self, rivals: tuple[PublicOffer, ...]) -> FirmView:
        """All that the firm may know now."""
        return view_builder.view(self, rivals)

    def public_offer(self) -> PublicOffer:
        """What anybody can see."""
        return view_builder.public_offer(self)

    def decide(self, view: FirmView) -> MarketingPlan:
        """Ask the strategy; raises `PlanError` for a plan that is none."""
        return decision.decide(self, view)

    def post(self, programmes: np.ndarray) -> tuple[float, ...]:
        """The offer that customers meet this period, a row of `OFFER`; writes its programmes (tiers, `PROGRAMME`)."""
        return posting.post(self, programmes)

    @property
    def sells_second(self) -> bool:
        """Whether it has a second product that is on sale by now."""
        return self.second is not None and self.model.period >= self.second.opens

    def amount(self, plan: MarketingPlan, lever: str) -> float:
        """A plan's amount of a lever, 0 where events forbid it or the firm has not what it needs."""
        p = ALL_LEVERS[lever]
        there = (not p.needs or HAS[p.needs](self)) and p.practice not in self.shocks.forbidden
        return float(getattr(plan, lever)) if there else 0.0

    @property
    def limited(self) -> bool:
        """Whether the firm has a budget at all."""
        return self.offer.budget < math.inf

    @property
    def counts_on_nothing(self) -> bool:
        """Whether neither a decision nor a cost of the firm rests on how many customers are on file."""
        plan = self.plan
        if self.strategy.name != "fixed_plan" or self.strategy.parameters()["then"] is not None:
            return False
        return not (plan.tiers or any(getattr(plan, lever) for lever in BY_CUSTOMER))

    @property
    def advertising(self) -> float:
        """Advertising that events permit, money a head and week."""
        return self.amount(self.plan, "advertising")

    def allowed(self) -> float:
        """Budget of the period, money: the amount fixed beforehand less what was overrun; inf where free."""
        market: Market = self.model
        return max(0.0, self.offer.budget * market.heads_at_start * market.weeks - self.overrun)

    def adopt(self, plan: MarketingPlan, scale: bool = True) -> None:
        """Take up a plan, scaled down to what the budget allows."""
        self.plan = costs.within_budget(self, plan, self.allowed()) if scale and self.limited else plan

    def account(self, entries: Sequence[float], active: float) -> dict[str, float]:
        """What a period cost by column, and ``budget_spend``; what exceeds the budget is owed to it."""
        market: Market = self.model
        did = costs.happened(self, entries, active, market.heads)
        if self.negotiating is not None:
            did = did._replace(conceded=self.negotiating.conceded())
        spent = costs.costs(self, self.plan, did, market.weeks, market.setting.theory.bonds)
        spent["budget_spend"] = costs.budget_spend(self, self.plan, did, spent)
        self.last_units, self.last_asked = did.units, did.units + entries[Entry.TURNED_AWAY]
        self.overrun = max(0.0, spent["budget_spend"] - self.allowed()) if self.limited else 0.0
        return spent

    def customer_file(self) -> CustomerFile:
        """A copy of what the firm has on file now."""
        market: Market = self.model
        margin = float(market.offers[self.index]["paid"]) - self.sale_cost
        return customer_base.customer_file(
            market.columns, market.buyers(self.index), self.index, market.period,
            market.setting.market.periods_per_year, margin, market.setting.theory.records, self.knowledge,
        )  # fmt: skip

    def cut_tiers(self, tiers: tuple[Tier, ...]) -> None:
        """Cut the tiers: those for everyone each period, ranked ones at each review."""
        if self.negotiating is not None:
            self.negotiating.release()
        market: Market = self.model
        rules = tuple((t.rule, t.share, t.accounts, t.managers, t.case_load) for t in tiers)
        rows, firm, active = market.present_rows, self.index, market.active_periods
        asks = any(tier.rule == "prospects" for tier in tiers)
        if tiers and tiers[0].rule == "everyone" and not asks:  # nobody is left for the others
            served = market.over_customers(
                lambda begin, end: serve_buyers(
                    begin, end, market.columns.toward, firm, market.period - active
                )
            )
            self.members = [float(served), *[0.0] * (len(tiers) - 1)]
            self.tier_rules = rules
            return
        review = max(1, round(market.setting.theory.records.review_weeks / market.weeks))
        if rules != self.tier_rules or (tiers and market.period % review == 0):
            file = self.customer_file() if tiers else None
            customer_base.assign_tiers(
                market.columns, firm, market.period, active, tiers, file, prospects(market, self)
            )
            self.tier_rules = rules
            column = market.columns.tier[:rows, firm].copy()
            self.members = [float(np.count_nonzero(column == number)) for number in range(len(tiers))]

    def move(self) -> None:
        """Quality moves toward the plan's target, goodwill by what is advertised (laws of motion, section 9)."""
        keep = self.model.record[0]["reach"]
        self.quality += (1.0 - keep["quality_keep"]) * (self.plan.quality - self.quality)
        self.goodwill = marketing_response.goodwill_after(
            self.goodwill, self.advertising * self.model.weeks, keep["goodwill_keep"]
        )
        if self.goods is not None:
            self.goods.move(self.amount(self.plan, "range_review") * self.model.weeks)
        self.departments.move(self.amount(self.plan, "coordination") * self.model.weeks)
        if self.knowledge is not None:
            self.knowledge.move()

    def ask_customers(self) -> None:
        """A survey of own active customers, as large as feedback spending pays for, with noise in each answer."""
        self.survey = Survey()
        if self.goods is not None:
            self.goods.study(self.plan.feedback)
        market: Market = self.model
        p = market.setting.theory.reach
        active = market.books.last_ledger(self.index)[Entry.ON_FILE_ACTIVE]
        feedback = self.departments.working(self.plan).feedback
        asked = min(MOST_ASKED, int(feedback * active * market.weeks / p.survey_cost))
        if asked > 0:
            satisfaction, desire = market.survey(self.index, asked, p.survey_noise)
            self.survey = Survey(asked, satisfaction, desire)

    @property
    def congestion(self) -> float:
        """Units above capacity in the last period, a unit of capacity."""
        return max(0.0, self.last_units / self.offer.capacity - 1.0)

    @property
    def chance_full(self) -> float:
        """Chance that who chooses it is turned away; 0 where it serves everybody."""
        turns_away = self.offer.when_full == "turned_away"
        return float(experience.chance_full(self.last_asked, self.offer.capacity)) if turns_away else 0.0

    def conduct(self, units_before: float) -> Conduct:
        """What the firm did that its stakeholders feel, after a period."""
        growth = (self.last_units - units_before) / max(self.last_units, units_before, 1e-9)
        return Conduct(
            congestion=self.congestion,
            growth=growth if units_before > 0 else 0.0,
            shortfall=max(0.0, self.plan.promise - self.delivered),
            margin_left=self.drives.margin - self.drives.undercut,
            ours=self.delivered,
        )

    @property
    def attention(self) -> float:
        """Share of what is planned for key accounts that their managers get done."""
        p, plan = self.model.setting.theory.managers, self.plan
        asked = sum(
            account_managers.work(members, tier.programme.contact_rate * self.of_personal(tier.programme), p)
            for tier, members in zip(plan.tiers, self.members, strict=False)
            if tier.rule == "key_accounts"
        )
        return float(account_managers.attention(plan.managers, asked))

    def of_personal(self, given: Programme) -> float:
        """What a contact of a programme costs, and takes of a manager's time, of a personal one."""
        return float(bonds.of_personal(given.online, self.model.setting.theory.bonds.online_cost))
