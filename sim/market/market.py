"""The market: a Mesa model whose firms are registered agents and whose customers are rows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import mesa
import numpy as np
import pandas as pd

from sim.core.rng import whole_seed
from sim.customers.agent import values
from sim.customers.agentset import install
from sim.customers.columns import Columns
from sim.customers.ledger import MarketEntry
from sim.customers.network import Network
from sim.firms.purchase_records import PurchaseRecords
from sim.firms.state import Clock, Sales
from sim.market.accounts import mechanism_metrics
from sim.market.agents import FirmAgent, PartnerAgent
from sim.market.arrivals import CustomerArrivals
from sim.market.attendance import enter_captured_revenue, hold_firm_events
from sim.market.calendar import Calendar
from sim.market.category import categories_of, word_of_mouth_acts
from sim.market.cross_category import ties_of
from sim.market.kernel.inputs import parameters_record
from sim.market.measures import customer_equity, samples
from sim.market.measures.agreements import terms_table, ties_table
from sim.market.measures.concentration import lorenz_table
from sim.market.measures.snapshot import Snapshot, present
from sim.market.memory import check_memory
from sim.market.panel import Panel
from sim.market.partnerships import act_on_firms, judge_firms
from sim.market.planning import adopt_plans, public_offers
from sim.market.reporters import data_collector
from sim.market.surveys import survey_customers
from sim.scenario.files import compose_arm
from sim.scenario.scenario import Scenario
from sim.strategies import MarketingPlan, PublicOffer
from sim.theory.loyalty_off import without_loyalty


class Market(mesa.Model):
    """A market built from a scenario; ``step`` runs one period, ``run_for`` several.

    ``replay`` gives every firm's adopted plans period by period (as ``plans`` of another run holds them)
    in place of the strategies. ``replication`` k has the seed plus k: in Mesa's ``batch_run`` write
    ``{"setting": ..., "replication": range(10)}``, since its ``iterations`` are not passed to a model and would
    repeat the same run. With ``reports`` off, causes and reported means are left out; behaviour stays the same.
    """

    def __init__(
        self, setting: Scenario | str | Path, seed: int | None = None, *, replication: int = 0, arm: str | None = None,
        customers: int | None = None, overrides: Sequence[str] = (), folders: Sequence[Path] = (), threads: int = 1,
        eager: bool = False, reports: bool = True, check: bool | None = None, collect: bool = True,
        replay: Sequence[tuple[MarketingPlan, ...]] | None = None, graphs: dict[str, Any] | None = None,
    ) -> None:  # fmt: skip
        setting = compose_arm(setting, arm, customers, overrides, folders)
        check_memory(setting, 1)
        first = whole_seed(setting.experiment.seed if seed is None else seed)
        self.seed_of_run = whole_seed(first + whole_seed(replication, "replication"))
        super().__init__(rng=self.seed_of_run)
        self.setting, self.reports, self.replay, self.panel = setting, reports, replay, Panel(setting)
        self.arm = setting.experiment.control if arm is None else arm
        self.checked = setting.execution.check if check is None else check
        self.period, self.weeks, self.economy = 0, 52.0 / setting.market.periods_per_year, 1.0
        self.heads = self.heads_at_start = setting.population.customers
        theory = setting.theory if setting.market.loyalty else without_loyalty(setting.theory)
        self.parameters = parameters_record(theory, self.weeks)
        self.active_periods = max(1, round(setting.theory.records.active_weeks / self.weeks))
        self.calendar = Calendar(setting.events, list(setting.firms), self.weeks, self.seed_of_run)
        self.network = Network(dict(setting.network), graphs)
        self.arrivals = CustomerArrivals(setting, self.seed_of_run, self.weeks)
        self.categories = categories_of(
            setting, self.weeks, threads, self.arrivals.rows_needed, self.active_periods, reports, self.checked
        )  # fmt: skip
        self.first, self.second = self.categories[0], self.categories[1] if setting.second else None
        self.offers, self.programmes = self.first.offers, self.first.programmes
        self.conditions, self.books = self.first.conditions, self.first.books
        self.arrivals.draw(self.categories, 0, self.n_customers, 0)
        self.conditions["talk_on"] = word_of_mouth_acts(self.first, self.parameters, self.network)
        self.cross_category = ties_of(
            setting, self.categories, self.parameters, self.weeks, self.active_periods
        )
        self.firms = [FirmAgent(self, setting, name, self.clock) for name in setting.firms]
        self.stakeholders = [PartnerAgent(self, setting, name, self.firms) for name in setting.stakeholders]
        self.ties: list[tuple[tuple[float, ...], ...]] = []
        self.plans: list[tuple[MarketingPlan, ...]] = []
        self.inform_firms()
        self.post_offers()
        install(self, eager)
        self.datacollector = data_collector(self.firms) if collect else None

    @classmethod
    def from_scenario(cls, name: str, **options: Any) -> Market:
        """A market from a scenario's name; ``customers``, ``seed``, ``arm``, ``overrides``... as for `Market`."""
        return cls(name, **options)

    def __repr__(self) -> str:
        at = f"period {self.period} of {self.setting.experiment.periods}"
        return f"Market({self.setting.name}: arm {self.arm}, {at}, {self.heads:,} customers, {len(self.firms)} firms)"

    def step(self) -> None:
        """One period, act by act; each is described in docs/reference/model.md, "Process and order"."""
        self.admit_customers()
        self.apply_events()
        self.collect_plans()
        self.update_partners()
        self.post_offers()
        gained = self.hold_firm_events()
        self.serve_customers()  # reach, need, choice, experience, evaluation, relationship
        self.spread_word_of_mouth()
        self.close_books(gained)
        self.advance_clock()

    def run_for(self, periods: int) -> None:
        """Run a number of periods."""
        for _ in range(int(periods)):
            self.step()

    def admit_customers(self) -> None:
        """Draw the customers who enter in this period."""
        if self.arrivals.admit(self.categories, self.period):
            self.inform_firms()

    def apply_events(self) -> None:
        """Let the events of this period act on the market and on firms."""
        shocks = self.calendar.shocks(self.period)
        self.economy = shocks.demand
        self.conditions["outside"] = (self.setting.market.outside or 0.0) + shocks.outside
        self.parameters["choice"]["procedural"] = self.setting.theory.choice.procedural * shocks.procedural
        for firm in self.firms:
            firm.shocks = shocks.firms[firm.name]

    def collect_plans(self) -> None:
        """Let every firm make a plan from its knowledge and adopt it within its budget; then quality and goodwill move."""
        self.plans.append(adopt_plans(self.firms, self.purchase_records, self.clock, self.replay))
        if self.cross_category is not None:
            self.cross_category.advance(self.firms)

    def update_partners(self) -> None:
        """Let partners act on the quality, costs, price and reach of firms."""
        act_on_firms(self.stakeholders, self.firms)

    def post_offers(self) -> None:
        """Fix the offers that customers meet in this period."""
        for firm in self.firms:
            self.offers[firm.index] = firm.post(self.programmes[firm.index])
        idle = self.replay is None and all(firm.counts_on_nothing for firm in self.firms)
        self.conditions["counts"] = self.reports or not idle
        if self.cross_category is not None:
            self.cross_category.post(self.firms, self.period)

    def hold_firm_events(self) -> np.ndarray | None:
        """Let partners introduce firms and firms hold their events; the entries to the ledger, (n_firms, entries)."""
        return hold_firm_events(self.firms, self.stakeholders, self.purchase_records, self.clock, self.parameters,
                                list(self.setting.population.segments))  # fmt: skip

    def serve_customers(self) -> None:
        """Let every customer live the period, in the first category of goods, then in the second if there is one."""
        for category in self.categories:
            category.run_period(self.clock, self.economy, self.parameters)

    def spread_word_of_mouth(self) -> None:
        """Let each customer ask one other customer, who reports its last experience."""
        if self.conditions["talk_on"][0]:
            self.first.spread_word_of_mouth(self.clock, self.parameters, self.network)

    def close_books(self, gained: np.ndarray | None) -> None:
        """Close the accounts, to which introductions and events of firms ``gained`` entries, (n_firms, entries) or None."""
        entries, of_market, *counts = self.first.totals()
        if gained is not None:
            entries += gained
            enter_captured_revenue(self.firms, self.columns.money, entries)
        if self.cross_category is not None:
            self.cross_category.report_sales(self.firms)
        units_before = [firm.sales.units for firm in self.firms]
        costs = [
            f.account(Sales.from_ledger(row)) for f, row in zip(self.firms, entries.tolist(), strict=True)
        ]
        metrics = {} if self.cross_category is None else self.cross_category.close(entries, costs)
        metrics |= mechanism_metrics(self.firms, costs, entries)
        self.books.close(entries, of_market, costs, self.offers, metrics)
        self.books.count(*counts)
        for firm, profit in zip(self.firms, self.books.profits, strict=True):
            firm.profit, firm.survey = profit, survey_customers(firm)
        if self.stakeholders:
            self.ties.append(judge_firms(self.stakeholders, self.firms, units_before))
        self.heads = int(of_market[MarketEntry.PRESENT])
        if self.checked and self.reports:
            for category in self.categories:
                category.books.check(category.held(self.period))
        if self.reports:
            self.books.values |= self.panel.report(self.period, self.snapshot, partial(values, self))

    def advance_clock(self) -> None:
        """End the period: customers who left are taken off, data are collected."""
        self.period += 1
        self.inform_firms()
        self.running = self.period < self.setting.experiment.periods
        self.customers.register()
        if self.datacollector is not None:
            self.datacollector.collect(self)

    @property
    def clock(self) -> Clock:
        """The time, and the number of customers in the market."""
        return Clock(self.period, self.weeks, self.seed_of_run, self.heads, self.heads_at_start)

    @property
    def purchase_records(self) -> PurchaseRecords:
        """The customers as firms have them on record."""
        return PurchaseRecords(self.columns, self.n_customers, self.first.blocks.total)

    def inform_firms(self) -> None:
        """Give every firm the time and the customers on record."""
        clock, records = self.clock, self.purchase_records
        for firm in self.firms:
            firm.clock, firm.records = clock, records

    def public_offers(self) -> tuple[PublicOffer, ...]:
        """Offers of the firms that are open, as anybody sees them."""
        return public_offers(self.firms)

    @property
    def columns(self) -> Columns:
        """Customers' columns of the first category, (n_customers,) or (n_customers, n_firms)."""
        return self.first.columns

    @property
    def n_customers(self) -> int:
        """Customers who have entered so far."""
        return self.first.blocks.customers

    def present(self) -> np.ndarray:
        """Customers who are in the market now, (n_customers,)."""
        return present(self.columns, len(self.books.ledgers))[: self.n_customers]

    def snapshot(self) -> Snapshot:
        """The state that measures read: arrays of the first category, not copied."""
        return self.first.snapshot(self.parameters, self.firms)

    def customer_equity(self, most: int = customer_equity.EQUITY_SAMPLE) -> np.ndarray:
        """Expected customer equity of each firm, (n_firms,), money; from an even sample of customers of limited size."""
        return customer_equity.customer_equity(self.snapshot(), most)

    def lifetime_values(self) -> np.ndarray:
        """Expected value of each customer to each firm, (n_customers, n_firms), money: the parts of customer equity."""
        return customer_equity.lifetime_values(self.snapshot())

    def net_values(self, rows: np.ndarray | None = None) -> np.ndarray:
        """Lifetime value less the cost of the customer's present programme, (n_rows, n_firms), money."""
        return customer_equity.net_values(self.snapshot(), self.setting.theory.bonds, rows)

    def equity_split(self, split: str = "equity", most: int | None = None) -> pd.DataFrame:
        """Customer equity of each firm by its sources; see `customer_equity.split_equity`."""
        return customer_equity.split_equity(self.snapshot(), split, most)

    def equity_splits(self) -> pd.DataFrame:
        """Every split in one table: split, firm, part, value."""
        return customer_equity.every_split(self.snapshot())

    def whale_curve(self) -> pd.DataFrame:
        """Cumulative net value of each firm's own customers, best first: firm, percentile, worth_share (1 = all)."""
        return customer_equity.whale_curve(self.snapshot(), self.setting.theory.bonds)

    def commitment(self, rows: Any = None) -> np.ndarray:
        """Commitment of customers to their main supplier, (n_rows,); NaN without one."""
        return samples.commitment(self.snapshot(), rows)

    def value_parts(self) -> pd.DataFrame:
        """Mean utility of each part of delivered value over a firm's main customers: firm, part, value."""
        return samples.value_parts(self.snapshot())

    def spending_of_customers(self) -> np.ndarray:
        """Money that each customer paid each firm since the burn-in, (n_customers, n_firms)."""
        return self.panel.spending(self.columns.money[: self.n_customers])

    def customer_values(self) -> pd.DataFrame:
        """Lorenz curve of each firm's revenue over its buyers since the burn-in: firm, percentile, revenue_share."""
        return lorenz_table(self.spending_of_customers(), self.books.names)

    def customer_sample(self) -> pd.DataFrame:
        """The sampled customers over time, one row per customer and report."""
        return self.panel.table()

    def account_terms(self) -> pd.DataFrame:
        """Agreements of key accounts with firms at the last review: firm, then the fields of `Terms`."""
        return terms_table(self.firms)

    def stakeholder_ties(self) -> pd.DataFrame:
        """Every partner's tie after each period: period, stakeholder, kind, firm, satisfaction, trust, bond, part."""
        return ties_table(self.stakeholders, self.ties)
