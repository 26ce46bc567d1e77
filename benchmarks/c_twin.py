"""The C twin (twin.c): its layout written from our records, built with the system's C compiler, called by ctypes."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from sim.core import rng
from sim.customers.columns import MESSAGE, PERSON, RELATION
from sim.customers.ledger import Entry, MarketEntry
from sim.customers.network import RECORD
from sim.customers.offer import OFFER
from sim.market.kernel.inputs import CONDITIONS
from sim.market.market import Market

SOURCE = Path(__file__).with_name("twin.c")
FLAGS = ("-O3", "-march=native", "-std=gnu11", "-fPIC", "-shared", "-pthread")
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


def layout(parameters: np.dtype) -> str:
    """The header: every record that the twin shares with the compiled pass, and the columns of the ledger."""
    records = {
        "Person": PERSON, "Relation": RELATION, "Message": MESSAGE, "Offer": OFFER, "Conditions": CONDITIONS,
        "Parameters": parameters, "Layer": RECORD,
    }  # fmt: skip
    names = [f"enum {{ {', '.join(f'{e.name} = {int(e)}' for e in kind)}, {last} = {len(kind)} }};"
             for kind, last in ((Entry, "ENTRIES"), (MarketEntry, "MARKET_ENTRIES"))]  # fmt: skip
    return "\n".join(["#include <stdint.h>", *names, *(struct(*pair) for pair in records.items())]) + "\n"


def build(folder: Path, parameters: np.dtype) -> ctypes.CDLL:
    """Compile the twin into a folder and load it; raises `NoCompiler`."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        raise NoCompiler("no C compiler here")
    (folder / "layout.h").write_text(layout(parameters), encoding="utf-8")
    made = folder / "twin.so"
    command = [compiler, *FLAGS, f"-I{folder}", "-o", str(made), str(SOURCE), "-lm"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoCompiler(f"the C compiler failed: {done.stderr.strip().splitlines()[0]}")
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
    """The C twin of a market as it stands: its own copy of the rows, the market's offers of the period."""

    def __init__(self, market: Market, threads: int = 1) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.library = build(Path(self._folder.name), market.parameters.dtype)
        self.market, self.period, self.threads = market, market.period, threads
        columns = market.columns
        self.people, self.relations, self.messages = (
            columns.people.copy(),
            columns.relations.copy(),
            columns.messages.copy(),
        )
        firms = len(market.firms)
        self.ledger, self.whole = np.zeros((firms, len(Entry))), np.zeros(len(MarketEntry))

    def step(self) -> None:
        """Live a period and talk; `ledger` (n_firms, entries) and `whole` (wholes,) are this period's."""
        m = self.market
        self.ledger[:], self.whole[:] = 0.0, 0.0
        m.conditions["demand"] = m.weeks
        at = {
            name: getattr(self, name).ctypes.data
            for name in ("people", "relations", "messages", "ledger", "whole")
        }
        shared = {"market": m.conditions, "p": m.parameters, "offers": m.offers, "programmes": m.programmes,
                  "layers": m.network.record}  # fmt: skip
        given = _Pointers(
            customers=m.n_customers, firms=len(m.firms), period=self.period, threads=self.threads,
            key=int(rng.period_key(m.seed_of_run + 1, self.period)), n_layers=len(m.network.record),
            **at, **{name: array.ctypes.data for name, array in shared.items()},
        )  # fmt: skip
        self.library.live(ctypes.byref(given))
        if m.conditions["talk_on"][0]:
            self.library.listen(ctypes.byref(given))
        self.period += 1

    def close(self) -> None:
        """Give the memory back."""
        self._folder.cleanup()


def state(twin: CTwin) -> dict[str, Any]:
    """Its columns by name, for comparison."""
    return {"people": twin.people, "relations": twin.relations}
