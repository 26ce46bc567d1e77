"""The tables of a run: their columns, types and units; every byte written follows from the rows alone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.experiment.files import write_whole
from sim.firms.metrics import METRICS, OPTIONAL, Metric

#: Rows gathered before a row group is written; a run is never split.
ROWS = 100_000

_KEY = [("arm", pa.string(), "name"), ("seed", pa.int64(), "")]
_OUTCOMES = [
    ("scenario", pa.string(), "name"),
    *_KEY,
    ("period", pa.int32(), "period"),
    ("firm", pa.string(), "name"),
    *((m.name, pa.float64(), m.unit) for m in METRICS.values()),
]
_COLUMNS = {
    "outcomes": _OUTCOMES,
    "twins": _OUTCOMES,
    "runs": [
        *_KEY,
        ("twin", pa.bool_(), "whether loyalty was off"),
        ("firm", pa.string(), "name"),
        *((m.name, pa.float64(), m.summary_unit) for m in METRICS.values()),
    ],
    "switches": [
        *_KEY,
        ("period", pa.int32(), "period"),
        ("from", pa.string(), "firm, or none"),
        ("to", pa.string(), "firm, or left"),
        ("cause", pa.string(), "name"),
        ("customers", pa.float64(), "customers, Shapley parts summed"),
    ],
    "transitions": [
        *_KEY,
        ("from_stage", pa.string(), "stage"),
        ("to_stage", pa.string(), "stage"),
        ("count", pa.float64(), "customer-periods"),
    ],
    "tenure": [
        *_KEY,
        ("firm", pa.string(), "name"),
        ("tenure", pa.float64(), "years"),
        ("at_risk", pa.float64(), "customers"),
        ("lost", pa.float64(), "customers"),
    ],
    "lorenz": [
        *_KEY,
        ("firm", pa.string(), "name"),
        ("percentile", pa.float64(), "percent of buyers"),
        ("revenue_share", pa.float64(), "cumulative share of revenue"),
    ],
    "value_parts": [
        *_KEY,
        ("firm", pa.string(), "name"),
        ("part", pa.string(), "group of utility terms"),
        ("value", pa.float64(), "utility, mean over main customers"),
    ],
    "equity_split": [
        *_KEY,
        ("split", pa.string(), "by what: equity or driver"),
        ("firm", pa.string(), "name"),
        ("part", pa.string(), "group of utility terms"),
        ("value", pa.float64(), "money, at the end of the run"),
    ],
    "whale": [
        *_KEY,
        ("firm", pa.string(), "name"),
        ("percentile", pa.float64(), "percent of the firm's customers, the most valuable first"),
        ("worth_share", pa.float64(), "cumulative share of their net lifetime value"),
    ],
    "stakeholders": [
        *_KEY,
        ("period", pa.int32(), "period"),
        ("stakeholder", pa.string(), "name"),
        ("kind", pa.string(), "name"),
        ("firm", pa.string(), "name of the firm it is tied to"),
        ("satisfaction", pa.float64(), "-1 to 1"),
        ("trust", pa.float64(), "0 to 1"),
        ("bond", pa.float64(), "0 to 1, structural"),
        ("part", pa.float64(), "share of the gain that goes to the firm; none where they do not negotiate"),
    ],
    "account_terms": [
        *_KEY,
        ("firm", pa.string(), "name"),
        ("customer", pa.int64(), "row of the customer"),
        ("share_of_our_trade", pa.float64(), "share of what the firm's active customers ever paid it"),
        ("share_of_its_trade", pa.float64(), "share of all that the customer ever bought"),
        ("ratio", pa.float64(), "power of the firm over it, over its power over the firm"),
        ("part", pa.float64(), "share of the gain that goes to the firm"),
        ("least", pa.float64(), "money a unit that the firm still accepts"),
        ("asked", pa.float64(), "money a unit that the firm asks, the discount of its tier taken off"),
        ("agreed", pa.float64(), "money a unit"),
        ("discount", pa.float64(), "share of the price that everybody pays"),
    ],
}
#: Tables that are there only where a run has what they tell of.
SOMETIMES = ("stakeholders", "account_terms")
#: How the rows of one run are ordered: the order of firms in a config does not show.
_ORDER = {
    "outcomes": ["period", "firm"],
    "twins": ["period", "firm"],
    "runs": ["firm"],
    "switches": ["period", "from", "to", "cause"],
    "transitions": ["from_stage", "to_stage"],
    "tenure": ["firm", "tenure"],
    "lorenz": ["firm", "percentile"],
    "value_parts": ["firm"],  # parts keep the order in which they add up
    "equity_split": ["split", "firm"],  # as above
    "whale": ["firm", "percentile"],
    "stakeholders": ["period", "firm", "stakeholder"],
    "account_terms": ["firm", "customer"],
    "customers": ["period", "customer"],
}
TABLES = (*_COLUMNS, "customers")


#: The tables with a column a metric, and the unit of each there.
_OF_METRICS: dict[str, Callable[[Metric], str]] = {
    "outcomes": lambda m: m.unit, "twins": lambda m: m.unit, "runs": lambda m: m.summary_unit,
}  # fmt: skip


def schema(name: str, had: Collection[str] = ()) -> pa.Schema:
    """The columns of a table, each with its unit in the field's metadata; ``had`` are the columns that a frame has.

    The metrics that only some markets have are columns where a frame has them.
    """
    columns = list(_COLUMNS[name])
    if name in _OF_METRICS:
        unit_of = _OF_METRICS[name]
        columns += [(m.name, pa.float64(), unit_of(m)) for m in OPTIONAL.values() if m.name in had]
    return pa.schema([pa.field(c, kind, metadata={"unit": unit}) for c, kind, unit in columns])


def table(name: str, frame: pd.DataFrame, **keys: Any) -> pa.Table:
    """A frame of one run as an ordered arrow table with the keys (scenario, arm, seed) in front."""
    frame = frame.assign(**keys)
    order = [c for c in _ORDER[name] if c in frame.columns]
    frame = frame.sort_values(order, kind="stable") if order else frame
    if name == "customers":
        front = [*keys, *(c for c in frame.columns if c not in keys)]
        made = pa.Table.from_pandas(frame[front], preserve_index=False)
        made = made.replace_schema_metadata(None)
        return made.cast(pa.schema([pa.field(f.name, _plain(f.type)) for f in made.schema]))
    wanted = schema(name, frame.columns)
    frame = frame.reindex(columns=wanted.names)
    return pa.Table.from_pandas(frame, schema=wanted, preserve_index=False).replace_schema_metadata(None)


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
    arrays = [
        part[f.name].cast(f.type) if f.name in part.column_names else pa.nulls(len(part), f.type)
        for f in columns
    ]
    return pa.table(arrays, schema=columns)
