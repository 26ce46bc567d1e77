"""What an experiment found, read from its run folder when asked for."""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import pandas as pd
from pyarrow.parquet import read_schema

from sim.core.errors import InputError
from sim.experiment.files import not_finished
from sim.experiment.folder import CONFIG, EXPECTATIONS, MANIFEST, SUMMARY
from sim.firms.metrics import ALL, METRICS


class RunFolder:
    """The comparison of a finished run and the tables behind it.

    ``folder`` is None for a comparison kept in memory; its files then go with the result.
    """

    def __init__(self, where: Path, keep: Any = None) -> None:
        self.where = Path(where)
        self._keep = keep  # a temporary folder, removed with the result

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
    def scenario(self) -> Any:
        """The scenario as it was run."""
        return load_config(self.where)

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """Versions, seed, hash of the config, times, runs done and failed."""
        return json.loads((self.where / MANIFEST).read_text(encoding="utf-8"))

    @property
    def failed(self) -> list[dict[str, Any]]:
        """The runs that failed: arm, seed, twin, error."""
        return list(self.manifest["failed"])

    @cached_property
    def summary(self) -> pd.DataFrame:
        """A row an arm and metric of the compared firm: mean, interval, paired difference, p."""
        frame = pd.read_csv(self.where / SUMMARY, dtype=str, keep_default_na=False)  # an arm may be called NA
        for column in frame.columns.difference(["arm", "control", "metric", "unit"]):
            kind = int if column in ("n", "pairs") else float
            frame[column] = [kind(text or "nan") for text in frame[column]]
        return frame

    @cached_property
    def expectations(self) -> list[dict[str, Any]]:
        """What the scenario expected, with the estimate and "met", "not met" or "undecided"."""
        return json.loads((self.where / EXPECTATIONS).read_text(encoding="utf-8"))

    def difference(self, metric: str) -> pd.DataFrame:
        """Arms against their control on one metric: arm, control, difference, low, high, p, p_holm, n (pairs)."""
        if metric not in ALL:
            raise InputError.unknown("metric", metric, ALL)
        rows = self.summary[(self.summary["metric"] == metric) & (self.summary["control"] != "")]
        names = {"difference_low": "low", "difference_high": "high", "pairs": "n"}
        columns = ["arm", "control", "difference", "low", "high", "p", "p_holm", "n"]
        return rows.drop(columns=["low", "high", "n"]).rename(columns=names)[columns].reset_index(drop=True)

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """Every metric by arm, seed, period and firm."""
        return self._table("outcomes")

    @cached_property
    def twins(self) -> pd.DataFrame:
        """The same for each arm's twin with loyalty off."""
        return self._table("twins")

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row a run and firm: every metric after the burn-in, twins included."""
        return self._table("runs")

    @cached_property
    def switches(self) -> pd.DataFrame:
        """Changes of main supplier by period, from, to and cause."""
        return self._table("switches")

    @cached_property
    def transitions(self) -> pd.DataFrame:
        """Moves between stages of the relationship."""
        return self._table("transitions")

    @cached_property
    def tenure(self) -> pd.DataFrame:
        """Customers at risk and lost by years with the firm."""
        return self._table("tenure")

    @cached_property
    def lorenz(self) -> pd.DataFrame:
        """Cumulative share of revenue by percentile of buyers."""
        return self._table("lorenz")

    @cached_property
    def value_parts(self) -> pd.DataFrame:
        """The utility of a firm's offer to its main customers, part by part."""
        return self._table("value_parts")

    @cached_property
    def equity_split(self) -> pd.DataFrame:
        """Customer equity at the end of a run by what it rests on: value, brand, relationship; and by driver."""
        return self._table("equity_split")

    @cached_property
    def whale(self) -> pd.DataFrame:
        """Cumulative share of net lifetime value by percentile of a firm's customers, best first."""
        return self._table("whale")

    @cached_property
    def stakeholders(self) -> pd.DataFrame:
        """Satisfaction, trust and bond of every stakeholder by period; empty where there are none."""
        return self._table("stakeholders")

    @cached_property
    def account_terms(self) -> pd.DataFrame:
        """What each key account agreed on at the last review; empty where nobody negotiates."""
        return self._table("account_terms")

    @cached_property
    def customers(self) -> pd.DataFrame:
        """Sampled customers over time, in the first replication of each arm; empty without a sample."""
        return self._table("customers")

    def _table(self, name: str) -> pd.DataFrame:
        path = self.where / f"{name}.parquet"
        return pd.read_parquet(path) if path.exists() else pd.DataFrame()

    def __repr__(self) -> str:
        arms = ", ".join(self.summary["arm"].unique())
        return f"{type(self).__name__}({self.manifest['scenario']}: {arms}; {self.manifest['replications']} replications)"


def lacking_metrics(folder: Path) -> list[str]:
    """Metrics of this version that a run folder's table of runs has no column for."""
    there = read_schema(folder / "runs.parquet").names
    return [name for name in METRICS if name not in there]


def load_config(folder: Path | str) -> Any:
    """The scenario of a run folder, from its config.yaml alone."""
    from sim.core import yaml_reader
    from sim.scenario.scenario import Scenario

    path = Path(folder) / CONFIG
    if not path.is_file():
        raise InputError("folder", str(folder), f"a run folder, with {CONFIG} in it")
    return Scenario.from_config(yaml_reader.load(path))
