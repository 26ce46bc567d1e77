"""Results of an experiment, read from its run folder on access."""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pandas as pd
from pyarrow.parquet import read_schema

from sim.core.errors import InputError
from sim.experiment.files import MANIFEST, not_finished
from sim.experiment.folder import CONFIG, EXPECTATIONS, SUMMARY
from sim.experiment.tables import TABLES
from sim.firms.metrics import ALL, METRICS

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario


class RunFolder:
    """The comparison of a finished run and the tables behind it.

    Every table of `sim.experiment.tables` is an attribute, read on first access and empty if the run has
    none: ``outcomes``, ``runs``, ``switches`` and so on. ``folder`` is None for a comparison kept in memory; its
    files then go with the result.
    """

    def __init__(self, where: Path, keep: Any = None, scenario: Scenario | None = None) -> None:
        self.where = Path(where)
        self._keep = keep  # a temporary folder, removed with the result
        if scenario is not None:  # known, so that it need not be read from the folder
            self.__dict__["scenario"] = scenario

    @classmethod
    def read(cls, folder: Path | str) -> Self:
        """The result in a run folder; raises `InputError` where it is not finished."""
        where = Path(folder)
        if not (where / MANIFEST).is_file():
            raise not_finished("folder", where)
        return cls(where)

    @property
    def folder(self) -> Path | None:
        """The run folder, None where nothing was to be kept."""
        return None if self._keep is not None else self.where

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario as it was run."""
        return load_config(self.where)

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """Versions, seed, hash of the config, times, runs done and failed."""
        return json.loads((self.where / MANIFEST).read_text(encoding="utf-8"))

    @property
    def failed(self) -> list[dict[str, Any]]:
        """The failed runs: arm, seed, error, and whether a run without loyalty belongs to it (``twin``)."""
        return list(self.manifest["failed"])

    @property
    def nothing_ran(self) -> bool:
        """True where every run failed."""
        return len(self.failed) == self.manifest["runs"]

    @cached_property
    def summary(self) -> pd.DataFrame:
        """The compared firm, a row per arm and metric: mean, interval, paired difference, p."""
        frame = pd.read_csv(self.where / SUMMARY, dtype=str, keep_default_na=False)  # an arm may be called NA
        for column in frame.columns.difference(["arm", "control", "metric", "unit"]):
            kind = int if column in ("n", "pairs") else float
            frame[column] = [kind(text or "nan") for text in frame[column]]
        return frame

    @cached_property
    def expectations(self) -> list[dict[str, Any]]:
        """The expectations of the scenario, each with its estimate and "met", "not met" or "undecided"."""
        return json.loads((self.where / EXPECTATIONS).read_text(encoding="utf-8"))

    def difference(self, metric: str) -> pd.DataFrame:
        """Arms against their control on one metric: arm, control, difference, low, high, p, p_holm, n (pairs)."""
        if metric not in ALL:
            raise InputError.unknown("metric", metric, ALL)
        rows = self.summary[(self.summary["metric"] == metric) & (self.summary["control"] != "")]
        names = {"difference_low": "low", "difference_high": "high", "pairs": "n"}
        columns = ["arm", "control", "difference", "low", "high", "p", "p_holm", "n"]
        return rows.drop(columns=["low", "high", "n"]).rename(columns=names)[columns].reset_index(drop=True)

    def __getattr__(self, name: str) -> pd.DataFrame:
        if name not in TABLES:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        path = self.where / f"{name}.parquet"
        table = pd.read_parquet(path) if path.exists() else pd.DataFrame()
        self.__dict__[name] = table
        return table

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *TABLES})

    def __repr__(self) -> str:
        arms = ", ".join(self.summary["arm"].unique())
        return f"{type(self).__name__}({self.manifest['scenario']}: {arms}; {self.manifest['replications']} replications)"


def lacking_metrics(folder: Path) -> list[str]:
    """Metrics of this version that are no columns of a run folder's table of runs."""
    there = read_schema(folder / "runs.parquet").names
    return [name for name in METRICS if name not in there]


def load_config(folder: Path | str) -> Scenario:
    """The scenario of a run folder, from its config.yaml alone."""
    from sim.core import yaml_reader
    from sim.scenario.scenario import Scenario

    path = Path(folder) / CONFIG
    if not path.is_file():
        raise InputError("folder", str(folder), f"a run folder, with {CONFIG} in it")
    return Scenario.from_config(yaml_reader.load(path))
