"""The concepts of relationship marketing, one file per group: the folder is the registry."""

from importlib import import_module
from pkgutil import iter_modules

from sim.core.parameters import put_in_order
from sim.validation.concepts.base import CONCEPTS

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
put_in_order(CONCEPTS, sorted(CONCEPTS, key=lambda name: (int(name[1:].rstrip("b")), name)))
