"""The one place where the theory meets the compiler.

`compiled` turns a function into machine code. It is kept between runs in a folder named by a hash of the source, numba,
numpy and Python, so that an edited equation is never run by an old kernel. Threads release the interpreter.
No fastmath: exp and log are polynomials of +, *, / only, the same to the last digit on every machine.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils, event
from numba.extending import intrinsic, overload, register_jitable

from sim.core import functions, kernel_cache
from sim.core.kernel_store import Store
from sim.core.parameters import EQUATIONS

#: Message before something is compiled.
COMPILING = "compiling for this machine: up to a minute, once"

#: Options with which helpers are compiled: inlined where they are called, and x/0 is inf or nan as in numpy.
INLINE: Any = {"error_model": "numpy", "forceinline": True, "_nrt": False}

_KERNELS = kernel_cache.folder()
if _KERNELS is not None:
    numba.config.CACHE_DIR = str(_KERNELS)
    numba.config.CACHE_LOCATOR_CLASSES = ""  # a variable of the environment would lead elsewhere

_REGISTERED: list[Callable[..., Any]] = []


def _register_equations() -> None:
    """Make every equation declared so far callable from compiled code.

    A module imports the equations that its compiled functions call, so they are declared before these are decorated.
    """
    for equation in EQUATIONS[len(_REGISTERED) :]:
        register_jitable(**INLINE)(equation)
        _REGISTERED.append(equation)


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function on first use, keep the code, release the interpreter while it runs."""
    _register_equations()
    made = numba.njit(nogil=True, error_model="numpy", _nrt=False)(function)
    if _KERNELS is not None:
        made._cache = Store(function)
    return made


def inlined(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a helper into the compiled functions that call it."""
    _register_equations()
    return numba.njit(**INLINE)(function)


def part(function: Callable[..., Any]) -> Callable[..., Any]:
    """Make a function a named part of the compiled function that calls it; compiled with it, never alone."""
    _register_equations()
    return numba.njit(inline="always", error_model="numpy", _nrt=False)(function)


def say_compiling() -> None:
    """Print on stderr, once per process, that something is being compiled."""
    if not _TOLD:
        _TOLD.append(True)
        print(COMPILING, file=sys.stderr, flush=True)


class _Listener(event.Listener):  # type: ignore[misc]
    """Calls `tell` whenever a function of ours is compiled, not when it is found on disk.

    A function that could not be compiled is left to other processes.
    """

    def __init__(self) -> None:
        self.tell: Callable[[], None] = say_compiling

    def on_start(self, started: Any) -> None:
        if started.data["dispatcher"].py_func.__module__.startswith("sim."):
            self.tell()

    def on_end(self, ended: Any) -> None:
        dispatcher = ended.data["dispatcher"]
        if isinstance(dispatcher._cache, Store) and ended.data["args"] not in dispatcher.overloads:
            dispatcher._cache.let_go()


_TOLD: list[bool] = []
_LISTENER = _Listener()
event.register("numba:compile", _LISTENER)


@contextlib.contextmanager
def told_by(tell: Callable[[], None]) -> Iterator[None]:
    """Meanwhile ``tell`` is called in place of `say_compiling`, each time that something is compiled."""
    listener = _LISTENER  # its own name: at the interpreter's end the module's may be gone
    before, listener.tell = listener.tell, tell
    try:
        yield
    finally:
        listener.tell = before


@intrinsic
def _float_of_bits(typingctx: Any, bits: Any) -> Any:
    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], context.get_value_type(types.float64))

    return types.float64(types.int64), build


@intrinsic
def _bits_of_float(typingctx: Any, x: Any) -> Any:
    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], context.get_value_type(types.int64))

    return types.int64(types.float64), build


def _own_copy(typingctx: Any, record: Any) -> Any:
    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        (pointer,) = arguments
        slot = cgutils.alloca_once(builder, pointer.type.pointee)
        cgutils.raw_memcpy(builder, slot, pointer, ir.Constant(ir.IntType(64), record.size), 1)
        return slot

    return record(record), build


def _itself(record: Any) -> Any:
    return record


#: A copy of a record, which nothing else can change: what is read from it in a loop is read once.
own_copy = _itself if numba.config.DISABLE_JIT else intrinsic(_own_copy)

_LOG2_E = 1.4426950408889634
_LN2_HIGH = 6.93147180369123816490e-01  # ln 2 in two parts, the first with zeros at its end
_LN2_LOW = 1.90821492927058770002e-10


@overload(functions.exp, strict=False, jit_options=INLINE)
def _exp(x: Any) -> Any:
    """e^x = 2^k e^r, |r| <= ln(2)/2, e^r by its series to r^13 (error below 1e-16)."""

    def exp(x):
        x = min(max(float(x), -708.0), 709.0)
        k = np.floor(x * _LOG2_E + 0.5)
        r = (x - k * _LN2_HIGH) - k * _LN2_LOW
        q = r * r
        even = 1.0 + q * (
            0.5 + q * (1 / 24 + q * (1 / 720 + q * (1 / 40320 + q * (1 / 3628800 + q * (1 / 479001600)))))
        )
        odd = 1.0 + q * (
            1 / 6
            + q * (1 / 120 + q * (1 / 5040 + q * (1 / 362880 + q * (1 / 39916800 + q * (1 / 6227020800)))))
        )
        return (even + r * odd) * _float_of_bits((np.int64(k) + 1023) << 52)

    return exp


@overload(functions.log, strict=False, jit_options=INLINE)
def _log(x: Any) -> Any:
    """ln x = k ln 2 + ln m, m in [0.7, 1.41], ln m = 2 artanh((m-1)/(m+1)) by its series (error below 1e-16)."""

    def log(x):
        x = float(x)
        bits = _bits_of_float(x)
        # 0x3FE6A09E667F3BCD is the bits of 1/sqrt(2): k counts halvings from there
        k = (bits - 0x3FE6A09E667F3BCD) >> 52
        m = _float_of_bits(bits - (k << 52))
        s = (m - 1.0) / (m + 1.0)
        q = s * s
        series = q * (
            2 / 3
            + q
            * (
                2 / 5
                + q
                * (
                    2 / 7
                    + q
                    * (
                        2 / 9
                        + q
                        * (2 / 11 + q * (2 / 13 + q * (2 / 15 + q * (2 / 17 + q * (2 / 19 + q * (2 / 21))))))
                    )
                )
            )
        )
        value = k * _LN2_HIGH + (2.0 * s + (s * series + k * _LN2_LOW))
        # chosen at the end, without a branch, so that loops over log become vectors
        edge = -np.inf if x >= 0.0 else np.nan
        return value if x >= 2.3e-308 else edge

    return log


# Wichura (1988), AS 241, PPND16: rational approximations in three regions
_A = (3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
      4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3)  # fmt: skip
_B = (1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
      2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3)  # fmt: skip
_C = (1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
      1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4)  # fmt: skip
_D = (1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
      1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9)  # fmt: skip
_E = (6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
      2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7)  # fmt: skip
_F = (1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
      7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15)  # fmt: skip


@register_jitable(**INLINE)
def _polynomial(c: Any, x: Any) -> Any:
    return c[0] + x * (c[1] + x * (c[2] + x * (c[3] + x * (c[4] + x * (c[5] + x * (c[6] + x * c[7]))))))


@overload(functions.normal_quantile, strict=False, jit_options=INLINE)
def _normal_quantile(u: Any) -> Any:
    """AS 241 to about 1e-16."""

    def normal_quantile(u):
        q = u - 0.5
        if abs(q) <= 0.425:
            r = 0.180625 - q * q
            return q * _polynomial(_A, r) / _polynomial(_B, r)
        r = np.sqrt(-functions.log(min(u, 1.0 - u)))
        if r <= 5.0:
            value = _polynomial(_C, r - 1.6) / _polynomial(_D, r - 1.6)
        else:
            value = _polynomial(_E, r - 5.0) / _polynomial(_F, r - 5.0)
        return -value if q < 0.0 else value

    return normal_quantile
