"""The run folder: what is in it, the same bytes whatever the order, and what faults leave behind."""

import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from sim.core import signals
from sim.core.errors import InputError, UnfinishedRun
from sim.experiment import files, folder, tables
from sim.experiment.state import NUMBERS, STOPPED, state_of
from sim.experiment.tables import TABLES
from sim.firms.metrics import METRICS
from sim.report import run_and_report
from support import ROOT, TESTS
from support.experiment import MARKET, scenario
from support.processes import children, wait_for

LOCAL = {"backend": "local", "workers": 2}
FILES = {"config.yaml", "manifest.json", "state.txt", "summary.csv", "expectations.json"} | {
    f"{name}.parquet" for name, table in TABLES.items() if table.when(scenario())
}


def do(made, where, **more):
    return run_and_report.run(made, where, market=MARKET, progress=False, report="none", **more)


def test_what_is_in_a_run_folder(tmp_path):
    result = do(scenario(), tmp_path / "deep" / "r")
    assert {p.name for p in result.folder.iterdir()} == FILES
    manifest = json.loads((result.folder / "manifest.json").read_text())
    assert manifest["seed"] == 1 and manifest["runs"] == 6 and manifest["failed"] == []
    assert manifest["hash"] == scenario().hash() and manifest["versions"]["numpy"]
    text = (result.folder / "manifest.json").read_text()
    assert os.uname().nodename not in text and str(tmp_path) not in text and "/" not in text
    again = run_and_report.Result.read(result.folder)
    assert again.summary.equals(result.summary) and again.scenario == scenario()


def test_outcomes_columns_units_and_order(tmp_path):
    do(scenario({"b": 10, "a": 11}, control="b"), tmp_path / "r")
    table = pq.read_table(tmp_path / "r" / "outcomes.parquet")
    assert table.column_names == ["scenario", "arm", "seed", "period", "firm", *METRICS]
    units = {f.name: f.metadata[b"unit"].decode() for f in table.schema}
    assert units["profit"] == "money" and units["share"] == "share of units"
    frame = table.to_pandas()
    keys = ["arm", "seed", "period", "firm"]
    assert frame[keys].equals(frame[keys].sort_values(keys, ignore_index=True))
    assert set(frame["scenario"]) == {"made_up"} and frame["trust"].eq(1).all()


def test_bytes_do_not_depend_on_order_or_processes(tmp_path):
    arms = {"as_is": 10.0, "dearer": 11.0, "cheaper": 9.0}
    do(scenario(arms), tmp_path / "serial")
    do(scenario(dict(reversed(arms.items()))), tmp_path / "turned")
    do(scenario(arms, execution=LOCAL), tmp_path / "two")
    do(scenario(arms, execution={"backend": "local", "workers": 1}), tmp_path / "one")
    for name in ("outcomes", "twins", "runs", "switches", "customers", "lorenz"):
        made = {(tmp_path / w / f"{name}.parquet").read_bytes() for w in ("serial", "turned", "two", "one")}
        assert len(made) == 1, name


def test_other_seeds_make_other_bytes(tmp_path):
    do(scenario(), tmp_path / "a")
    do(scenario(seed=2), tmp_path / "b")
    assert (tmp_path / "a" / "outcomes.parquet").read_bytes() != (
        tmp_path / "b" / "outcomes.parquet"
    ).read_bytes()


def test_row_groups_are_filled_by_whole_runs(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "ROWS", 60)
    do(scenario(), tmp_path / "r")
    found = pq.ParquetFile(tmp_path / "r" / "outcomes.parquet").metadata
    assert [found.row_group(g).num_rows for g in range(found.num_row_groups)] == [72, 72]


def test_run_again_from_the_folder_alone(tmp_path, monkeypatch):
    do(scenario(question='010 "1:30" nan', execution=LOCAL), tmp_path / "r")
    made = run_and_report.load_config(tmp_path / "r")
    assert made == scenario(question='010 "1:30" nan', execution=LOCAL)
    do(made, tmp_path / "again")
    assert (tmp_path / "r/summary.csv").read_bytes() == (tmp_path / "again/summary.csv").read_bytes()
    assert (tmp_path / "r/outcomes.parquet").read_bytes() == (
        tmp_path / "again/outcomes.parquet"
    ).read_bytes()


@pytest.mark.parametrize(
    "text", ["nan", "inf", "010", "1:30", "on", "null", "1e5", "~", "-.5", "a: b", "#x", "é\n x"]
)
def test_any_text_survives_the_config(tmp_path, text):
    made = scenario(question=text)
    folder.write_config(tmp_path, made)
    assert run_and_report.load_config(tmp_path) == made


def test_default_folders_do_not_meet(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(folder, "datetime", Frozen)
    made = [folder.make_folder(scenario(), None) for _ in range(3)]
    assert [p.name for p in made] == ["T", "T_2", "T_3"] and made[0].parent == tmp_path / "runs/made_up"


class Frozen:
    @staticmethod
    def now(zone):
        return Frozen

    @staticmethod
    def strftime(shape):
        return "T"


def test_an_existing_folder_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    for where in (tmp_path, tmp_path / "mine.txt", tmp_path / "mine.txt" / "below"):
        with pytest.raises(InputError, match="out"):
            do(scenario(), where)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_a_folder_that_cannot_be_written(tmp_path, monkeypatch):
    def denied(*_, **__):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", denied)
    with pytest.raises(InputError, match="Permission denied"):
        do(scenario(), tmp_path / "a" / "r")


def test_too_little_room_is_said_before_anything_starts(tmp_path, monkeypatch):
    monkeypatch.setattr(folder.shutil, "disk_usage", lambda _: type("U", (), {"free": 1000})())
    with pytest.raises(InputError, match="MB free"):
        do(scenario(), tmp_path / "r")
    assert not (tmp_path / "r").exists()


@pytest.mark.parametrize("after", [1, 2, 5, 18, 17])
def test_a_full_disk_leaves_whole_files_and_no_manifest(tmp_path, monkeypatch, after):
    calls, fsync = [], os.fsync

    def full(number):
        calls.append(number)
        if len(calls) >= after:
            raise OSError(errno.ENOSPC, "No space left on device")
        fsync(number)

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(UnfinishedRun, match="disk is full"):
        do(scenario(), tmp_path / "r")
    left = [p for p in (tmp_path / "r").rglob("*") if p.is_file()]
    assert not (tmp_path / "r" / "state.txt").exists() and state_of(tmp_path / "r") == STOPPED
    assert len(left) == max(0, after - 2) and not (tmp_path / "r" / "manifest.json").exists()
    for path in left:
        assert not path.name.startswith(".")
        if path.suffix == ".parquet":
            pd.read_parquet(path)
    with pytest.raises(InputError, match=r"finished run folder; this one was stopped .* run again"):
        run_and_report.Result.read(tmp_path / "r")


def test_a_wrong_request_leaves_no_folder(tmp_path):
    for execution in ({}, LOCAL):
        with pytest.raises(InputError, match="population that fits"):
            do(scenario(question="refuse", execution=execution), tmp_path / "r")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("execution", [{"backend": "serial"}, LOCAL])
def test_a_failed_run_costs_itself_only(tmp_path, execution):
    result = do(scenario(question="raise 2", execution=execution), tmp_path / "r")
    assert [(f["arm"], f["seed"]) for f in result.failed] == [("dearer", 2)]
    assert "made-up fault" in result.failed[0]["error"] and "/home" not in result.failed[0]["error"]
    assert "support/experiment.py" in (tmp_path / "r" / "failures.txt").read_text()
    assert len(result.runs) == 2 * 10
    found = result.summary.query("arm == 'dearer' and metric == 'profit'").iloc[0]
    assert found["n"] == 2 and found["pairs"] == 2


def test_every_run_failed(tmp_path):
    made = scenario({"dearer": 11}, control="dearer", question="raise 1", replications=1, twin=False)
    result = run_and_report.run(made, tmp_path / "r", market=MARKET, progress=False)
    assert len(result.failed) == 1 and len(result.outcomes) == 0 and (result.summary["n"] == 0).all()
    assert state_of(result.where) == NUMBERS, "there is nothing to draw"


def test_a_worker_that_dies_costs_its_own_run_only(tmp_path):
    result = do(scenario(question="die 2", execution=LOCAL), tmp_path / "r")
    assert [(f["arm"], f["seed"]) for f in result.failed] == [("dearer", 2)]
    assert "ended with 9" in result.failed[0]["error"]
    assert len(result.runs) == 2 * 10
    whole = do(scenario(), tmp_path / "whole").runs.query("seed != 2").reset_index(drop=True)
    assert result.runs.query("seed != 2").reset_index(drop=True).equals(whole)


SCRIPT = """
import sys
sys.path[:0] = [{tests!r}, {root!r}]
from support.experiment import MARKET, scenario
import sim.report.run_and_report as experiment
made = scenario(question={question!r}, replications={replications}, execution={execution!r})
experiment.run(made, {where!r}, market=MARKET, report="none")
print("finished")
"""


def begin(tmp_path, **values):
    script = tmp_path / "script.py"
    text = {
        "tests": str(TESTS),
        "root": str(ROOT),
        "where": str(tmp_path / "r"),
        "replications": 3,
    } | values
    script.write_text(SCRIPT.format(**text))
    return subprocess.Popen(
        [sys.executable, str(script)], stdout=-1, stderr=-1, text=True, start_new_session=True
    )


def test_a_script_needs_no_guard(tmp_path):
    out, err = begin(tmp_path, question="", execution=LOCAL).communicate(timeout=120)
    assert out == "finished\n" and "Traceback" not in err


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_stopped_from_outside(tmp_path, sign):
    run = begin(tmp_path, question="nap 2", execution=LOCAL)
    wait_for(lambda: len(list((tmp_path / "r" / "parts").glob("*.zip"))) >= 5)
    workers = children(run.pid)
    if sign == signal.SIGINT:
        os.killpg(run.pid, sign)  # as a terminal does
    else:
        run.send_signal(sign)
    _, err = run.communicate(timeout=30)
    wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers))
    assert run.returncode != 0 and not (tmp_path / "r" / "manifest.json").exists()
    assert len(list((tmp_path / "r" / "parts").glob("*.zip"))) == 5
    if sign != signal.SIGKILL:
        assert "interrupted" in err and "finished runs in its parts/: 5" in err
        assert err.count("Traceback") == 1 and not list((tmp_path / "r").rglob(".*"))


TWICE = """
import os, signal, sys, types
import sim.cli

def stop(rest):
    try:
        os.kill(os.getpid(), signal.{first})
    finally:
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGTERM)

sys.modules["stopped"] = types.SimpleNamespace(main=stop)
sim.cli.COMMANDS["stop"] = ("stopped", "")
sys.argv = ["guanxi", "stop"]
status = sim.cli.main()
os.kill(os.getpid(), signal.SIGINT)
sys.exit(status)
"""


@pytest.mark.parametrize("first", ["SIGINT", "SIGTERM"])
def test_a_program_is_stopped_once_from_its_first_moment_on(first):
    script = [sys.executable, "-c", TWICE.format(first=first)]
    run = subprocess.run(script, capture_output=True, text=True, timeout=60)
    assert (run.returncode, run.stderr) == (130, "guanxi: interrupted\n")


def test_a_signal_that_something_swallowed_may_come_again(monkeypatch):
    before = signal.getsignal(signal.SIGTERM)
    with signals.heard_once():
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGTERM)
        monkeypatch.setattr(signals, "AGAIN", 0.0)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")
def test_stopped_again_and_again(tmp_path):
    """Three Ctrl-C of a terminal, while two workers are busy."""
    words = "population.customers=300 experiment.periods=20000 experiment.replications=1"
    command = [sys.executable, "-m", "sim", "run", "scenario=bond_ladder", *words.split()]
    run = subprocess.Popen(
        [*command, "execution.backend=local", "execution.workers=2", f"out={tmp_path / 'r'}"],
        stdout=-1,
        stderr=-1,
        text=True,
        start_new_session=True,
    )
    wait_for(lambda: len(children(run.pid)) >= 3)  # two workers, and who watches over what they share
    time.sleep(2)
    workers = children(run.pid)
    for _ in range(3):
        os.killpg(run.pid, signal.SIGINT)
        time.sleep(0.05)
    try:
        _, err = run.communicate(timeout=20)
    finally:
        if run.poll() is None:
            os.killpg(run.pid, signal.SIGKILL)
    wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers))
    assert run.returncode == 130 and "Traceback" not in err and "interrupted" in err


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")
def test_a_worker_killed_from_outside_costs_nothing(tmp_path):
    run = begin(tmp_path, question="", replications=40, execution=LOCAL)
    wait_for(lambda: len(list((tmp_path / "r" / "parts").glob("*.zip"))) >= 3)
    victims = [pid for pid in children(run.pid) if "spawn_main" in Path(f"/proc/{pid}/cmdline").read_text()]
    os.kill(victims[0], signal.SIGKILL)
    run.communicate(timeout=120)
    assert json.loads((tmp_path / "r" / "manifest.json").read_text())["failed"] == []


def test_a_customers_loyalty_is_kept_as_the_market_shows_it():
    from sim.market.market import Market
    from sim.scenario.scenario import Scenario

    market = Market(Scenario.from_config({
        "name": "kept", "population": {"customers": 300}, "firms": {"focal": {}, "rival": {}},
        "experiment": {"periods": 30, "burn_in": 0, "value_every": 30, "sample": 50},
    }), 3)  # fmt: skip
    market.run_for(30)
    kept = market.customer_sample()
    assert len(kept) == 50 and set(kept["loyalty"]) > {"true"}
    for row in kept.itertuples():
        one = market.customers[row.customer]
        assert (row.loyalty, row.behaviour, row.trust_level) == (one.loyalty, one.behaviour, one.trust_level)
        assert row.commitment == one.attitude or (row.supplier == "none" and np.isnan(row.commitment))
    known = kept[kept["supplier"] != "none"]
    assert known["behaviour"].equals(known["habit"].astype("f8"))
