"""A plug-in that imports a name which has moved is answered with the statement to write now."""

from __future__ import annotations

from importlib import import_module

import pytest

import sim
from sim.core.errors import InputError
from sim.strategies.moved_names import EXACT, HOMES, HOMES_OF_NAMES, RENAMED
from sim.strategies.plugins import load_plugins

CASES = {
    "from sim.plan import MarketingPlan": "from sim.strategies import MarketingPlan",
    "from sim.trials import Trier": "from sim.strategies.learning import TrialAndError",
    "from sim.plan import make_strategy": "from sim.strategies.library import make_strategy",
    "from sim.plan import allowed": "from sim.core.parameters import allowed",
    "from sim.strategies import allowed": "from sim.core.parameters import allowed",
    "from sim.market import Market": "from sim.market.market import Market",
    "from sim import Problem, Strategy": "from sim import InputError, Strategy",
    "import sim.declare": "import sim.core.parameters",
    "import sim\nsim.Problem": "InputError",
    "from sim.sections import Market, Named": "from sim.scenario.settings import MarketSettings; from sim.core.frozen import FrozenDict",
    "from sim.plain_marketing import (\n    PlainMarketing,\n)": "from sim.strategies.marketing_mix import MarketingMix",
}


@pytest.mark.parametrize("old", [*CASES, "from sim.allocation import spend"])
def test_a_plug_in_is_answered_with_the_new_name(old, tmp_path):
    (tmp_path / "old.py").write_text(old + "\n")
    with pytest.raises(InputError) as problem:
        load_plugins([tmp_path / "old.py"])
    told = str(problem.value)
    assert "(line " in told
    if old in CASES:
        assert told.endswith(f"; now: {CASES[old]}")
    else:
        assert told.endswith(
            ("; now: from sim.strategies import spend", "; now: from sim.strategies.budget import spend")
        )


@pytest.mark.parametrize(
    "line", ["import nowhere", "from sim.firms import nothing", "from sim import nothing", "1 / 0"]
)
def test_any_other_error_is_told_alone(line, tmp_path):
    (tmp_path / "wrong.py").write_text(line + "\n")
    with pytest.raises(InputError) as problem:
        load_plugins([tmp_path / "wrong.py"])
    assert "now:" not in str(problem.value)


def test_what_is_named_is_there():
    for home in HOMES.values():
        import_module(home)
    for name, home in HOMES_OF_NAMES.items():
        assert hasattr(import_module(home), name)
    for home, name in EXACT.values():
        assert hasattr(import_module(home), name)
    assert "InputError" in sim.__all__ and not set(RENAMED) & set(sim.__all__)


def test_the_line_is_one_of_the_plug_in(tmp_path):
    (tmp_path / "old.py").write_text("import sim\n\nsim.Problem\n")
    with pytest.raises(InputError, match=r"\(line 3\)"):
        load_plugins([tmp_path / "old.py"])
