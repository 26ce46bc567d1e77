"""Many arrays under one name: in Python an object with an attribute for each, in compiled code a single pointer.

A tuple of fifty arrays would do as well, and take the compiler several times as long.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.typing.templates import AttributeTemplate
from numba.extending import (
    NativeValue,
    infer_getattr,
    intrinsic,
    lower_getattr_generic,
    models,
    register_model,
    unbox,
)

_WORDS = 3  # in the table, for each array: its address, and the lengths of its two axes
_INT = ir.IntType(64)


class _Type(types.Type):  # type: ignore[misc]
    """The compiler's type: names, and the types of their elements, of (n,) and (m, n) arrays."""

    def __init__(self, kinds: tuple[tuple[str, str, int], ...]) -> None:
        self.kinds = {name: (number, dtype, axes) for number, (name, dtype, axes) in enumerate(kinds)}
        super().__init__(f"NamedArrays{kinds}")

    def array(self, name: str) -> Any:
        """The type of one of the arrays."""
        _, dtype, axes = self.kinds[name]
        return types.Array(numba.from_dtype(np.dtype(dtype)), axes, "C")


class NamedArrays:
    """Arrays by name, (n,) or (m, n) each, in C order; an attribute each, here and in compiled code."""

    def __init__(self, arrays: Mapping[str, np.ndarray]) -> None:
        self._arrays = dict(arrays)
        table = [(a.ctypes.data, a.shape[0], a.shape[-1]) for a in self._arrays.values()]
        self._table = np.array(table, np.int64)
        self._address = self._table.ctypes.data
        self._numba_type_ = _Type(tuple((name, a.dtype.str, a.ndim) for name, a in self._arrays.items()))

    def __getattr__(self, name: str) -> np.ndarray:
        try:
            return self.__dict__["_arrays"][name]
        except KeyError:
            raise AttributeError(name) from None

    def __iter__(self) -> Iterator[np.ndarray]:
        return iter(self._arrays.values())

    def items(self) -> list[tuple[str, np.ndarray]]:
        """Names and arrays."""
        return list(self._arrays.items())

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._arrays,)


@register_model(_Type)
class _Model(models.OpaqueModel):  # type: ignore[misc]
    pass


@unbox(_Type)
def _unbox(kind: Any, made: Any, c: Any) -> Any:
    address = c.pyapi.object_getattr_string(made, "_address")
    pointer = c.pyapi.long_as_voidptr(address)
    c.pyapi.decref(address)
    return NativeValue(pointer)


@infer_getattr
class _Attributes(AttributeTemplate):  # type: ignore[misc]
    key = _Type

    def generic_resolve(self, kind: Any, name: str) -> Any:  # type: ignore[override]
        return kind.array(name) if name in kind.kinds else None


def _word(builder: Any, table: Any, number: int) -> Any:
    """Place of a word of the table."""
    return builder.gep(builder.bitcast(table, _INT.as_pointer()), [ir.Constant(_INT, number)])


@lower_getattr_generic(_Type)
def _array(context: Any, builder: Any, kind: Any, table: Any, name: str) -> Any:
    number, _, axes = kind.kinds[name]
    of = kind.array(name)
    address, first, last = (builder.load(_word(builder, table, _WORDS * number + k)) for k in range(_WORDS))
    made = context.make_array(of)(context, builder)
    size = context.get_abi_sizeof(context.get_data_type(of.dtype))
    itemsize = ir.Constant(_INT, size)
    shape = (last,) if axes == 1 else (first, last)
    strides = (itemsize,) if axes == 1 else (builder.mul(last, itemsize), itemsize)
    made.data = builder.inttoptr(address, context.get_data_type(of.dtype).as_pointer())
    made.shape = cgutils.pack_array(builder, shape, ty=_INT)
    made.strides = cgutils.pack_array(builder, strides, ty=_INT)
    made.itemsize = itemsize
    made.nitems = last if axes == 1 else builder.mul(first, last)
    return made._getvalue()


def _beginning_at(typingctx: Any, arrays: Any, first: Any) -> Any:
    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        table, first = arguments
        kind = signature.args[0]
        words = ir.ArrayType(_INT, _WORDS * len(kind.kinds))
        own = builder.bitcast(cgutils.alloca_once(builder, words), table.type)
        for name, (number, _, _) in kind.kinds.items():
            size = context.get_abi_sizeof(context.get_data_type(kind.array(name).dtype))
            for k in range(_WORDS):
                word = builder.load(_word(builder, table, _WORDS * number + k))
                if k == 0:
                    word = builder.add(word, builder.mul(first, ir.Constant(_INT, size)))
                builder.store(word, _word(builder, own, _WORDS * number + k))
        return own

    return arrays(arrays, types.int64), build


def _beginning_at_in_python(arrays: Any, first: int) -> Any:
    return NamedArrays({name: array[..., first:] for name, array in arrays.items()})


#: ``beginning_at(arrays, first)``: the same arrays from a place of their last axis on; compiled, of unadjusted length.
beginning_at = _beginning_at_in_python if numba.config.DISABLE_JIT else intrinsic(_beginning_at)  # type: ignore[attr-defined]
