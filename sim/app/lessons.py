"""The lessons: one file each in the folder ``lessons``, read once. A new lesson is a new file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.app.questions import PERIODS
from sim.app.texts import LANGUAGES, Texts
from sim.app.verdicts import EQUAL, HIGHER, LOWER
from sim.core import yaml_reader
from sim.core.errors import InputError

if TYPE_CHECKING:
    from sim.app.asking import Asking

FOLDER = Path(__file__).with_name("lessons")
#: The outcomes that a class may guess.
GUESSES = (HIGHER, LOWER, EQUAL)
#: Texts of a lesson, each in every language.
TEXTS = ("title", "question", "guess", "why", "false_when")
_RUN = {"arm", "control", "values"}
_USUAL: dict[str, Any] = {"values": {}, "by": 0.0, "periods": PERIODS}


@dataclass(frozen=True)
class Lesson:
    """One idea: a run to guess, what it says, why, and a second run that turns the answer."""

    name: str
    order: int
    minutes: int
    scenario: str
    metric: str
    slider: str  # the value that is open in the sandbox
    arm: str
    control: str
    values: Mapping[str, float]
    periods: int
    by: float  # a difference within this of 0 counts as none
    says: str  # what the run says: one of `GUESSES`
    turned: Mapping[str, Any]  # what is another in the second run: arm, control, values
    turned_says: str
    texts: Mapping[str, Mapping[str, str]]

    def text(self, name: str, t: Texts) -> str:
        """A text of the lesson in the language of the page."""
        return self.texts[name][t.language]

    def asking(self, turned: bool = False) -> Asking:
        """The question of the lesson, or of the run that turns its answer; raises `InputError`."""
        from sim.app.asking import Asking
        from sim.scenario.files import compose

        run = {"arm": self.arm, "control": self.control, "values": self.values} | (
            dict(self.turned) if turned else {}
        )
        made = Asking(compose(self.scenario), run["arm"], run["control"], self.metric)
        made.by, made.periods = {self.metric: self.by}, self.periods
        made.values.update(run["values"])
        made.check()
        return made


#: The keys of a lesson's file.
_KEYS = {*TEXTS, *(one.name for one in fields(Lesson))} - {"name", "texts"}


def _lesson(path: Path) -> Lesson:
    tree = yaml_reader.load(path)
    name = path.stem
    for key in tree:
        if key not in _KEYS:
            raise InputError.unknown(f"lesson {name}", key, _KEYS)
    for key in sorted(_KEYS - set(_USUAL) - set(tree)):
        raise InputError(f"lesson {name}", key, "every key of a lesson; this one is missing")
    for key in TEXTS:
        if set(tree[key]) != set(LANGUAGES):
            raise InputError(
                f"lesson {name}: {key}", list(tree[key]), f"a text in each of {', '.join(LANGUAGES)}"
            )
    for key in ("says", "turned_says"):
        if tree[key] not in GUESSES:
            raise InputError.unknown(f"lesson {name}: {key}", tree[key], GUESSES)
    for key in tree["turned"]:
        if key not in _RUN:
            raise InputError.unknown(f"lesson {name}: turned", key, _RUN)
    texts = {key: tree.pop(key) for key in TEXTS}
    return Lesson(name=name, texts=texts, **_USUAL | tree)


def _read() -> dict[str, Lesson]:
    found = [_lesson(path) for path in sorted(FOLDER.glob("*.yaml"))]
    return {one.name: one for one in sorted(found, key=lambda one: one.order)}


#: Every lesson by name, in the order of a term.
LESSONS = _read()
