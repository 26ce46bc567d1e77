"""The partners of firms, one file a kind."""

from importlib import import_module

from sim.core.parameters import put_in_order
from sim.firms.partners.base import KINDS

for _kind in ("ally", "distributor", "employees", "influencer", "supplier"):
    import_module(f"{__name__}.{_kind}")
put_in_order(KINDS, sorted(KINDS))
