"""The setting and the seed of one market, from what it is asked for with."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sim.core.errors import InputError
from sim.scenario.scenario import Scenario


def whole_seed(seed: Any, key: str = "seed") -> int:
    """A seed as a Python int; raises `InputError` unless it is a whole number from 0 up."""
    if (
        isinstance(seed, (bool, np.bool_))
        or not isinstance(seed, (int, np.integer))
        or seed < 0
        or seed >= 2**63
    ):
        raise InputError(key, seed, "a whole number from 0 up, below 2**63")
    return int(seed)


def setting_of(setting: Scenario | str | Path, arm: str | None, customers: int | None, overrides: Sequence[str],
             folders: Sequence[Path]) -> Scenario:  # fmt: skip
    """The scenario of one arm, composed anew where it is a name or a file; raises `InputError`."""
    if isinstance(setting, (str, Path)):
        from sim.scenario.files import compose

        made: Scenario = compose(setting, overrides, folders)
    elif not isinstance(setting, Scenario):
        raise InputError("setting", setting, "a Scenario, or the name or file of one")
    elif overrides:
        raise InputError("overrides", list(overrides), "none beside a Scenario, which is composed already")
    else:
        made = setting
    if customers is not None:
        made = made.replace({"population": {"customers": customers}})
    return made.for_arm(made.experiment.control if arm is None else arm)
