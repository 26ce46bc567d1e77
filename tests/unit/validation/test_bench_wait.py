"""Measuring what a user waits for: the moment of the answer, processes with their children, what follows from the times."""

from __future__ import annotations

import json
import os

import pytest

from sim.cli import main
from sim.validation.bench import alone, wait
from sim.validation.bench.wait import Children, Taken

needs_proc = pytest.mark.skipif(wait.seconds_of(os.getpid()) is None, reason="no /proc")

#: Uses a processor for a while, as drawing does after the answer.
WORK = "\nimport time\nbegan = time.process_time()\nwhile time.process_time() < began + 0.4: pass\n"


def test_the_answer_is_what_is_printed_first():
    run = Children().run("-c", f"print('the answer')\nprint('in two lines'){WORK}print('the page')")
    assert run.output == "the answer\nin two lines\nthe page\n"
    assert run.answer_wall < run.wall
    assert run.processor >= 0.4


@needs_proc
def test_work_after_the_answer_is_not_counted_to_it():
    run = Children().run("-c", f"print('the answer'){WORK}")
    assert run.answer_processor + 0.3 < run.processor


@needs_proc
def test_processes_of_a_child_are_counted():
    inner = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {WORK!r}])"
    run = Children().run("-c", f"{inner}\nprint('the answer')")
    assert run.answer_processor >= 0.3 and run.processor >= 0.4


def test_a_child_that_prints_nothing_has_no_answer():
    run = Children().run("-c", "pass")
    assert (run.output, run.answer_processor, run.answer_wall) == ("", None, None)


def test_a_child_that_fails_is_named_with_its_last_line():
    with pytest.raises(RuntimeError, match=r"-c raise ValueError.*: ValueError: not this"):
        Children().run("-c", "raise ValueError('not this')")


def test_children_import_the_package_of_the_given_folder(tmp_path):
    (tmp_path / "sim.py").write_text("print('another sim')")
    assert Children(tmp_path).run("-c", "import sim").output == "another sim\n"


class Made(Children):
    """Children that start no process: a grid takes 10 s and 2 s per job, a market 3 s."""

    def guanxi(self, *words):
        seeds = [word for word in words if word.startswith("experiment.seed=")]
        jobs = len(seeds[0].split(",")) if seeds else 1
        return Taken(10.0 + 2.0 * jobs, 5.0 + jobs, 4.0, 6.0, "")

    def run(self, *words):
        return Taken(1.0, 2.0, None, None, "")

    def alone(self, work, *given):
        assert work in alone.WORK
        if work == "memory":
            return {"customers": given[0], "bytes": 1_000_000 + 400 * given[0]}
        if work == "workers":
            return {"lives": 24, "wall": 18.0 / given[1]}
        if work == "reset":
            return {name: {"processor": 0.5, "wall": 0.75} for name in ("reset", "market")}
        return {"processor": 3.0, "wall": 4.0, "outside": 1.0}


@pytest.fixture
def rows(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    names = [name for name in wait.CASES if name != "compile"]
    return {(row["case"], row["measure"]): row for row in wait.measure(names, Made(repeats=3))}


def test_a_run_is_measured_to_its_answer_and_to_its_end(rows):
    answer, whole = rows["smallest", "to the printed answer"], rows["smallest", "with the page"]
    assert (answer["processor"], answer["wall"], answer["market"]) == (4.0, 6.0, 3.0)
    assert (whole["processor"], whole["wall"], whole["market"]) == (12.0, 6.0, 3.0)


def test_the_start_of_a_grid_is_apart_from_its_jobs(rows):
    job, start = rows["grid", "one more job"], rows["grid", "starting it"]
    assert (job["processor"], job["wall"], job["market"]) == (2.0, 1.0, 3.0)
    assert (start["processor"], start["wall"]) == (10.0, 5.0)


def test_memory_is_that_of_a_further_customer(rows):
    row = rows["memory", "resident memory for each further customer"]
    assert (row["value"], row["unit"]) == (400.0, "bytes")


def test_two_workers_are_compared_with_one(rows):
    assert rows["workers", "two workers over one"]["value"] == 2.0
    assert rows["workers", "two workers"]["wall"] == 9.0


def test_every_row_has_the_same_keys_and_a_line_in_the_table(rows):
    lines = wait.table(list(rows.values())).splitlines()
    assert len({tuple(row) for row in rows.values()}) == 1
    assert len([line for line in lines if line.startswith("| ")]) == len(rows) + 2
    assert "| grid | one more job | 2.00 | 1.00 | 3.00 |" in lines
    assert "| workers | two workers over one | 2.00 times |" in lines


def test_an_empty_cell_has_its_reason():
    text = wait.table([wait.row("workers", "two workers over one", unit="times", reason="one core")])
    assert text.endswith(
        "| workers | two workers over one |  |\n\nEmpty: workers, two workers over one: one core."
    )


def test_the_command_prints_its_rows_as_json(capsys):
    assert main(["bench", "--wait", "imports", "--repeats", "1", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {row["case"] for row in found} == {"imports"}
    assert [row["measure"] for row in found][1] == "import sim"
    assert all(row["processor"] > 0 and row["wall"] > 0 and row["market"] is None for row in found)


@pytest.mark.parametrize("text", ("smalest", "step,,memory", ""))
def test_a_wrong_case_is_refused_before_anything_is_measured(text, capsys):
    assert main(["bench", "--wait", text]) == 2
    said = capsys.readouterr().err
    assert "--wait" in said and "smallest" in said and len(said.splitlines()) <= 4


def test_a_file_without_marks_is_refused_before_anything_is_measured(tmp_path, capsys):
    page = tmp_path / "page.md"
    page.write_text("<!-- guanxi bench: begin -->\n<!-- guanxi bench: end -->\n", encoding="utf-8")
    assert main(["bench", "--wait", "imports", "--write", str(page)]) == 2
    assert "guanxi bench --wait: begin" in capsys.readouterr().err


def test_the_table_is_written_between_its_own_marks(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(Children, "run", Made.run)
    page = tmp_path / "page.md"
    page.write_text(
        "a\n<!-- guanxi bench --wait: begin -->\nold\n<!-- guanxi bench --wait: end -->\nb\n",
        encoding="utf-8",
    )
    assert main(["bench", "--wait", "imports", "--write", str(page)]) == 0
    text = page.read_text(encoding="utf-8")
    assert text.startswith("a\n<!-- guanxi bench --wait: begin -->\n") and text.endswith("end -->\nb\n")
    assert "| imports | import sim | 1.00 | 2.00 |  |" in text and "old" not in text
    assert "import sim" in capsys.readouterr().out


def test_a_market_alone_is_lived_to_its_end():
    """Each arm once, counted as often as there are replications."""
    size = ("population.customers=20", "experiment.periods=14", "experiment.value_every=13")
    once, often = (alone.lives("promise_and_trust", number, *size) for number in ("1", "20"))
    assert set(once) == set(often) == {"processor", "wall"} and often["processor"] > once["processor"] > 0


def test_a_step_is_more_than_its_part_outside_the_kernel():
    found = alone.step("200", "39")
    assert found["processor"] > found["outside"] > 0
