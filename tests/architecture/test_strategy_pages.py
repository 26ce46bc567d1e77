"""The pages on strategies say what the code has."""

import re

import pytest

from sim.strategies import (
    STRATEGIES,
    TIER_RULES,
    Programme,
)
from sim.strategies.library import make_strategy
from support import DOCS
from support.strategies import BUILT_IN

# The pages.


def test_the_page_of_strategies_is_up_to_date():
    from strategy_page import page

    for name in set(STRATEGIES) - set(BUILT_IN):
        del STRATEGIES[name]
    assert (DOCS / "reference/strategies.md").read_text() == page()


def test_the_page_lists_every_rule_of_a_tier_and_every_lever_of_a_programme():
    page = (DOCS / "reference/writing-strategies.md").read_text()
    assert re.findall(r"^- `(\w+)`: ", page, re.M) == [*TIER_RULES, *Programme.declared]


def test_amounts_are_those_that_the_search_chose():
    """Each table of docs/evidence/mixes.md against the declared defaults; plain marketing's portions as shares of what it spends."""
    _, *sections = (DOCS / "evidence/mixes.md").read_text().split("\n## ")
    chosen = {
        part.split(":")[0].split()[0]: re.findall(r"^\| `(\w+)` \| ([\d.]+) \|", part, re.M)
        for part in sections
    }
    assert len(chosen) == 9
    for name, rows in chosen.items():
        usual, found = make_strategy(name).parameters(), {key: float(value) for key, value in rows}
        if name == "transactional":
            spent = sum(found.values())
            found = {"budget_share": spent} | {key: value / spent for key, value in found.items()}
        assert found == pytest.approx({key: usual[key] for key in found}), name
