"""What has to be compiled is told, once, wherever it happens: in a market, in an experiment, in a worker."""

import os
import subprocess
import sys

import pytest

from sim.core.jit import COMPILING
from sim.experiment.progress import Progress
from sim.experiment.worker import COMPILING as AT_IT
from support import ROOT, TESTS

#: Compiles the smallest of our functions into an empty folder, then another.
ONE = """
import sys, numba, sim.core.jit as compiled
numba.config.CACHE_DIR = sys.argv[1]
from sim.core import rng as luck
luck.period_key(1, 1)
if len(sys.argv) > 2:
    luck.answers(luck.period_key(1, 1), 1, 3)
"""


def told(*words):
    done = subprocess.run(
        [sys.executable, "-c", ONE, *map(str, words)], capture_output=True, text=True, timeout=120,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stderr


def test_a_cache_that_is_partly_filled_is_told_of_too(tmp_path):
    assert told(tmp_path) == f"{COMPILING}\n"
    assert told(tmp_path) == ""
    assert told(tmp_path, "more") == f"{COMPILING}\n"
    assert told(tmp_path, "more") == ""


def test_a_damaged_cache_is_compiled_anew(tmp_path):
    for damaged in ("*.nbc", "*.nbi"):
        told(tmp_path)
        files = list(tmp_path.rglob(damaged))
        assert files
        for file in files:
            file.write_bytes(file.read_bytes()[:100])
        assert told(tmp_path) == f"{COMPILING}\n"
        assert told(tmp_path) == ""


#: Compiles one function for one type, pausing where two processes might both take the same free file name.
SLOWLY = """
import sys, time, numba, sim.core.jit as jit
from numba.core.caching import IndexDataCacheFile
numba.config.CACHE_DIR = sys.argv[1]
save_index = IndexDataCacheFile._save_index
IndexDataCacheFile._save_index = lambda *given: (time.sleep(1.0), save_index(*given))
from twice import twice
for kind in sys.argv[2:]:
    assert twice(getattr(numba.types, kind)(3)) == 6, kind
print(sum(twice.stats.cache_hits.values()))
"""


def test_processes_that_compile_at_once_do_not_mix_up_what_they_keep(tmp_path):
    (tmp_path / "twice.py").write_text(
        "from sim.core.jit import compiled\n\n\n@compiled\ndef twice(x):\n    return x + x\n"
    )
    kinds = ("int64", "float64", "complex128")

    def begin(*words):
        return subprocess.Popen(
            [sys.executable, "-c", SLOWLY, str(tmp_path / "kept"), *words], text=True, cwd=tmp_path,
            stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": str(ROOT)},
        )  # fmt: skip

    at_once = [begin(kind) for kind in kinds]
    assert [one.communicate(timeout=120)[0] for one in at_once] == ["0\n"] * 3
    assert len(list((tmp_path / "kept").rglob("*.nbc"))) == 3
    assert begin(*kinds).communicate(timeout=120)[0] == "3\n", "all are found on disk"


def test_workers_leave_nothing_on_the_screen(tmp_path):
    """Once compiled: not a word after the last run either, when the workers' interpreters end."""
    words = ["run", "scenario=bond_ladder", "population.customers=50", "experiment.replications=2", "--json",
             "experiment.periods=60", "experiment.only=[level_1]", "execution.workers=2"]  # fmt: skip
    for again in (False, True):
        done = subprocess.run(
            [sys.executable, "-m", "sim", *words, f"out={tmp_path / str(again)}"], capture_output=True, text=True,
            timeout=240, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    assert done.stderr == ""


def test_an_experiment_tells_it_once_even_where_progress_is_not_wanted(capsys):
    progress = Progress(False, 10)
    progress.compiling()
    progress.compiling()
    progress.say("not wanted")
    assert capsys.readouterr().err == f"{COMPILING}\n"


def test_the_workers_tell_it_through_their_periods(capsys):
    progress = Progress(False, 9)
    progress.live([3, AT_IT])
    progress.live([AT_IT, 4])
    assert capsys.readouterr().err == f"{COMPILING}\n"
    assert progress.current == 4


def test_processes_that_need_the_same_code_at_once_compile_it_once(tmp_path):
    (tmp_path / "twice.py").write_text(
        "from sim.core.jit import compiled\n\n\n@compiled\ndef twice(x):\n    return x + x\n"
    )
    words = [sys.executable, "-c", SLOWLY, str(tmp_path / "kept"), "int64"]
    at_once = [
        subprocess.Popen(
            words, text=True, cwd=tmp_path, stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": str(ROOT)}
        )
        for _ in range(3)
    ]
    assert sorted(one.communicate(timeout=120)[0] for one in at_once) == ["0\n", "1\n", "1\n"]


def test_code_that_could_not_be_compiled_holds_nobody_up(tmp_path):
    """Neither the process that tried, nor another while it lives."""
    (tmp_path / "odd.py").write_text(
        "from sim.core.jit import compiled\n\n\n@compiled\ndef odd(x):\n    return x + 'a'\n"
    )
    code = (
        "import subprocess, sys, numba, sim.core.jit\nnumba.config.CACHE_DIR = sys.argv[1]\nfrom odd import odd\n"
        "for _ in range(2):\n    try:\n        odd(1)\n    except numba.TypingError:\n        print('no', flush=True)\n"
        "if len(sys.argv) == 2:\n    subprocess.run([sys.executable, '-c', sys.argv[0], sys.argv[1], 'other'], check=True)\n"
    )
    code = f"import sys\nsys.argv[0] = {code!r}\nexec(sys.argv[0])"
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "kept")], capture_output=True, text=True, timeout=120,
        cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "no\n" * 4), done.stderr


#: Three experiments in one process: one category, two categories, arms with one and with two.
EXPERIMENTS = """
import sys
from support.markets import scenario
from sim.report.run_and_report import run

two = {"second": {"firms": {"focal": {}, "rival_1": {"works_with": "all", "known_by": 0.5}}}}
short = {
    "experiment": {"periods": 8, "burn_in": 2, "value_every": 3, "sample": 10, "replications": 2, "twin": True},
    "execution": {"backend": sys.argv[2], "workers": 2 if sys.argv[2] == "local" else 0},
}
arms = {"experiment": {"arms": {"one": {}, "two": two, "dear": {"firms": {"focal": {"price": 12.0}}}}, "control": "one"}}
for name, more in (("one", {}), ("two", two), ("arms", arms)):
    made = run(scenario(short, more), f"{sys.argv[1]}/{name}", progress=False, report="none", market="support.counted:Market")
    assert not made.failed, made.failed
"""


@pytest.mark.parametrize("backend", ["serial", "local"])
def test_a_second_start_compiles_nothing(tmp_path, backend):
    noted = tmp_path / "compiled"
    for again in ("first", "second"):
        noted.write_text("")
        done = subprocess.run(
            [sys.executable, "-c", EXPERIMENTS, str(tmp_path / again), backend], capture_output=True, text=True,
            timeout=400, cwd=tmp_path, env=os.environ | {"PYTHONPATH": f"{ROOT}:{TESTS}", "COMPILED": str(noted)},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    assert noted.read_text() == "" and done.stderr == ""
