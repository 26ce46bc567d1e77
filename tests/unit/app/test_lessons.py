"""Lessons: each says what its runs say, in both languages."""

from itertools import pairwise

import pytest

from sim.app import lessons
from sim.app.lessons import LESSONS, TEXTS
from sim.app.questions import answer_of_seed
from sim.app.sliders import sliders_of
from sim.app.texts import LANGUAGES, texts
from sim.app.verdicts import HIGHER, LOOKS, OPEN
from sim.core.errors import InputError
from sim.scenario.files import compose


def told(lesson, turned):
    """The verdict of a run of a lesson, with as many seeds as a page would take."""
    asking = lesson.asking(turned)
    question = asking.check()
    for before, looked in pairwise((0, *LOOKS)):
        asking.answers += [answer_of_seed(question, 1 + k) for k in range(before, looked)]
        if asking.verdict().word != OPEN:
            break
    return asking.verdict().word


@pytest.mark.slow
@pytest.mark.parametrize("turned", [False, True], ids=["run", "turned"])
@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_says_what_its_run_says(name, turned):
    lesson = LESSONS[name]
    assert told(lesson, turned) == (lesson.turned_says if turned else lesson.says)


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_turns_and_is_whole(name):
    lesson = LESSONS[name]
    assert lesson.says != lesson.turned_says
    assert lesson.slider in sliders_of(compose(lesson.scenario))
    assert all(lesson.text(text, texts(language)).strip() for text in TEXTS for language in LANGUAGES)


def test_the_relationship_strategy_does_not_always_win():
    relational = [one for one in LESSONS.values() if one.arm.startswith("level")]
    assert len([1 for one in relational for said in (one.says, one.turned_says) if said != HIGHER]) >= 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("says: higher", "says: maybe"), "says 'maybe'"), (("minutes: 10\n", ""), "minutes"),
        (("metric:", "metrik:"), "metrik"), (("  zh: 什么使人满意\n", ""), "title"),
    ],
)  # fmt: skip
def test_a_lesson_that_is_not_whole_is_refused_by_name(tmp_path, monkeypatch, change, said):
    text = (lessons.FOLDER / "03_satisfaction.yaml").read_text(encoding="utf-8").replace('"', "")
    changed = text.replace(*change)
    assert changed != text
    (tmp_path / "mine.yaml").write_text(changed, encoding="utf-8")
    monkeypatch.setattr(lessons, "FOLDER", tmp_path)
    with pytest.raises(InputError, match=f"lesson mine.*{said}"):
        lessons._read()
