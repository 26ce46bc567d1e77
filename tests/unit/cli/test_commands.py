"""The commands: what they print, what they leave alone, how they end."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from sim.cli import COMMANDS, LATER, main
from sim.core.errors import InputError, UnfinishedRun
from sim.firms.metrics import ALL
from sim.firms.partners.base import KINDS as STAKEHOLDERS
from sim.scenario.events.base import EVENTS
from sim.scenario.files import compose
from sim.strategies import STRATEGIES
from sim.validation.concepts import CONCEPTS
from support import ROOT

FILE = """
question: Which wins?
source: a test
concepts: [C12]
expect: [{claim: dearer earns more, literature: none, metric: profit, arm: dear, is: higher}]
population: {customers: 300}
firms: {focal: {price: 12}, rival: {}}
experiment:
  arms: {control: {}, dear: {firms: {focal: {price: 13}}}}
  control: control
  periods: 20
  burn_in: 5
  replications: 2
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of one's own with a scenario, and an empty one to work in."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "mine.yaml").write_text(FILE)
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "own"


@pytest.fixture
def ran(monkeypatch) -> list:
    """The runs that were asked for, none of them done."""
    import sim.cli.grid
    import sim.report.run_and_report
    import sim.report.terminal

    calls: list = []

    def run(setting, folder, **how):
        calls.append((setting, folder, how))
        return SimpleNamespace(failed=[], folder=folder, where=Path(folder or "runs"), nothing_ran=False)

    monkeypatch.setattr(sim.report.run_and_report, "run", run)
    monkeypatch.setattr(sim.report.run_and_report, "draw", lambda result, which, workers: "")
    monkeypatch.setattr(sim.cli.grid, "print_jobs", lambda results, overrides: None)
    monkeypatch.setattr(
        sim.report.terminal, "print_result", lambda result, details: print("printed", result.folder)
    )
    return calls


def cli(*words: object) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "sim", *map(str, words)], capture_output=True, text=True, timeout=120,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip


@pytest.mark.parametrize(
    "kind", ["scenarios", "strategies", "metrics", "concepts", "levers", "events", "stakeholders"]
)
def test_list_imports_nothing_heavy(kind: str) -> None:
    code = (
        f"import sys; from sim.cli import main; assert main(['list', '{kind}']) == 0; "
        "bad = {'numba', 'mesa', 'pandas', 'hydra', 'omegaconf', 'matplotlib', 'scipy', 'pyarrow', 'rich'};"
        "assert not bad & set(sys.modules), bad & set(sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "kind, known",
    [
        ("strategies", STRATEGIES),
        ("metrics", ALL),
        ("concepts", CONCEPTS),
        ("scenarios", {"mine"}),
        ("events", EVENTS),
        ("stakeholders", STAKEHOLDERS),
    ],
)
def test_list_for_programs(kind: str, known, folder, capsys) -> None:
    import sim.strategies.library  # noqa: F401

    assert main(["list", kind, "--json", "--config-dir", str(folder)]) == 0
    assert {entry["name"] for entry in json.loads(capsys.readouterr().out)} >= set(known)


def test_list_prints_one_line_each(folder, capsys) -> None:
    assert main(["list", "--config-dir", str(folder)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines if "Which wins?" in line] == ["mine"]


def test_one_broken_scenario_does_not_hide_the_others(folder, capsys) -> None:
    (folder / "broken.yaml").write_text("a: [")
    assert main(["list", "--config-dir", str(folder)]) == 0
    told = capsys.readouterr().out
    assert "cannot be read" in told and "Which wins?" in told


def test_the_concepts_are_sixty_six_with_both_titles() -> None:
    whole, parts = [[c for c in CONCEPTS if c.endswith("b") == part] for part in (False, True)]
    assert whole == [f"C{n}" for n in range(1, 67)]
    assert parts == ["C14b", "C36b", "C55b"]
    names = list(CONCEPTS)
    assert [names[names.index(part) - 1] for part in parts] == ["C14", "C36", "C55"]
    assert all(c.title and c.chinese and c.where for c in CONCEPTS.values())


def test_show(folder, capsys) -> None:
    assert main(["show", "scenario", "mine", "--config-dir", str(folder)]) == 0
    told = capsys.readouterr().out
    for part in ("Which wins?", "a test", "dearer earns more [profit of dear higher than of control]"):
        assert part in told
    assert yaml.safe_load(told) == compose("mine", folders=[folder]).to_dict()
    assert main(["show", "strategy", "club"]) == 0
    assert "contact_rate" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ("concept C17", ["the three force equations", "negotiates: true", "shown by: profit", "key_account_power"]),
        ("lever event", ["promotion of the four Ps", "0 to 100 (money per person in the market per week)"]),
        ("lever data_upkeep", ["none of the four Ps, communication", "without records that go stale"]),
        ("event price_war", ["{type: price_war", "at: null", "hazard: 0.0", "cut: 0.2", "share of the list price"]),
        ("stakeholder supplier", ["{kind: supplier}", "lever supplier_support", "negotiates: false", "saving: 0.1"]),
    ],
)  # fmt: skip
def test_show_of_what_is_declared(words, parts, capsys) -> None:
    assert main(["show", *words.split()]) == 0
    told = capsys.readouterr().out
    assert [part for part in parts if part not in told] == []
    kind, name = words.split()
    assert main(["show", kind, name[:-1] + "x"]) == 2
    assert f"did you mean '{name}'" in capsys.readouterr().err or kind == "concept"


def test_everything_declared_can_be_shown(capsys) -> None:
    from sim.cli import lists

    for kind in ("concept", "lever", "event", "stakeholder"):
        for entry in getattr(lists, f"{kind}s")():
            assert main(["show", kind, entry["name"]]) == 0
            assert entry["name"] in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "told"), [([], "kinds: scenario, strategy, concept"), (["event"], "guanxi list events")]
)
def test_show_without_a_name_says_what_is_missing(words, told, capsys) -> None:
    assert main(["show", *words]) == 2
    error = capsys.readouterr().err
    assert told in error and "missing" in error and "overrides" not in error


def test_list_of_events_and_stakeholders_has_parameters(capsys) -> None:
    assert main(["list", "events"]) == 0
    assert (
        "cut: 0.2   reduction of every list price; a number from 0 to 1 (share of the list price)"
        in capsys.readouterr().out
    )
    assert main(["list", "stakeholders"]) == 0
    assert "segment: null   " in capsys.readouterr().out


def test_cfg_shows_the_whole_config_and_starts_nothing(folder, ran, capsys) -> None:
    words = ["run", "scenario=mine", "theory.choice.w_sat=0.4", "--cfg", "job", "--config-dir", str(folder)]
    assert main(words) == 0
    shown = yaml.safe_load(capsys.readouterr().out)
    assert shown == compose("mine", ["theory.choice.w_sat=0.4"], [folder]).to_dict()
    assert shown["theory"]["choice"]["w_sat"] == 0.4 and shown["theory"]["trust"]["up"] == 0.05
    assert not ran and not list(Path.cwd().iterdir())


def test_run_hands_over_what_was_composed(folder, ran) -> None:
    assert (
        main(["run", "--config-dir", str(folder), "scenario=mine", "out=there", "firms.focal.price=9"]) == 0
    )
    ((setting, where, how),) = ran
    assert setting.firms.focal.price == 9 and where == Path("there").absolute() and how["progress"] is True


def test_a_multirun_has_a_folder_for_each_job(folder, ran) -> None:
    words = ["run", "-m", "scenario=mine", "firms.focal.price=9,10", "experiment.seed=range(1,4)", "out=grid"]
    assert main([*words, "--config-dir", str(folder)]) == 0
    found = [
        (s.firms.focal.price, s.experiment.seed, str(where.relative_to(Path.cwd()))) for s, where, _ in ran
    ]
    assert found == [
        (p, s, f"grid/{3 * i + j}") for i, p in enumerate((9, 10)) for j, s in enumerate((1, 2, 3))
    ]


def test_a_grid_with_one_wrong_value_starts_nothing(folder, ran, capsys) -> None:
    assert main(["run", "-m", "scenario=mine", "firms.focal.price=9,-1", "--config-dir", str(folder)]) == 2
    assert "firms.focal.price -1" in capsys.readouterr().err and not ran


def test_default_folders_of_a_multirun_differ(folder, ran) -> None:
    assert main(["run", "-m", "scenario=mine", "experiment.seed=1,2", "--config-dir", str(folder)]) == 0
    assert len({where for _, where, _ in ran}) == 2


def test_dry_run(folder, ran, capsys) -> None:
    assert main(["run", "scenario=mine", "--dry-run", "--config-dir", str(folder)]) == 0
    assert "8 runs of 20 periods and 300 customers" in capsys.readouterr().out and not ran


@pytest.mark.parametrize(
    ("words", "drawn"),
    [
        (["scenario=mine"], ["html"]),
        (["scenario=mine", "report=none"], ["none"]),
        (["scenario=mine", "report=all"], ["all"]),
        (["-m", "scenario=mine", "experiment.seed=1,2"], ["none", "none"]),
        (["-m", "scenario=mine", "experiment.seed=1,2", "report=html"], ["html", "html"]),
    ],
)
def test_a_single_run_is_drawn_after_its_answer_and_a_job_of_a_grid_where_asked(words, drawn, folder, ran, monkeypatch, capsys):  # fmt: skip
    import sim.report.run_and_report

    asked = []

    def draw(result, which, workers):
        print("drawing", which)
        asked.append(which)
        return ""

    monkeypatch.setattr(sim.report.run_and_report, "draw", draw)
    assert main(["run", *words, "--config-dir", str(folder)]) == 0
    told = capsys.readouterr().out.splitlines()
    assert asked == [which for which in drawn if which != "none"] and [
        how["report"] for _, _, how in ran
    ] == ["none"] * len(drawn)
    assert [line.split()[0] for line in told[: len(drawn)]] == ["printed"] * len(drawn)
    assert len({id(how["workers"]) for _, _, how in ran}) == 1, "the jobs share their workers"
    assert sum("Report with figures: " in line for line in told) == sum(which != "none" for which in drawn)
    assert sum("To draw them: guanxi report " in line for line in told) == ("none" in drawn)


def test_a_drawing_that_fails_is_told_with_the_remedy_and_gives_status_1(folder, ran, monkeypatch, capsys):
    import sim.report.run_and_report

    monkeypatch.setattr(sim.report.run_and_report, "draw", lambda *_: "No space left on device")
    assert main(["run", "scenario=mine", "out=r", "--config-dir", str(folder)]) == 1
    told = capsys.readouterr()
    assert "printed" in told.out and "Report with figures" not in told.out
    assert told.err == (
        "guanxi: figures and report.html of r could not be written: No space left on device\n"
        "  the numbers are whole; to draw them: guanxi report r\n"
    )


def test_exit_status(folder, ran, monkeypatch, capsys) -> None:
    import sim.report.run_and_report

    words = ["run", "scenario=mine", "--config-dir", str(folder)]

    def ends(how):
        def run(*_, **__):
            if isinstance(how, BaseException):
                raise how
            return how

        monkeypatch.setattr(sim.report.run_and_report, "run", run)
        monkeypatch.setattr(sim.report.run_and_report, "draw", lambda result, which, workers: "")
        return main(words)

    result = SimpleNamespace(failed=[{"arm": "dear"}], folder="x", where=Path("x"), nothing_ran=False)
    monkeypatch.setattr(sim.report.terminal, "print_result", lambda result, details: None)
    assert ends(result) == 1
    assert ends(KeyboardInterrupt()) == 130
    assert ends(InputError("a.b", 1, "2")) == 2
    assert ends(ValueError("some trouble")) == 1
    assert "some trouble" in (told := capsys.readouterr().err) and "Traceback" not in told
    assert ends(UnfinishedRun("r is unfinished: the disk is full")) == 1
    told = capsys.readouterr().err
    assert told == "guanxi: r is unfinished: the disk is full\n" and "Traceback" not in told


@pytest.mark.parametrize("command", LATER)
def test_what_is_not_built_says_so(command: str, capsys) -> None:
    assert main([command, "scenario=mine"]) == 2
    assert "not built yet" in capsys.readouterr().err


def test_help_and_version(capsys) -> None:
    assert main([]) == main(["--help"]) == main(["--version"]) == 0
    told = capsys.readouterr().out
    assert all(name in told for name in (*COMMANDS, *LATER))
    for command in ("run", "list", "show", "report"):
        assert cli(command, "--help").returncode == 0


def test_a_pipe_that_closes_early_is_no_error() -> None:
    line = f"{sys.executable} -m sim list metrics | head -1"
    done = subprocess.run(
        line, shell=True, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(ROOT)}
    )
    assert done.stderr == "" and done.stdout.startswith("profit")


PLUGIN = """
import sim.strategies as plan

@plan.strategy("{name}", source="a test")
class Mine(plan.Strategy):
    \"\"\"Half of what is given.\"\"\"
    dose: float = 0.5

    def plan(self, view):
        return view.standing_plan.replace(price=view.standing_plan.price * self.dose)
"""


def test_a_plugin_is_usable_by_name(folder, capsys, tmp_path) -> None:
    (tmp_path / "own_one.py").write_text(PLUGIN.format(name="own_one"))
    try:
        words = ["--plugin", str(tmp_path / "own_one.py"), "--config-dir", str(folder)]
        chosen = ["firms.focal.strategy=own_one", "firms.focal.strategy.dose=0.25"]
        assert main(["run", "scenario=mine", *chosen, "--cfg", "job", *words]) == 0
        shown = yaml.safe_load(capsys.readouterr().out)
        assert shown["firms"]["focal"]["strategy"] == {"name": "own_one", "dose": 0.25}
        assert main(["list", "strategies", *words]) == 0
        assert "Half of what is given." in capsys.readouterr().out
    finally:
        STRATEGIES.pop("own_one", None)


@pytest.mark.parametrize(
    "text, told",
    {
        "import nowhere_at_all": "nowhere_at_all",
        "def broken(:": "SyntaxError",
        "1/0": "ZeroDivisionError: division by zero (line 1)",
        "x = 1": "a class under @sim.strategy",
        PLUGIN.format(name="club"): "a name that no other strategy has",
        "raise SystemExit(0)": "SystemExit",
    }.items(),
)
def test_a_broken_plugin_is_named(text: str, told: str, tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)  # for a message cuts a long path
    Path("broken.py").write_text(text)
    assert main(["list", "strategies", "--plugin", "broken.py"]) == 2
    error = capsys.readouterr().err
    assert told in error and "broken.py" in error and "Traceback" not in error


def test_conf_and_scenarios_are_found_in_an_installed_copy(tmp_path, monkeypatch) -> None:
    import shutil

    import sim.scenario.files

    (tmp_path / "sim" / "_data").mkdir(parents=True)
    shutil.copytree(ROOT / "conf", tmp_path / "sim" / "_data" / "conf")
    (tmp_path / "sim" / "_data" / "scenarios").mkdir()
    (tmp_path / "sim" / "_data" / "scenarios" / "mine.yaml").write_text(FILE)
    monkeypatch.setattr(sim.scenario.files, "_HERE", tmp_path / "sim")
    monkeypatch.chdir(tmp_path)
    assert compose("mine", ["preset=sbg"]).market.type == "contractual"


class _Entry:
    """An installed package's entry point."""

    value = "package:module"

    def __init__(self, load) -> None:
        self.load = load


def test_an_installed_package_brings_strategies(folder, monkeypatch) -> None:
    import sim.strategies
    import sim.strategies.plugins

    def load() -> None:
        sim.strategies.strategy("from_a_package", source="a test")(
            type("Theirs", (sim.strategies.Strategy,), {})
        )

    monkeypatch.setattr(
        sim.strategies.plugins,
        "entry_points",
        lambda group: [_Entry(load)] if group == sim.strategies.plugins.GROUP else [],
    )
    try:
        made = compose("mine", ["firms.focal.strategy=from_a_package"], [folder])
        assert made.firms.focal.strategy.name == "from_a_package"
    finally:
        STRATEGIES.pop("from_a_package", None)


def test_a_broken_package_is_named(monkeypatch, capsys) -> None:
    import sim.strategies.plugins

    monkeypatch.setattr(sim.strategies.plugins, "entry_points", lambda group: [_Entry(lambda: 1 / 0)])
    assert main(["list", "strategies"]) == 2
    told = capsys.readouterr().err
    assert "package:module" in told and "ZeroDivisionError" in told


def test_validate_prints_expected_and_got_and_knows_its_laws(capsys):
    from sim.cli import main

    assert main(["validate", "L99"]) == 2
    assert "one of L1" in capsys.readouterr().err
    assert main(["validate", "L5", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert rows and {"law", "what", "expected", "got", "tolerance", "ok"} <= set(rows[0])


@pytest.mark.parametrize(
    ("manifest", "said"),
    [("{}", "manifest with scenario"), ("{", "JSONDecodeError"), ("[]", "manifest with")],
)
def test_a_damaged_run_folder_is_refused_by_name(tmp_path, capsys, manifest, said):
    from sim.cli import main

    (tmp_path / "manifest.json").write_text(manifest)
    assert main(["report", str(tmp_path)]) == 2
    told = capsys.readouterr().err
    assert said in told and str(tmp_path) in told and "Traceback" not in told
    assert [p.name for p in tmp_path.iterdir()] == ["manifest.json"]


@pytest.mark.slow
def test_a_multirun_says_which_overrides_made_which_folder(folder, capsys) -> None:
    words = ["run", "-m", "scenario=mine", "firms.focal.price=9,10", "experiment.replications=1", "out=grid"]
    words += ["experiment.twin=false", "experiment.sample=0", "execution.backend=serial"]
    assert main([*words, "--config-dir", str(folder)]) == 0
    assert Path("grid/jobs.csv").read_text() == "folder,firms.focal.price\n0,9\n1,10\n"
    table = capsys.readouterr().out.partition("Jobs")[2].split("\n")
    rows = [line.split()[:3] for line in table if line.strip().startswith(("0 ", "1 "))]
    assert rows == [["0", "9", "control"], ["0", "9", "dear"], ["1", "10", "control"], ["1", "10", "dear"]]
    assert any("grid/jobs.csv" in line for line in table)


@pytest.mark.slow
def test_a_folder_of_another_version_says_which_column_is_missing(folder, capsys) -> None:
    import pandas as pd

    words = [
        "run",
        "scenario=mine",
        "experiment.replications=1",
        "experiment.twin=false",
        "experiment.sample=0",
    ]
    words += ["execution.backend=serial", "out=old", "--config-dir", str(folder)]
    assert main(words) == 0
    for name in ("runs", "outcomes"):
        path = Path("old") / f"{name}.parquet"
        pd.read_parquet(path).drop(columns="event_cost").to_parquet(path)
    assert main(["report", "old"]) == 2
    assert "outcomes.parquet changed, runs.parquet changed" in capsys.readouterr().err
    manifest = json.loads(Path("old/manifest.json").read_text())
    Path("old/manifest.json").write_text(
        json.dumps(manifest | {"sha256": {}})
    )  # as an older version wrote it
    assert main(["report", "old"]) == 2
    told = capsys.readouterr().err
    assert (
        "made by another version of guanxi: a column is missing (event_cost)" in told
        and "KeyError" not in told
    )


@pytest.mark.parametrize("dry", [[], ["--dry-run"]])
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["execution.backend=dask"], "dask is not built yet"),
        (["out=there"], "does not exist yet"),
        (["out=note/r"], "note is a file"),
        (["out=/proc/r"], "/proc/r"),
    ],
)
def test_a_dry_run_refuses_what_a_run_refuses(words, told, dry, folder, ran, capsys) -> None:
    Path("there").mkdir()
    Path("note").write_text("")
    assert main(["run", "scenario=mine", "--config-dir", str(folder), *words, *dry]) == 2
    assert told in capsys.readouterr().err and not ran


def test_a_scenario_by_its_file(folder, capsys, monkeypatch) -> None:
    monkeypatch.chdir(folder)
    for name in ("mine.yaml", "./mine.yaml", str(folder / "mine.yaml")):
        assert main(["run", f"scenario={name}", "--dry-run"]) == 0
        assert capsys.readouterr().out.startswith("mine: arms control, dear")
        assert compose(name) == compose("mine", folders=[folder]) == compose(Path(name))
    assert main(["show", "scenario", "mine.yaml"]) == 0
    for wrong in ("./nowhere.yaml", "there/mine", "mine.yml.yaml"):
        assert main(["run", f"scenario={wrong}"]) == 2
    assert main(["run", "mine.yaml"]) == 2
    assert "scenario=mine.yaml" in capsys.readouterr().err
    from sim.report.run_and_report import compare

    with pytest.raises(InputError, match="scenario file"):
        compare("./nowhere.yaml")


@pytest.mark.slow
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
@pytest.mark.parametrize("json", [[], ["--json"]], ids=["tables", "json"])
def test_an_answer_that_cannot_be_printed_is_told_as_such_and_the_folder_is_whole(tmp_path, json):
    command = [
        sys.executable, "-m", "sim", "run", "scenario=bond_ladder", "experiment.periods=10", "experiment.burn_in=1",
        "experiment.replications=1", "experiment.twin=false", "population.customers=50", f"out={tmp_path / 'r'}", *json,
    ]  # fmt: skip
    with open("/dev/full", "w") as full:
        ran = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert ran.returncode == 1 and (tmp_path / "r" / "manifest.json").is_file()
    assert "standard output cannot be written (No space left on device)" in ran.stderr
    assert f"{tmp_path / 'r'}" in ran.stderr.splitlines()[-1] and "whole" in ran.stderr.splitlines()[-1]
    assert "OSError" not in ran.stderr and "disk" not in ran.stderr


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
def test_a_list_that_cannot_be_printed_is_told_in_a_line():
    with open("/dev/full", "w") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "sim", "list"], stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert ran.returncode == 1 and len(ran.stderr.splitlines()) == 1
    assert "standard output cannot be written" in ran.stderr
