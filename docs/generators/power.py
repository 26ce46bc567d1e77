"""Write docs/evidence/power.md, the price against power and accounts per manager: ``python docs/generators/power.py [--quick]``; some minutes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from sim.experiment.statistics import Estimate, estimate
from sim.market.accounts import MONEY
from sim.market.market import Market
from sim.report import style
from sim.scenario.files import compose
from sim.scenario.scenario import Scenario
from sim.theory import power

EVIDENCE = Path(__file__).resolve().parents[1] / "evidence"
PAGE = EVIDENCE / "power.md"
BEGIN, END = "<!-- measured -->\n", "<!-- /measured -->\n"
BAND = power.Power().band
WEEKS = 13  # between two reviews
RATIOS = np.exp(np.linspace(np.log(0.28), np.log(3.6), 25))
LOADS = (5, 10, 15, 20, 30, 40, 60, 120)
MANAGERS = {"wage": 2.0, "account_time": 0.02, "contact_time": 0.04}


def closed_form(ratio: float) -> float:
    """0 below 1/band, ratio/(1 + ratio) within, 1 above."""
    return 0.0 if ratio < 1.0 / BAND else 1.0 if ratio > BAND else ratio / (1.0 + ratio)


def two_buyers(ratio: float) -> tuple[float, float]:
    """Power ratio and the firm's part of the gain, from the price paid: one firm, two equal buyers under contract."""
    setting = Scenario.from_config(
        {
            "name": "textbook", "question": "What is the price?", "source": "none", "population": {"customers": 2},
            "market": {"type": "contractual", "outside": "none", "budget": "free"},
            "theory": {"power": {"accounts": 2, "ease_for_account": 1.0 - ratio / 4.0}},
            "firms": {"focal": {"strategy": {"name": "fixed_plan"}}},
            "experiment": {"periods": 2 * WEEKS, "burn_in": 0, "sample": 0},
        }
    )  # fmt: skip
    market = Market(setting, 1, collect=False)
    market.run_for(2 * WEEKS)
    paid = market.books.outcomes()["price_paid"].iloc[-1]
    return float(market.account_terms()["ratio"].iloc[0]), (paid - 6.0) / 4.0  # unit cost 6, list price 10


def accounts(seed: int) -> list[tuple[float, float]]:
    """Power ratio and part of the gain of every account in `key_account_power` that bought after the review of week 52."""
    market = Market(compose("key_account_power"), seed, arm="teams_power", collect=False)
    market.run_for(4 * WEEKS)
    before = _held(market)
    market.run_for(WEEKS)
    money, bought = (now - then for now, then in zip(_held(market), before, strict=True))
    found = []
    for terms in market.account_terms().itertuples():
        at = terms.customer, market.books.names.index(terms.firm)
        asked = float(market.offers["paid"][at[1]])
        if bought[at] > 0:
            found.append((terms.ratio, (money[at] / bought[at] - terms.least) / (asked - terms.least)))
    return found


def _held(market: Any) -> tuple[np.ndarray, np.ndarray]:
    """Money paid and units bought since the start, (n_customers, n_firms) each."""
    c = market.columns
    return c.money.astype("f8"), c.purchases.astype("f8")


def split(seeds: range) -> tuple[str, bytes]:
    """The figure of the price split, and its finding."""
    textbook = np.array([two_buyers(float(ratio)) for ratio in RATIOS])
    market = np.array([point for seed in seeds for point in accounts(seed)])
    off = max(abs(part - closed_form(ratio)) for ratio, part in [*textbook, *market])
    low, high = 0.2, 8.0
    shown = market[(market[:, 0] > low) & (market[:, 0] < high)]
    finding = "The price follows power: the weaker side yields all, equal sides divide the gain"
    reading = (
        f"The firm's part of the gain, from prices paid in whole runs, over its power relative to the buyer's; {len(market)} accounts "
        f"in {len(seeds)} markets, {len(market) - len(shown)} of them outside the figure. Largest difference from the law: {off:.0e}"
    )
    with style.drawing(finding, reading) as (picture, (ax,)):
        grid = np.exp(np.linspace(np.log(low), np.log(high), 4001))
        law = np.array([closed_form(r) for r in grid])
        law[np.abs(np.diff(law, append=law[-1])) > 0.05] = np.nan
        ax.plot(grid, law, color=style.BLACK, linewidth=4, label="law: 0, ratio/(1 + ratio), 1")
        ax.plot(*shown.T, linestyle="", marker="o", markersize=13, markerfacecolor="none", markeredgewidth=2.5,
                color=style.VERMILLION, label="accounts of key_account_power")  # fmt: skip
        ax.plot(*textbook.T, linestyle="", marker="x", markersize=12, markeredgewidth=3, color=style.BLUE,
                label="two equal buyers under contract")  # fmt: skip
        _axes(ax, low, high)
    sentence = f"Of {len(market)} accounts and {len(textbook)} textbook markets none differs from the law by more than {off:.1e}."
    return sentence, style.as_png(picture)


def _axes(ax: Axes, low: float, high: float) -> None:
    ax.set_xscale("log")
    ax.set_xlim(low, high)
    ax.set_ylim(-0.06, 1.06)
    for edge in (1.0 / BAND, BAND):
        ax.axvline(edge, color=style.GREY, linestyle=":", linewidth=2)
    ticks = (0.25, 1.0 / BAND, 1.0, BAND, 4.0)
    ax.set_xticks(ticks, ["1/4", f"1/{BAND:g}", "1", f"{BAND:g}", "4"])
    ax.minorticks_off()
    ax.set(
        xlabel="power of the firm over the account / the account's over the firm",
        ylabel="part of the gain to the firm",
    )
    ax.text(0.36, 0.5, "the buyer\ndictates", ha="center", size=style.LABEL)
    ax.text(3.3, 0.5, "the firm\ndictates", ha="center", size=style.LABEL)
    ax.text(1.0, 0.13, "they\nnegotiate", ha="center", size=style.LABEL)
    ax.legend(
        loc="upper left", fontsize=style.NOTE, frameon=True, facecolor="white", edgecolor="none", framealpha=1
    )


def managed(load: int, seed: int) -> tuple[float, float]:
    """Profit per customer per year and mean social bond of main customers, with 120 key accounts and ``load`` per manager."""
    plan = {"name": "fixed_plan", "accounts": 120, "case_load": load, "contact_rate": 0.2, "integration": 0.1}
    tree: dict[str, Any] = {
        "name": "managers", "question": "How many accounts?", "source": "none", "population": {
            "customers": 1200, "segments": {"everyone": {"need_rate": {"gamma": {"shape": 0.5, "mean": 1.0}}}},
        },
        "market": {"budget": "free"}, "theory": {"managers": MANAGERS}, "firms": {
            "focal": {"strategy": plan}, **{f"rival_{k}": {"strategy": {"name": "fixed_plan"}} for k in (1, 2)},
        },
        "experiment": {"periods": 208, "burn_in": 52, "sample": 0},
    }  # fmt: skip
    market = Market(Scenario.from_config(tree), seed, collect=False)
    market.run_for(208)
    own = market.books.outcomes().query("firm == 'focal' and period >= 52")
    profit = np.array(market.books.moneys)[52:, MONEY.index("profit"), 0].sum() / 1200 / 3
    return float(profit), float(own["social_bond"].mean())


def loads(seeds: range) -> tuple[str, bytes]:
    """The figure of accounts per manager, and its finding."""
    runs = np.array([[managed(load, seed) for load in LOADS] for seed in seeds])  # (seeds, loads, 2)
    gaps: list[Estimate] = [estimate(runs[:, k, 0] - runs[:, 0, 0]) for k in range(len(LOADS))]
    best = int(np.argmax([gap.mean for gap in gaps]))
    bond = runs[:, :, 1].mean(axis=0)
    busy = 1.0 / (MANAGERS["account_time"] + MANAGERS["contact_time"] * 0.2)
    finding = f"Of these numbers, {LOADS[best]} accounts per manager earn most; a manager's week is full at {busy:.0f}"
    reading = f"120 key accounts; difference in profit from {LOADS[0]} accounts per manager; {len(seeds)} seeds, 95 % intervals"
    with style.drawing(finding, reading, rows=1, columns=2) as (picture, (ax, beside)):
        mean = [gap.mean for gap in gaps]
        errors = [[gap.mean - gap.low for gap in gaps], [gap.high - gap.mean for gap in gaps]]
        places = range(len(LOADS))
        ax.errorbar(places, mean, np.nan_to_num(errors), color=style.BLUE, marker="s", capsize=6, linewidth=3)
        beside.plot(places, bond, color=style.VERMILLION, marker="^")
        for axis, words in (
            (ax, "profit, money per customer per year"),
            (beside, "social bond of main customers, 0 to 1"),
        ):
            axis.set_xticks(places, [str(load) for load in LOADS])
            axis.set(xlabel="accounts per manager", ylabel=words)
            axis.grid(axis="y")
        beside.set_ylim(0, 1.1 * float(bond.max()))
    first = f"difference in profit from {LOADS[0]} accounts, money per customer per year"
    rows = [f"| accounts per manager | {first} | social bond |", "|---|---|---|"]
    rows += [
        f"| {load} | {gap.mean:+.3f} ({gap.low:+.3f} to {gap.high:+.3f}) | {level:.3f} |"
        for load, gap, level in zip(LOADS, gaps, bond, strict=True)
    ]
    return f"{finding}.\n\n" + "\n".join(rows), style.as_png(picture)


def main() -> None:
    """Run both and write the page between its marks."""
    quick = "--quick" in sys.argv
    sentence, figure = split(range(1, 3 if quick else 9))
    more, second = loads(range(1, 3 if quick else 17))
    (EVIDENCE / "price-split.png").write_bytes(figure)
    (EVIDENCE / "accounts-per-manager.png").write_bytes(second)
    made = f"![The price split against power](price-split.png)\n\n{sentence}\n\n![Accounts per manager](accounts-per-manager.png)\n\n{more}\n"
    text = PAGE.read_text(encoding="utf-8")
    head, rest = text.split(BEGIN)
    PAGE.write_text(head + BEGIN + made + END + rest.split(END)[1], encoding="utf-8")


if __name__ == "__main__":
    main()
