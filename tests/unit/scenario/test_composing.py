"""Files, presets and overrides laid together."""

import os

import pytest

from sim.core.errors import InputError
from sim.core.yaml_reader import MAX_BYTES
from sim.customers.traits import Distribution
from sim.scenario.files import compose, conf_folder, scenario_files
from sim.scenario.scenario import Scenario

# ---------------------------------------------------------------- files and overrides

FILE = """
question: Which wins?
population: {customers: 500}
theory: {choice: {w_sat: 0.7}}
firms:
  focal: {price: 12, strategy: {name: club, contact_rate: 0.05}}
  rival: {}
experiment: {arms: {control: {}, dear: {firms: {focal: {price: 13}}}}, control: control}
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "mine.yaml").write_text(FILE)
    (tmp_path / "preset").mkdir()
    (tmp_path / "preset" / "own.yaml").write_text(
        "# @package _global_\ntheory: {choice: {w_sat: 0.2, w_hab: 0.4}}\n"
    )
    (tmp_path / "market").mkdir()
    (tmp_path / "market" / "yearly.yaml").write_text("periods_per_year: 1\n")
    (tmp_path / "chosen.yaml").write_text("defaults: [override /preset: own]\n" + FILE)
    return tmp_path


def test_the_scenario_wins_over_conf_and_the_command_line_over_both(folder) -> None:
    def choice(name: str, *overrides: str):
        return compose(name, overrides, [folder]).theory.choice

    assert (choice("mine").w_sat, choice("mine").w_hab) == (0.7, 1.0)
    assert (choice("mine", "preset=own").w_sat, choice("mine", "preset=own").w_hab) == (0.7, 0.4)
    assert (choice("chosen").w_sat, choice("chosen").w_hab) == (0.7, 0.4)
    assert choice("chosen", "preset=none").w_hab == 1.0
    both = choice("chosen", "theory.choice.w_sat=0.1", "theory.choice.w_hab=0.3")
    assert (both.w_sat, both.w_hab) == (0.1, 0.3)
    assert compose("mine", ["population=small"], [folder]).population.customers == 500
    assert compose("mine", ["market=yearly"], [folder]).market.periods_per_year == 1


def test_overrides_in_hydras_grammar(folder) -> None:
    def made(*overrides: str) -> Scenario:
        return compose("mine", overrides, [folder])

    assert made("firms.focal.price=9", "population.customers=70").firms.focal.price == 9
    assert made("population.segments.everyone.lock_in=1").population.segments.everyone.lock_in.first == 1
    drawn = made("population.segments.everyone.need_rate={lognormal: {median: 1, sigma: 0.5}}")
    assert drawn.population.segments.everyone.need_rate == Distribution("lognormal", 1, 0.5)
    one = made("population.segments.everyone.need_rate.gamma.mean=0.7").population.segments.everyone.need_rate
    assert one == Distribution("gamma", 1.5, 0.7)
    assert list(made("+firms.new={price: 3}").firms) == ["focal", "rival", "new"]
    assert list(made("~firms.rival").firms) == ["focal"]
    assert made("experiment.metrics=[profit,share]").experiment.metrics == ("profit", "share")
    assert made("experiment.arms.dear.firms.focal.price=15").for_arm("dear").firms.focal.price == 15
    assert made("market.loyalty=off").market.loyalty is False
    assert made("firms.rival.price=${firms.focal.price}", "firms.focal.price=8").firms.rival.price == 8


@pytest.mark.parametrize(
    "override", ["strategy=price_cutter", "strategy.name=price_cutter", "strategy={name: price_cutter}"]
)
def test_another_strategy_leaves_no_parameter_behind(folder, override: str) -> None:
    for line in (f"firms.focal.{override}", f"experiment.arms.dear.firms.focal.{override}"):
        made = compose("mine", [line, "firms.focal.price=9.9"], [folder])
        assert made.for_arm("dear").firms.focal.strategy.name == "price_cutter"
        assert "contact_rate" not in made.for_arm("dear").firms.focal.strategy.parameters


def test_a_user_s_folder_comes_first_and_may_be_relative(folder, monkeypatch) -> None:
    monkeypatch.chdir(folder.parent)
    assert compose("mine", folders=[folder.name]).firms.focal.price == 12
    (folder / "scenario").mkdir()
    (folder / "scenario" / "deeper.yaml").write_text(FILE)
    assert scenario_files([folder]).keys() >= {"mine", "chosen", "deeper"}


def test_a_composed_config_is_a_scenario_again(folder) -> None:
    import yaml

    made = compose("mine", ["market.outside=none", "market.budget=free"], [folder])
    (folder / "config.yaml").write_text(yaml.safe_dump(made.to_dict(), sort_keys=False))
    again = compose("config", folders=[folder])
    assert again == made and again.hash() == made.hash()


def test_hydra_is_left_as_it_was(folder, monkeypatch) -> None:
    import hydra
    from hydra.core.config_store import ConfigStore
    from hydra.core.global_hydra import GlobalHydra

    monkeypatch.chdir(folder)
    before = sorted(folder.rglob("*"))
    ConfigStore.instance().store(name="theirs", node={"a": 1})
    with hydra.initialize(version_base=None, config_path=None):
        for _ in range(3):
            compose("mine", ["firms.focal.price=9"], [folder])
        assert hydra.compose("theirs").a == 1
    assert not GlobalHydra.instance().is_initialized()
    assert sorted(folder.rglob("*")) == before


@pytest.mark.parametrize("preset", sorted(path.stem for path in (conf_folder() / "preset").glob("*.yaml")))
def test_every_preset_composes(folder, preset: str) -> None:
    made = compose("mine", [f"preset={preset}"], [folder])
    default = compose("mine", [], [folder])
    assert (made == default) == (preset == "none")


@pytest.mark.parametrize(
    "path", sorted(conf_folder().glob("*/*.yaml")), ids=lambda p: f"{p.parent.name}-{p.stem}"
)
def test_every_part_of_conf_is_chosen_by_name(folder, path) -> None:
    assert compose("mine", [f"{path.parent.name}={path.stem}"], [folder]).firms.focal.price == 12


@pytest.mark.parametrize("name", scenario_files())
def test_every_scenario_of_ours_is_whole(name: str) -> None:
    made = compose(name)
    assert made.question and made.source and made.concepts and len(made.experiment.arms) > 1
    assert made.expect or "nothing is expected" in made.source, (
        "expectations, or the reason why there are none"
    )
    assert Scenario.from_config(made.to_dict()) == made
    for arm in made.experiment.arms:
        assert made.experiment.focal in made.for_arm(arm).firms


def test_a_composition_is_kept_until_a_file_it_read_is_another(folder, monkeypatch) -> None:
    import hydra

    calls = []
    asked = hydra.compose
    monkeypatch.setattr(hydra, "compose", lambda *given, **more: calls.append(given) or asked(*given, **more))

    def price() -> float:
        return compose("chosen", folders=[folder]).firms.focal.price

    assert price() == 12 and len(calls) <= 1
    calls.clear()
    assert price() == 12 and not calls
    (folder / "chosen.yaml").write_text(
        "defaults: [override /preset: own]\n" + FILE.replace("price: 12", "price: 17")
    )
    assert price() == 17 and len(calls) == 1
    (folder / "preset" / "own.yaml").write_text("# @package _global_\ntheory: {choice: {w_hab: 0.8}}\n")
    assert compose("chosen", folders=[folder]).theory.choice.w_hab == 0.8 and len(calls) == 2
    (folder / "experiment").mkdir()
    (folder / "experiment" / "standard.yaml").write_text("periods: 99\n")
    assert compose("chosen", folders=[folder]).experiment.periods == 99 and len(calls) == 3


def test_what_is_kept_is_not_changed_by_who_gets_it(folder) -> None:
    from sim.scenario.files import composed

    composed("mine", folders=[folder])["firms"]["focal"]["price"] = -1
    assert compose("mine", folders=[folder]).firms.focal.price == 12


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes and links are POSIX")
@pytest.mark.parametrize("kind", ["pipe", "folder", "broken link", "large file"])
def test_what_is_no_small_file_is_refused_before_it_is_read(tmp_path, kind):
    """A pipe would be waited for without end, a large file read whole."""
    path = tmp_path / "odd.yaml"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "broken link":
        path.symlink_to(tmp_path / "nowhere")
    else:
        path.write_bytes(b"#" * (MAX_BYTES + 1))
    with pytest.raises(InputError) as refused:
        compose("odd", (), [tmp_path])
    assert refused.value.value == str(path)


def test_an_option_that_cannot_be_read_matters_only_where_it_is_chosen(folder):
    """A large file among the options of a user is told of by its name, and only if it is chosen."""
    (folder / "preset" / "huge.yaml").write_bytes(b"#" * (MAX_BYTES + 1))
    assert compose("mine", (), [folder]).population.customers == 500
    with pytest.raises(InputError, match="at most 256 KiB"):
        compose("mine", ["preset=huge"], [folder])
