"""A firm: it plans through its strategy, adopts as much of the plan as its budget allows, and posts an offer.

It receives the time, its sales, the effects of events and partners, and the records of its customers; it has no access
to the market.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, TypeVar

import numpy as np

from sim.core import rng
from sim.core.functions import total
from sim.core.kept import Kept
from sim.customers.offer import OfferRecord
from sim.firms import costs, customer_base, decision, posting, view_builder
from sim.firms.costs import Activity, CostBasis, Outlook
from sim.firms.mechanisms import MECHANISMS, mechanisms_of, new_states
from sim.firms.mechanisms.base import MechanismState, Start, states_by_act
from sim.firms.offer_settings import OfferSettings, SecondOffer
from sim.firms.partners.base import Conduct, PartnerEffects
from sim.firms.purchase_records import PurchaseRecords
from sim.firms.shocks import FirmShocks
from sim.firms.state import Clock, Draws, FirmState, Sales, SaleTerms, SecondSales, Trade
from sim.strategies import (
    ALL_LEVERS,
    LEVERS,
    CustomerFile,
    FirmView,
    MarketingPlan,
    Prospects,
    PublicOffer,
    Strategy,
    Survey,
    Tier,
)
from sim.theory import Theory, experience, marketing_response
from sim.theory.half_life import share_left

MOST_ASKED = 1000  # customers in one survey
OfKind = TypeVar("OfKind", bound=MechanismState)


class Firm:
    """One firm, number ``index`` of its market; ``theory`` has the sections of the theory by name.

    The market assigns its information: ``clock``, ``shocks``, ``effects`` of partners, ``records`` of customers,
    ``second_sales``, and the ``profit`` and ``survey`` of the last period. `account` enters its ``sales``.
    """

    def __init__(self, name: str, index: int, offer: OfferSettings, strategy: Strategy, theory: Theory, trade: Trade,
                 clock: Clock, second: SecondOffer | None = None) -> None:  # fmt: skip
        self.name, self.index, self.rng_id = name, index, rng.id_of_name(name)
        self.offer, self.second, self.strategy = offer, second, strategy
        self.theory, self.trade, self.clock = theory, trade, clock
        self.shocks, self.effects = FirmShocks(), PartnerEffects()
        self.partner_kinds: Counter[str] = Counter()  # number of partners of each kind
        self.records = PurchaseRecords.none(index + 1)
        self.sales, self.second_sales = Sales(), SecondSales()
        self.spent: Mapping[str, float] = {"budget_spend": 0.0}  # in the last period, by column
        self.profit, self.survey = 0.0, Survey()
        self.quality, self.goodwill, self.overrun = offer.quality, offer.goodwill, 0.0
        self.plan = self.standing_plan = MarketingPlan(
            price=offer.price, promise=offer.promise, quality=offer.quality
        )
        self.wanted: MarketingPlan | None = None
        self.posted: OfferRecord | None = None
        self._offer_of, self._programmes_of = Kept(posting.posted), Kept(posting.programmes_posted)
        self.tier_rules: tuple = ()
        self.members: list[float] = []  # of each tier
        self.response = replace(theory.reach, cost_quality=offer.cost_quality)
        self.knows = view_builder.known_to(theory, offer, trade)
        self.mechanisms = mechanisms_of(offer, theory, second)
        self.begins = {name: MECHANISMS[name].begins(second) for name in self.mechanisms}  # period of each
        self._beginnings = sorted(self.begins.values())
        self._available: tuple[tuple[int, int], frozenset[str]] | None = None  # of the state it was found in
        start = Start(index, self.rng_id, offer, theory, clock, self.draws)
        self.mechanism_states = new_states(self.mechanisms, start)
        self._states = {type(state): state for state in self.mechanism_states}
        self.acting = states_by_act(self.mechanism_states)

    def state_of(self, kind: type[OfKind]) -> OfKind | None:
        """The state of a mechanism, by its class; None in a firm that does not have it."""
        return self._states.get(kind)  # type: ignore[return-value]

    # ------------------------------------------------------------------ what follows from its state

    @property
    def draws(self) -> Draws:
        """Its random numbers of the period."""
        return Draws(self.clock.key, self.rng_id)

    @property
    def listed(self) -> float:
        """List price as events leave it, never below 0."""
        return max(0.0, (self.plan.price + self.shocks.price_change) * self.shocks.price_factor)

    @property
    def price(self) -> float:
        """Price that customers meet: the list price, less the discount by which dealers undercut each other."""
        return self.listed * (1.0 - self.effects.undercut)

    @property
    def dealers_share(self) -> float:
        """Share of revenue that dealers of all stages keep."""
        effects = self.effects
        return (effects.margin + effects.upstream - effects.undercut) / max(1.0 - effects.undercut, 1e-9)

    @property
    def delivered(self) -> float:
        """Quality that customers meet: its own, with the effects of its mechanisms, of partners and of events."""
        above = max(0.0, self.quality - self.offer.base_quality)
        effects = self.effects
        own = self.quality + total(state.quality for state in self.acting["quality"])
        usual = own + effects.quality + effects.shared_quality * above + self.shocks.quality_change
        return usual - total(state.shortfall for state in self.acting["shortfall"])

    @property
    def unit_cost(self) -> float:
        """Cost of a unit at the present quality, money."""
        return self.offer.unit_cost * self.effects.unit_cost + self.extra_cost

    @property
    def extra_cost(self) -> float:
        """Cost of quality above base per unit, money."""
        return marketing_response.extra_unit_cost(self.quality, self.offer.base_quality, self.response)

    @property
    def sale_cost(self) -> float:
        """Cost of a unit sold, money: goods, and the dealers' share of the price."""
        return self.unit_cost + self.dealers_share * self.price

    @property
    def limited(self) -> bool:
        """True if the firm has a budget."""
        return self.offer.budget < math.inf

    @property
    def active_periods(self) -> int:
        """Periods since the last purchase for which a customer counts as active."""
        return max(1, round(self.theory.records.active_weeks / self.clock.weeks))

    @property
    def counts_on_nothing(self) -> bool:
        """True if no decision and no cost of the firm depends on the number of customers on file."""
        return decision.is_fixed(self.strategy) and not costs.count_customers(self.plan)

    @property
    def congestion(self) -> float:
        """Units above capacity in the last period, per unit of capacity."""
        return max(0.0, self.sales.units / self.offer.capacity - 1.0)

    @property
    def chance_full(self) -> float:
        """Chance that a customer who chooses it is turned away; 0 where it serves everybody."""
        if self.offer.when_full != "turned_away":
            return 0.0
        requested = self.sales.units + self.sales.turned_away
        return float(experience.chance_full(requested, self.offer.capacity))

    @property
    def attention(self) -> float:
        """Share of the work planned for key accounts that their managers complete."""
        theory = self.theory
        return posting.attention(self.plan, self.members, theory.managers, theory.bonds.online_cost)

    @property
    def alignment(self) -> float:
        """Share of the work paid for that has its effect."""
        return math.prod(state.alignment for state in self.mechanism_states)

    def working_plan(self) -> MarketingPlan:
        """Its plan as it takes effect."""
        plan = self.plan
        for state in self.acting["working"]:
            plan = state.working(plan)
        return plan

    # ------------------------------------------------------------------ levers, budget and costs

    def has(self, lever: str) -> bool:
        """True if the firm has the mechanism or the kind of partner that a lever needs."""
        p = ALL_LEVERS[lever]
        begun = not p.needs or self.begins.get(p.needs, math.inf) <= self.clock.period
        return begun and (not p.partner or p.partner in self.partner_kinds)

    @property
    def available(self) -> frozenset[str]:
        """Levers that have an effect for the firm now."""
        now = bisect_right(self._beginnings, self.clock.period), len(self.partner_kinds)
        if self._available is None or self._available[0] != now:
            self._available = now, frozenset(lever for lever in LEVERS if self.has(lever))
        return self._available[1]

    def acts(self, lever: str) -> bool:
        """True if the firm has the mechanism or partner that a lever needs and events permit the lever."""
        return lever in self.available and ALL_LEVERS[lever].practice not in self.shocks.forbidden

    def amount(self, plan: MarketingPlan, lever: str) -> float:
        """A plan's amount of a lever, 0 where it does not act."""
        return float(getattr(plan, lever)) if self.acts(lever) else 0.0

    @property
    def advertising(self) -> float:
        """Advertising that events permit, money per customer per week."""
        return self.amount(self.plan, "advertising")

    def allowed(self) -> float:
        """Budget of the period, money: the amount fixed beforehand less earlier overspending; inf where free."""
        return max(0.0, self.offer.budget * self.clock.customers_at_start * self.clock.weeks - self.overrun)

    def cost_basis(self) -> CostBasis:
        """Prices that it pays this period."""
        offer, theory = self.offer, self.theory
        return CostBasis(
            unit_cost=offer.unit_cost * self.effects.unit_cost,
            quality_cost=self.extra_cost,
            dealer_share=self.dealers_share,
            partner_terms=self.effects.terms,
            second_unit_cost=0.0 if self.second is None else self.second.unit_cost,
            contact=theory.bonds.contact_cost,
            online=theory.bonds.online_cost,
            integration=theory.bonds.integration_cost,
            wage=theory.managers.wage,
            reference_price=min(offer.price, self.trade.reference_price),
            base_quality=offer.base_quality,
            response=self.response,
            acting=self.available if not self.shocks.forbidden else frozenset(filter(self.acts, LEVERS)),
            partner_kinds=tuple(self.partner_kinds),
        )

    def outlook(self) -> Outlook:
        """Sales and customers on which it expects its costs: those of the last period."""
        clock = self.clock
        units = self.sales.units if clock.period > 0 else costs.expected_units(self.trade, clock.customers)
        return Outlook(units, self.sales, self.second_sales, self.members, clock.customers, clock.weeks)

    def expected(self, plan: MarketingPlan) -> Activity:
        """Its activity under a plan if the period is like the last one."""
        return costs.expected(plan, self.outlook())

    def within_budget(self, plan: MarketingPlan, allowed: float) -> MarketingPlan:
        """A plan scaled down to an amount of money."""
        return costs.within_budget(self.cost_basis(), plan, self.outlook(), allowed)

    # ------------------------------------------------------------------ the acts of a period

    def view(self, rivals: tuple[PublicOffer, ...]) -> FirmView:
        """All that the firm may know now."""
        clock, prospects = self.clock, self.prospects()
        reads = self.strategy.reads_file(clock.period * clock.weeks)
        of_mechanisms: dict[str, Any] = {}
        for state in self.acting["view"]:
            of_mechanisms |= state.view()
        return FirmView(
            name=self.name, period=clock.period, weeks_per_period=clock.weeks, available=self.available, setting=self.knows,
            standing_plan=self.standing_plan.replace(), last_plan=self.plan.replace(), budget=self.allowed(), heads=clock.customers,
            unit_cost=self.unit_cost, quality=self.quality, profit=self.profit, spend=float(self.spent["budget_spend"]),
            **view_builder.last_period(self.sales), survey=self.survey,
            second=view_builder.second_book(self.second, self.second_sales, clock.period),
            rivals=tuple(offer for offer in rivals if offer.name != self.name),
            stakeholders=MappingProxyType(dict(self.partner_kinds)),
            customer_file=self.customer_file() if reads else None,
            prospects=prospects if reads else None, prospects_on_file=0 if prospects is None else len(prospects),
            **of_mechanisms,
        )  # fmt: skip

    def public_offer(self) -> PublicOffer:
        """The part of its offer that anybody can see."""
        return view_builder.public_offer(self.name, self.price, self.plan, self.members, self.sales.active)

    def plan_wanted(self, rivals: Callable[[], tuple[PublicOffer, ...]]) -> MarketingPlan:
        """The plan that it wants for the period, made with a look at its rivals unless it is the last one in any case."""
        if not self.shocks.open:
            return self.standing_plan
        if self.wanted is not None and decision.repeats(self.strategy, self.standing_plan, self.wanted):
            return self.wanted
        return self.decide(self.view(rivals()))

    def decide(self, view: FirmView) -> MarketingPlan:
        """The plan of the strategy; raises `PlanError` where it is not a valid one."""
        self.wanted = decision.decide(self.strategy, view, self.wanted)
        return self.wanted

    def customer_file(self) -> CustomerFile:
        """A copy of the firm's customer file as it is now."""
        paid, columns = 0.0 if self.posted is None else self.posted.paid, self.records.columns
        rows = self.current_rows(self.records.buyers(self.index), columns.last_purchase[:, self.index])
        return customer_base.customer_file(
            columns, rows, self.index, self.clock.period, self.trade.periods_per_year, paid - self.sale_cost,
            self.theory.records,
        )  # fmt: skip

    def current_rows(self, rows: np.ndarray, refreshed: np.ndarray) -> np.ndarray:
        """Those of the rows, (n,), whose record is current; ``refreshed`` in a period, (n_customers,)."""
        for state in self.acting["current_rows"]:
            rows = state.current_rows(rows, refreshed)
        return rows

    def prospects(self) -> Prospects | None:
        """Copies of its data on people who left data and never bought from it; None where it has no data."""
        purchases, period = self.records.columns.purchases[:, self.index], self.clock.period
        data = (state.prospects(purchases, period, self.current_rows) for state in self.acting["prospects"])
        return next((found for found in data if found is not None), None)

    def cut_tiers(self, tiers: tuple[Tier, ...]) -> None:
        """Assign customers to tiers: those for everyone each period, ranked ones at each review."""
        records, clock, active = self.records, self.clock, self.active_periods
        for state in self.acting["release"]:
            state.release(records.columns)
        rules = tuple((t.rule, t.share, t.accounts, t.managers, t.case_load) for t in tiers)
        seeks = any(tier.rule == "prospects" for tier in tiers)
        if tiers and tiers[0].rule == "everyone" and not seeks:  # nobody is left for the others
            served = records.serve_active(self.index, clock.period - active)
            self.members = [served, *[0.0] * (len(tiers) - 1)]
            self.tier_rules = rules
            return
        review = max(1, round(self.theory.records.review_weeks / clock.weeks))
        if rules != self.tier_rules or (tiers and clock.period % review == 0):
            file = self.customer_file() if tiers else None
            customer_base.assign_tiers(
                records.columns, self.index, clock.period, active, tiers, file, self.prospects()
            )
            self.tier_rules = rules
            column = records.columns.tier[: records.present, self.index].copy()
            self.members = [float(np.count_nonzero(column == number)) for number in range(len(tiers))]

    def adopt(self, plan: MarketingPlan, scale: bool = True) -> None:
        """Adopt a plan, scaled down to the budget."""
        self.plan = self.within_budget(plan, self.allowed()) if scale and self.limited else plan

    def advance_stocks(self) -> None:
        """Move quality toward the plan's target, goodwill by advertising, and the states of its mechanisms (laws of motion, section 9)."""
        p, clock = self.theory.reach, self.clock
        quality_keep = share_left(p.quality_half_life, clock.weeks)
        self.quality += (1.0 - quality_keep) * (self.plan.quality - self.quality)
        self.goodwill = marketing_response.goodwill_after(
            self.goodwill, self.advertising * clock.weeks, share_left(p.goodwill_half_life, clock.weeks)
        )
        draws = self.draws
        for state in self.acting["advance"]:
            amount = self.amount(self.plan, state.lever) if state.lever else 0.0
            state.advance(amount, clock.weeks, draws, self.shocks.open)

    def post(self, programmes: np.ndarray) -> OfferRecord:
        """The offer that customers meet this period; writes its programmes, (n_tiers, 5), and key accounts' tiers."""
        plan, shocks, effects, weeks = self.working_plan(), self.shocks, self.effects, self.clock.weeks
        forbidden = frozenset(shocks.forbidden)
        state = FirmState(
            rng_id=self.rng_id, price=self.price, delivered=self.delivered, goodwill=self.goodwill,
            advertising=self.advertising, effort=self.offer.effort, failure_rate=self.offer.failure_rate,
            congestion=self.congestion, chance_full=self.chance_full, may_promote="promotion" not in forbidden,
            technology=shocks.technology, political=shocks.political, open=shocks.open, partner_brand=effects.brand,
            partner_convenience=effects.convenience, partner_failures=effects.failures,
            employee_effect=effects.employee_effect, damping=effects.damping,
        )  # fmt: skip
        self.posted = self._offer_of(state, plan, self.theory.reach, weeks)
        posted_rows = self._programmes_of(plan, forbidden, weeks, self.attention)
        programmes[:] = 0.0
        programmes[: len(posted_rows)] = posted_rows
        if assigning := self.acting["assign_programmes"]:
            terms = SaleTerms(self.posted.paid, self.sale_cost, self.alignment, "discount" not in forbidden)
            for state_of in assigning:
                state_of.assign_programmes(self.records, self.clock, self.active_periods, programmes, terms)
        return self.posted

    def account(self, sales: Sales) -> dict[str, float]:
        """Costs of the period by column, and ``budget_spend``. Spending above the budget is deducted from the next one."""
        basis, weeks = self.cost_basis(), self.clock.weeks
        conceded = total(state.conceded(self.records.columns) for state in self.acting["conceded"])
        did = costs.happened(
            sales, self.sales, self.second_sales, self.clock.customers, self.alignment, conceded
        )
        spent = costs.costs(basis, self.plan, did, weeks)
        spent["budget_spend"] = costs.budget_spend(basis, self.plan, did, spent)
        self.overrun = max(0.0, spent["budget_spend"] - self.allowed()) if self.limited else 0.0
        self.sales, self.spent = sales, spent
        return spent

    def observe(self) -> int:
        """Read the sales of its goods; the number of active customers whom its feedback pays to survey."""
        for state in self.acting["observe"]:
            state.observe(self.plan.feedback, self.draws)
        paid = (
            self.working_plan().feedback
            * self.sales.active
            * self.clock.weeks
            / self.theory.reach.survey_cost
        )
        return min(MOST_ASKED, int(paid))

    def conduct(self, units_before: float) -> Conduct:
        """Its conduct of a period as partners feel it."""
        growth = (self.sales.units - units_before) / max(self.sales.units, units_before, 1e-9)
        return Conduct(
            congestion=self.congestion,
            growth=growth if units_before > 0 else 0.0,
            shortfall=max(0.0, self.plan.promise - self.delivered),
            margin_left=self.effects.margin - self.effects.undercut,
            ours=self.delivered,
        )
