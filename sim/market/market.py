"""The market: a Mesa model. Firms are registered agents, customers are rows; a period is ten acts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import mesa
import numpy as np
import pandas as pd

from sim.core import rng
from sim.core.errors import InputError
from sim.customers import columns as columns_of
from sim.customers import seasonality
from sim.customers.agent import values
from sim.customers.agentset import install
from sim.customers.ledger import Entry, MarketEntry
from sim.customers.network import Network
from sim.customers.records import tell_buyers
from sim.firms.firm import Firm
from sim.firms.partners.base import PartnerEffects
from sim.firms.partners.tie import Stakeholder, ties_table
from sim.firms.parts import departments, product_range, record_decay
from sim.firms.parts.key_accounts import concessions, terms_table
from sim.market.accounts import Books
from sim.market.attendance import after_the_pass, before_the_pass
from sim.market.blocks import Blocks
from sim.market.calendar import Calendar
from sim.market.category import Category, categories_of, word_of_mouth_acts
from sim.market.cross_category import CrossCategory
from sim.market.entrants import Entrants
from sim.market.kernel.inputs import parameters_record
from sim.market.measures import customer_equity, samples
from sim.market.measures.concentration import concentration, lorenz_table
from sim.market.measures.satisfaction_factors import factors
from sim.market.measures.snapshot import Snapshot, UnitEconomics, even_sample, present
from sim.market.memory import check_memory
from sim.market.panel import Panel
from sim.scenario.arm_setting import setting_of, whole_seed
from sim.scenario.scenario import Scenario
from sim.scenario.settings import Execution, value
from sim.strategies import MarketingPlan, PublicOffer
from sim.theory.loyalty_off import without_loyalty


class Market(mesa.Model):
    """A market built from a scenario; ``step`` lives one period, ``run_for`` several.

    ``replay`` gives every firm's adopted plans period by period (as ``plans`` of another run holds them)
    in place of the strategies. ``replication`` k has the seed plus k: in Mesa's ``batch_run`` write
    ``{"setting": ..., "replication": range(10)}``, since its ``iterations`` tell a model nothing and would be
    the same run again. With ``reports`` off, causes and reported means are left out and nobody acts
    otherwise for it.
    """

    def __init__(
        self,
        setting: Scenario | str | Path,
        seed: int | None = None,
        *,
        replication: int = 0,
        arm: str | None = None,
        customers: int | None = None,
        overrides: Sequence[str] = (),
        folders: Sequence[Path] = (),
        threads: int = 1,
        eager: bool = False,
        reports: bool = True,
        check: bool | None = None,
        collect: bool = True,
        replay: Sequence[tuple[MarketingPlan, ...]] | None = None,
        graphs: dict[str, Any] | None = None,
    ) -> None:
        setting = setting_of(setting, arm, customers, overrides, folders)
        check_memory(setting, 1)
        first = whole_seed(setting.experiment.seed if seed is None else seed)
        self.seed_of_run = whole_seed(first + whole_seed(replication, "replication"))
        super().__init__(rng=self.seed_of_run)
        self.arm = setting.experiment.control if arm is None else arm
        self.threads = value("threads", threads, Execution.declared["threads"])  # type: ignore[attr-defined]
        self.setting, self.reports, self.replay = setting, reports, replay
        self.checked = setting.execution.check if check is None else check
        self.period = 0
        self.weeks = 52.0 / setting.market.periods_per_year
        theory = setting.theory if setting.market.loyalty else without_loyalty(setting.theory)
        self.record = parameters_record(theory, self.weeks)
        self.active_periods = max(1, round(setting.theory.records.active_weeks / self.weeks))
        self.calendar = Calendar(setting.events, list(setting.firms), self.weeks, self.seed_of_run)
        self.network = Network(dict(setting.network), graphs)
        self._open_categories()
        self.firms = [Firm(self, name, index) for index, name in enumerate(setting.firms)]
        self.stakeholders = [
            Stakeholder(self, name, partner, self.firms[list(setting.firms).index(partner.firm)], number)
            for number, (name, partner) in enumerate(setting.stakeholders.items())
        ]
        for stakeholder in self.stakeholders:
            stakeholder.firm.tie(stakeholder)
        self.ties: list[tuple[tuple[float, ...], ...]] = []
        self.plans: list[tuple[MarketingPlan, ...]] = []
        self.panel = Panel(setting)
        self.post_offers()
        install(self, eager)
        self.datacollector = self._collector() if collect else None

    def _open_categories(self) -> None:
        """Set up each category of goods and draw the starting customers."""
        setting, start = self.setting, self.setting.population.customers
        self.heads = self.heads_at_start = start
        self.economy = 1.0
        self.blocks = Blocks(start, len(setting.firms), self.threads)
        self.entrants = Entrants(setting, self.seed_of_run, self.weeks)
        rows = self.entrants.rows_needed
        self.categories = categories_of(
            setting, self.weeks, rows, self.blocks, self.active_periods, self.reports, self.checked
        )
        self.entrants.draw([category.columns for category in self.categories], 0, start, 0)
        self.conditions["talk_on"] = word_of_mouth_acts(self.first, self.record, self.network)
        self.cross_category: CrossCategory | None = None
        if setting.second is not None:
            given = [setting.second.firms.get(name) for name in setting.firms]
            first, second = self.categories
            self.cross_category = CrossCategory(
                first, second, given, setting.theory.reach, self.record, self.weeks, self.active_periods
            )

    @classmethod
    def from_scenario(
        cls, name: str, *, customers: int | None = None, seed: int | None = None, **options: Any
    ) -> Market:
        """A market from a scenario's name; ``arm``, ``overrides``, ``threads``... as for `Market`."""
        return cls(name, seed, customers=customers, **options)

    def __repr__(self) -> str:
        at = f"period {self.period} of {self.setting.experiment.periods}"
        size = f"{self.heads:,} customers, {len(self.firms)} firms"
        return f"Market({self.setting.name}: arm {self.arm}, {at}, {size})"

    # ------------------------------------------------------------------ what a market consists of

    @property
    def first(self) -> Category:
        """The first category of goods, which firms' plans and all measures are about."""
        return self.categories[0]

    @property
    def second(self) -> Category | None:
        """The second category of goods, if there is one."""
        return self.categories[1] if len(self.categories) > 1 else None

    @property
    def columns(self) -> columns_of.Columns:
        """Customers' columns of the first category, (n_customers,) or (n_customers, n_firms)."""
        return self.first.columns

    @property
    def offers(self) -> np.ndarray:
        """Offers of the first category as customers meet them this period, (n_firms,) of `OFFER`."""
        return self.first.offers

    @property
    def programmes(self) -> np.ndarray:
        """Programmes of the first category, (n_firms, tiers and key accounts, `PROGRAMME`)."""
        return self.first.programmes

    @property
    def conditions(self) -> np.ndarray:
        """The period's conditions of the first category, (1,) of `CONDITIONS`."""
        return self.first.conditions

    @property
    def books(self) -> Books:
        """The books of the first category."""
        return self.first.books

    @property
    def present_rows(self) -> int:
        """Customers who have entered so far."""
        return self.blocks.customers

    @property
    def n_customers(self) -> int:
        """Customers who have entered so far."""
        return self.blocks.customers

    def present(self) -> np.ndarray:
        """Customers who are in the market now, (n_customers,)."""
        return present(self.columns.people[: self.n_customers], len(self.books.ledgers))

    def public_offers(self) -> tuple[PublicOffer, ...]:
        """What anybody can see of the firms that are open."""
        return tuple(firm.public_offer() for firm in self.firms if firm.shocks.open)

    def buyers(self, firm: int, after: int = columns_of.NEVER) -> np.ndarray:
        """Rows of the customers who last bought from a firm, by its number, later than in a period, (n,)."""
        buys = np.zeros(self.present_rows, np.bool_)
        self.over_customers(
            lambda begin, end: tell_buyers(begin, end, self.columns.toward, firm, after, buys)
        )
        return np.flatnonzero(buys)

    def over_customers(self, count: Callable[[int, int], Any]) -> Any:
        """Sum of ``count(begin, end)`` over the rows of all customers, block by block."""
        return self.blocks.total(count)

    # ------------------------------------------------------------------ the acts of a period

    def step(self) -> None:
        """One period, act by act; each is described in docs/model.md, "Process and order"."""
        self.admit_entrants()
        self.apply_events()
        self.collect_plans()
        self.update_partners()
        self.post_offers()
        gained = before_the_pass(self)
        self.serve_customers()
        self.spread_word_of_mouth()
        self.close_books(gained)
        self.advance_clock()

    def run_for(self, periods: int) -> None:
        """Live so many periods."""
        for _ in range(int(periods)):
            self.step()

    def admit_entrants(self) -> None:
        """Draw the customers who enter in this period."""
        entering = self.entrants.number(self.period)
        if not entering:
            return
        start = self.blocks.customers
        self.blocks.customers = stop = start + entering
        rows = len(self.columns.supplier)
        if stop > rows:
            for category in self.categories:
                category.grow(max(entering, rows // 4))
        self.entrants.draw([category.columns for category in self.categories], start, stop, self.period)

    def apply_events(self) -> None:
        """Let the events of this period act on the market and on firms."""
        world = self.calendar.world(self.period)
        self.economy = world.demand
        self.conditions["outside"] = (self.setting.market.outside or 0.0) + world.outside
        self.record["choice"]["procedural"] = self.setting.theory.choice.procedural * world.procedural
        for firm in self.firms:
            firm.shocks = world.firms[firm.name]

    def collect_plans(self) -> None:
        """Let every firm plan on what it knows, adopt what its budget allows, and change accordingly."""
        record_decay.look(self)
        if self.replay is not None:
            if self.period >= len(self.replay):
                raise InputError(
                    "replay", f"plans of {len(self.replay)} periods", "plans of every period lived"
                )
            plans = self.replay[self.period]
            for firm, plan in zip(self.firms, plans, strict=True):
                firm.cut_tiers(plan.tiers)
                firm.adopt(plan, scale=False)
        else:
            rivals = self.public_offers()
            wanted = [
                firm.decide(firm.view(rivals)) if firm.shocks.open else firm.standing_plan
                for firm in self.firms
            ]
            for firm, plan in zip(self.firms, wanted, strict=True):
                firm.cut_tiers(plan.tiers)
                firm.adopt(plan)
        self.plans.append(tuple(firm.plan for firm in self.firms))
        for firm in self.firms:
            firm.move()
        if self.cross_category is not None:
            self.cross_category.advance(self.firms)

    def update_partners(self) -> None:
        """Let partners act on the offers, costs and reach of firms."""
        if not self.stakeholders:
            return
        drives = {firm.name: PartnerEffects.under(firm.shocks.channel, firm.listed) for firm in self.firms}
        for stakeholder in self.stakeholders:
            stakeholder.drive(drives)
        for firm in self.firms:
            firm.drives = drives[firm.name]

    def post_offers(self) -> None:
        """Fix the offers that customers meet in this period."""
        for firm in self.firms:
            self.offers[firm.index] = firm.post(self.programmes[firm.index])
        self.conditions["counts"] = self.reports or not all(firm.counts_on_nothing for firm in self.firms)
        if self.cross_category is not None:
            self.cross_category.post(self.firms, self.period)

    def serve_customers(self) -> None:
        """Let every customer live the period: reach, need, choice, experience, evaluation, relationship."""
        period, key = self.period, rng.period_key(self.seed_of_run, self.period)
        segments = list(self.setting.population.segments.values())
        demand = seasonality.by_segment(self.setting.theory.needs, segments, period, self.weeks, self.economy)
        self.first.conditions["demand"] = demand
        for category in self.categories:
            category.clear_entries()
        if self.cross_category is None:
            self.first.run_period(period, key, self.record)
            return
        self.cross_category.tie_first(period)
        self.first.run_period(period, key, self.record)
        second, key = self.cross_category.second, rng.of_second(key)
        second.conditions["demand"] = self.weeks * self.economy
        self.cross_category.tie_second(period, key)
        second.run_period(period, key, self.record)
        self.cross_category.report_sales(self.firms)

    def spread_word_of_mouth(self) -> None:
        """Let each customer ask one tie, who tells of its own last experience."""
        if self.conditions["talk_on"][0]:
            key = rng.period_key(self.seed_of_run, self.period)
            self.first.spread_word_of_mouth(self.period, key, self.record, self.network)

    def close_books(self, gained: np.ndarray | None) -> None:
        """Close the period's accounts, survey customers, let partners' ties move, report and check.

        ``gained`` (n_firms, entries): what introductions and events of firms added, None where there were none.
        """
        entries, whole, *counts = self.first.totals()
        if gained is not None:
            entries += gained
            after_the_pass(self, entries)
        books, period = self.books, self.period
        rows, units_before = entries.tolist(), [firm.last_units for firm in self.firms]
        spent = [
            firm.account(row, books.last_ledger(firm.index)[Entry.ON_FILE_ACTIVE])
            for firm, row in zip(self.firms, rows, strict=True)
        ]
        yearly = 1.0 + self.setting.market.discount_rate
        discount = yearly ** (-(period + 1) / self.setting.market.periods_per_year)
        further: dict[str, np.ndarray] = {}
        if self.cross_category is not None:
            further |= self.cross_category.close(entries, spent, discount)
            if period + 1 == self.setting.experiment.burn_in:
                self.cross_category.take_active_as_old(period)
        further |= product_range.outcomes(self)
        if any(firm.offer.when_full == "turned_away" for firm in self.firms):
            further["turned_away"] = entries[:, Entry.TURNED_AWAY]
        further |= departments.outcomes(self.firms, spent) | record_decay.outcomes(self.firms, spent)
        books.close(entries, rows, whole, spent, self.offers, discount, further)
        books.count(*counts)
        for firm in self.firms:
            firm.ask_customers()
        self._settle_partners(units_before)
        self.heads = int(whole[MarketEntry.PRESENT])
        if self.checked and self.reports:
            for category in self.categories:
                category.books.check(category.held(period))
        if self.reports:
            self._report()

    def _report(self) -> None:
        """Report values and a sample of customers, in the periods in which they are due."""
        money = self.columns.money[: self.n_customers]
        self.panel.take_money(self.period, money)
        if not self.panel.is_due(self.period):
            return
        spread = concentration(self.panel.spending(money))
        self.books.values[self.period] = {"customer_equity": self.customer_equity(), **spread}
        most = self.setting.experiment.sample
        if most:
            state, theory = self.snapshot(), self.setting.theory
            rows, _ = even_sample(self.n_customers, most)
            rows = rows[self.present()[rows]]
            self.panel.samples.append(samples.sample_table(
                state, self.period, rows, self.books.names,
                {name: values(self, name, rows) for name in samples.IN_WORDS},
                factors(state, rows, theory.experience, theory.satisfaction),
            ))  # fmt: skip

    def _settle_partners(self, units_before: Sequence[float]) -> None:
        """Let partners' ties live through what their firms did, from units sold in the period before, (n_firms,)."""
        if not self.stakeholders:
            return
        conduct = [firm.conduct(units) for firm, units in zip(self.firms, units_before, strict=True)]
        of = {firm.name: each for firm, each in zip(self.firms, conduct, strict=True)}
        for stakeholder in self.stakeholders:
            ally = getattr(stakeholder.partner, "rival", None)
            stakeholder.live(of[stakeholder.firm.name], of[ally].ours if ally else 0.0)
        self.ties.append(tuple(stakeholder.state for stakeholder in self.stakeholders))

    def advance_clock(self) -> None:
        """End the period: count it, register customers who came and take off those who left, collect data."""
        self.period += 1
        self.running = self.period < self.setting.experiment.periods
        self.customers.register()
        if self.datacollector is not None:
            self.datacollector.collect(self)

    # ------------------------------------------------------------------ measures

    def snapshot(self) -> Snapshot:
        """The state that measures read: arrays of the first category, not copied."""
        n, first = self.n_customers, self.first
        return Snapshot(
            first.columns.people[:n], first.columns.toward[:n], first.offers, first.programmes, self.record,
            first.conditions, first.cross_utility, len(first.books.ledgers),
        )  # fmt: skip

    def unit_economics(self) -> UnitEconomics:
        """The costs at which measures value customers."""
        market, firms = self.setting.market, self.firms
        return UnitEconomics(
            sale_cost=np.array([firm.sale_cost for firm in firms]),
            alignment=np.array([firm.departments.alignment for firm in firms]),
            discount=np.log1p(market.discount_rate) / market.periods_per_year,
            concessions=concessions(firms, np.arange(self.n_customers))
            if self.setting.theory.power.accounts
            else None,
        )

    def customer_equity(self, most: int = customer_equity.EQUITY_SAMPLE) -> np.ndarray:
        """Expected customer equity of each firm, (n_firms,), money; from an even sample of at most so many customers."""
        return customer_equity.customer_equity(self.snapshot(), self.unit_economics(), most)

    def lifetime_values(self) -> np.ndarray:
        """Expected value of each customer to each firm, (n_customers, n_firms), money: the parts of customer equity."""
        return customer_equity.lifetime_values(self.snapshot(), self.unit_economics())

    def equity_split(self, split: str = "equity", most: int | None = None) -> pd.DataFrame:
        """Customer equity of each firm by its sources: firm, part, value (money); a firm's parts sum to its equity.

        ``split`` is "equity" (value, brand, relationship) or "driver" (price, quality, convenience, programmes...);
        from an even sample of at most ``most`` customers (default: 1,000, fewer where there are many firms).
        """
        state, economics = self.snapshot(), self.unit_economics()
        return customer_equity.split_equity(state, economics, self.books.names, split, most)

    def equity_splits(self) -> pd.DataFrame:
        """Every split in one table: split, firm, part, value."""
        return customer_equity.every_split(self.snapshot(), self.unit_economics(), self.books.names)

    def net_values(self, rows: np.ndarray | None = None) -> np.ndarray:
        """Lifetime value less the cost of the customer's present programme, (n_rows, n_firms), money."""
        bonds = self.setting.theory.bonds
        return customer_equity.net_values(self.snapshot(), self.unit_economics(), bonds, rows)

    def whale_curve(self) -> pd.DataFrame:
        """Cumulative net value of each firm's own customers, best first: firm, percentile, worth_share (1 = all)."""
        bonds, names = self.setting.theory.bonds, self.books.names
        return customer_equity.whale_curve(self.snapshot(), self.unit_economics(), bonds, names)

    def commitment(self, rows: Any = None) -> np.ndarray:
        """Commitment of customers to their main supplier, (n_rows,); NaN without one."""
        rows = np.arange(self.n_customers) if rows is None else np.atleast_1d(np.asarray(rows, np.int64))
        return samples.commitment(self.snapshot(), rows)

    def value_parts(self) -> pd.DataFrame:
        """Mean utility of each part of delivered value over a firm's main customers: firm, part, value."""
        return samples.value_parts(self.snapshot(), self.books.names)

    def spending_of_customers(self) -> np.ndarray:
        """Money that each customer paid each firm since the burn-in, (n_customers, n_firms)."""
        return self.panel.spending(self.columns.money[: self.n_customers])

    def customer_values(self) -> pd.DataFrame:
        """Lorenz curve of each firm's revenue over its buyers since the burn-in: firm, percentile, revenue_share."""
        return lorenz_table(self.spending_of_customers(), self.books.names)

    def customer_sample(self) -> pd.DataFrame:
        """The sampled customers over time, one row per customer and report."""
        return self.panel.table()

    def survey(self, firm: int, asked: int, noise: float) -> tuple[float, float]:
        """Mean satisfaction with a firm and mean desire of active customers asked, with noise in each answer."""
        active = self.buyers(firm, self.period - self.active_periods)
        key = rng.period_key(self.seed_of_run, self.period)
        answers = rng.answers(key, self.firms[firm].luck, asked)
        return samples.survey(self.columns.people, self.columns.toward, firm, active, answers, noise)

    def account_terms(self) -> pd.DataFrame:
        """Terms that each key account and firm agreed on at the last review: firm, then the fields of `Terms`."""
        return terms_table(self.firms)

    def stakeholder_ties(self) -> pd.DataFrame:
        """Every partner's tie after each period: period, stakeholder, kind, firm, satisfaction, trust, bond, part."""
        return ties_table(self.stakeholders, self.ties)

    def held_by_customers(self, period: int) -> dict[str, np.ndarray]:
        """Customers' holdings by firm, (n_firms,): money paid and its rounding, units and buyers ever, buyers of a period."""
        return self.first.held(period)

    def _collector(self) -> mesa.DataCollector:
        whole = self.books.wholes
        reporters: dict[str, Any] = {
            "period": lambda m: m.period,
            "heads": lambda m: m.heads,
            "units": lambda m: float(m.books.ledgers[-1][:, Entry.UNITS].sum()) if whole else 0.0,
            "profit": lambda m: float(sum(firm.profit for firm in m.firms)),
        }
        for firm in self.firms:
            reporters[f"share_{firm.name}"] = lambda m, j=firm.index: m.firms[j].share
        return mesa.DataCollector(model_reporters=reporters)
