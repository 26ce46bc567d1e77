"""Experiments: arms x replications with the same luck, compared by seed, kept in a run folder."""

from sim.experiment.comparison import compare, request, rerun, run
from sim.experiment.files import Unfinished
from sim.experiment.result import Result, load_config

__all__ = ["Result", "Unfinished", "compare", "load_config", "request", "rerun", "run"]
