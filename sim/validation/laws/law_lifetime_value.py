"""Law L6 on the market of preset `logit` under contract: one firm, one chance of staying each year."""

from __future__ import annotations

import math
from typing import Any

from sim.theory import lifetime_value
from sim.validation.laws.checks import Row, exact, of_preset, opened, sampled, share

INTEREST, MARGIN, PRICE = 0.12, 4.0, 10.0
RETENTIONS = (0.7, 0.8, 0.9)
LOCK_IN, OUTSIDE_PAYS = 0.5, 0.6
CUSTOMERS, SEED, YEARS = 50_000, 1, 12
STEP = 1e-3  # of ln(retention), either way, for the elasticity


def contract(retention: float, customers: int = CUSTOMERS, seed: int = SEED, threads: int = 1, years: int = YEARS, *,
             interest: float = INTEREST) -> Any:  # fmt: skip
    """A market after a number of years from the time that all customers were won; they stay with this chance."""
    preset = {
        "market": {"type": "contractual", "periods_per_year": 1, "discount_rate": interest, "budget": "free"},
        "population": {
            "customers": customers,
            "entry_by_purchase": True,
            "segments": {"everyone": {"lock_in": LOCK_IN}},
        },
        "theory": {"contract": {"h0": 0, "contract_term": 1}, "choice": {"outside_pays": OUTSIDE_PAYS}},
        "firms": {"provider": {"price": PRICE, "unit_cost": PRICE - MARGIN}},
        "experiment": {"focal": "provider", "periods": years + 1, "burn_in": 0, "sample": 0},
    }
    setting = of_preset("logit", preset)
    everyone, offer = setting.population.segments["everyone"], setting.firms["provider"]
    inside = everyone.quality_weight.mean * offer.promise - everyone.price_sensitivity.mean * PRICE
    outside = inside + LOCK_IN * OUTSIDE_PAYS - math.log(retention / (1.0 - retention))
    market = opened(setting.replace({"market": {"outside": outside}}), seed, threads, reports=True)
    market.run_for(years + 1)
    return market


def value_of_one(market: Any) -> float:
    """Expected customer equity per main customer."""
    held = (market.customers.supplier == 0).sum()
    return float(market.customer_equity()[0] / held)


def values(interest: float = INTEREST) -> list[Row]:
    """The market's customer equity against m r/(1+i-r), and its elasticity."""
    rows = []
    for r in RETENTIONS:
        below, at, above = (
            value_of_one(contract(r * math.exp(k * STEP), 100, years=0, interest=interest))
            for k in (-1, 0, 1)
        )
        elasticity = math.log(above / below) / (2.0 * STEP)
        rows += [
            exact("L6", f"value of a customer, r {r}", lifetime_value.value(MARGIN, r, INTEREST), at),
            exact("L6", f"its elasticity, r {r}", lifetime_value.elasticity(r, INTEREST), elasticity, 1e-4),
        ]
    return rows


def lived(market: Any, retention: float) -> list[Row]:
    """Margins that customers brought, discounted, against the law; shares that stayed, by tenure."""
    outcomes, tenure = market.books.outcomes(), market.books.tenure()
    won, years = outcomes["won"][0], len(outcomes) - 1
    later = (outcomes["profit"] / (1.0 + INTEREST) ** outcomes["period"])[1:].sum() / won
    unseen = lifetime_value.value(MARGIN, retention, INTEREST) * (retention / (1.0 + INTEREST)) ** years
    spread = lifetime_value.spread(MARGIN, retention, INTEREST)
    rows = [
        sampled("L6", f"discounted margins of {years} years, r {retention}",
                lifetime_value.value(MARGIN, retention, INTEREST) - unseen, later, spread / math.sqrt(won)),
    ]  # fmt: skip
    for at_risk, lost, years_with in zip(tenure["at_risk"], tenure["lost"], tenure["tenure"], strict=True):
        if at_risk:
            what = f"staying at tenure {years_with:g}, r {retention}"
            rows.append(share("L6", what, retention, at_risk - lost, at_risk))
    left = outcomes["units"].to_numpy() / won
    rows += [
        share("L6", f"still there after {t} years, r {retention}", lifetime_value.staying(retention, t), left[t] * won,
              won)
        for t in range(1, years + 1)
    ]  # fmt: skip
    return rows


NEED, EXIT, DROPOUT, BUYERS, WEEKS = 0.1, 0.01, 0.05, 40_000, 500  # a week


def buyers(preset: str, threads: int = 1, weeks: int = WEEKS, **rates: float) -> Any:
    """One firm's market of preset pareto_nbd or bg_nbd, with one need and one rate of leaving for all."""
    everyone = {"need_rate": NEED, "exit_rate": 0, "dropout": 0} | rates
    setting = of_preset(
        preset,
        {
            "market": {"discount_rate": INTEREST},
            "population": {"customers": BUYERS, "segments": {"everyone": everyone}},
            "firms": {"provider": {"price": PRICE, "unit_cost": PRICE - MARGIN}},
            "experiment": {"focal": "provider", "periods": weeks, "burn_in": 0},
        },
    )
    market = opened(setting, SEED, threads)
    market.run_for(weeks)
    return market


def expected(exit_rate: float = 0.0, dropout: float = 0.0) -> float:
    """Remaining lifetime value of such a customer."""
    return lifetime_value.of_purchases(MARGIN, NEED, math.log1p(INTEREST) / 52.0, exit_rate, dropout)


def still_to_come(preset: str, threads: int = 1, **rates: float) -> list[Row]:
    """Customer equity after one period, and the margins of those customers in the years after it."""
    first, whole = (buyers(preset, threads, weeks, **rates) for weeks in (1, WEEKS))
    alive, law = first.present().sum(), expected(**rates)
    outcomes = whole.books.outcomes()
    brought = (outcomes["profit"] / (1.0 + INTEREST) ** (outcomes["period"] / 52.0))[1:].sum() / alive
    money = (whole.customers.money.sum(axis=1) / PRICE * MARGIN)[first.present()]
    kind = f"{preset}, {', '.join(f'{name} {rate:g}' for name, rate in rates.items())}"
    leaving = rates.get("exit_rate", 0.0) + NEED * rates.get("dropout", 0.0) + math.log1p(INTEREST) / 52.0
    seen = law * (1.0 - math.exp(-leaving * (WEEKS - 1)))
    # undiscounted margins vary more than discounted ones; a customer who leaves within a week still buys in part of it
    slack = 0.5 * (rates.get("exit_rate", 0.0) + math.log1p(INTEREST) / 52.0) * law
    return [
        exact("L6", f"equity of a customer, {kind}", law, first.customer_equity(BUYERS)[0] / alive),
        sampled("L6", f"brought in {WEEKS} weeks, {kind}", seen, brought, money.std() / alive**0.5, slack),
    ]


def rows(threads: int = 1) -> list[Row]:
    """L6 at full size."""
    found = values() + lived(contract(0.8, threads=threads), 0.8)
    found += still_to_come("pareto_nbd", threads, exit_rate=EXIT)
    return found + still_to_come("bg_nbd", threads, dropout=DROPOUT)
