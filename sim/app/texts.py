"""The texts of the classroom: one catalogue per language, and the names of the library's things in it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core import yaml_reader
from sim.core.errors import InputError
from sim.scenario.arms import labels_of

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

FOLDER = Path(__file__).with_name("texts")
#: The languages, each by its own name.
LANGUAGES = {"en": "English", "zh": "中文"}
#: The periods that have a word, by their number per year.
PERIODS_PER_YEAR = {52.0: "week", 12.0: "month", 4.0: "quarter", 1.0: "year"}


class Texts:
    """The texts of one language; called with a key, and with values for the places in braces."""

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            raise InputError.unknown("language", language, LANGUAGES)
        self.language = language
        self.catalogue, self.library = (_flat(_read(f"{part}{language}.yaml")) for part in ("", "library_"))

    def __call__(self, key: str, **values: Any) -> str:
        return self.catalogue[key].format(**values)

    def title(self, scenario: str) -> str:
        """The title of a scenario; of one's own: its name."""
        return self.library.get(f"scenarios.{scenario}.title", scenario.replace("_", " "))

    def question(self, scenario: str, own: str) -> str:
        """The question of a scenario; of one's own: as it stands there."""
        return self.library.get(f"scenarios.{scenario}.question", own)

    def arms(self, scenario: Scenario) -> dict[str, str]:
        """The names of a scenario's arms for a reader, by arm: never its key."""
        labels = labels_of(scenario.experiment.arms)
        return {
            arm: self.library.get(f"arms.{scenario.name}.{arm}", labels.get(arm, arm.replace("_", " ")))
            for arm in scenario.experiment.arms
        }

    def firm(self, name: str) -> str:
        """The name of a firm for a reader."""
        return self.library.get(f"firms.{name}", name.replace("_", " "))

    def period(self, per_year: float) -> str:
        """The word for a period: week, month, quarter, year; "period" for others."""
        return self(f"period.{PERIODS_PER_YEAR.get(per_year, 'period')}")

    def metric(self, name: str, part: str = "name") -> str:
        """The ``name`` or the ``unit`` of a metric."""
        return self.library.get(f"metrics.{name}.{part}", name.replace("_", " ") if part == "name" else "")

    def value(self, name: str, part: str, otherwise: str) -> str:
        """The ``name``, ``meaning`` or ``unit`` of a parameter by section and name."""
        return self.library.get(f"parameters.{name}.{part}", otherwise)


@cache
def texts(language: str) -> Texts:
    """The texts of a language, read once; raises `InputError` for one that is not there."""
    return Texts(language)


@cache
def _read(name: str) -> Mapping[str, Any]:
    path = FOLDER / name
    return yaml_reader.load(path) if path.is_file() else {}


def _flat(tree: Mapping[str, Any], key: str = "") -> dict[str, str]:
    """Texts by dotted key; the keys of parameters have a dot in them already."""
    found: dict[str, str] = {}
    for name, below in tree.items():
        if isinstance(below, Mapping):
            found |= _flat(below, f"{key}{name}.")
        else:
            found[f"{key}{name}"] = str(below)
    return found
