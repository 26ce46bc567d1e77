"""The partners of firms, one file a kind: the folder is the registry."""

from importlib import import_module
from pkgutil import iter_modules

from sim.core.parameters import put_in_order
from sim.firms.partners.base import KINDS

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
put_in_order(KINDS, sorted(KINDS))
