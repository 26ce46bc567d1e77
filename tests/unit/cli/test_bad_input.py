"""Every wrong request ends with exit status 2 and a few lines that say what is wrong; nothing starts, nothing is written."""

import contextlib
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.cli import main
from sim.core.errors import InputError
from sim.scenario.files import compose

GOOD = """
question: Which wins?
population: {customers: 300}
firms: {focal: {price: 12}, rival: {}}
experiment: {arms: {control: {}, dear: {firms: {focal: {price: 13}}}}, control: control, periods: 20, burn_in: 5}
"""


@pytest.fixture
def tmp_path():
    """A folder of a short name, for a message cuts a long path."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder).resolve()


@pytest.fixture
def attempt(tmp_path, monkeypatch, capsys):
    """Run one request in an empty folder; the few lines it ends with."""
    import sim.report.run_and_report

    started = []
    monkeypatch.setattr(sim.report.run_and_report, "run", lambda *a, **k: started.append(a))
    own, work = tmp_path / "own", tmp_path / "work"
    own.mkdir()
    work.mkdir()
    (own / "good.yaml").write_text(GOOD)
    monkeypatch.chdir(work)

    def try_it(*words: str, file: str | bytes | None = None) -> str:
        if file is not None:
            (own / "bad.yaml").write_bytes(file if isinstance(file, bytes) else file.encode())
        scenario = ["scenario=bad"] if file is not None else ["scenario=good"]
        before = sorted(tmp_path.rglob("*"))
        status = main(["run", *scenario, *words, "--config-dir", str(own)])
        told = capsys.readouterr()
        assert status == 2, told
        assert told.out == "" and "Traceback" not in told.err and 1 <= len(told.err.splitlines()) <= 4
        assert not started and sorted(tmp_path.rglob("*")) == before
        return told.err

    return try_it


#: an override, and what the message has to name: key, value, what is allowed, the nearest match
OVERRIDES = {
    "unknown key": ("firms.focal.pric=9", ("firms.focal.pric", "did you mean 'price'")),
    "unknown key in the theory": ("theory.choice.noise_scal=9", ("theory.choice.noise_scal", "did you mean 'noise_scale'")),
    "unknown section": ("theory.choic.w_sat=9", ("theory.choic ", "did you mean 'choice'")),
    "unknown part": ("+populaton.customers=9", ("populaton", "did you mean 'population'")),
    "unknown firm": ("firms.focl.price=9", ("firms.focl", "did you mean 'focal'", "+firms.focl.price=9 adds one")),
    "unknown arm": ("experiment.arms.deer.firms.focal.price=9", ("experiment.arms.deer", "did you mean 'dear'")),
    "unknown key in an arm": ("experiment.arms.dear.firms.focal.pric=9", ("arms.dear", "pric", "did you mean 'price'")),
    "unknown trait": ("population.segments.everyone.lockin=1", ("everyone.lockin", "did you mean 'lock_in'")),
    "unknown distribution": ("population.segments.everyone.desire={norml: {mean: 1}}", ("'norml'", "'normal'")),
    "wrong distribution": ("population.segments.everyone.voice={normal: {mean: 0, sd: 1}}", ("voice", "beta")),
    "half a distribution": (
        "population.segments.everyone.need_rate={lognormal: {median: 1}}", ("need_rate.lognormal", "both median and sigma")),
    "unknown group option": ("market=contractul", ("market 'contractul'", "did you mean 'contractual'")),
    "unknown preset": ("preset=dirichle", ("preset 'dirichle'", "did you mean 'dirichlet'")),
    "a path for a preset": ("preset=../../config", ("preset", "dirichlet")),
    "unknown strategy": ("firms.focal.strategy=clbu", ("strategy 'clbu'", "did you mean 'club'")),
    "unknown strategy parameter": (
        "firms.focal.strategy={name: club, contact_rat: 1}", ("firms.focal.strategy.contact_rat", "did you mean 'contact_rate'")),
    "strategy out of range": ("firms.focal.strategy={name: club, contact_rate: -1}", ("focal.strategy.contact_rate -1", "from 0")),
    "strategy not a number": ("firms.focal.strategy={name: club, contact_rate: nan}", ("contact_rate nan", "number")),
    "strategy by number": ("firms.focal.strategy=3", ("firms.focal.strategy 3", "mapping")),
    "wrong type": ("population.customers=many", ("population.customers 'many'", "whole number from 1")),
    "a sexagesimal": ("population.customers=1:30", ("population.customers '1:30'", "whole number")),
    "an octal": ("population.customers=010", ("population.customers '010'", "whole number")),
    "a switch": ("firms.focal.price=on", ("firms.focal.price 'on'", "a number from 0")),
    "a fraction": ("population.customers=1.5", ("population.customers 1.5", "whole number")),
    "a float": ("population.customers=1e3", ("population.customers 1000.0", "written as 1000")),
    "a list": ("firms.focal.price=[1,2]", ("firms.focal.price [1, 2]", "a number")),
    "not true or false": ("market.loyalty=2", ("market.loyalty 2", "true or false")),
    "out of range": ("population.customers=0", ("population.customers 0", "from 1 to 10000000")),
    "too many": ("population.customers=10000000000", ("population.customers 10000000000", "to 10000000")),
    "not one of": ("market.rivals=imitat", ("market.rivals 'imitat'", "did you mean 'imitate'")),
    "negative probability": ("firms.focal.failure_rate=-0.1", ("failure_rate -0.1", "from 0 to 1")),
    "negative chance of a segment": ("population.segments.everyone.voice=-0.1", ("voice -0.1", "from 0 to 1")),
    "shares that do not sum": ("population.segments.everyone.share=0.9", ("shares 0.9", "sum to 1", "everyone 0.9")),
    "layers that do not sum": ("network.kin.share=0.9", ("network: shares", "sum to 1", "kin 0.9")),
    "a text for what may be null": ("firms.focal.promise=high", ("promise 'high'", "from -2 to 5 (quality), or null")),
    "a firm without a price": ("firms.focal.price=null", ("firms.focal.price None", "a number from 0")),
    "no firm": ("firms=null", ("firms", "1 to 32")),
    "nan": ("firms.focal.quality=nan", ("firms.focal.quality nan", "from -2 to 5")),
    "infinite": ("market.budget=inf", ("market.budget inf", "or free")),
    "a huge number": ("firms.focal.price=" + "9" * 400, ("firms.focal.price 999", "a number")),
    "a long text": ("firms.focal.price=" + "x" * 400, (f"firms.focal.price '{'x' * 76}...\n", "a number")),
    "seed negative": ("experiment.seed=-1", ("experiment.seed -1", "whole number from 0")),
    "seed a fraction": ("experiment.seed=1.5", ("experiment.seed 1.5", "whole number from 0")),
    "seed a float": ("experiment.seed=5.0", ("experiment.seed 5.0", "whole number from 0")),
    "seed a text": ("experiment.seed='5'", ("experiment.seed '5'", "whole number from 0")),
    "seed true": ("experiment.seed=true", ("experiment.seed True", "whole number from 0")),
    "seed null": ("experiment.seed=null", ("experiment.seed None", "whole number from 0")),
    "burn-in as long as the run": ("experiment.burn_in=20", ("experiment.burn_in 20", "experiment.periods (20)")),
    **{
        f"event at {given}": (f"+events={{fall: {{type: quality_crisis, at: {given}}}}}", ("events.fall.at", "a whole number"))
        for given in ("soon", "1.5", "true", "[3]")
    },
    "unknown focal firm": ("experiment.focal=focl", ("experiment.focal 'focl'", "did you mean 'focal'")),
    "unknown control": ("experiment.control=contrl", ("experiment.control 'contrl'", "did you mean 'control'")),
    "unknown metric": ("experiment.metrics=[profti]", ("experiment.metrics 'profti'", "did you mean 'profit'")),
    "unknown concept": ("concepts=[C67]", ("concepts 'C67'", "C1 to C66")),
    "expectation of no arm": ("expect=[{metric: profit, arm: der, is: higher}]", ("expect[0].arm", "'dear'")),
    "expectation of no metric": ("expect=[{metric: profti, arm: dear, is: higher}]", ("expect[0].metric", "'profit'")),
    "expectation of nothing": ("expect=[{metric: profit, arm: dear}]", ("expect[0]", "between")),
    "expectation from high to low": (
        "expect=[{metric: profit, arm: dear, between: [2, 1]}]", ("expect[0].between [2, 1]", "low <= high")),
    "a firm by a name that is taken": ("+firms.none={price: 9}", ("firms 'none'", "left")),
    "an arm by a name that is taken": ("+experiment.arms.twin={}", ("experiment.arms 'twin'", "means nothing else")),
    "an event's firm": ("+events.e={type: price_shock, firm: focl}", ("events.e.firm", "did you mean 'focal'")),
    "an event without a time": ("+events.e={type: price_war}", ("events.e.at", "or else a hazard")),
    "an event's key": ("+events.e={type: price_shock, chnge: 1}", ("events.e.chnge", "did you mean 'change'")),
    "stakeholders": ("stakeholders={a: {}}", ("stakeholders.a.kind", "distributor")),
    "an event of no type": ("+events.e={type: price_shok}", ("events.e.type", "did you mean 'price_shock'")),
    "backend": ("execution.backend=dsk", ("execution.backend 'dsk'", "did you mean 'dask'")),
    "a firm's name": ("+firms.a b=1", ("override", "key=value")),
    "an arm's change of the experiment": ("experiment.arms.dear.experiment.seed=3", ("arms.dear.experiment", "firms")),
    "a resolver": ("firms.focal.price=${oc.env:HOME}", ("firms.focal.price", "${key.key}")),
    "a resolver in a list": ("question=['${oc.env:HOME}']", ("question[0]", "${key.key}")),
    "a resolver in a group": ("market=${oc.env:HOME}", ("market", "${key.key}")),
    "an escaped resolver": (r"question=\${oc.env:HOME}", ("question", "${key.key}")),
    "a circle": ("firms.focal.price=${firms.focal.price}", ("firms.focal.price", "lead back")),
    "a lost key": ("firms.focal.price=${market.prise}", ("firms.focal.price", "'prise'")),
    "a target": ("+firms.focal._target_=os.system", ("firms.focal._target_", "never runs")),
    "Hydra's settings": ("hydra.run.dir=x", ("hydra.run.dir", "Hydra itself")),
    "Hydra's groups": ("hydra/launcher=basic", ("hydra/launcher", "Hydra itself")),
    "Hydra by force": ("++hydra.job.chdir=true", ("hydra.job.chdir", "Hydra itself")),
    "a defaults list": ("+defaults=[{preset: none}]", ("defaults", "preset=dirichlet")),
    "a sweep without -m": ("firms.focal.price=9,10", ("firms.focal.price", "-m")),
    "not Hydra's grammar": ("firms.focal.price==9", ("override", "key=value")),
    "an unclosed bracket": ("firms.focal={price: 9", ("override", "key=value")),
    "brackets without end": ("question=" + "[" * 500 + "]" * 500, ("override", "nested")),
    "an empty word": ("", ("override", "key=value")),
    "an option that is not there": ("--plguin", ("--plguin", "did you mean '--plugin'")),
    "a key below a list": ("+experiment.metrics.x=1", ("experiment.metrics.x", "a list")),
    "a list for a mapping": ("network.kin=[1]", ("network.kin [1]", "a mapping")),
    "a mapping for a list": ("expect={a: 1}", ("expect {'a': 1}", "a list")),
    "nan in an arm": ("experiment.arms.dear.firms=nan", ("experiment.arms.dear.firms nan", "a number")),
    "no such option to leave out": ("~market=true", ("market True", "contractual")),
    "a key below a value": ("firms.focal.price.x=1", ("firms.focal.price.x", "nothing below")),
    "nothing to delete": ("~firms.rivl", ("firms.rivl", "did you mean 'rival'")),
}  # fmt: skip


@pytest.mark.parametrize("override, named", OVERRIDES.values(), ids=OVERRIDES)
def test_override(attempt, override: str, named: tuple[str, ...]) -> None:
    told = attempt(override)
    for part in named:
        assert part in told, told


#: a file in place of a scenario, and what the message has to name
FILES = {
    "empty": ("", ("bad.yaml", "empty")),
    "only comments": ("# hello\n", ("bad.yaml", "empty")),
    "binary": (b"\x00\xff\xfe\x80", ("bad.yaml", "UTF-8")),
    "oversized": ("question: " + "x" * 300_000, ("bad.yaml", "KiB")),
    "broken": ("firms: [", ("bad.yaml", "line")),
    "a list": ("- firms", ("bad.yaml", "mapping")),
    "duplicate keys": ("firms: {focal: {price: 1, price: 2}}", ("'price' is there twice", "line 1")),
    "an alias": ("firms: {focal: &a {}, rival: *a}", ("no alias", "line 1")),
    "a target": ("firms: {focal: {_target_: os.system}}", ("firms.focal._target_", "never runs")),
    "a Hydra section": ("hydra: {run: {dir: x}}\nfirms: {focal: {}}", ("hydra", "Hydra itself")),
    "a resolver": ("firms: {focal: {price: '${oc.env:HOME}'}}", ("firms.focal.price", "${key.key}")),
    "Hydra in the defaults": ("defaults: [override /hydra/launcher: x]\nfirms: {focal: {}}", ("defaults", "preset")),
    "an unknown preset": ("defaults: [override /preset: dirichle]\nfirms: {focal: {}}", ("dirichle", "'dirichlet'")),
    "two presets": ("defaults: [preset: logit, override /preset: sbg]\nfirms: {focal: {}}", ("sbg", "one choice of preset")),
    "a path in the defaults": ("defaults: [override /preset: ../x]\nfirms: {focal: {}}", ("../x", "dirichlet")),
    "no firms": ("question: none", ("firms", "1 to 32")),
    "too many arms": (f"firms: {{focal: {{}}}}\nexperiment: {{control: a1, arms: {{{', '.join(f'a{n}: ' for n in range(70))}}}}}",
        ("experiment.arms 70", "at most 64")),
    "too many firms": (f"firms: {{{', '.join(f'f{n}: {{}}' for n in range(33))}}}", ("firms", "1 to 32")),
    "an unknown key": ("firm: {focal: {}}", ("firm", "did you mean 'firms'")),
    "a misspelt key": ("firms: {focal: {prize: 1}}", ("firms.focal.prize", "did you mean 'price'")),
    "firms as a list": ("firms: [focal]", ("firms ['focal']", "mapping")),
    "a firm without a price": ("firms: {focal: {price: }}", ("firms.focal.price None", "a number")),
    "1:30": ("firms: {focal: {price: 1:30}}", ("firms.focal.price '1:30'", "a number")),
    "010": ("firms: {focal: {}}\npopulation: {customers: 010}", ("population.customers '010'", "whole number")),
    "on": ("firms: {focal: {}}\npopulation: {customers: on}", ("population.customers 'on'", "whole number")),
    ".nan": ("firms: {focal: {price: .nan}}", ("firms.focal.price nan", "a number")),
    "a bad name": ("firms: {'../x': {}}", ("firms '../x'", "letters")),
    "a switch as a firm": ("firms: {on: {}}", ("experiment.focal 'focal'", "on")),
    "segments that do not sum": (
        "firms: {focal: {}}\npopulation: {segments: {a: {share: 0.5}, b: {share: 0.4}}}", ("shares 0.9", "a 0.5, b 0.4")),
    "a deep file": ("firms: " + "{a: " * 60 + "1" + "}" * 60, ("bad.yaml", "levels")),
    "an arm that is wrong": (
        GOOD.replace("price: 13", "prce: 13"), ("experiment.arms.dear", "firms.focal.prce", "'price'")),
    "an arm out of range": (GOOD.replace("price: 13", "price: -3"), ("experiment.arms.dear", "price -3", "from 0")),
    "a text where a mapping is meant": (GOOD + "market: contractual", ("market 'contractual'", "mapping")),
}  # fmt: skip


@pytest.mark.parametrize("file, named", FILES.values(), ids=FILES)
def test_file(attempt, file, named: tuple[str, ...]) -> None:
    told = attempt(file=file)
    for part in named:
        assert part in told, told


def test_unknown_scenario(attempt, capsys, tmp_path) -> None:
    assert main(["run", "scenario=god", "--config-dir", str(tmp_path / "own")]) == 2
    assert "scenario 'god': did you mean 'good'" in capsys.readouterr().err
    for words in (["scenario=../own/good"], ["scenario="], [], ["scenario=good", "scenario=good"], ["good"]):
        assert main(["run", *words, "--config-dir", str(tmp_path / "own")]) == 2
        assert "Traceback" not in capsys.readouterr().err


def test_a_run_folder_that_exists_or_cannot_be_made(attempt, tmp_path) -> None:
    there = tmp_path / "there"
    there.mkdir()
    (tmp_path / "a_file").write_text("x")
    for out in (there, tmp_path / "a_file", tmp_path / "a_file" / "x"):
        assert "out" in attempt(f"out={out}")
    (Path.cwd() / "runs").write_text("a file in the place of the default folder")
    assert "out" in attempt()
    assert (Path.cwd() / "runs").read_text().startswith("a file")


def test_a_place_where_no_folder_can_be(tmp_path, capsys, monkeypatch) -> None:
    (tmp_path / "good.yaml").write_text(GOOD)
    monkeypatch.chdir(tmp_path)
    assert main(["run", "scenario=good", "--config-dir", ".", "out=/proc/nothing/here"]) == 2
    assert "out '/proc/nothing/here'" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written(attempt, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("os.access", lambda path, mode: False)
    assert "cannot" in attempt(f"out={tmp_path / 'new'}")


def test_a_population_that_does_not_fit(attempt, monkeypatch) -> None:
    monkeypatch.setattr("sim.market.memory.memory_available", lambda: 1_000_000_000)
    told = attempt("population.customers=10000000")
    assert "population.customers 10000000" in told and "1.0 GB are free" in told and "at most about 1" in told
    told = attempt("population.customers=1000", "population.entry_rate=1", "experiment.periods=10000")
    assert "10000000 who enter" in told and "at most about" in told
    told = attempt("population.customers=1000000", "execution.workers=8")
    assert "execution.workers 8" in told and "at most 1" in told


@pytest.mark.parametrize(
    "words",
    [
        ["run", "scenario=kotler_levels", "--dry-run", "out=/tmp/{}"],
        ["run", "scenario=./{}.yaml", "--dry-run"],
        ["run", "scenario=kotler_levels", "--dry-run", "--plugin", "{}.py"],
        ["run", "scenario=kotler_levels", "--dry-run", "--config-dir", "{}"],
        ["report", "{}"],
        ["show", "scenario", "./{}.yaml"],
    ],
)
def test_a_path_that_is_too_long(words, capsys) -> None:
    assert main([word.format("long" * 100) for word in words]) == 2
    told = capsys.readouterr().err
    assert "longlong" in told and "allowed: a" in told and "Traceback" not in told


def test_a_config_folder_that_is_not_there(capsys, tmp_path) -> None:
    assert main(["run", "scenario=x", "--config-dir", str(tmp_path / "nowhere")]) == 2
    assert "--config-dir" in capsys.readouterr().err


def test_a_wrong_command(capsys) -> None:
    for words, named in (
        (["rn"], "did you mean 'run'"),
        (["list", "scenaros"], "did you mean 'scenarios'"),
        (["show", "scenari", "x"], "did you mean 'scenario'"),
        (["show", "strategy", "clbu"], "did you mean 'club'"),
        (["show"], "are missing"),
        (["report", "nowhere"], "a run folder that exists"),
        (["report", "."], "manifest.json"),
    ):
        assert main(words) == 2
        told = capsys.readouterr().err
        assert named in told and len(told.splitlines()) <= 4


_WORDS = st.sampled_from(
    [
        "firms",
        "focal",
        "price",
        "market",
        "population",
        "customers",
        "preset",
        "experiment",
        "arms",
        "strategy",
        "name",
        "club",
        ".",
        "=",
        ",",
        "[",
        "]",
        "{",
        "}",
        ":",
        "+",
        "++",
        "~",
        "@",
        "/",
        "$",
        "${",
        "*",
        "1",
        "-1",
        "1e400",
        "0x10",
        "nan",
        "null",
        "true",
        "none",
        "free",
        "'",
        '"',
        "\\",
        "#",
        "|",
        "&",
        "!",
        "%",
        "(",
        ")",
        "range",
        "choice",
        "glob",
        "sort",
        "int",
        "?",
        "???",
        "é",
        "\t",
    ]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_WORDS, min_size=1, max_size=8).map("".join))
def test_any_override_is_a_scenario_or_a_problem(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "good.yaml").write_text(GOOD)
        with contextlib.suppress(InputError):
            compose("good", [text], [folder])


def test_a_group_of_one_s_own_is_checked_too(tmp_path, capsys) -> None:
    (tmp_path / "good.yaml").write_text(GOOD)
    (tmp_path / "market").mkdir()
    for text, named in (
        ("a: [", "valid YAML"),
        ("hydra: {run: {dir: x}}", "Hydra itself"),
        ("# @package hydra\nrun: {dir: x}", "@package"),
        ("# @package ${oc.env:HOME}\nx: 1", "@package"),
        ("# @package _global_\nfirms: {focal: {prce: 1}}", "did you mean 'price'"),
        ("type: ${oc.env:HOME}", "${key.key}"),
        ("defaults: [/hydra/launcher: basic]", "defaults"),
        ("typ: contractual", "did you mean 'type'"),
    ):
        (tmp_path / "market" / "own.yaml").write_text(text)
        assert (
            main(["run", "scenario=good", "market=own", "--cfg", "job", "--config-dir", str(tmp_path)]) == 2
        )
        told = capsys.readouterr()
        assert named in told.err and told.out == "" and "Traceback" not in told.err
