"""The market: a Mesa model. Firms are registered agents, customers are rows; a period is ten acts."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import mesa
import numpy as np
import pandas as pd

from sim import customers as columns_of
from sim import draw, equity, events, ledger, luck, records
from sim.accounts import COSTS, Books
from sim.agents import install
from sim.compiled import is_cached
from sim.customer import values
from sim.firm import Firm
from sim.ledger import Entry, Whole
from sim.memory import check_memory
from sim.network import Network
from sim.period import BLOCK, SCRATCH, listen, live, serve_buyers, wide_enough
from sim.plan import CustomerFile, MarketingPlan, Tier
from sim.problem import Problem
from sim.scenario import Scenario
from sim.theory.relationship import STAGES
from sim.twin import without_loyalty
from sim.values import concentration, lorenz_table

EQUITY_SAMPLE = 20_000


@cache
def _pool(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads)


def whole_seed(seed: Any) -> int:
    """A seed as a Python int; raises `Problem` unless it is a whole number from 0 up."""
    if (
        isinstance(seed, (bool, np.bool_))
        or not isinstance(seed, (int, np.integer))
        or seed < 0
        or seed >= 2**63
    ):
        raise Problem("seed", seed, "a whole number from 0 up, below 2**63")
    return int(seed)


class Market(mesa.Model):
    """A market built from a scenario; ``step`` lives one period, ``run_for`` several.

    ``replay`` gives every firm's adopted plans period by period (as ``plans`` of another run holds them)
    in place of the strategies. With ``reports`` off, causes and reported means are left out and nobody acts
    otherwise for it.
    """

    columns: columns_of.Columns
    present_rows: int  # customers who have entered so far

    def __init__(
        self,
        setting: Scenario | str,
        seed: int | None = None,
        *,
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
        _say_if_compiling()
        setting = _setting(setting, arm, customers, overrides, folders)
        check_memory(setting, 1)
        self.seed_of_run = whole_seed(setting.experiment.seed if seed is None else seed)
        super().__init__(rng=self.seed_of_run)
        self.setting, self.threads, self.reports, self.replay = setting, threads, reports, replay
        self.checked = setting.execution.check if check is None else check
        self.period = 0
        self.weeks = 52.0 / setting.market.periods_per_year
        theory = setting.theory if setting.market.loyalty else without_loyalty(setting.theory)
        self.record = ledger.parameters_record(theory._asdict(), self.weeks)
        self.active_periods = max(1, round(setting.theory.records.active_weeks / self.weeks))
        self.tenure_bin = max(1, int(setting.market.periods_per_year) // 4)
        self.network = Network(dict(setting.network), graphs)
        self._populate()
        self.books = Books(self)
        self.known_to_all = MappingProxyType(
            {
                "contact_cost": theory.bonds.contact_cost,
                "integration_cost": theory.bonds.integration_cost,
                "reference_price": setting.market.reference_price,
                "periods_per_year": setting.market.periods_per_year,
            }
        )
        names = list(setting.firms)
        self.offers = np.zeros(len(names), ledger.OFFER)
        self.programmes = np.zeros((len(names), 4, 4))
        self.firms = [Firm(self, name, index) for index, name in enumerate(names)]
        self.conditions = self._conditions()
        self._rows_of_ledger()
        self.plans: list[tuple[MarketingPlan, ...]] = []
        self._sampled: list[pd.DataFrame] = []
        self._money_before: np.ndarray | None = None
        self._post()
        install(self, eager)
        self.datacollector = self._collector() if collect else None

    @classmethod
    def from_scenario(
        cls, name: str, *, customers: int | None = None, seed: int | None = None, **options: Any
    ) -> Market:
        """A market from a scenario's name; ``arm``, ``overrides``, ``threads``... as for `Market`."""
        return cls(name, seed, customers=customers, **options)

    # ------------------------------------------------------------------ the ten acts of a period

    def step(self) -> None:
        """One period: events, plans, then the pass over the customers, then the accounts."""
        self._enter_customers()
        self._let_events_act()
        self._plan()
        self._post()
        books = self._live()  # reach, need, choose, experience, evaluate, relate; then talk
        self._account(*books)
        self.period += 1
        self.running = self.period < self.setting.experiment.periods
        self.customers.register()
        if self.datacollector is not None:
            self.datacollector.collect(self)

    def run_for(self, periods: int) -> None:
        """Live so many periods."""
        for _ in range(int(periods)):
            self.step()

    def _enter_customers(self) -> None:
        rate = self.setting.population.customers * self.setting.population.entry_rate * self.weeks
        newcomers = int(rate * self.period) - int(rate * (self.period - 1)) if self.period > 0 else 0
        if newcomers:
            start, self.present_rows = self.present_rows, self.present_rows + newcomers
            if self.present_rows > len(self.columns.supplier):
                self.columns = columns_of.grown(self.columns, max(newcomers, len(self.columns.supplier) // 4))
                self._rows_of_ledger()
            draw.population(
                self.setting,
                self.seed_of_run,
                self.columns,
                start,
                self.present_rows,
                self.period,
                self.weeks,
            )

    def _let_events_act(self) -> None:
        shocks, self.economy = events.act(self.setting.events, self.period, list(self.setting.firms))
        for firm in self.firms:
            firm.shocks = shocks[firm.name]

    def _plan(self) -> None:
        if self.replay is not None:
            plans = self.replay[self.period]
            for firm, plan in zip(self.firms, plans, strict=True):
                self._cut_tiers(firm.index, plan.tiers)
                firm.adopt(plan, scale=False)
        else:
            rivals = tuple(firm.public_offer() for firm in self.firms)
            wanted = [
                firm.decide(firm.view(rivals)) if firm.shocks.open else firm.standing_plan
                for firm in self.firms
            ]
            for firm, plan in zip(self.firms, wanted, strict=True):
                self._cut_tiers(firm.index, plan.tiers)
                firm.adopt(plan)
        self.plans.append(tuple(firm.plan for firm in self.firms))
        for firm in self.firms:
            firm.move()

    def _post(self) -> None:
        for firm in self.firms:
            firm.post(self.offers[firm.index], self.programmes[firm.index])

    def _live(self) -> tuple[np.ndarray, ...]:
        for rows in self._rows:
            rows[:] = 0.0
        self.conditions["demand"] = self.weeks * self.economy * self._season()
        key = luck.key_of(self.seed_of_run, self.period)
        now = (self.present_rows, self.period, key, self.conditions, self.record)
        self._each_thread(
            lambda a, b, scratch: live(
                a,
                b,
                *now,
                self.offers,
                self.programmes,
                *self._state(),
                self.columns.told,
                *self._rows,
                scratch,
            )
        )
        if self.conditions["talk_on"][0]:
            net = self.network
            self._each_thread(
                lambda a, b, scratch: listen(
                    a,
                    b,
                    *now,
                    net.record,
                    net.indptr,
                    net.indices,
                    *self._state(),
                    self.columns.told,
                    self._rows[0],
                    scratch,
                )
            )
        return tuple(rows.sum(axis=0) for rows in self._rows)

    def _account(self, entries: np.ndarray, whole: np.ndarray, causes: np.ndarray, flows: np.ndarray,
                 at_risk: np.ndarray, lost_at: np.ndarray) -> None:  # fmt: skip
        books = self.books
        if not self.reports:
            self._count_files(entries)
        books.causes.append(causes)
        books.stage_flows.append(flows)
        books.prices.append(np.stack([self.offers["price"], self.offers["quality"]]))
        if self.period >= self.setting.experiment.burn_in:
            books.at_risk, books.lost_at = books.at_risk + at_risk, books.lost_at + lost_at
        spent = self._spending(entries)
        yearly = 1.0 + self.setting.market.discount_rate
        books.close(
            entries, whole, spent, yearly ** (-(self.period + 1) / self.setting.market.periods_per_year)
        )
        for firm in self.firms:
            firm.last_units = float(entries[firm.index, Entry.UNITS])
            firm.overrun = (
                max(0.0, spent["budget_spend"][firm.index] - firm.allowed()) if firm.limited else 0.0
            )
            firm.ask_customers()
        self.heads = int(whole[Whole.PRESENT])
        if self.checked and self.reports:
            books.check(self.period)
        if self.reports:
            self._report_values()

    def _count_files(self, entries: np.ndarray) -> None:
        """Enter who is on file, which the pass counts with its reports, where a decision or a cost rests on it."""
        if all(firm.counts_on_nothing for firm in self.firms):
            return
        c = self.columns
        alive = (c.entered_at < self.period + 1) & (c.leaves_at > self.period + 1)
        alive[self.present_rows :] = False
        idle = self.period - c.last_purchase[alive]
        entries[:, Entry.TRIED] = (c.purchases[alive] > 0).sum(axis=0)
        entries[:, Entry.ON_FILE_ACTIVE] = (idle < self.active_periods).sum(axis=0)
        entries[:, Entry.LAPSED] = (idle == self.active_periods).sum(axis=0)

    # ------------------------------------------------------------------ what the acts need

    def _populate(self) -> None:
        setting = self.setting
        start = setting.population.customers
        coming = start * setting.population.entry_rate * self.weeks * setting.experiment.periods
        self.columns = columns_of.allocate(start + int(coming), len(setting.firms))
        self.present_rows = start
        self.heads = self.heads_at_start = start
        self.economy = 1.0
        draw.population(setting, self.seed_of_run, self.columns, 0, start, 0, self.weeks)

    def _rows_of_ledger(self) -> None:
        """A row for each block of customers, so that sums never depend on threads."""
        blocks, firms = -(-len(self.columns.supplier) // BLOCK), len(self.setting.firms)
        shapes = (
            (firms, ledger.ENTRIES), (ledger.WHOLES,), (firms, firms + 1, ledger.CAUSE_COUNT),
            (ledger.STAGE_COUNT, ledger.STAGE_COUNT), (firms, ledger.TENURE_BINS), (firms, ledger.TENURE_BINS),
        )  # fmt: skip
        self._rows = [np.zeros((blocks, *shape)) for shape in shapes]
        self._scratch = np.zeros((self.threads, SCRATCH, wide_enough(firms)))
        if not len(self.books.at_risk):
            self.books.at_risk, self.books.lost_at = np.zeros(shapes[-2]), np.zeros(shapes[-1])

    def _each_thread(self, work: Any) -> None:
        blocks = -(-self.present_rows // BLOCK)
        threads = min(self.threads, blocks)
        if threads <= 1:
            work(0, blocks, self._scratch[0])
            return
        cuts = [blocks * k // threads for k in range(threads + 1)]
        list(_pool(self.threads).map(lambda k: work(cuts[k], cuts[k + 1], self._scratch[k]), range(threads)))

    def _state(self) -> tuple[np.ndarray, np.ndarray]:
        return self.columns.people, self.columns.toward

    def _conditions(self) -> np.ndarray:
        setting, now = self.setting, np.zeros(1, ledger.CONDITIONS)
        talk = self.record[0]["talk"]
        speaks = self.network.record.share_up_to[-1] > 0 and talk["talk_base"] + talk["talk_slope"] > 0
        everyone_knows = bool(np.all(self.columns.aware[: self.present_rows] == 2 ** len(setting.firms) - 1))
        unheard = talk["talk_rate"] == 0 and talk["talk_trust"] == 0 and everyone_knows
        now["weeks"], now["demand"] = self.weeks, self.weeks
        now["has_outside"] = setting.market.outside is not None
        now["outside"] = setting.market.outside or 0.0
        now["contractual"] = setting.market.type == "contractual"
        now["entry_by_purchase"] = setting.population.entry_by_purchase
        now["reports"], now["talk_on"] = self.reports, speaks and not unheard
        now["tenure_bin"], now["active_periods"] = self.tenure_bin, self.active_periods
        return now

    def _season(self) -> float:
        needs = self.setting.theory.needs
        week = (self.period + 0.5) * self.weeks
        return 1.0 + needs.season * float(np.cos(2 * np.pi * (week - needs.season_peak) / 52.0))

    def strategy_of(self, name: str) -> Any:
        """A fresh strategy for a firm, by the scenario and its rule for rivals."""
        rule = self.setting.market.rivals
        if rule == "as_given" or name == self.setting.experiment.focal:
            return self.setting.firms[name].strategy.make()
        from sim.plan import make_strategy

        return make_strategy(
            {"fixed": "fixed_plan", "imitate": "imitator", "best_respond": "best_responder"}[rule]
        )

    def expected_units(self, firm: int) -> float:
        """Units a firm reckons with before its first period: its share of tastes, among those who know it."""
        weights = np.array([offer.taste_weight * offer.known_by for offer in self.setting.firms.values()])
        mean = sum(s.share * s.need_rate.mean for s in self.setting.population.segments.values())
        pace = 1.0 if self.setting.market.type == "contractual" else mean * self.weeks
        return float(weights[firm] / max(weights.sum(), 1e-300) * self.heads * pace)

    def customer_file(self, firm: int) -> CustomerFile:
        """A copy of what a firm has on file now."""
        offer = self.offers[firm]
        margin = float(offer["paid"]) - self.firms[firm].unit_cost
        return records.customer_file(
            self.columns,
            firm,
            self.period,
            self.setting.market.periods_per_year,
            margin,
            self.setting.theory.records,
        )

    def _cut_tiers(self, firm: int, tiers: tuple[Tier, ...]) -> None:
        """Cut a firm's tiers: those for everyone each period, ranked ones at each review."""
        state = self.firms[firm]
        rules = tuple((t.rule, t.share, t.accounts, t.managers, t.case_load) for t in tiers)
        if tiers and tiers[0].rule == "everyone":  # nobody is left for the others
            served = serve_buyers(
                self.columns.toward, self.present_rows, firm, self.period - self.active_periods
            )
            state.members = [float(served), *[0.0] * (len(tiers) - 1)]
            state.tier_rules = rules
            return
        review = max(1, round(self.setting.theory.records.review_weeks / self.weeks))
        if rules != state.tier_rules or (tiers and self.period % review == 0):
            file = self.customer_file(firm) if tiers else None
            records.assign_tiers(self.columns, firm, self.period, self.active_periods, tiers, file)
            state.tier_rules = rules
            column = self.columns.tier[: self.present_rows, firm]
            state.members = [float(np.count_nonzero(column == number)) for number in range(len(tiers))]

    def _spending(self, entries: np.ndarray) -> dict[str, np.ndarray]:
        """Every cost column and what of it the budget covers, (n_firms,) each, money."""
        p, weeks = self.setting.theory.bonds, self.weeks
        plans = [firm.plan for firm in self.firms]
        units = entries[:, Entry.UNITS]
        active = np.array([self.books.last_ledger(firm.index)[Entry.ON_FILE_ACTIVE] for firm in self.firms])
        spent = dict.fromkeys(COSTS, np.zeros(len(plans)))
        spent["goods"] = np.array([firm.offer.unit_cost for firm in self.firms]) * units
        spent["quality_cost"] = np.array([firm.extra_cost for firm in self.firms]) * units
        spent["promotion_cost"] = entries[:, Entry.PROMOTION]
        spent["points_paid"] = entries[:, Entry.POINTS_PAID]
        spent["contact_cost"] = entries[:, Entry.CONTACTS] * p.contact_cost
        spent["integration_cost"] = entries[:, Entry.INTEGRATION] * p.integration_cost
        spent["recovery_cost"] = np.array([plan.recovery for plan in plans]) * entries[:, Entry.RECOVERED]
        spent["feedback_cost"] = np.array([plan.feedback for plan in plans]) * active * weeks
        spent["staff_cost"] = np.array([plan.staff for plan in plans]) * active * weeks
        advertising = np.array([firm.advertising for firm in self.firms])
        spent["advertising_cost"] = advertising * self.heads * weeks
        spent["place_cost"] = np.array([plan.place for plan in plans]) * self.heads * weeks
        covered = sum(
            spent[name] for name in COSTS if name not in ("goods", "points_paid", "stakeholder_cost")
        )
        cut = np.array([firm.reference(firm.plan) - firm.plan.price for firm in self.firms])
        spent["budget_spend"] = covered + entries[:, Entry.POINTS_ISSUED] + cut * units
        return spent

    # ------------------------------------------------------------------ what is read from the state

    def present(self) -> np.ndarray:
        """Which customers are in the market now, (n_customers,)."""
        entered, leaves = (
            self.columns.entered_at[: self.present_rows],
            self.columns.leaves_at[: self.present_rows],
        )
        lived = len(self.books.ledgers)  # the reports of a period are made before it is counted
        return (entered < max(lived, 1)) & (leaves > lived)

    @property
    def n_customers(self) -> int:
        """Customers who have entered so far."""
        return self.present_rows

    def commitment(self, rows: Any = None) -> np.ndarray:
        """Commitment of customers to their main supplier, (n_rows,); NaN without one."""
        rows = (
            np.arange(self.present_rows) if rows is None else np.atleast_1d(np.asarray(rows, dtype=np.int64))
        )
        attitude = np.empty(len(rows))
        equity.commitments(
            rows, self.record, self.offers, self.programmes, *self._state(), self._scratch[0], attitude
        )
        return attitude

    def customer_equity(self, most: int = EQUITY_SAMPLE) -> np.ndarray:
        """Expected customer equity of each firm, (n_firms,), money; from an even sample of at most so many."""
        step = max(1, -(-self.present_rows // most))
        rows = np.arange(0, self.present_rows, step)
        firms = len(self.firms)
        margins = self.offers["paid"] - np.array([firm.unit_cost for firm in self.firms])
        discount = np.log1p(self.setting.market.discount_rate) / self.setting.market.periods_per_year
        found = np.zeros(firms)
        equity.expected_equity(
            rows, len(self.books.ledgers), self.conditions, self.record, self.offers, self.programmes, *self._state(),
            margins, discount, self._scratch[0], np.empty((firms + 1, firms + 1)), np.empty((firms, firms)), found,
        )  # fmt: skip
        return found * step

    def value_parts(self) -> pd.DataFrame:
        """Mean utility of each part of delivered value over a firm's main customers: firm, part, value."""
        firms = len(self.firms)
        parts, counted = np.zeros((firms, len(equity.PARTS))), np.zeros(firms)
        rows = np.arange(self.present_rows)
        equity.value_parts(
            rows, self.record, self.offers, self.programmes, *self._state(), self._scratch[0], parts, counted
        )
        means = np.divide(
            parts, counted[:, None], out=np.full(parts.shape, np.nan), where=counted[:, None] > 0
        )
        return pd.DataFrame(
            {
                "firm": np.repeat(self.books.names, len(equity.PARTS)),
                "part": np.tile(equity.PARTS, firms),
                "value": means.reshape(-1),
            }
        )

    def customer_values(self) -> pd.DataFrame:
        """Lorenz curve of each firm's revenue over its buyers since the burn-in: firm, percentile, revenue_share."""
        return lorenz_table(self.spending_of_customers(), self.books.names)

    def customer_sample(self) -> pd.DataFrame:
        """The sampled customers over time, one row a customer and report."""
        return pd.concat(self._sampled, ignore_index=True) if self._sampled else pd.DataFrame()

    def spending_of_customers(self) -> np.ndarray:
        """What each customer paid each firm since the burn-in, (n_customers, n_firms), money."""
        money = self.columns.money[: self.present_rows].astype("f8")
        if self._money_before is not None:
            money[: len(self._money_before)] -= self._money_before
        return np.maximum(money, 0.0)

    def _report_values(self) -> None:
        setting = self.setting.experiment
        if self.period + 1 == setting.burn_in:
            self._money_before = self.columns.money[: self.present_rows].copy()
        if (self.period + 1) % setting.value_every and self.period + 1 != setting.periods:
            return
        self.books.values[self.period] = {
            "customer_equity": self.customer_equity(),
            **concentration(self.spending_of_customers()),
        }
        if setting.sample:
            self._sampled.append(self._sample(setting.sample))

    def _sample(self, most: int) -> pd.DataFrame:
        """An even sample of customers as they are now, toward their main supplier."""
        c = self.columns
        rows = np.arange(0, self.present_rows, max(1, -(-self.present_rows // most)))
        rows = rows[self.present()[rows]]
        supplier = c.supplier[rows].astype(np.int64)
        own = (rows, np.maximum(supplier, 0))
        table: dict[str, Any] = {
            "period": self.period,
            "customer": rows,
            "supplier": np.array([*self.books.names, "none"], dtype=object)[supplier],
            "stage": np.array(STAGES, dtype=object)[c.stage[rows]],
            "tenure": c.tenure[rows],
            "commitment": self.commitment(rows),
            **{face: values(self, face, rows) for face in ("behaviour", "loyalty", "trust_level")},
        }
        for name in (
            "satisfaction",
            "trust",
            "expectation",
            "habit",
            "social_bond",
            "structural_bond",
            "points",
        ):
            table[name] = np.where(supplier >= 0, getattr(c, name)[own], np.nan)
        return pd.DataFrame(table)

    def survey(self, firm: int, asked: int, noise: float) -> tuple[float, float]:
        """Mean satisfaction with a firm and mean desire of active customers asked, with noise in each answer."""
        active = np.flatnonzero(self.columns.last_purchase[:, firm] > self.period - self.active_periods)
        if not len(active):
            return float("nan"), float("nan")
        key = luck.key_of(self.seed_of_run, self.period)
        answers = luck.answers(key, self.firms[firm].luck, asked)
        rows = active[(answers[:, 0] * len(active)).astype(np.int64)]
        errors = noise * answers[:, 1:].mean(axis=0)
        satisfaction = self.columns.satisfaction[rows, firm].mean() + errors[0]
        return float(satisfaction), float(self.columns.desire[rows].mean() + errors[1])

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


@cache
def _say_if_compiling() -> None:
    """Tell whoever waits, once; an experiment tells it itself."""
    if not is_cached() and "sim.experiment.worker" not in sys.modules:
        print("compiling the market, once: about 15 s", file=sys.stderr, flush=True)


def _setting(setting: Scenario | str, arm: str | None, customers: int | None, overrides: Sequence[str],
             folders: Sequence[Path]) -> Scenario:  # fmt: skip
    if isinstance(setting, str):
        from sim.compose import compose

        made: Scenario = compose(setting, overrides, folders)
    else:
        made = setting
    if customers is not None:
        made = made.but({"population": {"customers": customers}})
    return made.for_arm(made.experiment.control if arm is None else arm) if _has_arms(made) else made


def _has_arms(setting: Scenario) -> bool:
    return any(setting.experiment.arms.values())
