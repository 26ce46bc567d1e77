"""The figures of a result, by name."""

from sim.report.figures import comparison, over_time, value  # noqa: F401, I001  (each module registers its figures;
from sim.report.figures import customers, leaving  # noqa: F401  their order is that of the report)
from sim.report.figures.registry import FIGURES

__all__ = ["FIGURES"]
