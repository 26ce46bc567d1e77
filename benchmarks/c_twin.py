"""The market in C: straightforward (twin.c) and by columns (columns.c); layouts written from our records, called by ctypes.

Both are built with the system's C compiler into a temporary folder.
"""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sim.core import rng
from sim.customers.columns import COLUMNS, Columns
from sim.customers.ledger import Entry, MarketEntry
from sim.market.market import Market

FOLDER = Path(__file__).parent
FLAGS = ("-O3", "-march=native", "-std=gnu11", "-fPIC", "-shared", "-pthread")
BLOCK = 256  # customers in a block of columns, as in columns.c
#: The columns of a customer, of its relation to a firm and of its message to others.
KINDS = (
    [c for c in COLUMNS if not c.per_firm and not c.message],
    [c for c in COLUMNS if c.per_firm],
    [c for c in COLUMNS if c.message],
)
_C_TYPE = {"i1": "int8_t", "i4": "int32_t", "i8": "int64_t", "u4": "uint32_t", "f4": "float", "f8": "double"}


class NoCompiler(RuntimeError):
    """There is no C compiler, or it failed: says which."""


def struct(name: str, dtype: np.dtype) -> str:
    """A record's dtype as a C struct of that name, sections within it as nested structs."""
    lines = [f"{_fields(dtype)} {name};", f'_Static_assert(sizeof({name}) == {dtype.itemsize}, "{name}");']
    return "typedef " + "\n".join(lines)


def _fields(dtype: np.dtype) -> str:
    assert dtype.fields is not None
    lines = []
    for field, (kind, _) in ((f, dtype.fields[f][:2]) for f in dtype.names or ()):
        if kind.fields is not None:
            lines.append(f"{_fields(kind)} {field};")
        else:
            lines.append(f"{_C_TYPE[kind.base.str[1:]]} {field}{''.join(f'[{n}]' for n in kind.shape)};")
    return "struct { " + " ".join(lines) + " }"


def layout(records: dict[str, np.dtype]) -> str:
    """The header: the records that a program shares with this side, and the columns of the ledger."""
    names = [f"enum {{ {', '.join(f'{e.name} = {int(e)}' for e in kind)}, {last} = {len(kind)} }};"
             for kind, last in ((Entry, "ENTRIES"), (MarketEntry, "MARKET_ENTRIES"))]  # fmt: skip
    return "\n".join(["#include <stdint.h>", *names, *(struct(*pair) for pair in records.items())]) + "\n"


def build(source: str, folder: Path, records: dict[str, np.dtype], more: Sequence[str] = ()) -> ctypes.CDLL:
    """Compile a program of this folder into another one and load it; raises `NoCompiler`."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        raise NoCompiler("no C compiler here")
    (folder / "layout.h").write_text(layout(records), encoding="utf-8")
    made = folder / "program.so"
    command = [compiler, *FLAGS, *more, f"-I{folder}", "-o", str(made), str(FOLDER / source), "-lm"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if "error" in line] or [done.stderr.strip()]
        raise NoCompiler(f"the C compiler failed: {said[0]}")
    return ctypes.CDLL(str(made))


class _Pointers(ctypes.Structure):
    _fields_ = (
        [(name, ctypes.c_int64) for name in ("customers", "firms", "period", "threads")]
        + [("key", ctypes.c_uint64)]
        + [(name, ctypes.c_void_p) for name in ("market", "p", "offers", "programmes", "layers")]
        + [("n_layers", ctypes.c_int64)]
        + [(name, ctypes.c_void_p) for name in ("people", "relations", "messages", "ledger", "whole")]
    )


class CTwin:
    """The straightforward program on a market as it stands: its own copy of the rows, the market's offers of the period."""

    source = "twin.c"
    flags: tuple[str, ...] = ()

    def __init__(self, market: Market, threads: int = 1) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.market, self.period, self.threads = market, market.period, threads
        firms = len(market.firms)
        self.ledger, self.whole = np.zeros((firms, len(Entry))), np.zeros(len(MarketEntry))
        self.rows = self.copy_of(market.columns)
        of_customers = dict(zip(("Person", "Relation", "Message"), (r.dtype for r in self.rows), strict=True))
        names = ("Conditions", "Parameters", "Offer", "Layer")
        given = dict(zip(names, (record.dtype for record in self.given()), strict=False))
        self.library = build(self.source, Path(self._folder.name), of_customers | given, self.flags)

    def copy_of(self, columns: Columns) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """People (n_customers,), relations (n_customers, n_firms) and messages (n_customers,) in rows, a record each."""
        customers, firms = columns.taste.shape
        made = [np.zeros(shape, np.dtype([(c.name, c.dtype) for c in kind], align=True))
                for kind, shape in zip(KINDS, (customers, (customers, firms), customers), strict=True)]  # fmt: skip
        for rows in made:
            for name in rows.dtype.names:
                rows[name] = getattr(columns, name)
        return made[0], made[1], made[2]

    def given(self) -> tuple[np.ndarray, ...]:
        """The market's conditions, parameters, offers, layers and programmes, as the program reads them."""
        m = self.market
        return m.conditions, m.parameters, m.offers, m.network.record, m.programmes

    @property
    def people(self) -> Any:
        """Columns of the customers by name, (n_customers,) each."""
        return self.rows[0]

    @property
    def relations(self) -> Any:
        """Columns of the relations by name, (n_customers, n_firms) each."""
        return self.rows[1]

    def step(self) -> None:
        """Live a period and talk; `ledger` (n_firms, entries) and `whole` (wholes,) are this period's."""
        m = self.market
        self.ledger[:], self.whole[:] = 0.0, 0.0
        m.conditions["demand"] = m.weeks
        names = ("market", "p", "offers", "layers", "programmes")
        shared = dict(zip(names, self.given(), strict=True))
        shared |= dict(zip(("people", "relations", "messages"), self.rows, strict=True))
        shared |= {"ledger": self.ledger, "whole": self.whole}
        given = _Pointers(
            customers=m.n_customers, firms=len(m.firms), period=self.period, threads=self.threads,
            key=int(rng.period_key(m.seed_of_run + 1, self.period)), n_layers=len(m.network.record),
            **{name: array.ctypes.data for name, array in shared.items()},
        )  # fmt: skip
        self.library.live(ctypes.byref(given))
        if m.conditions["talk_on"][0]:
            self.library.listen(ctypes.byref(given))
        self.period += 1

    def close(self) -> None:
        """Give the memory back."""
        self._folder.cleanup()


class CColumns(CTwin):
    """The program by columns on a market as it stands: blocks of customers, a column of `BLOCK` entries per block."""

    source = "columns.c"
    flags = ("-fopenmp-simd", "-fno-trapping-math", "-fno-math-errno")  # they change no result

    def copy_of(self, columns: Columns) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """People (n_blocks,), relations (n_blocks, n_firms) and messages (n_blocks,), columns of a block each."""
        customers, firms = columns.taste.shape
        blocks = -(-customers // BLOCK)
        made = []
        for kind, shape in zip(KINDS, (blocks, (blocks, firms), blocks), strict=True):
            wide = [(c.name, "i4" if c.dtype == "i1" and not c.message else c.dtype, (BLOCK,)) for c in kind]
            made.append(np.zeros(shape, wide))  # four bytes per entry: one per lane of a vector
            for c in kind:
                filled = np.full((blocks * BLOCK, firms) if c.per_firm else blocks * BLOCK, c.start, c.dtype)
                filled[:customers] = getattr(columns, c.name)
                if c.name == "entered_at":
                    filled[customers:] = np.inf  # the last block is filled up with customers who never enter
                blocked = filled.reshape(blocks, BLOCK, -1)
                made[-1][c.name] = blocked.transpose(0, 2, 1) if c.per_firm else blocked[..., 0]
        return made[0], made[1], made[2]

    def given(self) -> tuple[np.ndarray, ...]:
        """The same in single precision."""
        *records, programmes = super().given()
        return (*(record.astype(_single(record.dtype)) for record in records), programmes.astype("f4"))

    @property
    def people(self) -> dict[str, np.ndarray]:
        """Columns of the customers by name, (n_customers,) each."""
        rows, n = self.rows[0], self.market.n_customers
        return {name: rows[name].reshape(-1)[:n] for name in rows.dtype.names}

    @property
    def relations(self) -> dict[str, np.ndarray]:
        """Columns of the relations by name, (n_customers, n_firms) each."""
        rows, n = self.rows[1], self.market.n_customers
        firms = rows.shape[1]
        return {name: rows[name].transpose(0, 2, 1).reshape(-1, firms)[:n] for name in rows.dtype.names}


def _single(dtype: np.dtype) -> np.dtype:
    """A record's dtype with single in place of double precision."""
    if dtype.fields is None:
        return np.dtype(("f4", dtype.shape)) if dtype.base == np.float64 else dtype
    return np.dtype([(name, _single(dtype.fields[name][0])) for name in dtype.names or ()], align=True)
