"""The built-in strategies: every module of this folder registers one."""

from importlib import import_module
from pkgutil import iter_modules

from sim.core.parameters import put_in_order
from sim.strategies import STRATEGIES

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
put_in_order(STRATEGIES, sorted(STRATEGIES))
