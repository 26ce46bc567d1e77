"""One experiment from an empty run folder to its manifest."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.core.errors import InputError
from sim.core.signals import heard_once
from sim.experiment import files, folder, pool, state, summary
from sim.experiment.judging import evaluate
from sim.experiment.progress import Progress
from sim.experiment.runs import Job, Request, jobs_for, outside_strategies
from sim.experiment.worker import RunOutcome
from sim.market.memory import memory_available, memory_needed, rows
from sim.scenario.arms import control_of_each
from sim.strategies.plugins import recorded

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

#: With a target half-width, replications end at this many times the first batch.
MOST_BATCHES = 10
#: Customer-periods below which starting processes takes longer than the runs.
SMALL = 5_000_000
#: Folders in an error's text: the manifest names no machine.
_PATH = re.compile(r"(?:[A-Za-z]:)?[\\/](?:[^\\/\s'\"]+[\\/])+")


class Question(NamedTuple):
    """The comparison that the tables of an experiment make."""

    controls: Mapping[str, str]  # the control of every arm
    focal: str  # the firm
    confidence: float


class Experiment:
    """One experiment under way in its folder, up to its numbers; drawing is a stage of its own."""

    def __init__(
        self,
        where: Path,
        scenario: Scenario,
        request: Request,
        progress: bool = False,
        workers: pool.Workers | None = None,
    ) -> None:
        self.where, self.scenario, self.request, self.workers = where, scenario, request, workers
        lives = 2 if scenario.experiment.twin else 1
        self.progress = Progress(progress, lives * scenario.experiment.periods)
        self.jobs: list[Job] = []
        self.ended: list[RunOutcome] = []
        self.began = folder.now()
        self.plugins = recorded(request.plugins, request.modules)
        experiment = scenario.experiment
        self.question = Question(control_of_each(experiment), experiment.focal, experiment.confidence)

    def run(self) -> None:
        """Do the runs and write every file; the manifest last."""
        with heard_once():
            self._run()

    def _run(self) -> None:
        try:
            with files.disk_trouble(self.where), self.progress.showing(), state.at_work(self.where):
                folder.write_config(self.where, self.scenario)
                folder.keep_plugins(self.where, self.request.plugins)
                stopping = self._batches()
                self._tables()
                folder.finish(self.where, self._manifest(stopping))
                state.leave(self.where, state.NUMBERS)
        except InputError:
            folder.drop_if_empty(self.where)
            raise
        except KeyboardInterrupt:
            self._stopped()
            text = f"interrupted: {files.display_path(self.where)} is unfinished; {files.finished_runs_kept(self.where)}"
            raise KeyboardInterrupt(text) from None
        except files.UnfinishedRun:
            self._stopped()
            raise

    def _stopped(self) -> None:
        folder.tidy(self.where)
        state.leave(self.where, state.STOPPED)

    def _number_of_workers(self) -> int:
        """Number of worker processes; 0 runs in this process, if requested or faster."""
        scenario, execute = self.scenario, self.scenario.execution
        runs = len(jobs_for(scenario, 0, scenario.experiment.replications))
        customers, firms = scenario.population.customers, len(scenario.firms)
        size = runs * scenario.experiment.periods * customers
        here = outside_strategies(scenario).here
        if execute.backend == "serial" or (execute.workers == 0 and (size < SMALL or runs == 1)):
            return 0
        if here:
            self.progress.say(
                f"strategy {', '.join(here)} is in no file that another process can import, so runs go one after another; "
                "in a file of its own, given by --plugin, it runs in several processes"
            )
            return 0
        if execute.workers:
            return int(execute.workers)
        available = memory_available()
        fitting = runs if available is None else available // memory_needed(rows(scenario), firms)
        return max(1, min(pool.cores() // execute.threads, runs, fitting))

    def _batches(self) -> dict[str, Any]:
        """Do the replications; with a target half-width, batch after batch until it is met or given up.

        The width is looked at after each batch, so intervals stopped by it cover a little less than they
        say, the less so the narrower the target (Chow & Robbins 1965). Without a target the number is fixed.
        """
        experiment = self.scenario.experiment
        batch, target = experiment.replications, experiment.half_width
        self.progress.doing("running")
        metric = experiment.metrics[0] if experiment.metrics else "profit"
        done, width = 0, float("nan")
        count = self._number_of_workers()
        most = batch if target is None else batch * MOST_BATCHES
        with contextlib.nullcontext(self.workers) if self.workers else pool.Workers() as workers:
            while done < most:
                jobs = jobs_for(self.scenario, done, batch)
                self.jobs += jobs
                self.progress.expect(len(jobs))
                parts = self.where / folder.PARTS
                self.ended += pool.execute(jobs, self.request, parts, count, self.progress, workers)
                done += batch
                if target is not None:
                    runs = folder.read_runs(self.where, self.jobs)
                    width = summary.half_width(runs, metric, **self.question._asdict())
                    said = f"half-width of {metric} {width:.4g}, wanted {target:.4g}"
                    self.progress.say(f"{done} replications: {said}")
                    if width <= target:
                        break
        return {
            "replications": done,
            "half_width": None if target is None else {
                "metric": metric, "wanted": target, "reached": None if width != width else width,
                "met": bool(width <= target), "at_most_replications": most,
                "rule": "sequential: looked at after each batch",
            },
        }  # fmt: skip

    def _tables(self) -> None:
        self.progress.doing("comparing")
        runs = folder.read_runs(self.where, self.jobs)
        folder.merge_parts(self.where, self.jobs)
        folder.write_summary(self.where, summary.summarise(runs, **self.question._asdict()))
        judged = evaluate(self.scenario.expect, runs, **self.question._asdict())
        judged += [dict(entry) | {"verdict": "not asked"} for entry in self.scenario.not_asked]
        folder.write_json(self.where / folder.EXPECTATIONS, judged)
        failed = [f"{e.job}: {e.error}\n{e.details}" for e in self.ended if e.error]
        if failed:
            files.write_text(self.where / folder.FAILURES, "\n".join(failed))

    def _manifest(self, stopping: dict[str, Any]) -> dict[str, Any]:
        failed = [e for e in self.ended if e.error]
        return {
            "scenario": self.scenario.name,
            "hash": self.scenario.hash(),
            "seed": self.scenario.experiment.seed,
            "control": self.scenario.experiment.control,
            "controls": self.question.controls,
            "focal": self.scenario.experiment.focal,
            **stopping,
            "runs": len(self.jobs),
            "failed": [{**e.job._asdict(), "error": _PATH.sub("", e.error)} for e in failed],
            "began": self.began,
            "ended": folder.now(),
            "seconds_of_runs": round(sum(e.seconds for e in self.ended), 3),
            "sha256": folder.checksums(self.where),
            "plugins": self.plugins,
            "versions": folder.versions(),
        }
