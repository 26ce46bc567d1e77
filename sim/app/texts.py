"""The texts of the classroom: one catalogue per language, and the names of the library's things in it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from sim.core import yaml_reader
from sim.core.errors import InputError

FOLDER = Path(__file__).with_name("texts")
#: The languages, each by its own name.
LANGUAGES = {"en": "English", "zh": "中文"}


class Texts:
    """The texts of one language; called with a key, and with values for the places in braces."""

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            raise InputError.unknown("language", language, LANGUAGES)
        self.language = language
        self.catalogue, self.library = (_flat(_read(f"{part}{language}.yaml")) for part in ("", "library_"))

    def __call__(self, key: str, **values: Any) -> str:
        return self.catalogue[key].format(**values)

    def of_scenario(self, name: str, part: str) -> str:
        """The ``title`` or the ``question`` of a scenario; of one's own: its name, or its question as it stands there."""
        return self.library.get(f"scenarios.{name}.{part}", name.replace("_", " "))

    def arm(self, scenario: str, arm: str, label: str = "") -> str:
        """The name of an arm for a reader: never its key."""
        return self.library.get(f"arms.{scenario}.{arm}", label or arm.replace("_", " "))

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
