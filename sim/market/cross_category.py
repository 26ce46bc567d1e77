"""The ties of two categories: the utility each adds to the other, the offers of the second, and the growth matrix.

The same customers buy of both; the kernel runs over columns of the second by themselves, after those of the first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from sim.customers.ledger import Entry, MarketEntry
from sim.customers.offer import DISCOUNT
from sim.firms.costs import NO_COSTS
from sim.firms.firm import Firm
from sim.firms.mechanisms.cross_category import CELLS
from sim.firms.offer_settings import SecondOffer
from sim.firms.state import SecondSales
from sim.market.category import Category
from sim.market.kernel.cross_category import ALL, OWN, bought_by_old, tie_first, tie_second
from sim.scenario.scenario import Scenario
from sim.theory import marketing_response
from sim.theory.marketing_response import Reach

WORKS = {"own": OWN, "all": ALL}


class CrossCategory:
    """Ties between a market's ``first`` and ``second`` category; arrays have one entry per firm, with or without an offer.

    ``given`` (n_firms,) has each firm's second offer, None without one; a customer is active for
    ``active_periods`` after a purchase.
    """

    def __init__(self, first: Category, second: Category, given: Sequence[SecondOffer | None], reach: Reach,
                 parameters: np.ndarray, weeks: float, active_periods: int) -> None:  # fmt: skip
        self.first, self.second, self.given, self.reach = first, second, given, reach
        self.parameters, self.weeks, self.active_periods = parameters, weeks, active_periods
        self.works = np.array([0 if offer is None else WORKS[offer.works_with] for offer in given])
        self.goodwill, self.goodwill_own = np.zeros(len(given)), np.zeros(len(given))
        self.cross_chance, self.cross_brand = np.zeros(len(given)), np.zeros(len(given))
        self.was_active = np.zeros((0, len(given)), bool)  # old customers, (n_old, n_firms)
        self.bought_before = np.zeros((2, len(given)))
        first.tie, second.tie = self.tie_first, self.tie_second

    # ------------------------------------------------------------------ acts of firms

    def advance(self, firms: Sequence[Firm]) -> None:
        """Move goodwill of the second products: among all by advertising, among own customers by cross-selling."""
        keep, weeks = self.parameters[0]["reach"]["goodwill_keep"], self.weeks
        for firm in firms:
            j = firm.index
            spent = firm.amount(firm.plan, "second_advertising") * weeks
            own = firm.amount(firm.plan, "cross_selling") * weeks
            self.goodwill[j] = marketing_response.goodwill_after(self.goodwill[j], spent, keep)
            self.goodwill_own[j] = marketing_response.goodwill_after(self.goodwill_own[j], own, keep)

    def post(self, firms: Sequence[Firm], period: int) -> None:
        """Fix the second offers that customers meet this period."""
        for firm, offer in zip(firms, self.given, strict=True):
            if offer is not None:
                self._post_one(firm, offer, period)

    def _post_one(self, firm: Firm, offer: SecondOffer, period: int) -> None:
        p, plan, weeks, j = self.reach, firm.plan, self.weeks, firm.index
        row = self.second.offers[j : j + 1]
        row["rng_id"], row["open"] = firm.rng_id, firm.shocks.open and period >= offer.opens
        row["price"] = row["paid"] = offer.price
        row["quality"] = row["promise"] = offer.quality
        row["failure_rate"] = offer.failure_rate
        row["brand"] = marketing_response.log_response(p.w_brand, self.goodwill[j])
        advertised, sold = firm.amount(plan, "second_advertising"), firm.amount(plan, "cross_selling")
        row["ad_chance"] = marketing_response.saturating(p.reach, advertised * weeks)
        self.cross_brand[j] = marketing_response.log_response(p.w_brand, self.goodwill_own[j])
        self.cross_chance[j] = marketing_response.saturating(p.reach, sold * weeks)
        banned = firm.shocks.forbidden & {"discount", "promotion"}
        self.second.programmes[j, 0, DISCOUNT] = 0.0 if banned else plan.bundle_discount

    # ------------------------------------------------------------------ before the kernel of each category

    def tie_first(self, period: int, key: np.uint64) -> None:
        """Before the first category: utility that second products in use add to its offers."""
        blocks, second = self.first.blocks, self.second.columns
        now = blocks.customers, period, self.weeks, self.parameters, self.works
        state = self.first.columns.stored, second.stored
        blocks.each(lambda a, b, _: tie_first(a, b, *now, *state))

    def tie_second(self, period: int, key: np.uint64) -> None:
        """Before the second category: utility that the first adds to its offers, and awareness gained through the first."""
        blocks, offers = self.second.blocks, self.second.offers
        first, second = self.first.columns, self.second.columns
        now = blocks.customers, period, key, self.weeks, self.active_periods, self.parameters
        by_firm = (
            offers, self.works, self.cross_chance, self.cross_brand,
        )  # fmt: skip
        state = first.stored, second.stored, self.second.entries
        blocks.each(lambda a, b, _: tie_second(a, b, *now, *by_firm, *state))

    # ------------------------------------------------------------------ accounts

    def report_sales(self, firms: Sequence[Firm]) -> None:
        """Report to each firm the sales of its second product."""
        for firm, row in zip(firms, self.second.entries.firms.sum(axis=0), strict=True):
            firm.second_sales = SecondSales.from_ledger(row)

    def close(self, first: np.ndarray, costs: Sequence[Mapping[str, float]]) -> dict[str, np.ndarray]:
        """Close the period's accounts of the second category, from the first's ledger (n_firms, entries) and each firm's costs.

        Returns the period's metrics of the second category and the growth matrix, (n_firms,) each. At the end of the
        burn-in the customers who are active become the old customers of the growth matrix.
        """
        entries, of_market, *counts = self.second.totals()
        own = [
            NO_COSTS
            | {
                "goods": of["second_goods"],
                "promotion_cost": of["second_promotion_cost"],
                "budget_spend": 0.0,
            }
            for of in costs
        ]
        self.second.books.close(entries, of_market, own, self.second.offers)
        self.second.books.count(*counts)
        units = entries[:, Entry.UNITS]
        metrics = {
            "second_units": units,
            "second_revenue": entries[:, Entry.REVENUE],
            "second_share": units / units.sum() if units.sum() else np.full(len(units), np.nan),
            "second_surplus": np.full(len(units), of_market[MarketEntry.SURPLUS]),
            "second_buyers": entries[:, Entry.BUYERS],
            "second_owners": entries[:, Entry.TRIED],
        }
        metrics |= self._cells(first[:, Entry.UNITS], units)
        period = len(self.second.books.ledgers) - 1
        if period + 1 == self.second.books.burn_in:
            self._take_active_as_old(period)
        return metrics

    def _cells(self, first: np.ndarray, second: np.ndarray) -> dict[str, np.ndarray]:
        """Revenue by cell of the growth matrix, money at list prices, from units of each product, (n_firms,)."""
        bought = self._bought_by_old()
        old = bought - self.bought_before
        self.bought_before = bought
        prices = self.first.offers["price"], self.second.offers["price"]
        cells = [
            price * units
            for price, all_, mine in zip(prices, (first, second), old, strict=True)
            for units in (mine, all_ - mine)
        ]
        return dict(zip(CELLS, cells, strict=True))

    def _bought_by_old(self) -> np.ndarray:
        """Units that each firm's old customers ever bought of its first and second product, (2, n_firms)."""
        first, second = self.first.columns.stored, self.second.columns.stored

        def counted(begin: int, end: int) -> np.ndarray:
            units = np.zeros((2, len(self.given)))
            bought_by_old(begin, end, self.was_active, first, second, units)
            return units

        return np.asarray(self.first.blocks.total(counted))

    def _take_active_as_old(self, period: int) -> None:
        """Take the customers who are active now, in either category, as a firm's old customers from here on."""
        rows = self.first.blocks.customers
        last = np.maximum(self.first.columns.last_purchase[:rows], self.second.columns.last_purchase[:rows])
        self.was_active = period - last < self.active_periods
        self.bought_before = self._bought_by_old()


def ties_of(
    setting: Scenario, categories: Sequence[Category], parameters: np.ndarray, weeks: float, active_periods: int
) -> CrossCategory | None:  # fmt: skip
    """The ties of a scenario's two categories; None where there is one."""
    if setting.second is None:
        return None
    first, second = categories
    offers = [setting.second.firms.get(name) for name in setting.firms]
    return CrossCategory(first, second, offers, setting.theory.reach, parameters, weeks, active_periods)
