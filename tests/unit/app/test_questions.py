"""Questions: the numbers of `guanxi run`, and values that are refused."""

import asyncio

import numpy as np
import pytest

from sim.app.asking import Asking
from sim.app.questions import SHOWN, answer_of_seed, asked
from sim.app.sliders import sliders_of
from sim.app.verdicts import EQUAL
from sim.core.errors import InputError
from sim.report.run_and_report import compare
from sim.scenario.files import compose, scenario_files

LADDER = compose("bond_ladder")


@pytest.fixture(scope="module")
def asking():
    made = Asking(LADDER, "level_2")
    made.values["theory.bonds.g_soc"] = 0.45
    made.twin, made.periods = True, 30
    made.question = made.check()
    made.answers = [answer_of_seed(made.question, seed) for seed in range(1, 9)]
    return made


@pytest.mark.slow
@pytest.mark.parametrize("metric", SHOWN)
def test_the_command_on_the_page_gives_the_numbers_on_the_page(asking, metric):
    name, *overrides = asking.overrides()
    result = compare(name.removeprefix("scenario="), overrides=overrides, workers=1)
    row = result.summary.set_index(["metric", "arm"]).loc[(metric, "level_2")]
    mine = (
        asking.differences()
        if metric == asking.metric
        else np.array([a.difference(metric) for a in asking.answers])
    )
    assert row["difference"] == pytest.approx(mine.mean(), abs=1e-9)
    without = np.mean([a.difference(metric, loyalty=False) for a in asking.answers])
    assert row["difference"] - row["loyalty_difference"] == pytest.approx(without, abs=1e-9)


def test_a_course_adds_up_to_the_whole(asking):
    one = asking.answers[0]
    assert one.arm.course["profit"].mean() == pytest.approx(one.arm.whole["profit"])
    assert one.course("profit").shape == (30,)


def test_data_have_a_row_for_each_week_of_each_run(asking):
    lines = asking.data().splitlines()
    assert lines[0] == "seed,arm,period,profit,share,retention,satisfaction" and len(lines) == 1 + 8 * 2 * 30
    assert (
        "level_2" in lines[-1]
        and float(lines[-1].split(",")[3]) == asking.answers[-1].arm.course["profit"][-1]
    )


@pytest.mark.parametrize(
    ("key", "value"),
    [("theory.bonds.g_soc", 2.0), ("theory.bonds.g_sox", 0.1), ("firms.focal.price", float("nan"))],
)
def test_a_value_that_is_not_allowed_is_refused_before_anything_runs(key, value):
    with pytest.raises(InputError, match=key.rpartition(".")[2]):
        asked(LADDER, "level_2", "transactional", {key: value})


def test_an_arm_that_is_not_there_is_refused():
    with pytest.raises(InputError, match="level_2"):
        asked(LADDER, "level2", "transactional")


@pytest.mark.parametrize("text", ["-1", "1.5", "one", "", str(2**63)])
def test_a_seed_is_a_whole_number_in_a_text(text):
    made = Asking(LADDER)
    with pytest.raises(InputError):
        made.set_seed(text)
    made.set_seed(str(2**63 - 1))
    assert made.seed == 2**63 - 1  # beyond what a browser counts exactly


class Counted:
    """An engine that answers in this process and notes the seeds it was asked for."""

    def __init__(self):
        self.seeds = []

    async def answers(self, question, seeds):
        self.seeds += seeds
        for seed in seeds:
            yield answer_of_seed(question, seed)


async def _to_the_end(made, engine):
    async for _ in made.run(engine):
        pass


def test_another_outcome_is_read_from_the_answers_that_are_there():
    made, engine = Asking(compose("promise_and_trust"), "exaggerated"), Counted()
    made.metric, made.periods = "satisfaction", 10
    asyncio.run(_to_the_end(made, engine))
    assert engine.seeds == list(range(1, 9)) and made.done
    made.metric, made.by = "share", {"share": 1.0}  # told after as many
    asyncio.run(_to_the_end(made, engine))
    assert engine.seeds == list(range(1, 9)) and made.verdict().word == EQUAL
    made.values["theory.trust.down"] = 0.2
    asyncio.run(_to_the_end(made, engine))
    assert engine.seeds[:16] == [*range(1, 9)] * 2


def test_what_counts_as_none_for_one_outcome_does_not_for_another():
    made = Asking(LADDER)
    made.by = {"retention": 1.0}
    made.answers = [
        answer_of_seed(asked(LADDER, "level_1", "transactional", customers=60, periods=8), s)
        for s in range(1, 9)
    ]
    verdicts = {}
    for metric in ("retention", "satisfaction"):
        made.metric = metric
        verdicts[metric] = made.verdict().word
    assert verdicts["retention"] == EQUAL and verdicts["satisfaction"] != EQUAL


@pytest.mark.parametrize(
    ("value", "text"), [(0.123456789, "0.123456789"), (1234567, "1234567"), (True, "True")]
)
def test_the_command_has_every_digit_of_a_value(value, text):
    made = Asking(LADDER)
    made.question, made.values = made.check(), {"firms.focal.price": value}
    assert f"firms.focal.price={text}" in made.overrides()


@pytest.mark.parametrize("name", scenario_files())
def test_every_scenario_has_values_to_move_within_their_ranges(name):
    scenario = compose(name)
    found = sliders_of(scenario)
    assert len(found) > 100
    for one in found.values():
        assert one.declared.low <= one.low <= one.value <= one.high <= one.declared.high and one.step > 0, (
            one.key
        )
    arms = list(scenario.experiment.arms)
    some = list(found.values())[len(name) % 7 :: 29]
    asked(scenario, arms[-1], arms[0], {one.key: one.value for one in some})
