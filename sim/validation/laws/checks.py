"""Comparison of a law with a run: expected value, result, and tolerance for sampling error."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np

#: Standard errors allowed between a run and a law: chance exceeds them in one check of 16,000.
SIGMAS = 4.0


class Row(NamedTuple):
    """One number of a law against a run's."""

    law: str
    what: str
    expected: float
    got: float
    tolerance: float

    @property
    def ok(self) -> bool:
        """True if they agree."""
        return abs(self.got - self.expected) <= self.tolerance


def exact(law: str, what: str, expected: float, got: float, relative: float = 1e-6) -> Row:
    """A number without sampling error: equal up to the state's single precision."""
    return Row(law, what, float(expected), float(got), relative * abs(expected))


def sampled(law: str, what: str, expected: Any, got: Any, standard_error: Any, slack: float = 0.0) -> Row:
    """A number with a standard error; ``slack``: the known difference between the law and its finite form."""
    return Row(law, what, float(expected), float(got), SIGMAS * float(standard_error) + slack)


def share(law: str, what: str, expected: float, count: float, of: float) -> Row:
    """A share of independent cases: standard error sqrt(p (1-p)/n) at the expected p."""
    return sampled(law, what, expected, count / of, math.sqrt(expected * (1.0 - expected) / of))


def counts(law: str, what: str, expected: float, counted: float) -> Row:
    """A Poisson count: standard error the root of the expected count."""
    return sampled(law, what, expected, counted, math.sqrt(expected))


def ratio_row(law: str, what: str, expected: float, above: Any, below: Any) -> Row:
    """A ratio of two sums over customers, (n,) each."""
    return product(law, what, expected, (above, 1), (below, -1))


def product(law: str, what: str, expected: float, *terms: tuple[Any, int]) -> Row:
    """A product of powers of means over customers, as `estimate` has it."""
    got, influence = estimate(*terms)
    return sampled(law, what, expected, got, np.std(influence) / math.sqrt(len(influence)))


def estimate(*terms: tuple[Any, int]) -> tuple[float, np.ndarray]:
    """A product of powers of means, terms of ((n,), power), and what each customer adds to its error, (n,).

    To first order d got = got sum of power dx/mean(x): the standard error is sd/sqrt(n) of that (delta method).
    """
    got, influence = 1.0, 0.0
    for values, power in terms:
        values = np.asarray(values, dtype=float)
        got *= values.mean() ** power
        influence = influence + (power / values.mean()) * values
    return got, got * np.asarray(influence)


def broken(rows: Iterable[Row]) -> list[Row]:
    """Those of at least one row that do not agree."""
    every = list(rows)
    if not every:
        raise ValueError("no rows to check")
    return [row for row in every if not row.ok]


def of_preset(preset: str, changes: Mapping[str, Any]) -> Any:
    """A `Scenario`: a preset of ``conf/`` with further keys laid over it."""
    from sim.core.yaml_reader import load
    from sim.scenario.files import conf_folder
    from sim.scenario.merge import merge
    from sim.scenario.scenario import Scenario

    tree = load(conf_folder() / "preset" / f"{preset}.yaml")
    return Scenario.from_config(merge({"name": f"law_{preset}", **tree}, dict(changes)))


def opened(setting: Any, seed: int, threads: int, reports: bool = False) -> Any:
    """A `Market` of the setting; causes and reported means are left out unless requested."""
    from sim.market.market import Market

    return Market(setting, seed, threads=threads, reports=reports, collect=False)
