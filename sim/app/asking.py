"""One screen's question: what is asked, the answers so far, and the verdict on them. Knows nothing of the browser."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator

import numpy as np

from sim.app.engine import Engine
from sim.app.questions import PERIODS, SHOWN, MarketQuestion, SeedAnswer, asked
from sim.app.verdicts import LOOKS, OPEN, Verdict, verdict_of
from sim.core.rng import whole_seed
from sim.scenario.scenario import Scenario

#: Seeds are whole numbers below this.
SEEDS = 2**63


class Asking:
    """Two arms of a scenario under values that a person moves, and the answers that have come."""

    def __init__(
        self,
        scenario: Scenario,
        arm: str | None = None,
        control: str | None = None,
        metric: str | None = None,
    ) -> None:
        arms, experiment = list(scenario.experiment.arms), scenario.experiment
        self.scenario = scenario
        self.control = control or experiment.control
        self.arm = arm or next((a for a in arms if a != self.control), self.control)
        self.metric = metric or next((m for m in experiment.metrics if m in SHOWN), SHOWN[0])
        self.values: dict[str, float] = {}
        self.seed, self.twin = 1, False
        self.periods = PERIODS
        self.by: dict[str, float] = {}  # by metric: a difference within this of 0 is none
        self.answers: list[SeedAnswer] = []
        self.all = 0  # pairs asked for so far
        self.question: MarketQuestion | None = None
        self._answered: tuple[MarketQuestion, int] | None = None

    def check(self) -> MarketQuestion:
        """The question as it stands; raises `InputError` for a value that is not allowed."""
        return asked(self.scenario, self.arm, self.control, self.values, periods=self.periods, twin=self.twin)

    def set_seed(self, text: str) -> None:
        """Set the first seed from a text, since seeds exceed what a browser counts exactly; raises `InputError`."""
        self.seed = whole_seed(int(text) if text.strip().isdigit() else text)

    def other_seeds(self) -> None:
        """Go on to seeds that have not been used."""
        self.seed = (self.seed + max(self.all, min(LOOKS))) % SEEDS

    async def run(self, engine: Engine) -> AsyncIterator[SeedAnswer]:
        """Ask, look after 8, 16, 32 and 64 pairs, and stop once a difference is told; answers as they come.

        Answers to the same question that are there already are kept.
        """
        self.question = self.check()
        if self._answered != (self.question, self.seed):
            self.answers, self._answered = [], (self.question, self.seed)
        for looked in LOOKS:
            self.all = max(looked, len(self.answers))
            there = {one.seed for one in self.answers}
            seeds = [(self.seed + k) % SEEDS for k in range(looked)]
            async for answer in engine.answers(self.question, [seed for seed in seeds if seed not in there]):
                self.answers.append(answer)
                self.answers.sort(key=lambda one: one.seed)
                yield answer
            if self.verdict().word != OPEN:
                return

    def differences(self, loyalty: bool = True) -> np.ndarray:
        """Arm less control of each seed in order, (n_seeds,)."""
        return np.array([one.difference(self.metric, loyalty) for one in self.answers])

    def verdict(self) -> Verdict:
        """The verdict on the answers so far."""
        return verdict_of(self.differences(), self.by.get(self.metric, 0.0))

    @property
    def done(self) -> bool:
        """True once nothing more is to come."""
        return bool(self.answers) and len(self.answers) == self.all

    def overrides(self) -> list[str]:
        """The command line that gives the same numbers: after ``guanxi run``."""
        question = self.question or self.check()
        scenario = question.scenario()
        arms = dict.fromkeys((self.control, self.arm))
        return [
            f"scenario={self.scenario.name}",
            *(f"{key}={value!r}" for key, value in self.values.items()),
            f"experiment.only=[{','.join(arms)}]",
            f"experiment.control={self.control}",
            f"population.customers={scenario.population.customers}",
            f"experiment.periods={question.periods}",
            "experiment.burn_in=0",
            f"experiment.replications={max(len(self.answers), min(LOOKS))}",
            f"experiment.seed={self.seed}",
            f"experiment.twin={str(self.twin).lower()}",
        ]

    def data(self) -> str:
        """Every period of every run as CSV: seed, arm, period from 1 on, then a column per metric."""
        out = io.StringIO()
        out.write(",".join(("seed", "arm", "period", *SHOWN)) + "\n")
        for one in self.answers:
            for name, life in ((self.control, one.control), (self.arm, one.arm)):
                for period in range(len(life.course[SHOWN[0]])):
                    cells = (repr(float(life.course[metric][period])) for metric in SHOWN)
                    out.write(f"{one.seed},{name},{period + 1},{','.join(cells)}\n")
        return out.getvalue()
