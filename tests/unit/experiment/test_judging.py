"""When an expectation is met, not met or undecided."""

import math

import pandas as pd
import pytest

from sim.experiment.judging import evaluate, verdict_of
from sim.experiment.statistics import Estimate


def interval(low, high):
    return Estimate((low + high) / 2, low, high, 0.5, 10)


@pytest.mark.parametrize(("side", "by", "low", "high", "verdict"), [
    ("higher", 0, 0.1, 0.5, "met"), ("higher", 0, -0.1, 0.5, "undecided"),
    ("higher", 0, -0.5, -0.1, "not met"),
    ("higher", 0, 0.0, 0.0, "not met"), ("higher", 0, 0.0, 0.5, "undecided"),
    ("higher", 1, 1.0, 2.0, "met"), ("higher", 1, 0.5, 2.0, "undecided"), ("higher", 1, 0.1, 0.9, "not met"),
    ("lower", 0, -0.5, -0.1, "met"), ("lower", 0, -0.5, 0.1, "undecided"), ("lower", 0, 0.1, 0.5, "not met"),
    ("lower", 1, -2.0, -1.0, "met"), ("lower", 1, -2.0, -0.5, "undecided"),
    ("lower", 1, -0.9, -0.1, "not met"),
    ("equal", 1, -0.5, 0.9, "met"), ("equal", 1, -0.5, 1.1, "undecided"), ("equal", 1, 1.1, 1.2, "not met"),
    ("equal", 1, 0.0, 0.0, "met"),
    ("higher", 0, math.nan, math.nan, "undecided"), ("equal", 1, math.nan, math.nan, "undecided"),
])  # fmt: skip
def test_verdict(side, by, low, high, verdict):
    assert verdict_of(interval(low, high), side, by) == verdict


def runs():
    return pd.DataFrame([
        {"arm": arm, "seed": seed, "twin": twin, "firm": firm,
         "share": base + 0.01 * (seed % 3) + (firm == "b")}
        for arm, twin, base in (("x", False, 0.5), ("x", True, 0.3), ("y", False, 0.4))
        for seed in range(9)
        for firm in ("a", "b")
    ])  # fmt: skip


@pytest.mark.parametrize(("entry", "verdict"), [
    ({"arm": "x", "against": "y", "is": "higher"}, "met"),
    ({"arm": "x", "is": "lower"}, "not met"),  # against the control
    ({"arm": "x", "against": "twin", "is": "higher", "by": 0.19}, "met"),
    ({"arm": "x", "against": "twin", "is": "higher", "by": 0.21}, "not met"),
    ({"arm": "x", "between": [0.45, 0.55]}, "met"),
    ({"arm": "x", "between": [0.51, 0.55]}, "undecided"),
    ({"arm": "x", "between": [0.6, 0.7]}, "not met"),
])  # fmt: skip
def test_evaluated_from_runs_of_the_focal_firm(entry, verdict):
    found = evaluate(
        [{"metric": "share"} | entry], runs(), focal="a", confidence=0.95, controls={"x": "y", "y": "y"}
    )
    assert found[0]["verdict"] == verdict and found[0]["n"] == 9


def test_runs_are_paired_by_their_seeds_in_whatever_order_they_stand():
    given = runs()
    mixed = pd.concat([given[given["arm"] == "x"], given[given["arm"] == "y"][::-1]])
    entry = {"metric": "share", "arm": "x", "against": "y", "is": "higher", "by": 0.09}
    (found,) = evaluate([entry], mixed, focal="a", confidence=0.95, controls={})
    assert (found["low"], found["high"], found["n"]) == (pytest.approx(0.1), pytest.approx(0.1), 9)
    assert found["verdict"] == "met"
