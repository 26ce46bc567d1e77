"""The tables of a run, each declared once: rows, columns, units, order, where it comes from and when it is there.

Every byte written follows from the rows alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import KW_ONLY, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.experiment.files import write_whole
from sim.experiment.summary import run_figures
from sim.firms.metrics import METRICS, OPTIONAL, Metric

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

#: Rows gathered before a row group is written; a run is never split.
ROWS = 100_000


@dataclass(frozen=True)
class FinishedRun:
    """A market at the end of a run, its scenario, and the same of the run without loyalty."""

    market: Any
    scenario: Scenario
    without_loyalty: FinishedRun | None = None

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """Every metric by period and firm."""
        return self.market.books.outcomes()


class TableColumn(NamedTuple):
    """A column of a table: name, type, and unit or meaning."""

    name: str
    type: pa.DataType
    unit: str = ""


def text(name: str, unit: str = "name") -> TableColumn:
    """A column of names."""
    return TableColumn(name, pa.string(), unit)


def real(name: str, unit: str) -> TableColumn:
    """A column of numbers."""
    return TableColumn(name, pa.float64(), unit)


SCENARIO, ARM, SEED = text("scenario"), text("arm"), TableColumn("seed", pa.int64())
PERIOD, FIRM = TableColumn("period", pa.int32(), "period"), text("firm")


def always(scenario: Scenario) -> bool:
    """True: the condition of a table that every run has."""
    return True


@dataclass(frozen=True)
class RunTable:
    """A table of a run: ``columns``, sorted by ``order``; a row for each combination of ``rows``.

    ``of`` makes its frame from a finished run, None where this run has none. ``keys`` are put in front of it.
    With ``unit_of`` every metric is a column more. A table without columns has those of its frame. One with a
    condition ``when`` on the scenario has a file only where some run has it.
    """

    name: str
    _: KW_ONLY
    meaning: str
    of: Callable[[FinishedRun], pd.DataFrame | None]
    rows: tuple[str, ...]
    columns: tuple[TableColumn, ...] = ()
    order: tuple[str, ...] | None = None
    keys: tuple[TableColumn, ...] = (ARM, SEED)
    unit_of: Callable[[Metric], str] | None = None
    when: Callable[[Any], bool] = always

    def schema(self, had: Collection[str] = ()) -> pa.Schema:
        """The columns, each with its unit in the field's metadata.

        A metric that only some markets have is a column where it is among ``had``, the columns of a frame.
        """
        columns = [*self.keys, *self.columns]
        if self.unit_of is not None:
            metrics = [*METRICS.values(), *(m for m in OPTIONAL.values() if m.name in had)]
            columns += [real(m.name, self.unit_of(m)) for m in metrics]
        return pa.schema([pa.field(c.name, c.type, metadata={"unit": c.unit}) for c in columns])

    def made(self, run: FinishedRun, **keys: Any) -> pa.Table | None:
        """The table of one run with its keys (scenario, arm, seed); None where the run has none."""
        frame = self.of(run) if self.when(run.scenario) else None
        return None if frame is None else self.table(frame, **keys)

    def table(self, frame: pd.DataFrame, **keys: Any) -> pa.Table:
        """A frame in order, with its keys in front and the declared types."""
        keys = {c.name: keys[c.name] for c in self.keys}
        order = [(name, "ascending") for name in (self.rows if self.order is None else self.order)]
        schema = self.schema(frame.columns)
        if self.columns:
            columns = dict(frame.items()) | keys
            arrays = [_array(columns.get(f.name), f.type, len(frame)) for f in schema]
            return pa.Table.from_arrays(arrays, schema=schema).sort_by(order)
        frame = frame.assign(**keys)
        front = [*keys, *(c for c in frame.columns if c not in keys)]
        table = pa.Table.from_pandas(frame[front], preserve_index=False).replace_schema_metadata(None)
        return table.cast(pa.schema([pa.field(f.name, _plain(f.type)) for f in table.schema])).sort_by(order)


def _without_loyalty(run: FinishedRun) -> pd.DataFrame | None:
    return None if run.without_loyalty is None else run.without_loyalty.outcomes


def _runs(run: FinishedRun) -> pd.DataFrame:
    pair = [run] if run.without_loyalty is None else [run, run.without_loyalty]
    return pd.concat([run_figures(one.outcomes, one.scenario).assign(twin=one is not run) for one in pair])


_BY_PERIOD: dict[str, Any] = {
    "rows": ("period", "firm"), "keys": (SCENARIO, ARM, SEED), "columns": (PERIOD, FIRM), "unit_of": lambda m: m.unit,
}  # fmt: skip

#: Every table of a run by name; a run folder has a parquet file of each.
TABLES: dict[str, RunTable] = {t.name: t for t in (
    RunTable("outcomes", meaning="every metric, whole amounts of the period", of=lambda run: run.outcomes, **_BY_PERIOD),
    RunTable("twins", meaning="the same in the runs without loyalty", of=_without_loyalty, **_BY_PERIOD),
    RunTable(
        "runs", meaning="every metric after the burn-in; the summary averages them", of=_runs,
        rows=("twin", "firm"), columns=(TableColumn("twin", pa.bool_(), "true in the run without loyalty"), FIRM),
        unit_of=lambda m: m.summary_unit,
    ),
    RunTable(
        "switches", meaning="main customers lost, by firm and cause; `to` is their next main supplier", of=lambda run: run.market.books.switches(),
        rows=("period", "from", "to", "cause"),
        columns=(
            PERIOD, text("from", "firm"), text("to", "firm; `left`: none of the firms"), text("cause"),
            real("customers", "customers; one with several causes is divided among them (Shapley)"),
        ),
    ),
    RunTable(
        "transitions", meaning="moves between stages of the relationship", of=lambda run: run.market.books.transitions(),
        rows=("from_stage", "to_stage"),
        columns=(text("from_stage", "stage"), text("to_stage", "stage"), real("count", "customer-periods")),
    ),
    RunTable(
        "tenure", meaning="main customers of the firm by tenure: customer-periods at risk of leaving, and customers lost", of=lambda run: run.market.books.tenure(),
        rows=("firm", "tenure"),
        columns=(FIRM, real("tenure", "years, at the start of the interval"), real("at_risk", "customer-periods"), real("lost", "customers")),
    ),
    RunTable(
        "lorenz", meaning="Lorenz curve: cumulative share of revenue, the smallest buyers first", of=lambda run: run.market.customer_values(),
        rows=("firm", "percentile"),
        columns=(
            FIRM, real("percentile", "percent of buyers, the smallest first"), real("revenue_share", "cumulative share of revenue"),
        ),
    ),
    RunTable(
        "value_parts", meaning="the utility of the offer to the firm's main customers, by part", of=lambda run: run.market.value_parts(),
        rows=("firm", "part"), order=("firm",),  # parts keep the order in which they add up
        columns=(FIRM, text("part", "group of utility terms"), real("value", "utility, mean over main customers")),
    ),
    RunTable(
        "equity_split", meaning="customer equity at the end, in money, by its sources (see below)",
        of=lambda run: run.market.equity_splits(),
        rows=("split", "firm", "part"), order=("split", "firm"),  # as above
        columns=(
            text("split", "the split: equity or driver"), FIRM, text("part", "group of utility terms"),
            real("value", "money, at the end of the run"),
        ),
    ),
    RunTable(
        "whale",
        meaning="cumulative share of the net lifetime value of the firm's customers, the most valuable first; above 1 where some "
        "customers cost more than they bring",
        of=lambda run: run.market.whale_curve(),
        rows=("firm", "percentile"),
        columns=(
            FIRM, real("percentile", "percent of the firm's customers, the most valuable first"),
            real("worth_share", "cumulative share of their net lifetime value"),
        ),
    ),
    RunTable(
        "stakeholders",
        meaning="`kind`, `firm`, `satisfaction`, `trust` and `bond` after the period; `part`, the share of the gain that goes to "
        "the firm, where the partner negotiates. Only where there are partners",
        of=lambda run: run.market.stakeholder_ties(),
        rows=("period", "firm", "stakeholder"), when=lambda scenario: bool(scenario.stakeholders),
        columns=(
            PERIOD, text("stakeholder"), text("kind"), text("firm", "name of the firm it is tied to"),
            real("satisfaction", "-1 to 1"), real("trust", "0 to 1"), real("bond", "0 to 1, structural"),
            real("part", "share of the gain that goes to the firm; none where they do not negotiate"),
        ),
    ),
    RunTable(
        "account_terms",
        meaning="terms of each key account at the last review: the share of trade each way, `ratio` of power, `part` of the gain "
        "that goes to the firm, `least` price that it accepts, price `asked` and `agreed` (money per unit), `discount` off "
        "the posted price. Only where `theory.power.accounts` is above 0",
        of=lambda run: run.market.account_terms(),
        rows=("firm", "customer"), when=lambda scenario: scenario.theory.power.accounts > 0,
        columns=(
            FIRM, TableColumn("customer", pa.int64(), "row of the customer"),
            real("share_of_our_trade", "share of all money that the firm's active customers have paid it"),
            real("share_of_its_trade", "share of all purchases of the customer so far"),
            real("ratio", "power of the firm over it, over its power over the firm"),
            real("part", "share of the gain that goes to the firm"),
            real("least", "lowest money per unit that the firm accepts"),
            real("asked", "money per unit that the firm asks, net of the discount of its tier"),
            real("agreed", "money per unit"),
            real("discount", "share of the price that everybody pays"),
        ),
    ),
    RunTable(
        "customers", meaning="a sample of customers over time, first replication: see below",
        of=lambda run: run.market.customer_sample(),
        rows=("period", "customer"), when=lambda scenario: scenario.experiment.sample > 0,
    ),
)}  # fmt: skip


def _array(values: Any, kind: pa.DataType, rows: int) -> pa.Array:
    """A column of a table from values, (rows,), from one for every row, or from None: unknown in every row."""
    if values is None:
        return pa.nulls(rows, kind)
    if not isinstance(values, pd.Series):
        return pa.repeat(pa.scalar(values, kind), rows)
    made = pa.array(values.to_numpy() if values.dtype.kind in "fib" else values, from_pandas=True)
    made = made.combine_chunks() if isinstance(made, pa.ChunkedArray) else made
    return made.cast(kind)


def _plain(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return pa.string() if pa.types.is_large_string(kind) else kind


def write_parquet(path: Path, parts: Iterable[pa.Table], columns: pa.Schema) -> None:
    """Write tables one after another in whole row groups of about `ROWS` rows.

    The settings are spelled out, so that bytes change with pyarrow's version and with nothing else.
    """

    def write(file: Any) -> None:
        strings = [f.name for f in columns if pa.types.is_string(f.type)]
        with pq.ParquetWriter(
            file, columns, version="2.6", data_page_version="1.0", compression="zstd", compression_level=3,
            use_dictionary=strings, write_statistics=True, store_schema=True,
        ) as writer:  # fmt: skip
            for group in _groups(parts, columns):
                writer.write_table(group, row_group_size=max(1, len(group)))

    write_whole(path, write)


def _groups(parts: Iterable[pa.Table], columns: pa.Schema) -> Iterator[pa.Table]:
    waiting: list[pa.Table] = []
    for part in parts:
        waiting.append(_conform(part, columns))
        if sum(len(t) for t in waiting) >= ROWS:
            yield pa.concat_tables(waiting).combine_chunks()
            waiting = []
    if waiting:
        yield pa.concat_tables(waiting).combine_chunks()


def _conform(part: pa.Table, columns: pa.Schema) -> pa.Table:
    there = dict(zip(part.column_names, part.columns, strict=True))
    arrays = [there[f.name].cast(f.type) if f.name in there else pa.nulls(len(part), f.type) for f in columns]
    return pa.table(arrays, schema=columns)
