"""The second category of a market: the same customers' other need, its offers, its pass and its books.

It is lived by the pass of the first category over columns of its own, after it. What ties the two is in sim/market/kernel/cross_category.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.core import rng
from sim.customers import columns as customers
from sim.customers import ledger
from sim.customers.ledger import Entry, MarketEntry
from sim.customers.offer import DISCOUNT, OFFER, PROGRAMME
from sim.customers.sampling import share_traits
from sim.firms.metrics import CELLS, COSTS
from sim.firms.state import Sold
from sim.market.accounts import Books
from sim.market.kernel.cross_category import ALL, OWN, bought_by_old, tie_first, tie_second
from sim.market.kernel.period import live
from sim.market.population import second_category
from sim.scenario.settings import SecondOffer
from sim.strategies import MAX_TIERS
from sim.theory import marketing_response

if TYPE_CHECKING:
    from sim.firms.firm import Firm
    from sim.market.market import Market

WORKS = {"own": OWN, "all": ALL}


class Second:
    """State and books of the second category; every array has a column for each firm, also for those without an offer."""

    def __init__(self, market: Market) -> None:
        setting, names = market.setting, list(market.setting.firms)
        assert setting.second is not None
        self.market, self.given = market, [setting.second.firms.get(name) for name in names]
        self.works = np.array([0 if offer is None else WORKS[offer.works_with] for offer in self.given])
        self.columns = customers.allocate(len(market.columns.supplier), len(names))
        self.books = Books(
            names, setting.experiment.burn_in, setting.market.periods_per_year, market.tenure_bin
        )
        self.offers = np.zeros(len(names), OFFER)
        self.programmes = np.zeros((len(names), MAX_TIERS, len(PROGRAMME)))
        self.goodwill, self.goodwill_own = np.zeros(len(names)), np.zeros(len(names))
        self.cross_chance, self.cross_brand = np.zeros(len(names)), np.zeros(len(names))
        self.conditions = market.conditions.copy()
        self.conditions["has_outside"], self.conditions["outside"] = 1, setting.second.outside
        for off in ("contractual", "entry_by_purchase", "talk_on"):
            self.conditions[off] = 0
        # causes and stages of this category are shown nowhere: worked out only for the identities of its accounts
        self.conditions["reports"], self.conditions["counts"] = market.reports and market.checked, 1
        self.had = np.zeros((0, len(names)), bool)
        self.had_bought = np.zeros((2, len(names)))
        self.sampler = second_category(setting)
        self.make_room()
        self.enter(0)

    def make_room(self) -> None:
        """Room for as many customers as the first category has, and rows of a ledger for each block."""
        rows, firms = len(self.market.columns.supplier), len(self.given)
        if rows > len(self.columns.supplier):
            self.columns = customers.grown(self.columns, rows - len(self.columns.supplier))
        self.rows = ledger.block_rows(len(self.market._rows[0]), firms)
        self.tied_first, self.tied_second = np.zeros((2, rows, firms), "f4")

    def enter(self, start: int) -> None:
        """Draw the customers from ``start`` on who have just entered the first category."""
        market = self.market
        if market.present_rows > start:
            key, stop = rng.of_second(rng.period_key(market.seed_of_run, -1)), market.present_rows
            self.sampler.draw(key, self.columns, start, stop, market.period, market.weeks)
            share_traits(market.columns, self.columns, start, stop)

    # ------------------------------------------------------------------ the acts of a period

    def move(self) -> None:
        """Goodwill of the second products: among all by advertising, among own customers by cross-selling."""
        keep, weeks = self.market.record[0]["reach"]["goodwill_keep"], self.market.weeks
        for firm in self.market.firms:
            j = firm.index
            spent, own = (
                firm.amount(firm.plan, "second_advertising") * weeks,
                firm.amount(firm.plan, "cross_selling") * weeks,
            )
            self.goodwill[j] = marketing_response.goodwill_after(self.goodwill[j], spent, keep)
            self.goodwill_own[j] = marketing_response.goodwill_after(self.goodwill_own[j], own, keep)

    def post(self) -> None:
        """Fix the offers that customers meet this period."""
        for firm, offer in zip(self.market.firms, self.given, strict=True):
            if offer is not None:
                self._post_one(firm, offer)

    def _post_one(self, firm: Firm, offer: SecondOffer) -> None:
        market, j, row = self.market, firm.index, self.offers[firm.index : firm.index + 1]
        p, plan = market.setting.theory.reach, firm.plan
        row["rng_id"], row["open"] = firm.luck, firm.shocks.open and market.period >= offer.opens
        row["price"] = row["paid"] = offer.price
        row["quality"] = row["promise"] = offer.quality
        row["failure_rate"] = offer.failure_rate
        row["brand"] = marketing_response.log_response(p.w_brand, self.goodwill[j])
        row["ad_chance"] = marketing_response.saturating(
            p.reach, firm.amount(plan, "second_advertising") * market.weeks
        )
        self.cross_brand[j] = marketing_response.log_response(p.w_brand, self.goodwill_own[j])
        self.cross_chance[j] = marketing_response.saturating(
            p.reach, firm.amount(plan, "cross_selling") * market.weeks
        )
        banned = firm.shocks.forbidden & {"discount", "promotion"}
        self.programmes[j, 0, DISCOUNT] = 0.0 if banned else plan.bundle_discount

    def tie_first(self) -> None:
        """Before the first category's pass: what the second products in use are worth in its choices."""
        m = self.market
        now = m.present_rows, m.period, m.weeks, m.record, self.works
        mine = self.columns.people, self.columns.toward
        m._each_thread(lambda a, b, _: tie_first(a, b, *now, *mine, self.tied_first))

    def live(self) -> None:
        """The second category's own pass, after the first's; then what was sold."""
        m, offers = self.market, self.offers
        for rows in self.rows:
            rows[:] = 0.0
        self.conditions["demand"] = m.weeks * m.economy
        now = m.present_rows, m.period, rng.of_second(rng.period_key(m.seed_of_run, m.period))
        columns = self.columns
        mine = columns.people, columns.toward
        by_firm = (
            offers["rng_id"],
            self.works,
            offers["open"],
            offers["promise"],
            self.cross_chance,
            self.cross_brand,
        )
        ties = (
            m.weeks,
            m.active_periods,
            m.record,
            *by_firm,
            *m._state(),
            *mine,
            self.rows[0],
            self.tied_second,
        )
        m._each_thread(lambda a, b, _: tie_second(a, b, *now, *ties))
        lives = self.conditions, m.record, offers, self.programmes, *mine, columns.told, *self.rows
        m._each_thread(lambda a, b, scratch: live(a, b, *now, *lives, scratch, self.tied_second))
        self.sums = [rows.sum(axis=0) for rows in self.rows]
        for firm, row in zip(m.firms, self.sums[0], strict=True):
            firm.second_sold = Sold(*(float(row[e]) for e in (Entry.UNITS, Entry.REVENUE, Entry.PROMOTION)))

    # ------------------------------------------------------------------ books

    def close(
        self, first: np.ndarray, paid: Sequence[Mapping[str, float]], discount: float
    ) -> dict[str, np.ndarray]:
        """Close the period's books; ``first`` (n_firms, entries) is the first category's ledger, ``paid`` each firm's costs.

        Returns the period's outcomes of the second category and the growth matrix, by metric (n_firms,).
        """
        entries, whole, *counts = self.sums
        nothing = dict.fromkeys((*COSTS, "budget_spend"), 0.0)
        spent = [
            nothing | {"goods": costs["second_goods"], "promotion_cost": costs["second_promotion_cost"]}
            for costs in paid
        ]
        self.books.close(entries, entries.tolist(), whole, spent, self.offers, discount)
        self.books.count(*counts)
        units = entries[:, Entry.UNITS]
        made = {
            "second_units": units,
            "second_revenue": entries[:, Entry.REVENUE],
            "second_share": units / units.sum() if units.sum() else np.full(len(units), np.nan),
            "second_surplus": np.full(len(units), whole[MarketEntry.SURPLUS]),
            "second_buyers": entries[:, Entry.BUYERS],
            "second_owners": entries[:, Entry.TRIED],
        }
        return made | self._cells(first[:, Entry.UNITS], units)

    def _cells(self, first: np.ndarray, second: np.ndarray) -> dict[str, np.ndarray]:
        """Revenue by cell of the growth matrix, money at list prices; then who is an old customer from now on."""
        bought = self._bought_by_old()
        old = bought - self.had_bought
        self.had_bought = bought
        prices = self.market.offers["price"], self.offers["price"]
        cells = [
            price * units for price, all_, mine in zip(prices, (first, second), old, strict=True)
            for units in (mine, all_ - mine)
        ]  # fmt: skip
        if self.market.period + 1 == self.market.setting.experiment.burn_in:
            self._take_customers_as_old()
        return dict(zip(CELLS, cells, strict=True))

    def _bought_by_old(self) -> np.ndarray:
        """Units that the customers whom each firm had ever bought of its first and second product, (2, n_firms)."""
        first, mine = self.market.columns.toward, self.columns.toward

        def counted(begin: int, end: int) -> np.ndarray:
            units = np.zeros((2, self.had.shape[1]))
            bought_by_old(begin, end, self.had, first, mine, units)
            return units

        return np.asarray(self.market.over_customers(counted))

    def _take_customers_as_old(self) -> None:
        """From here on a firm's old customers are those who are active now, in either category."""
        m, rows = self.market, self.market.present_rows
        last = np.maximum(m.columns.last_purchase[:rows], self.columns.last_purchase[:rows])
        self.had = m.period - last < m.active_periods
        self.had_bought = self._bought_by_old()
