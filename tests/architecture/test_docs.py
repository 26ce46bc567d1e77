"""The pages of docs/ are as the declarations make them, name everything there is, and their links lead somewhere."""

from __future__ import annotations

import re
from importlib import import_module

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
    return import_module("reference")


def test_generated_pages_are_up_to_date(generate):
    for name, text in generate.pages().items():
        assert (DOCS / name).read_text(encoding="utf-8") == text, f"{name}: run make docs"


def test_a_page_made_from_runs_has_the_text_of_its_generator():
    """Hand-written parts of the evidence are reworded in the generator and on the page together."""

    def page(name):
        return (DOCS / "evidence" / f"{name}.md").read_text(encoding="utf-8")

    findings = import_module("findings")
    head, *sections = page("findings").split("\n## ")
    assert findings.HEAD.format(**findings.counts(sections)) == head
    for name, text in findings.READING.items():
        (section,) = [one for one in sections if one.startswith(f"{name}\n")]
        assert f"\n{text}\n" in section, name
    mixes, industries, facts = import_module("mixes"), import_module("industries"), import_module("facts")
    assert page("mixes").startswith(mixes.HEAD)
    assert page("industries").startswith(industries.HEAD.format(n=30))
    assert f"\n{industries.standing()}\n" in page("industries") and industries.ONE_READING in page(
        "industries"
    )
    first, last = facts.SEEDS[0], facts.SEEDS[-1]
    assert page("facts").startswith(facts.HEAD.format(customers=facts.CUSTOMERS, first=first, last=last))
    assert all(entry.note in page("facts") for entry in facts.PAGE.values())
    calibration = import_module("calibration")
    for part in ("AFTER_LOOKING", "HEAD", "SCREENED"):
        lines = re.sub(r"\{\w+\}", "0", getattr(calibration, part)).splitlines()
        shown = re.sub(r"\b\d[\d,]*\b", "0", page("calibration"))
        assert all(re.sub(r"\b\d[\d,]*\b", "0", line) in shown for line in lines), part


def test_a_changed_default_would_show(generate, monkeypatch):
    section = THEORY["trust"]
    changed = section.declared["up"].__class__(**{**vars(section.declared["up"]), "default": 0.07})
    monkeypatch.setitem(section.declared, "up", changed)
    assert generate.pages()["reference/model.md"] != (DOCS / "reference/model.md").read_text(encoding="utf-8")


def test_the_reference_names_every_parameter_trait_event_metric_and_preset():
    text = "\n".join(page.read_text(encoding="utf-8") for page in sorted((DOCS / "reference").glob("*.md")))
    declared = [*THEORY.values(), *LAYERS.values(), *EVENTS.values(), Levers, Programme]
    wanted = {name for section in declared for name in section.declared}
    wanted |= {*TRAITS, *EVENTS, *ALL} | {path.stem for path in (ROOT / "conf/preset").glob("*.yaml")}
    assert {name for name in wanted if f"`{name}`" not in text} == set()
    twin = text.split("**Run without loyalty**")[1].split("\n\n")[0]
    missing = {
        key for section in THEORY.values() for key in weights_of_loyalty(section) if key not in twin
    } - {"w_fin", "w_soc", "w_str"}
    assert missing == set() and "bond weights" in twin


def test_the_page_on_run_folders_has_every_table_as_it_is_declared():
    lines = (DOCS / "reference/tables.md").read_text(encoding="utf-8").splitlines()
    declared = {
        f"| `{t.name}.parquet` | {', '.join([*(c.name for c in t.keys), *t.rows])} | {t.meaning} |"
        for t in TABLES.values()
    }
    of_files = {line for line in lines if re.match(r"\| `\w+\.parquet` \| [^`]", line)}
    assert of_files == declared


def test_tables_are_whole(generate):
    for page in generate.pages().values():
        for block in re.findall(r"(?:^\|.*\n)+", page + "\n", re.MULTILINE):
            widths = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
            assert len(widths) == 1, block


#: Every page that a reader opens; a template is not one, it becomes a page of docs/reference.
PAGES = [
    *(page for page in sorted(DOCS.rglob("*.md")) if page.parent.name != "templates"),
    *(ROOT / name for name in ("README.md", "benchmarks/README.md")),
]


def prose(page):
    """The text of a page without its blocks of code."""
    return re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)


def anchors(page):
    """The anchors that the headings of a page make, as GitHub and most renderers of Markdown build them."""
    titles = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_and_images_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if "://" not in target:
            path, _, anchor = target.partition("#")
            there = page.parent / path if path else page
            assert there.exists(), f"{page.name}: {target}"
            assert not anchor or anchor in anchors(there), f"{page.name}: no heading for {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_that_is_named_is_there(page):
    """A page or a module named in code or in a sentence stands where it is said to stand."""
    text = page.read_text(encoding="utf-8")
    for target in re.findall(
        r"(?<![\w/.-])(?:docs|sim|tests|conf|benchmarks)/[\w./-]+\.(?:md|py|svg|png|yaml)\b", text
    ):
        assert "NAME" in target or (ROOT / target).exists(), f"{page.name}: {target}"


def test_a_place_that_the_page_on_architecture_names_is_there():
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    rooms = "|".join(re.findall(r"^\| `(\w+)` \| ", text, re.MULTILINE))
    named = re.findall(rf"`((?:{rooms})/[\w/]+?)/?`", text)
    assert len(named) > 12 and len(rooms.split("|")) == 12
    for name in named:
        path = ROOT / "sim" / name
        assert path.is_dir() or path.with_suffix(".py").is_file(), name


def test_a_key_or_column_that_the_glossary_names_is_there():
    """Keys of scenarios, columns and files of a run folder, metrics, levers and strategies in brackets."""
    text = (DOCS / "glossary.md").read_text(encoding="utf-8")
    named = {
        name
        for brackets in re.findall(r"^\*\*.+?\*\*[^(]*\((.*?)\)\.", text, re.MULTILINE | re.DOTALL)
        for name in re.findall(r"`([^`]+)`", brackets)
    }
    pages = (
        "scenario-keys",
        "model",
        "metrics",
        "levers",
        "tables",
        "strategies",
        "writing-strategies",
        "commands",
    )
    known = "\n".join((DOCS / f"reference/{page}.md").read_text(encoding="utf-8") for page in pages)
    unknown = {
        n
        for n in named
        if not re.search(rf"`[^`\n]*\b{re.escape(n.split('.')[-1].split('=')[0])}\b[^`\n]*`", known)
    }
    assert len(named) > 60 and unknown - {"-m", "scenario=NAME"} == set()


def test_every_image_is_shown_on_a_page():
    shown = {
        (page.parent / target).resolve()
        for page in PAGES
        for target in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", prose(page))
    }
    images = {path for path in DOCS.rglob("*") if path.suffix in {".png", ".svg"}}
    assert images == {path for path in shown if DOCS in path.parents}


def test_each_part_of_ones_own_scenario_can_be_added_as_it_is(tmp_path):
    pages = ("how-to/your-own-scenario.md", "how-to/parts-of-a-market.md")
    text = "".join((DOCS / page).read_text(encoding="utf-8") for page in pages)
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


def test_each_name_that_has_moved_is_where_the_changelog_says():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    new = [
        name
        for row in re.findall(r"^\| `.* \| (`.*`) \|$", text, re.MULTILINE)
        for name in re.findall(r"`(.+?)`", row)
    ]
    assert len(new) > 100
    for name in new:
        if name.startswith("docs/"):
            assert (ROOT / name).exists(), name
        elif name.startswith("sim.") and not name.endswith(".NAME"):
            path = ROOT / name.replace(".", "/")
            if not (path.is_dir() or path.with_suffix(".py").is_file()):
                home, _, last = name.rpartition(".")
                assert hasattr(import_module(home), last), f"{name}: write into CHANGELOG.md where it is now"
