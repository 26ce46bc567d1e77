"""A question to a market: two arms on the same random numbers, answered seed by seed in worker processes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.core.errors import InputError
from sim.firms.metrics import METRICS

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

#: Customers of one seed: eight seeds have 5,000 customers per arm.
CUSTOMERS = 625
#: Periods of an answer, at most, unless more are asked for.
PERIODS = 104
#: Metrics whose course is sent to the page.
SHOWN = ("profit", "share", "retention", "satisfaction")
#: Metrics that are amounts of money: their course too is shown per customer per year.
MONEY = {"profit"}
#: Metrics whose course is a share of each period, though the whole is a share of a year.
PER_PERIOD = {"retention"}


class MarketQuestion(NamedTuple):
    """Two arms of a market: plain values, so that any process answers it and equal questions are equal."""

    config: str  # the scenario of both arms, as JSON
    control: str
    arm: str
    focal: str
    periods: int
    twin: bool = False  # also without loyalty

    def scenario(self) -> Scenario:
        """The scenario with its two arms; raises `InputError`."""
        return _scenario(self.config)


class Life(NamedTuple):
    """The focal firm in one run: its metrics in each period, (n_periods,), and over the whole run."""

    course: dict[str, np.ndarray]
    whole: dict[str, float]


class SeedAnswer(NamedTuple):
    """The answer of one seed: both arms, and both without loyalty where that was asked."""

    seed: int
    arm: Life
    control: Life
    without: tuple[Life, Life] | None = None

    def difference(self, metric: str, loyalty: bool = True) -> float:
        """Arm less control over the whole run."""
        arm, control = (self.arm, self.control) if loyalty or self.without is None else self.without
        return arm.whole[metric] - control.whole[metric]

    def course(self, metric: str, loyalty: bool = True) -> np.ndarray:
        """Arm less control in each period, (n_periods,)."""
        arm, control = (self.arm, self.control) if loyalty or self.without is None else self.without
        return arm.course[metric] - control.course[metric]  # type: ignore[no-any-return]


@lru_cache(maxsize=32)
def _scenario(config: str) -> Scenario:
    from sim.scenario.scenario import Scenario

    return Scenario.from_config(json.loads(config))


def asked(
    scenario: Scenario, arm: str, control: str, values: Mapping[str, float] | None = None, *,
    customers: int = CUSTOMERS, periods: int = PERIODS, twin: bool = False,
) -> MarketQuestion:  # fmt: skip
    """The question of a scenario with further values, by key, laid on both arms; raises `InputError`."""
    from sim.scenario.merge import merge, nested

    tree = scenario.to_dict()
    experiment = tree["experiment"]
    for name in (arm, control):
        if name not in experiment["arms"]:
            raise InputError.unknown("arm", name, experiment["arms"])
    periods = min(periods, experiment["periods"])
    experiment |= {
        "arms": {name: experiment["arms"][name] for name in dict.fromkeys((control, arm))},
        "control": control, "controls": {}, "periods": periods, "burn_in": 0, "sample": 0, "twin": twin,
        "only": None,
    }  # fmt: skip
    tree["expect"] = []
    tree["population"]["customers"] = min(customers, tree["population"]["customers"])
    for key, value in (values or {}).items():
        tree = merge(tree, nested(key, value))
    setting = type(scenario).from_config(tree)
    for name in setting.experiment.arms:
        setting.for_arm(name)
    text = json.dumps(setting.to_dict(), ensure_ascii=False, sort_keys=False)
    return MarketQuestion(text, control, arm, setting.experiment.focal, periods, twin)


def answer_of_seed(question: MarketQuestion, seed: int) -> SeedAnswer:
    """Run both arms with one seed, and again without loyalty where that is asked; the numbers of ``guanxi run``."""
    scenario = question.scenario()
    arm, control = (_lives(scenario, name, seed, question) for name in (question.arm, question.control))
    return SeedAnswer(seed, arm[0], control[0], (arm[1], control[1]) if question.twin else None)


def _lives(scenario: Scenario, arm: str, seed: int, question: MarketQuestion) -> list[Life]:
    """The focal firm in the run of an arm and seed, and in the same without loyalty where that is asked."""
    from sim.experiment.runs import Job, for_run
    from sim.market.market import Market

    lives: list[Life] = []
    plans = None
    for twin in (False, True)[: 1 + question.twin]:
        setting = for_run(scenario, Job(arm, seed, question.twin), twin=twin)
        market = Market(setting, seed, collect=False, replay=plans)
        market.run_for(question.periods)
        plans = market.plans
        lives.append(_of_focal(market, question.focal))
    return lives


def _of_focal(market: Any, focal: str) -> Life:
    """The focal firm's metrics: money per customer at the start per year, as in ``summary.csv``."""
    from sim.experiment.summary import run_figures

    table = market.books.outcomes()
    whole = run_figures(table, market.setting).set_index("firm").loc[focal]
    mine = table[table["firm"] == focal]
    per_year = market.setting.market.periods_per_year / market.heads_at_start
    course = {name: mine[name].to_numpy(float) * (per_year if name in MONEY else 1.0) for name in SHOWN}
    return Life(course, {name: float(whole[name]) for name in whole.index if name in METRICS})


def warm_up() -> None:
    """Load or compile all that an answer needs: to be called in a process before its first question."""
    from sim.scenario.files import compose

    scenario = compose("bond_ladder")
    answer_of_seed(asked(scenario, "level_2", "transactional", customers=50, periods=14, twin=True), 1)
