"""The README, followed literally: its commands run and its answers are what they print.

`python tests/acceptance/test_readme.py` writes the answers again (`make readme`).
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from sim.scenario.arms import labels_of
from sim.scenario.files import compose
from support import DOCS, ROOT

README = ROOT / "README.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: Path = README) -> list[tuple[str, str]]:
    """Every fenced block of a page: its language and text."""
    return BLOCK.findall(page.read_text(encoding="utf-8"))


def answered() -> list[tuple[str, str, str]]:
    """Every block that an answer follows: language, text, answer."""
    found = blocks()
    return [
        (language, text, answer)
        for (language, text), (after, answer) in pairwise(found)
        if after == "text" and language != "text"
    ]


def output(language: str, text: str, folder: Path) -> str:
    """What a block prints, run in an empty folder."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "100"}
    if language == "python":
        command = [sys.executable, "-c", text]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout
    told = ""
    for line in text.splitlines():
        program, *given = shlex.split(line)
        assert program == "guanxi", line
        command = [sys.executable, "-m", "sim", *given]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        told += done.stdout
    return told


def first_paragraphs(told: str) -> str:
    """The verdict: what stands before the first table."""
    lines = [line.rstrip() for line in told.strip().splitlines()]
    end = next((n for n, line in enumerate(lines) if not line), len(lines))
    return "\n".join(lines[:end])


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.slow
@pytest.mark.parametrize("number", range(2), ids=["run", "python"])
def test_the_answers_are_what_the_commands_print(number, tmp_path):
    language, text, answer = answered()[number]
    told = output(language, text, tmp_path)
    assert len(words(answer)) > 40 and words(answer) in words(told)
    if language == "bash":
        (folder,) = (tmp_path / "runs/bond_ladder").iterdir()
        assert words(f"Report with figures: {folder.relative_to(tmp_path)}/report.html") in words(told)
        for name in ("summary.csv", "outcomes.parquet", "report.html", "manifest.json"):
            assert (folder / name).is_file()
        assert list((folder / "figures").glob("*.svg"))


def test_the_other_commands_run(tmp_path):
    rest = [(language, text) for language, text in blocks() if "guanxi list" in text]
    assert len(rest) == 1
    told = output(*rest[0], tmp_path)
    assert "bond_ladder" in told and "club" in told and "question" in told.lower()


def test_the_runs_for_class_can_be_run(tmp_path):
    (text,) = [text for _, text in blocks() if text.startswith("# ")]
    runs = [line for line in text.splitlines() if not line.startswith("#")]
    assert len(runs) == 3 == text.count("\n# ") + 1
    for line in runs:
        assert " experiment.twin=false" in line
        assert output("bash", f"{line} --dry-run", tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_explanation_of_the_answer_has_the_words_of_the_answer():
    """Every arm, and each word that the program uses in a sense of its own, is explained before the answer."""
    text = README.read_text(encoding="utf-8")
    (answer,) = [answer for language, _, answer in answered() if language == "bash"]
    before = text.split("## The answer of the demo")[1].split("```text")[0]
    labels = labels_of(compose("bond_ladder").experiment.arms)
    named = {arm: label for arm, label in labels.items() if label in words(answer)}
    assert len(named) > 3
    for arm, label in named.items():
        assert f"| `{arm}` | {label} |" in before
    own = ("paired", "replication", "95 % interval", "corrected for 5", "overlap", "without loyalty", "joint work",
           "effect of loyalty", "per customer per year")  # fmt: skip
    met = [word for word in own if word in words(answer)]
    assert len(met) > 5
    assert [word for word in met if word.lower() not in words(before.replace("*", "")).lower()] == []


def test_the_options_and_scenarios_that_pages_name_exist():
    pages = (DOCS / "how-to/reading-a-run-folder.md", DOCS / "how-to/overrides-and-grids.md")
    text = "".join(text for page in pages for language, text in blocks(page) if language == "bash")
    done = subprocess.run(
        [sys.executable, "-m", "sim", "report", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    options = set(re.findall(r"--[a-z-]+", text))
    assert options == {"--four-steps", "--scorecard", "--side-by-side", "--mix", "--details", "--phase"}
    assert options <= set(re.findall(r"--[a-z-]+", done.stdout))
    more = (DOCS / "tutorials/index.md").read_text(encoding="utf-8").split("## Scenarios for class")[1]
    named = re.findall(r"`(\w+)`", more)
    every = {path.stem for path in (ROOT / "scenarios").glob("*.yaml")}
    assert len(named) == len(set(named)) and set(named) <= every
    listed = (DOCS / "reference/scenarios.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)`", listed, re.MULTILINE)) == every


GRIDS = DOCS / "how-to/overrides-and-grids.md"


def test_the_grid_of_a_map_can_be_run(tmp_path):
    found = [text for language, text in blocks(GRIDS) if language == "bash"]
    (line,) = [line for text in found for line in text.splitlines() if line.startswith("guanxi run -m")]
    told = output("bash", f"{line} --dry-run", tmp_path)
    assert "jackson_markets" in told and not list(tmp_path.iterdir())


def test_its_grid_is_one_that_can_be_run(tmp_path):
    """Every command of the page on grids runs with the file of the page on scenarios, the grid among them."""
    (scenario,) = [
        text for language, text in blocks(DOCS / "how-to/your-own-scenario.md") if language == "yaml"
    ]
    (tmp_path / "corner_shop.yaml").write_text(scenario, encoding="utf-8")
    commands = re.findall(r"^guanxi run .*corner_shop.*$", GRIDS.read_text(encoding="utf-8"), re.MULTILINE)
    (grid,) = [line for line in commands if line.startswith("guanxi run -m")]
    jobs = output("bash", f"{grid} --dry-run", tmp_path).splitlines()
    assert len(jobs) == 4 == sum(job.startswith("corner_shop: ") for job in jobs)
    assert [path.name for path in tmp_path.iterdir()] == ["corner_shop.yaml"]
    assert len(commands) == 6
    for line in commands:
        assert "corner_shop: " in output("bash", f"{line} --dry-run", tmp_path), line


def test_the_index_names_every_page():
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    pages = {
        path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md") if path.parent.name != "templates"
    }
    assert {page for page in pages - {"index.md"} if f"]({page})" not in index} == set()


def test_make_and_plain_pip_are_the_same_set_up():
    make = (ROOT / "Makefile").read_text(encoding="utf-8")
    texts = [text for language, text in blocks() if language == "bash"]
    assert texts[0].split("\n")[:2] == ["make demo", "make test"]
    assert re.search(r"^demo:", make, re.MULTILINE) and re.search(r"^test:", make, re.MULTILINE)
    (demo,) = re.findall(r"^DEMO := (.*)$", make, re.MULTILINE)
    plain = texts[1].splitlines()
    assert plain[-1] == f".venv/bin/guanxi run {demo}" and texts[2].strip() == f"guanxi run {demo}"
    for line in plain[1:-1]:
        options = line.removeprefix(".venv/bin/python -m pip install ")
        assert options in make, f"the Makefile does not install {options}"
    assert (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()[-1] == "exec make test"


def main() -> None:
    """Write the answers again from what the commands print now."""
    text = README.read_text(encoding="utf-8")
    for language, block, answer in answered():
        with TemporaryDirectory() as folder:
            told = output(language, block, Path(folder))
        new = (first_paragraphs(told) if language == "bash" else told.rstrip()) + "\n"
        text = text.replace(f"{block}```", f"{block}```\0", 1)
        before, after = text.split("\0")
        text = before + after.replace(f"```text\n{answer}```", f"```text\n{new}```", 1)
    README.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
