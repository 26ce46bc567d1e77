"""The wheel carries conf/ and scenarios/, and runs from an empty folder, also where it cannot write beside itself."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import sim
from support import ROOT

DECLARED = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT, BUILD = DECLARED["project"], DECLARED["dependency-groups"]["build"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True, text=True)
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's own files alone, in a folder whose sim/ nobody can write to, not even root: __pycache__ is a file."""
    site = tmp_path_factory.mktemp("site")
    install = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "-q",
        "--no-deps",
        "--no-index",
        "--no-compile",
        "--target",
    ]
    subprocess.run([*install, str(site), str(wheel)], check=True, capture_output=True, text=True)
    (site / "sim/__pycache__").write_text("")
    for path in (site / "sim").rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    (site / "sim").chmod(0o555)
    return site


def call(site: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """`guanxi` of that installation in a folder, with a cache folder of its own."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "NUMBA", "XDG"))}
    environment |= {"PYTHONPATH": str(site), "XDG_CACHE_HOME": str(site.parent / "cache")}
    return subprocess.run(
        [sys.executable, str(site / "bin/guanxi"), *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
    )


def test_the_wheel_holds_the_whole_project_and_nothing_of_the_house(wheel: Path):
    names = zipfile.ZipFile(wheel).namelist()
    for folder in ("conf", "scenarios"):
        ours = {path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob("*.yaml")}
        assert ours and ours == {
            n.removeprefix("sim/_data/") for n in names if n.startswith(f"sim/_data/{folder}/")
        }
    assert wheel.name.startswith(f"guanxi-{sim.__version__}-")
    assert not [n for n in names if n.startswith(("tests", "conf", "notebooks")) or "__pycache__" in n]
    assert any(n.endswith("licenses/LICENSE") for n in names)


def test_lists_from_an_empty_folder(installed: Path, tmp_path: Path):
    done = call(installed, tmp_path, "list", "scenarios", "--json")
    assert done.returncode == 0, done.stderr
    found = {entry["name"] for entry in json.loads(done.stdout)}
    assert found == {path.stem for path in (ROOT / "scenarios").glob("*.yaml")}
    assert call(installed, tmp_path, "--version").stdout == f"guanxi {sim.__version__}\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_runs_from_an_empty_folder_with_the_users_cache(installed: Path, tmp_path: Path):
    words = ("run", "scenario=bond_ladder", "population.customers=200", "experiment.periods=30")
    words += (
        "experiment.burn_in=10",
        "experiment.replications=2",
        "execution.backend=serial",
        "experiment.sample=0",
    )
    first = call(installed, tmp_path, *words, "out=first")
    assert first.returncode == 0, first.stderr
    assert "Traceback" not in first.stderr
    assert (tmp_path / "first/outcomes.parquet").is_file() and (tmp_path / "first/manifest.json").is_file()
    assert {path.name for path in tmp_path.iterdir()} == {"first"}
    kernels = list((installed.parent / "cache/guanxi").glob("kernels-*"))
    assert len(kernels) == 1, "compiled code is not in the user's cache folder"
    code = {path: path.stat().st_mtime_ns for path in kernels[0].rglob("*.nbc")}
    assert code
    second = call(installed, tmp_path, *words, "out=second")
    assert second.returncode == 0, second.stderr
    assert {path: path.stat().st_mtime_ns for path in kernels[0].rglob("*.nbc")} == code, "compiled again"
    first_bytes, second_bytes = (
        (tmp_path / name / "outcomes.parquet").read_bytes() for name in ("first", "second")
    )
    assert first_bytes == second_bytes


def test_the_dependencies_are_those_that_are_promised():
    assert PROJECT["name"] == "guanxi" and PROJECT["scripts"] == {"guanxi": "sim.__main__:main"}
    assert PROJECT["requires-python"] == ">=3.11,<3.14"
    names = {re.match(r"[A-Za-z-]+", line).group() for line in PROJECT["dependencies"]}
    promised = "mesa numpy pandas matplotlib hydra-core omegaconf PyYAML pydantic annotated-types numba pyarrow scipy rich nicegui starlette"
    assert names == set(promised.split())
    assert "mesa[network]>=3.3,<4" in PROJECT["dependencies"]


PYTHONS = ("3.11", "3.12", "3.13")
SYSTEMS = {"linux": "posix", "darwin": "posix", "win32": "nt"}


def pinned(name: str) -> list[str]:
    """The lines of a file of pinned versions."""
    return (ROOT / name).read_text(encoding="utf-8").splitlines()


def installed_on(name: str, python: str, system: str) -> dict[str, str]:
    """The version of each package that a file of pinned versions installs there."""
    from packaging.markers import Marker

    where = {"python_version": python, "python_full_version": f"{python}.1"}
    where |= {"sys_platform": system, "os_name": SYSTEMS[system], "implementation_name": "cpython"}
    found: dict[str, str] = {}
    for line in pinned(name):
        wanted, _, marker = line.partition(" ; ")
        if not marker or Marker(marker).evaluate(where):
            package, _, version = wanted.partition("==")
            assert package not in found, f"{package} twice on {python}, {system}"
            found[package] = version
    return found


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-test.txt"])
def test_pinned_dependencies_are_exact_and_name_no_index(name: str):
    assert pinned(name)
    for line in pinned(name):
        assert re.fullmatch(r"[a-z0-9-]+==[\w.]+( ; [\w.'<>=! ]+)?", line), line


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("python", PYTHONS)
def test_pinned_dependencies_cover_what_is_declared(python: str, system: str):
    """`make lock` was run after the last change of pyproject.toml."""
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    run, test = (installed_on(name, python, system) for name in ("requirements.txt", "requirements-test.txt"))
    assert run.items() <= test.items(), "what is tested is what is installed"
    extras = [line for lines in PROJECT["optional-dependencies"].values() for line in lines]
    for versions, lines in ((run, [*PROJECT["dependencies"], *BUILD]), (test, extras)):
        for declared in map(Requirement, lines):
            if declared.name != PROJECT["name"]:
                assert declared.specifier.contains(versions[canonicalize_name(declared.name)]), str(declared)
    assert run["mesa"].startswith("3.3." if python == "3.11" else "3.5.")
