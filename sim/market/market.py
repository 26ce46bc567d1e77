"""The market: a Mesa model. Firms are registered agents, customers are rows; a period is ten acts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import mesa
import numpy as np

from sim.core import rng
from sim.core.errors import InputError
from sim.customers import columns as columns_of
from sim.customers import ledger, seasonality
from sim.customers.agentset import install
from sim.customers.ledger import Entry, MarketEntry
from sim.customers.network import Network
from sim.customers.offer import OFFER, PROGRAMME
from sim.customers.records import tell_buyers
from sim.firms.firm import Firm
from sim.firms.partners.base import PartnerEffects
from sim.firms.partners.tie import Stakeholder
from sim.firms.parts import departments, product_range, record_decay
from sim.market.accounts import Books
from sim.market.attendance import after_the_pass, before_the_pass
from sim.market.calendar import Calendar
from sim.market.cross_category import Second
from sim.market.kernel.inputs import CONDITIONS, parameters_record
from sim.market.kernel.period import BLOCK, SCRATCH, listen, live, wide_enough
from sim.market.measures.samples import Readings
from sim.market.memory import check_memory
from sim.market.population import first_category
from sim.scenario.arm_setting import setting_of, whole_seed
from sim.scenario.scenario import Scenario
from sim.scenario.settings import Execution, value
from sim.strategies import MAX_TIERS, MarketingPlan, PublicOffer
from sim.theory.loyalty_off import without_loyalty

FEWEST_BLOCKS = 4  # for a thread: less than that is done before another has begun


@cache
def _pool(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads)


class Market(Readings, mesa.Model):
    """A market built from a scenario; ``step`` lives one period, ``run_for`` several.

    ``replay`` gives every firm's adopted plans period by period (as ``plans`` of another run holds them)
    in place of the strategies. ``replication`` k has the seed plus k: in Mesa's ``batch_run`` write
    ``{"setting": ..., "replication": range(10)}``, since its ``iterations`` tell a model nothing and would be
    the same run again. With ``reports`` off, causes and reported means are left out and nobody acts
    otherwise for it.
    """

    columns: columns_of.Columns
    present_rows: int  # customers who have entered so far

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
        self.record = parameters_record(theory._asdict(), self.weeks)
        self.active_periods = max(1, round(setting.theory.records.active_weeks / self.weeks))
        self.tenure_bin = max(1, int(setting.market.periods_per_year) // 4)
        self.calendar = Calendar(setting.events, list(setting.firms), self.weeks, self.seed_of_run)
        self.network = Network(dict(setting.network), graphs)
        self._populate()
        self.books = Books(
            list(setting.firms), setting.experiment.burn_in, setting.market.periods_per_year, self.tenure_bin
        )
        names = list(setting.firms)
        self.offers = np.zeros(len(names), OFFER)
        self.programmes = np.zeros((len(names), MAX_TIERS + setting.theory.power.accounts, len(PROGRAMME)))
        self.firms = [Firm(self, name, index) for index, name in enumerate(names)]
        self.stakeholders = [
            Stakeholder(self, name, partner, self.firms[names.index(partner.tie.firm)], number)
            for number, (name, partner) in enumerate(setting.stakeholders.items())
        ]
        for stakeholder in self.stakeholders:
            stakeholder.firm.tie(stakeholder)
        self.ties: list[tuple[tuple[float, ...], ...]] = []
        self.conditions = self._conditions()
        self._rows_of_ledger()
        self.second = Second(self) if setting.second is not None else None
        self.plans: list[tuple[MarketingPlan, ...]] = []
        self._sampled = []
        self._money_before = None
        self._post()
        install(self, eager)
        self.datacollector = self._collector() if collect else None

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

    # ------------------------------------------------------------------ the ten acts of a period

    def step(self) -> None:
        """One period: events, plans, then the pass over the customers, then the accounts."""
        self._enter_customers()
        self._let_events_act()
        self._plan()
        self._let_stakeholders_act()
        self._post()
        met = before_the_pass(self)
        books = self._live()  # reach, need, choose, experience, evaluate, relate; then talk
        if met is not None:
            books[0][:] += met
            after_the_pass(self, books[0])
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
                if self.second is not None:
                    self.second.make_room()
            self._draw_customers(start)
            if self.second is not None:
                self.second.enter(start)

    def _let_events_act(self) -> None:
        world = self.calendar.world(self.period)
        self.economy = world.demand
        self.conditions["outside"] = (self.setting.market.outside or 0.0) + world.outside
        self.record["choice"]["procedural"] = self.setting.theory.choice.procedural * world.procedural
        for firm in self.firms:
            firm.shocks = world.firms[firm.name]

    def _let_stakeholders_act(self) -> None:
        if not self.stakeholders:
            return
        drives = {firm.name: PartnerEffects.under(firm.shocks.channel, firm.listed) for firm in self.firms}
        for stakeholder in self.stakeholders:
            stakeholder.drive(drives)
        for firm in self.firms:
            firm.drives = drives[firm.name]

    def _let_ties_live(self, units_before: Sequence[float]) -> None:
        if not self.stakeholders:
            return
        conduct = [firm.conduct(units) for firm, units in zip(self.firms, units_before, strict=True)]
        of = {firm.name: each for firm, each in zip(self.firms, conduct, strict=True)}
        for stakeholder in self.stakeholders:
            ally = getattr(stakeholder.what, "rival", None)
            stakeholder.live(of[stakeholder.firm.name], of[ally].ours if ally else 0.0)
        self.ties.append(tuple(stakeholder.state for stakeholder in self.stakeholders))

    def public_offers(self) -> tuple[PublicOffer, ...]:
        """What anybody can see of the firms that are open."""
        return tuple(firm.public_offer() for firm in self.firms if firm.shocks.open)

    def buyers(self, firm: int, after: int = columns_of.NEVER) -> np.ndarray:
        """Rows of those who last bought from a firm, by its number, later than in a period, (n,)."""
        buys = np.zeros(self.present_rows, np.bool_)
        self.over_customers(
            lambda begin, end: tell_buyers(begin, end, self.columns.toward, firm, after, buys)
        )
        return np.flatnonzero(buys)

    def over_customers(self, work: Callable[[int, int], Any]) -> Any:
        """Sum of what ``work(begin, end)`` returns for rows of customers; each row by one thread."""
        found: list[Any] = []
        self._each_thread(lambda a, b, _: found.append(work(a * BLOCK, min(b * BLOCK, self.present_rows))))
        return None if found[0] is None else sum(found[1:], found[0])

    def _plan(self) -> None:
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
        if self.second is not None:
            self.second.move()

    def _post(self) -> None:
        for firm in self.firms:
            self.offers[firm.index] = firm.post(self.programmes[firm.index])
        self.conditions["counts"] = self.reports or not all(firm.counts_on_nothing for firm in self.firms)
        if self.second is not None:
            self.second.post()

    def _live(self) -> tuple[np.ndarray, ...]:
        for rows in self._rows:
            rows[:] = 0.0
        self.conditions["demand"] = seasonality.by_segment(
            self.setting.theory.needs,
            list(self.setting.population.segments.values()),
            self.period,
            self.weeks,
            self.economy,
        )
        key = rng.period_key(self.seed_of_run, self.period)
        now = (self.present_rows, self.period, key, self.conditions, self.record)
        if self.second is not None:
            self.second.tie_first()
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
                self.tied,
            )
        )
        if self.second is not None:
            self.second.live()
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

    def _account(self, entries: np.ndarray, whole: np.ndarray, *counts: np.ndarray) -> None:
        books = self.books
        rows, units_before = entries.tolist(), [firm.last_units for firm in self.firms]
        spent = [
            firm.account(row, books.last_ledger(firm.index)[Entry.ON_FILE_ACTIVE])
            for firm, row in zip(self.firms, rows, strict=True)
        ]
        yearly = 1.0 + self.setting.market.discount_rate
        discount = yearly ** (-(self.period + 1) / self.setting.market.periods_per_year)
        further = {} if self.second is None else self.second.close(entries, spent, discount)
        further |= product_range.outcomes(self)
        if any(firm.offer.when_full == "turned_away" for firm in self.firms):
            further["turned_away"] = entries[:, Entry.TURNED_AWAY]
        further |= departments.outcomes(self.firms, spent) | record_decay.outcomes(self.firms, spent)
        books.close(entries, rows, whole, spent, self.offers, discount, further)
        books.count(*counts)
        for firm in self.firms:
            firm.ask_customers()
        self._let_ties_live(units_before)
        self.heads = int(whole[MarketEntry.PRESENT])
        if self.checked and self.reports:
            books.check(self.held(self.columns, self.period))
            if self.second is not None:
                self.second.books.check(self.held(self.second.columns, self.period))
        if self.reports:
            self._report_values()

    # ------------------------------------------------------------------ what the acts need

    def _populate(self) -> None:
        setting = self.setting
        start = setting.population.customers
        coming = start * setting.population.entry_rate * self.weeks * setting.experiment.periods
        self.columns = columns_of.allocate(start + int(coming), len(setting.firms))
        self.present_rows = start
        self.heads = self.heads_at_start = start
        self.economy = 1.0
        self.sampler = first_category(setting)
        self._draw_customers(0)

    def _draw_customers(self, start: int) -> None:
        """Draw the customers from row ``start`` on, who enter in this period."""
        key = rng.period_key(self.seed_of_run, -1)
        self.sampler.draw(key, self.columns, start, self.present_rows, self.period, self.weeks)

    def _rows_of_ledger(self) -> None:
        """A row for each block of customers, so that sums never depend on threads."""
        blocks, firms = -(-len(self.columns.supplier) // BLOCK), len(self.setting.firms)
        self._rows = ledger.block_rows(blocks, firms)
        self._scratch = np.zeros((self.threads, SCRATCH, wide_enough(firms)))

    def _each_thread(self, work: Any) -> None:
        blocks = -(-self.present_rows // BLOCK)
        threads = min(self.threads, blocks // FEWEST_BLOCKS)
        if threads <= 1:
            work(0, blocks, self._scratch[0])
            return
        step = max(1, blocks // (8 * threads))
        pieces = iter(range(0, blocks, step))  # taken in turn: nobody waits for a thread that is held up

        def take(k: int) -> None:
            for first in pieces:
                work(first, min(first + step, blocks), self._scratch[k])

        list(_pool(self.threads).map(take, range(threads)))

    @property
    def tied(self) -> np.ndarray | None:
        """Utility that the second category adds to each firm's first product, (n_customers, n_firms); None without one."""
        return None if self.second is None else self.second.tied_first

    def _state(self) -> tuple[np.ndarray, np.ndarray]:
        return self.columns.people, self.columns.toward

    def _conditions(self) -> np.ndarray:
        setting, now = self.setting, np.zeros(1, CONDITIONS)
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
