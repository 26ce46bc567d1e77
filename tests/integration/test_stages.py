"""The stages of a run: numbers first, then drawing, which may fail, be stopped, be repeated or be left out."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sim.cli import main
from sim.core.errors import InputError
from sim.experiment import files, pool, state
from sim.experiment.runs import Request
from sim.report import figures, run_and_report
from sim.report.run_and_report import Result, draw
from support import ROOT, TESTS
from support.experiment import MARKET, scenario
from support.processes import children, wait_for

LOCAL = {"backend": "local", "workers": 2}
has_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")


def do(where, report=None, workers=None, **parts):
    made = scenario(**{"replications": 2} | parts)
    return run_and_report.run(made, where, market=MARKET, progress=False, report=report, workers=workers)


def numbers_are_whole(folder):
    """Every file of numbers is there and is what the manifest says."""
    written = json.loads((folder / "manifest.json").read_text())["sha256"]
    assert {"config.yaml", "summary.csv", "expectations.json", "outcomes.parquet"} <= set(written)
    for name, digest in written.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, name
    return True


def kinds(folder):
    return {path.suffix for path in (folder / "figures").glob("*")}


# ---------------------------------------------------------------- three stages


def test_what_is_drawn_is_asked_for_and_no_part_of_the_result(tmp_path):
    made = {which: do(tmp_path / which, which) for which in ("none", "html", "all")}
    assert {which: state.state_of(result.where) for which, result in made.items()} == {
        "none": state.NUMBERS, "html": state.WHOLE, "all": state.WHOLE
    }  # fmt: skip
    assert not (tmp_path / "none/figures").exists() and not (tmp_path / "none/report.html").exists()
    assert kinds(tmp_path / "html") == {".svg"} and kinds(tmp_path / "all") == {".svg", ".png"}
    assert len({result.scenario.hash() for result in made.values()}) == 1
    assert len({(r.where / "outcomes.parquet").read_bytes() for r in made.values()}) == 1
    assert all(numbers_are_whole(result.where) for result in made.values())


@pytest.mark.parametrize(("key", "png"), [("none", None), ("html", False), ("all", True), (None, False)])
def test_the_key_of_the_scenario_says_what_is_drawn(tmp_path, key, png):
    made = type(scenario()).from_config(scenario(replications=1).to_dict() | {"report": key})
    assert made.hash() == scenario(replications=1).hash()
    result = run_and_report.run(made, tmp_path / "r", market=MARKET, progress=False)
    assert (result.where / "report.html").exists() == (png is not None)
    assert png is None or (".png" in kinds(result.where)) == png


def test_an_unknown_report_is_refused_by_name():
    with pytest.raises(InputError, match=r"report.*'htm'.*html"):
        type(scenario()).from_config(scenario().to_dict() | {"report": "htm"})


def test_numbers_without_a_drawing_are_drawn_later(tmp_path, capsys):
    folder = do(tmp_path / "r", "none").where
    (folder / "figures").mkdir()
    (folder / "figures" / "profit.svg").write_text("half")
    (folder / "figures" / ".share.svg.123").write_text("of a process that was killed")
    assert main(["report", str(folder)]) == 0
    assert capsys.readouterr().out == f"{folder / 'report.html'}\n"
    assert state.state_of(folder) == state.WHOLE and numbers_are_whole(folder)
    assert (folder / "state.txt").read_text() == "whole\n"
    assert "half" not in (folder / "figures" / "profit.svg").read_text()
    assert not list(folder.rglob(".*"))


def test_a_folder_says_how_far_it_is(tmp_path):
    folder = tmp_path / "r"
    (folder / "parts").mkdir(parents=True)
    assert state.state_of(folder) == state.STOPPED
    with state.at_work(folder):
        assert state.state_of(folder) == state.RUNNING == (folder / "state.txt").read_text().strip()
    assert state.state_of(folder) == state.STOPPED, "its process is gone, though the file says running"
    (folder / "manifest.json").write_text("{}")
    assert state.state_of(folder) == state.NUMBERS, "stopped between the manifest and the state"
    state.enter(folder, state.WHOLE)
    assert state.state_of(folder) == state.WHOLE


def test_a_run_that_was_stopped_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(pool, "execute", lambda *_: signal.raise_signal(signal.SIGINT))
    with pytest.raises(KeyboardInterrupt, match="is unfinished"):
        do(tmp_path / "r")
    assert (tmp_path / "r/state.txt").read_text() == "stopped\n"
    assert state.state_of(tmp_path / "r") == state.STOPPED


def test_a_report_leaves_the_files_of_the_user_and_removes_those_of_a_stopped_writer(tmp_path):
    where = do(tmp_path / "r", "none").where
    (where / "figures").mkdir()
    (where / "mine").mkdir()
    mine = [
        where / name
        for name in (".notes.2024-11.txt", ".draft.1", ".outcomes.parquet.old", "mine/.draft.csv.1")
    ]
    left = [where / name for name in (".outcomes.parquet.4711", ".report.html.12", "figures/.profit.svg.9")]
    for path in [*mine, *left]:
        path.write_text("x")
    assert main(["report", str(where)]) == 0
    assert all(path.is_file() for path in mine) and not any(path.exists() for path in left)


@pytest.mark.parametrize("name", ["summary.csv", "outcomes.parquet", "config.yaml"])
def test_files_that_are_not_as_the_run_wrote_them_are_not_drawn(tmp_path, capsys, name):
    where = do(tmp_path / "r", "none").where
    whole = (where / name).read_bytes()
    (where / name).write_bytes(whole + b"\n")
    assert main(["report", str(where)]) == 2 and f"{name} changed" in capsys.readouterr().err
    (where / name).unlink()
    assert main(["report", str(where)]) == 2 and f"{name} missing" in capsys.readouterr().err
    (where / name).write_bytes(whole)
    assert main(["report", str(where)]) == 0


SMALL = ("scenario=toothpaste_1973", "population.customers=50", "experiment.periods=14", "experiment.burn_in=1",
         "experiment.replications=1", "experiment.twin=false", "experiment.only=[small]")  # fmt: skip


def test_a_grid_goes_on_without_a_reader(tmp_path):
    command = f"{sys.executable} -m sim run -m {' '.join(map(repr, SMALL))} experiment.seed=1,2,3 out={tmp_path / 'g'}"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", f"{command} | head -1"], cwd=ROOT, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert all(numbers_are_whole(tmp_path / "g" / str(job)) for job in range(3))


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_streams_that_are_closed_cost_no_run(tmp_path, closed):
    command = (
        f"{sys.executable} -m sim run {' '.join(map(repr, SMALL))} report=none out={tmp_path / 'r'} {closed}"
    )
    assert subprocess.run(["bash", "-c", command], cwd=ROOT, stdin=subprocess.DEVNULL).returncode == 0
    assert numbers_are_whole(tmp_path / "r")


def test_the_state_is_no_lie_where_it_cannot_be_written(tmp_path, monkeypatch):
    """The disk becomes full with the last byte of the manifest: the run is done."""
    write = files.write_whole

    def full(path, written):
        if path.name == state.STATE and (path.parent / "manifest.json").exists():
            raise OSError(errno.ENOSPC, "No space left on device")
        write(path, written)

    monkeypatch.setattr(
        state, "write_text", lambda path, text: full(path, lambda file: file.write(text.encode()))
    )
    folder = do(tmp_path / "r", "none").where
    assert state.state_of(folder) == state.NUMBERS and not (folder / "state.txt").exists()


# ---------------------------------------------------------------- a drawing that fails


@pytest.mark.parametrize(
    ("trouble", "said", "after"),
    [(errno.ENOSPC, "No space left on device", 3), (errno.EROFS, "Read-only file system", 0)],
)
def test_a_disk_that_cannot_be_written_while_drawing_costs_the_drawing_alone(tmp_path, monkeypatch, capsys, trouble, said, after):  # fmt: skip
    folder = do(tmp_path / "r", "none").where
    fsync, calls = os.fsync, []

    def full(number):
        calls.append(number)
        if len(calls) > after:
            raise OSError(trouble, os.strerror(trouble))
        fsync(number)

    with monkeypatch.context() as disk:
        disk.setattr(files.os, "fsync", full)
        assert draw(Result(folder)) == said
        assert main(["report", str(folder)]) == 1
    told = capsys.readouterr().err
    assert (
        f"could not be written: {said}" in told
        and f"guanxi report {folder}" in told
        and "Traceback" not in told
    )
    assert state.state_of(folder) == state.NUMBERS and numbers_are_whole(folder)
    assert main(["report", str(folder)]) == 0
    assert state.state_of(folder) == state.WHOLE and (folder / "report.html").is_file()


SMALL_FILES = """
import resource, sys
from sim.report.run_and_report import Result, draw
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
print(draw(Result(sys.argv[1])))
"""


def test_no_room_for_a_figure(tmp_path):
    """Of the operating system: a file may have no more than 20 kB."""
    folder = do(tmp_path / "r", "none").where
    done = subprocess.run(
        [sys.executable, "-c", SMALL_FILES, str(folder)], capture_output=True, text=True, timeout=120,
        env=os.environ | {"PYTHONPATH": f"{ROOT}:{TESTS}"},
    )  # fmt: skip
    assert done.stdout == "File too large\n", done.stderr
    assert state.state_of(folder) == state.NUMBERS and numbers_are_whole(folder)
    assert main(["report", str(folder)]) == 0 and state.state_of(folder) == state.WHOLE


def test_in_python_a_drawing_that_fails_is_said_and_the_result_is_there(tmp_path, monkeypatch, capsys):
    def fails(*_, **__):
        raise ArithmeticError("made up")

    monkeypatch.setattr(figures, "write_figures", fails)
    made = scenario(replications=2)
    result = run_and_report.run(made, tmp_path / "r", market=MARKET, progress=True)
    assert "could not be written: ArithmeticError: made up" in capsys.readouterr().err
    assert len(result.summary) and state.state_of(result.where) == state.NUMBERS


def gone(pids):
    """Wait until no process of these runs any more; one that nobody has asked for its end counts as gone."""

    def runs(pid):
        try:
            return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
        except OSError:
            return False

    wait_for(lambda: not any(map(runs, pids)), seconds=90)


@pytest.mark.slow
@has_proc
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_stopped_while_drawing(tmp_path, sign, capsys):
    """By then the answer is printed, the numbers are whole, and workers of the runs may be drawing."""
    folder = tmp_path / "r"
    words = "population.customers=50 experiment.periods=12 experiment.burn_in=2 experiment.replications=2 report=all"
    run = subprocess.Popen(
        [sys.executable, "-m", "sim", "run", "scenario=bond_ladder", *words.split(), "execution.workers=2", f"out={folder}"],
        stdout=-1, stderr=-1, text=True, start_new_session=True, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    wait_for(lambda: (folder / "manifest.json").exists() and children(run.pid), seconds=90)
    assert not (folder / "report.html").exists(), "the numbers come first"
    workers = children(run.pid)
    wait_for(lambda: (folder / "figures").exists() or run.poll() is not None, seconds=90)
    if sign == signal.SIGINT:
        os.killpg(run.pid, sign)  # as a terminal does
    else:
        run.send_signal(sign)
    out, err = run.communicate(timeout=60)
    gone(workers)
    assert "Tables: r" in out and "report.html" not in out and "Traceback" not in err
    assert state.state_of(folder) == state.NUMBERS and numbers_are_whole(folder)
    if sign != signal.SIGKILL:
        assert run.returncode == 130
        assert "interrupted while drawing: the numbers in r are whole; to draw them: guanxi report r" in err
    assert main(["report", str(folder)]) == 0
    assert state.state_of(folder) == state.WHOLE and not list(folder.rglob(".*")) and ".png" in kinds(folder)


# ---------------------------------------------------------------- workers


def pids(workers):
    return {process.pid for slot in workers._slots for process in slot.processes}


@has_proc
def test_workers_serve_one_experiment_after_another_and_end(tmp_path):
    with pool.Workers() as workers:
        first = do(tmp_path / "a", "none", workers, execution=LOCAL)
        served = pids(workers)
        second = do(tmp_path / "b", "none", workers, execution=LOCAL, seed=5)
        assert pids(workers) == served and len(served) == 2
        os.kill(min(served), signal.SIGKILL)  # an idle one
        gone({min(served)})
        third = do(tmp_path / "c", "html", workers, execution=LOCAL)
        assert len(pids(workers)) == 2 and max(served) in pids(workers)
    gone(served | pids(workers))
    assert not first.failed and not second.failed and not third.failed
    assert (first.where / "outcomes.parquet").read_bytes() == (third.where / "outcomes.parquet").read_bytes()
    assert state.state_of(third.where) == state.WHOLE


@has_proc
def test_workers_end_with_what_used_them(tmp_path):
    with pytest.raises(ArithmeticError), pool.Workers() as workers:
        do(tmp_path / "a", "none", workers, execution=LOCAL)
        served = pids(workers)
        raise ArithmeticError
    gone(served)


def double(value, more):
    if value == 3 and os.environ.get("DIE") == "yes" and pool.multiprocessing.parent_process():
        os._exit(9)
    return value * 2 + more


def test_work_is_shared_out_in_order_whoever_does_it(monkeypatch):
    wanted = [value * 2 + 1 for value in range(9)]
    with pool.Workers() as workers:
        assert workers.share_out(double, range(9), 1) == wanted, "here, where no worker is"
        monkeypatch.setenv("DIE", "yes")
        monkeypatch.setenv("PYTHONPATH", f"{ROOT}:{TESTS}")
        workers.started(2, Request({}, "", market=MARKET))
        assert workers.share_out(double, range(9), 1) == wanted, "one died on the way"


IDLE = """
import sys, time
from sim.experiment import pool
from sim.report.run_and_report import run
from support.experiment import MARKET, scenario
with pool.Workers() as workers:
    made = scenario(execution={"backend": "local", "workers": 2})
    run(made, sys.argv[1], market=MARKET, progress=False, report="none", workers=workers)
    print("idle", flush=True)
    time.sleep(600)
"""


@has_proc
def test_workers_without_work_die_with_their_parent(tmp_path):
    run = subprocess.Popen(
        [sys.executable, "-c", IDLE, str(tmp_path / "r")], stdout=-1, text=True,
        env=os.environ | {"PYTHONPATH": f"{ROOT}:{TESTS}"},
    )  # fmt: skip
    assert run.stdout.readline() == "idle\n"
    workers = children(run.pid)
    assert len(workers) >= 2
    run.kill()
    run.communicate(timeout=60)
    gone(workers)


def test_figures_are_the_same_bytes_whoever_draws_them(tmp_path):
    with pool.Workers() as workers:
        shared = do(tmp_path / "shared", "html", workers, execution=LOCAL)
    alone = do(tmp_path / "alone", "html")
    one, other = ({p.name: p.read_bytes() for p in (r.where / "figures").iterdir()} for r in (shared, alone))
    assert one == other and len(one) > 3
