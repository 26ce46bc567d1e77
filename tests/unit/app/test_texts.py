"""The catalogues: whole in both languages, with a name for everything that a page can show."""

import re

import pytest

from sim.app.market_screen import unit_of_course
from sim.app.questions import SHOWN
from sim.app.sliders import sliders_of
from sim.app.texts import LANGUAGES, texts
from sim.core.errors import InputError
from sim.scenario.files import compose, scenario_files
from sim.theory import THEORY
from sim.theory.relationship import STAGES

PLACES = re.compile(r"{(\w+)}")
ENGLISH, CHINESE = texts("en"), texts("zh")


@pytest.mark.parametrize("part", ["catalogue", "library"])
def test_both_languages_have_the_same_texts_with_the_same_places(part):
    one, other = getattr(ENGLISH, part), getattr(CHINESE, part)
    assert one.keys() == other.keys() and all(map(str.strip, [*one.values(), *other.values()]))
    assert {k: set(PLACES.findall(v)) for k, v in one.items()} == {
        k: set(PLACES.findall(v)) for k, v in other.items()
    }


def test_a_text_in_chinese_is_chinese():
    han = re.compile(r"[\u4e00-\u9fff]")
    proper = {"app.language"}
    assert {key for key, text in CHINESE.catalogue.items() if not han.search(text)} == proper


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_shows_a_key(language):
    t = texts(language)
    assert not {k for k, v in (t.catalogue | t.library).items() if "_" in PLACES.sub("", v)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_on_a_page_has_a_name_in_each_language(language):
    t = texts(language)
    for name in scenario_files():
        scenario = compose(name)
        assert {f"scenarios.{name}.title", f"scenarios.{name}.question"} <= t.library.keys()
        assert {f"arms.{name}.{arm}" for arm in scenario.experiment.arms} <= t.library.keys()
        assert {f"firms.{firm}" for firm in scenario.firms} <= t.library.keys()
        for one in sliders_of(scenario).values():
            assert {
                f"parameters.{one.text}.{part}" for part in ("name", "meaning", "unit")
            } <= t.library.keys(), one.key
            assert t(f"theme.{one.theme}")
    assert all(t.metric(metric) and unit_of_course(metric, t, t.period(52.0)) for metric in SHOWN)
    assert all(t(f"theme.{section}") for section in THEORY)
    assert all(t(f"stage.{stage}") and t(f"life.stage_{stage}", firm="x") for stage in STAGES)


def test_a_language_that_is_not_there_is_refused():
    with pytest.raises(InputError, match="language 'fr'"):
        texts("fr")
