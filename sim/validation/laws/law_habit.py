"""Law L7 on the market of preset `weisbuch_kirman`: equal firms, and habit only."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.validation.laws import mean_field
from sim.validation.laws.checks import Row, of_preset, opened, sampled

KEEP, WEEKLY = 0.999, 100
#: Weight of habit in thresholds, and the thousands of purchases after which a preference has settled: from
#: none it grows as e^((1-k)(b/b_c - 1) purchases), and the slowest in a thousand start a thousandth away.
SETTLED = {1.25: 60, 1.5: 35, 2.0: 20}
CUSTOMERS, SEED = 200, 1


def setting(firms: int, weight: float, keep: float, customers: int, weeks: int) -> Any:
    """So many equal firms; habit has this weight and this memory."""
    names = [f"firm_{k + 1}" for k in range(firms)]
    return of_preset(
        "weisbuch_kirman",
        {
            "population": {"customers": customers, "segments": {"everyone": {"need_rate": WEEKLY}}},
            "theory": {"choice": {"w_hab": weight, "habit_keep": keep}},
            "firms": {name: {} for name in names},
            "experiment": {"focal": names[0], "periods": weeks, "burn_in": 0},
        },
    )


def preferences(times_threshold: float, customers: int = CUSTOMERS, seed: int = SEED, threads: int = 1, *,
                keep: float = KEEP, wrong: float = 1.0) -> np.ndarray:  # fmt: skip
    """|habit_1 - habit_2| of each customer of two firms, settled, (n,); wrong: a factor on the weight of habit."""
    weight = times_threshold * mean_field.threshold(2) * wrong
    weeks = SETTLED[times_threshold] * 1000 // WEEKLY
    market = opened(setting(2, weight, keep, customers, weeks), seed, threads)
    market.run_for(weeks)
    habit = market.customers.habit.astype("f8")
    return np.abs(habit[:, 0] - habit[:, 1])


def preference(times_threshold: float, found: np.ndarray) -> list[Row]:
    """The mean over customers against D = tanh(D b/b_c), and their spread.

    Slack for the finite memory, known to first order: twice the shift of the mean, a tenth of the spread.
    """
    law = mean_field.preference(times_threshold)
    memory = mean_field.finite_memory(lambda d: math.tanh(times_threshold * d) - d, law, 1.0 - law**2, KEEP)
    n, at = len(found), f"b {times_threshold:g} b_c"
    return [
        sampled("L7", f"preference at {at}", law, found.mean(), memory.spread / n**0.5, 2.0 * abs(memory.shift)),
        sampled("L7", f"its spread at {at}", memory.spread, found.std(), memory.spread / (2 * n) ** 0.5,
                0.1 * memory.spread),
    ]  # fmt: skip


THREE_WEIGHT, THREE_KEEP, THREE_WEEKS = 2.85, 0.9995, 100  # below the threshold of 3


def _states() -> mean_field.States:
    states = mean_field.loyal(THREE_WEIGHT, 3)
    assert states is not None
    return states


def hysteresis(
    weight: float = THREE_WEIGHT, customers: int = CUSTOMERS, seed: int = SEED, threads: int = 1
) -> tuple[np.ndarray, np.ndarray]:
    """Habits with three firms, (n/2, 3) each, of customers who started without a preference and of those who started loyal."""
    state = _states().loyal
    market = opened(setting(3, weight, THREE_KEEP, customers, THREE_WEEKS), seed, threads)
    began_loyal = np.arange(customers) % 2 == 1
    market.customers.select(began_loyal).set("habit", [state, (1.0 - state) / 2.0, (1.0 - state) / 2.0])
    market.run_for(THREE_WEEKS)
    habit = market.customers.habit.astype("f8")
    return habit[~began_loyal], habit[began_loyal]


def both_last(even: np.ndarray, loyal: np.ndarray) -> list[Row]:
    """Hysteresis: below the threshold of three firms, customers who started loyal stay loyal and the others stay undecided."""
    states = _states()
    memory = mean_field.finite_memory(
        mean_field.favourite(THREE_WEIGHT, 3), states.loyal, states.loyal * (1.0 - states.loyal), THREE_KEEP
    )
    return [
        sampled("L7", "three firms, b .95 b_c: habit if loyal at the start", states.loyal, loyal[:, 0].mean(),
                memory.spread / len(loyal) ** 0.5, 2.0 * abs(memory.shift)),
        Row("L7", "three firms, b .95 b_c: largest habit if undecided at the start", 1.0 / 3.0, even.max(axis=1).mean(),
            states.barrier - 1.0 / 3.0),
    ]  # fmt: skip


def rows(threads: int = 1) -> list[Row]:
    """L7 at full size."""
    found = [row for b in SETTLED for row in preference(b, preferences(b, threads=threads))]
    return found + both_last(*hysteresis(threads=threads))
