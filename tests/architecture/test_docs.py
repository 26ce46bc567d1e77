"""The pages of docs/ are as the declarations make them, name everything there is, and their links lead somewhere."""

from __future__ import annotations

import importlib.util
import re

import pytest
import yaml

from sim.customers.network import LAYERS
from sim.customers.traits import TRAITS
from sim.experiment.tables import TABLES
from sim.firms.metrics import ALL
from sim.market.market import Market
from sim.scenario.events.base import EVENTS
from sim.scenario.files import compose
from sim.strategies import Levers, Programme
from sim.theory import THEORY
from sim.theory.loyalty_off import weights_of_loyalty
from support import DOCS, ROOT


@pytest.fixture(scope="module")
def generate():
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["model.md", "strategies.md"])
def test_generated_pages_are_up_to_date(generate, name):
    assert (DOCS / name).read_text(encoding="utf-8") == generate.pages()[name], "run: make docs"


def test_a_changed_default_would_show(generate, monkeypatch):
    section = THEORY["trust"]
    changed = section.declared["up"].__class__(**{**vars(section.declared["up"]), "default": 0.07})
    monkeypatch.setitem(section.declared, "up", changed)
    assert generate.pages()["model.md"] != (DOCS / "model.md").read_text(encoding="utf-8")


def test_the_model_names_every_parameter_trait_event_metric_and_preset():
    text = (DOCS / "model.md").read_text(encoding="utf-8")
    declared = [*THEORY.values(), *LAYERS.values(), *EVENTS.values(), Levers, Programme]
    wanted = {name for section in declared for name in section.declared}
    wanted |= {*TRAITS, *EVENTS, *ALL} | {path.stem for path in (ROOT / "conf/preset").glob("*.yaml")}
    assert {name for name in wanted if f"`{name}`" not in text} == set()
    twin = text.split("**Loyalty off**")[1].split("\n\n")[0]
    missing = {
        key for section in THEORY.values() for key in weights_of_loyalty(section) if key not in twin
    } - {"w_fin", "w_soc", "w_str"}
    assert missing == set() and "bond weights" in twin


def test_the_page_on_run_folders_has_every_table_as_it_is_declared():
    (page,) = DOCS.rglob("reading-a-run-folder.md")
    found = [line for line in page.read_text(encoding="utf-8").splitlines() if ".parquet` |" in line]
    assert sorted(found) == sorted(
        f"| `{t.name}.parquet` | {', '.join([*(c.name for c in t.keys), *t.rows])} | {t.meaning} |"
        for t in TABLES.values()
    )


def test_tables_are_whole(generate):
    for page in generate.pages().values():
        for block in re.findall(r"(?:^\|.*\n)+", page + "\n", re.MULTILINE):
            widths = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
            assert len(widths) == 1, block


@pytest.mark.parametrize("page", [*sorted(DOCS.glob("*.md")), ROOT / "README.md"], ids=lambda path: path.name)
def test_links_lead_somewhere(page):
    if page.name == "model_template.md":
        pytest.skip("becomes model.md")
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", text):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_each_part_of_ones_own_scenario_can_be_added_as_it_is(tmp_path):
    text = (DOCS / "your-own-scenario.md").read_text(encoding="utf-8")
    first, *parts = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)]
    parts = [part for part in parts if "defaults" not in part]
    assert [key for part in parts for key in part] == ["stakeholders", "events", "theory", "second", "theory"]
    (tmp_path / "plain.yaml").write_text(yaml.safe_dump(first))
    plain = compose("plain", folders=[tmp_path])
    for number, part in enumerate(parts):
        (tmp_path / f"with_{number}.yaml").write_text(yaml.safe_dump(first | part))
        made = compose(f"with_{number}", folders=[tmp_path])
        assert made.hash() != plain.hash()
        for arm in ("basic", "club"):
            Market(made, 1, arm=arm, collect=False).run_for(60)
