"""The equations of the theory and their parameters: one file a mechanism, every file imported with the package."""

from importlib import import_module
from pkgutil import iter_modules

from sim.core.parameters import THEORY, put_in_order

#: The sections in the order in which a scenario shows them; files may be renamed, this order stays.
SECTIONS = (
    "reach",
    "assortment",
    "bonds",
    "choice",
    "commitment",
    "contract",
    "departments",
    "event",
    "experience",
    "knowledge",
    "managers",
    "needs",
    "power",
    "records",
    "relationship",
    "satisfaction",
    "second",
    "talk",
    "trust",
)

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
put_in_order(THEORY, SECTIONS)
