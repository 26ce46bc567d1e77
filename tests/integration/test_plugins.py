"""What a strategy of a user's own can do to a run: print, change folder, keep something for the next run."""

import hashlib
import json
import os
import subprocess
import sys
from importlib.metadata import distributions

import pytest

import sim
from sim.experiment.state import WHOLE, state_of
from sim.strategies import STRATEGIES
from sim.strategies.plugins import fresh, load_plugins, recorded
from support import ROOT

RUDE = """
import os
import sim

print("imported")
SEEN = []

@sim.strategy("rude", source="a test")
class Rude(sim.Strategy):
    \"\"\"Prints, leaves the folder and counts its plans over all runs.\"\"\"

    def plan(self, view):
        print("planning")
        os.system("echo from a shell")
        os.chdir("/")
        SEEN.append(1)
        return view.standing_plan.replace(price=10 + 0.01 * len(SEEN))
"""
SMALL = ["scenario=leaky_bucket", "population.customers=100", "experiment.periods=6", "experiment.burn_in=1",
         "experiment.replications=2", "experiment.only=keeping", "experiment.twin=false", "experiment.sample=0",
         "firms.focal.strategy=rude"]  # fmt: skip


def guanxi(folder, *words):
    return subprocess.run(
        [sys.executable, "-m", "sim", *words], capture_output=True, text=True, timeout=300, cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """The same small experiment in one process and in two, with a strategy that behaves badly."""
    folder = tmp_path_factory.mktemp("rude")
    (folder / "rude.py").write_text(RUDE)
    ways = {"here": ["execution.backend=serial", "--json"], "there": ["execution.workers=2"]}
    done = {
        name: guanxi(folder, "run", *SMALL, "--plugin", "rude.py", f"out={name}", *way)
        for name, way in ways.items()
    }
    return folder, done


def test_what_a_strategy_prints_leaves_the_json_alone(ran):
    done = ran[1]["here"]
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["failed"] == []
    assert "planning" in done.stderr and "from a shell" in done.stderr


def test_workers_print_to_stderr(ran):
    done = ran[1]["there"]
    assert done.returncode == 0, done.stderr
    assert "Report with figures: there/report.html" in done.stdout
    for text in ("imported", "planning", "from a shell"):
        assert text in done.stderr and text not in done.stdout


def test_in_python_too(tmp_path, capsys):
    path, before = tmp_path / "loud.py", os.getcwd()
    path.write_text(RUDE.replace('"rude"', '"loud"'))
    try:
        load_plugins([path])
        words = [word.replace("rude", "loud") for word in SMALL[1:]]
        sim.compare("leaky_bucket", overrides=words, workers=1, plugins=[path])
        told = capsys.readouterr()
        assert "planning" in told.err and told.out == ""
        assert os.getcwd() == before
    finally:
        os.chdir(before)
        STRATEGIES.pop("loud", None)


@pytest.mark.parametrize("way", ["here", "there"])
def test_a_strategy_that_changes_folder_costs_nothing(ran, way):
    folder, _ = ran
    assert state_of(folder / way) == WHOLE
    assert (folder / way / "report.html").is_file() and not (folder / way / "parts").exists()
    assert {path.name for path in folder.iterdir()} - {"__pycache__"} == {"rude.py", "here", "there"}


def test_no_run_meets_what_another_left(ran):
    folder, _ = ran
    here, there = ((folder / way / "outcomes.parquet").read_bytes() for way in ("here", "there"))
    assert here == there
    outcomes = sim.Result.read(folder / "here").outcomes
    first = outcomes[(outcomes["firm"] == "focal") & (outcomes["period"] == 0)]
    assert first.groupby("arm")["price"].nunique().max() == 1


def test_afterwards_the_modules_are_those_from_before(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(RUDE.replace('"rude"', '"mine_alone"'))
    try:
        load_plugins([path])
        known = STRATEGIES["mine_alone"]
        with fresh([path], []):
            assert STRATEGIES["mine_alone"] is not known
            inside = sys.modules[known.__module__]
        assert STRATEGIES["mine_alone"] is known and sys.modules[known.__module__] is not inside
    finally:
        STRATEGIES.pop("mine_alone", None)


def test_a_strategy_that_is_new_in_a_run_is_gone_afterwards(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(RUDE.replace('"rude"', '"mine_for_a_run"'))
    before = dict(STRATEGIES)
    with fresh([path], []):
        assert set(STRATEGIES) - set(before) == {"mine_for_a_run"}
    assert dict(STRATEGIES) == before


def test_a_run_with_ones_own_strategy_is_run_again_from_its_folder(ran):
    folder, _ = ran
    again = [
        "run",
        "scenario=config",
        "--config-dir",
        "there",
        "experiment.replications=1",
        "execution.backend=serial",
    ]
    without = guanxi(folder, *again, "out=without")
    assert without.returncode == 2 and not (folder / "without").exists()
    assert "firms.focal.strategy 'rude'" in without.stderr and "--plugin FILE" in without.stderr
    done = guanxi(folder, *again, "--plugin", "rude.py", "--dry-run")
    assert done.returncode == 0, done.stderr
    done = guanxi(folder, "report", "there", "--plugin", "rude.py")
    assert done.returncode == 0, done.stderr


def test_the_manifest_names_the_file_of_a_strategy_and_its_hash(ran):
    folder, _ = ran
    wanted = [{"file": "rude.py", "sha256": hashlib.sha256(RUDE.encode()).hexdigest()}]
    for way in ("here", "there"):
        assert sim.Result.read(folder / way).manifest["plugins"] == wanted


def test_a_module_is_recorded_with_the_version_of_its_package():
    import numpy

    assert recorded([], ["numpy.linalg", "support.experiment"]) == [
        {"module": "numpy.linalg", "version": numpy.__version__},
        {"module": "support.experiment", "version": None},
    ]


def test_in_python_a_file_is_imported_before_the_strategies_are_looked_up(ran, tmp_path):
    folder, _ = ran
    code = (
        "import sim\nfrom sim.report.run_and_report import rerun\n"
        f"rerun({str(folder / 'here')!r}, {str(tmp_path / 'again')!r}, progress=False, plugins=['rude.py'])\n"
        "sim.compare('leaky_bucket', overrides=['population.customers=50', 'experiment.periods=3', 'experiment.burn_in=1',"
        "'experiment.only=keeping', 'firms.focal.strategy=rude'], replications=1, workers=1, plugins=['rude.py'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=300, cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    name = "outcomes.parquet"
    assert (tmp_path / "again" / name).read_bytes() == (folder / "here" / name).read_bytes()


def test_an_installed_package_is_found_once_it_is_there(tmp_path, monkeypatch):
    """Entry points are looked for again when a folder of packages has changed, and only then."""
    from sim.strategies import plugins

    def declared():
        places = tuple((place, plugins._changed_at(place)) for place in [str(tmp_path)])
        return [entry.value for entry in plugins._declared(looked, places)]

    asked = []

    def looked(group):
        asked.append(group)
        return [
            entry
            for found in distributions(path=[str(tmp_path)])
            for entry in found.entry_points.select(group=group)
        ]

    assert declared() == declared() == [] and asked == [plugins.GROUP]
    made = tmp_path / "mine-1.0.dist-info"
    made.mkdir()
    (made / "METADATA").write_text("Metadata-Version: 2.1\nName: mine\nVersion: 1.0\n")
    (made / "entry_points.txt").write_text(f"[{plugins.GROUP}]\nmine = mine.plans\n")
    os.utime(tmp_path, ns=(1, 1))  # whatever the clock of the file system
    assert declared() == declared() == ["mine.plans"] and len(asked) == 2


def test_two_files_of_one_name_are_refused_before_anything_runs(tmp_path):
    """A run folder keeps a copy of each by its name."""
    places = [tmp_path / "one/mine.py", tmp_path / "two/mine.py"]
    for place in places:
        place.parent.mkdir()
        place.write_text(RUDE.replace('"rude"', f'"rude_{place.parent.name}"'))
    done = guanxi(tmp_path, "run", *SMALL, *(f"--plugin={place}" for place in places), "out=r")
    assert done.returncode == 2 and not (tmp_path / "r").exists()
    assert f"a file of another name than {places[0]}" in done.stderr


def test_a_strategy_in_another_encoding_is_kept_as_it_is(tmp_path):
    own = tmp_path / "latin.py"
    own.write_bytes(
        ("# -*- coding: latin-1 -*-\n# é\n" + RUDE.replace('"rude"', '"latin"')).encode("latin-1")
    )
    done = guanxi(
        tmp_path,
        "run",
        *[w.replace("=rude", "=latin") for w in SMALL],
        f"--plugin={own}",
        "out=r",
        "report=none",
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "r/plugins/latin.py").read_bytes() == own.read_bytes()


LIAR = """
import sim

@sim.strategy("liar", source="a test")
class Liar(sim.Strategy):
    def plan(self, view):
        for plan in (view.last_plan, view.standing_plan):
            object.__setattr__(plan, "price", -1000.0)
        return view.last_plan
"""


def test_a_plan_changed_behind_its_back_is_examined_like_any_other(tmp_path):
    """A strategy sees copies, so the firm's own plans stay as they were accepted."""
    (tmp_path / "liar.py").write_text(LIAR)
    words = [word.replace("=rude", "=liar") for word in SMALL]
    done = guanxi(tmp_path, "run", *words, "--plugin", "liar.py", "out=r")
    assert done.returncode == 1 and "period 0: price -1000.0" in done.stderr, done.stderr
