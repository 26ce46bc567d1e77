"""The nine industries: the page holds to its declarations, the presets to the retention they are taken at."""

from __future__ import annotations

import importlib.util
import re
import sys
from dataclasses import replace

import pytest

from sim.scenario.files import compose
from sim.theory import lifetime_value
from support import DOCS

_spec = importlib.util.spec_from_file_location("docs_industries", DOCS / "generators/industries.py")
assert _spec is not None and _spec.loader is not None
made = importlib.util.module_from_spec(_spec)
sys.modules[_spec.name] = made  # a NamedTuple of the page looks itself up
_spec.loader.exec_module(made)
PAGE = (DOCS / "evidence/industries.md").read_text(encoding="utf-8")
ROWS = {
    re.findall(r"`(\w+)`", cells[0])[0]: cells
    for cells in (
        [c.strip() for c in line.strip("| ").split("|")]
        for line in PAGE.splitlines()
        if line.startswith("| ") and "(`" in line
    )
}
each = pytest.mark.parametrize("name", made.INDUSTRIES)


def test_the_nine_are_the_published_ones_and_have_a_row_each():
    assert list(ROWS) == list(made.INDUSTRIES)
    assert sorted(i.published for i in made.INDUSTRIES.values()) == [25, 30, 35, 40, 45, 45, 50, 75, 85]


@each
def test_a_row_holds_to_the_declaration_and_the_closed_form(name):
    """m (1+i)/(1+i-r), the first margin at once, at i .10: L6."""
    cells, of = ROWS[name], made.INDUSTRIES[name]
    now, then = (lifetime_value.value(4.0, of.retention + more, 0.10, True) for more in (0.0, 0.05))
    assert cells[:3] == [f"{of.title} (`{name}`)", f"+{of.published:g}", f"{of.retention:.2f}"]
    assert cells[4] == f"+{100 * (then / now - 1):.1f}"
    assert made.arithmetic(float(cells[8])) == pytest.approx(of.published, abs=5)
    assert made.arithmetic(made.needed(of.published)) == pytest.approx(of.published)


def test_the_arithmetic_is_that_of_f15():
    assert [round(made.arithmetic(r)) for r in (0.70, 0.95)] == [14, 50]


@each
def test_retention_on_the_page_is_that_wanted_and_five_points_more(name):
    now, then = map(float, ROWS[name][3].split(","))
    assert now == pytest.approx(made.INDUSTRIES[name].retention, abs=0.01)
    assert then - now == pytest.approx(0.05, abs=0.005)


@each
def test_a_preset_keeps_as_many_as_it_says(name):
    """The market, one seed; one firm's customers are some 700 over 20 years, so 0.02 is above three standard errors."""
    wanted = made.INDUSTRIES[name].retention
    kept = {arm: made.figures(made.lived(made.setting(name, arm), 1))["retention"] for arm in made.ARMS}
    assert kept["as_is"] == pytest.approx(wanted, abs=0.02)
    for arm in ("alone", "everyone"):
        assert kept[arm] - kept["as_is"] == pytest.approx(0.05, abs=0.015), arm


@each
def test_what_stands_in_a_preset_is_a_market_of_equal_firms(name):
    setting = compose(made.SCENARIO, [f"preset={name}"])
    assert tuple(setting.experiment.arms) == made.ARMS
    offers = [replace(offer, strategy=None) for offer in setting.firms.values()]
    assert len(offers) == 3 and len(set(offers)) == 1
    assert setting.theory.bonds.integration_cost == 0


def test_without_tastes_and_coming_back_the_model_gives_the_arithmetic():
    """Preset `logit` under contract, one firm: the rise is that of the closed form, so what is less is the market's."""
    from sim.validation.laws.law_lifetime_value import contract, value_of_one

    now, then = (4.0 + value_of_one(contract(r, 100, years=0, interest=0.10)) for r in (0.80, 0.85))
    assert 100.0 * (then / now - 1.0) == pytest.approx(made.arithmetic(0.80), rel=1e-4)


def test_the_command_says_how_it_is_used():
    import subprocess

    ended = subprocess.run(
        [sys.executable, str(DOCS / "generators/industries.py")],
        capture_output=True,
        text=True,
        cwd=DOCS.parent,
    )
    assert ended.returncode == 1 and "python docs/generators/industries.py FOLDER" in ended.stderr
