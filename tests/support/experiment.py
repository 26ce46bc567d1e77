"""A market made up for the experiment's tests: quick, seeded, with known differences and faults on request.

``question: "die 3"`` kills the process of seed 3, ``raise 3`` raises, ``nap 3`` sleeps, ``refuse`` refuses
to be built; faults strike the arm whose focal price is not 10, in its real run.
"""

from __future__ import annotations

import os
import time

import numpy as np
import pandas as pd

from sim.core.errors import InputError
from sim.firms.metrics import METRICS
from sim.scenario.scenario import Scenario

#: Gain of an arm, per customer per year, for each unit of money by which its focal price exceeds 10.
GAIN = 2.0


class MadeUpMarket:
    def __init__(
        self, setting, seed, threads=1, eager=False, reports=True, check=False, replay=None, collect=True
    ):
        self.plans, self.replay = [], replay
        self.setting, self.seed, self.threads, self.period = setting, seed, threads, 0
        if setting.question == "refuse":
            raise InputError("population.customers", 10, "a population that fits")
        self.books, self.rows = self, []

    def step(self):
        fault, _, seed = self.setting.question.partition(" ")
        struck = self.setting.firms["focal"].price != 10 and self.setting.market.loyalty
        if fault and struck and int(seed) == self.seed and self.period == 2:
            self.fault(fault)
        luck = np.random.default_rng([self.seed, self.period])
        for firm, offer in self.setting.firms.items():
            values = dict.fromkeys(METRICS, 1.0) | {
                "customer_equity": np.nan,
                "market_size": float(self.setting.population.customers),
            }
            noise = luck.normal(0, 5)
            gain = (offer.price - 10) * GAIN * self.setting.population.customers / 52
            values["profit"] = 100 + noise + (gain if self.setting.market.loyalty else gain / 4)
            values["profit"] += luck.normal() * (offer.price - 10)
            self.rows.append({"period": self.period, "firm": firm} | values)
        self.plans.append(self.period)
        self.period += 1

    def fault(self, fault):
        if fault == "die":
            os._exit(9)
        if fault == "nap":
            time.sleep(60)
        raise ArithmeticError("a made-up fault in /home/someone/file.py")

    def __getattr__(self, name):
        """The maker of a table that nothing is made up for: no rows."""
        if name.startswith("_"):
            raise AttributeError(name)
        return pd.DataFrame

    def outcomes(self):
        return pd.DataFrame(self.rows)

    def switches(self):
        return pd.DataFrame({"period": [1, 0], "from": ["focal", "none"], "to": ["left", "focal"],
                             "cause": ["price", "chance"], "customers": [2.0, 1.0]})  # fmt: skip

    def transitions(self):
        return pd.DataFrame({"from_stage": ["none"], "to_stage": ["steady"], "count": [3]})

    def tenure(self):
        return pd.DataFrame({"firm": ["focal"], "tenure": [1.0], "at_risk": [9], "lost": [2]})

    def customer_values(self):
        return pd.DataFrame(
            {"firm": ["focal", "focal"], "percentile": [50, 100], "revenue_share": [0.2, 1.0]}
        )

    def value_parts(self):
        return pd.DataFrame({"firm": ["focal"], "part": ["price"], "value": [-4.5]})

    def equity_splits(self):
        return pd.DataFrame({"split": ["equity"], "firm": ["focal"], "part": ["brand"], "value": [7.0]})

    def whale_curve(self):
        return pd.DataFrame({"firm": ["focal"], "percentile": [100.0], "worth_share": [1.0]})

    def customer_sample(self):
        n = self.setting.experiment.sample
        return pd.DataFrame({"period": 0, "customer": range(n), "stage": pd.Categorical(["steady"] * n)})


MARKET = "support.experiment:MadeUpMarket"


def scenario(arms=None, control="as_is", question="", execution=None, expect=(), **experiment):
    """A small scenario: two firms, 12 periods of which 4 are burnt in; arms map to the focal price."""
    arms = {"as_is": 10.0, "dearer": 11.0} if arms is None else arms
    return Scenario.from_config({
        "name": "made_up", "question": question, "expect": list(expect),
        "population": {"customers": 1000},
        "firms": {"rival": {}, "focal": {}},
        "experiment": {
            "periods": 12, "burn_in": 4, "replications": 3, "seed": 1, "control": control, "sample": 5,
            "arms": {arm: {"firms": {"focal": {"price": price}}} for arm, price in arms.items()},
        } | experiment,
        "execution": {"backend": "serial"} | (execution or {}),
    })  # fmt: skip
