"""A firm as a Gymnasium environment, and what a learner found as an arm like any other."""

from __future__ import annotations

import numpy as np
import pytest

from sim.core.errors import InputError
from sim.report.run_and_report import run
from sim.strategies import Survey
from sim.strategies.checks.view_sequences import STANDING, rival, view
from support import DOCS
from support.markets import scenario

gymnasium = pytest.importorskip("gymnasium")
from gymnasium.utils.env_checker import check_env  # noqa: E402

from sim.experiment.learner import SEEN, FirmEnv, checked_bounds, observation, plan_of  # noqa: E402

LEVERS = {"price": (6.5, 14.0), "contact_rate": (0.0, 0.5)}


def env(**more):
    return FirmEnv(scenario(customers=200, periods=20, market={"budget": "free"}), LEVERS, **more)


def episode(made, action, seed):
    made.reset(seed=seed)
    total, over = 0.0, False
    while not over:
        _, reward, _, over, _ = made.step(action)
        total += reward
    return total


def test_the_environment_is_one_as_gymnasium_checks_it():
    check_env(env(), skip_render_check=True)


def test_the_same_seed_and_actions_give_the_same_episode_and_another_seed_another():
    made, action = env(), np.array([0.5, 0.2])
    assert episode(made, action, 3) == episode(made, action, 3) != episode(made, action, 4)


def test_an_action_sets_its_levers_and_the_reward_is_the_books_profit():
    made = env()
    made.reset(seed=1)
    seen, reward, ended, over, info = made.step(np.array([0.0, 1.0]))
    plan = made.firm.plan
    assert plan.price == 6.5 and plan.tiers[0].programme.contact_rate == 0.5
    outcome = made.market.books.outcomes().query("firm == 'focal'")
    assert reward == pytest.approx(outcome.profit.iloc[-1] / 200) and not ended and not over
    assert seen[SEEN.index("units")] == pytest.approx(outcome.units.iloc[-1] / 200)
    assert seen[SEEN.index("margin")] == pytest.approx(0.5) and info == {"period": 1}


def test_what_a_learner_sees_by_hand():
    """In periods of two weeks: money and units per customer per week, share of customers; rivals' mean price after promotion."""
    own = STANDING.replace(price=11.0, promotion=0.2)
    rivals = rival("rival_1", price=10.0, promotion=0.1), rival("rival_2", price=8.0)
    made = view(
        weeks_per_period=2.0, heads=5000, last_plan=own, rivals=rivals, revenue=20_000.0, budget=2000.0
    )
    law = (0.2, 0.125, 2.0, 0.46, 0.04, 1.0, 0.004, 0.0035, 0.4, 0.8 * 11.0 - 6.0, 8.5)
    assert observation(made) == pytest.approx(law)
    alone = observation(view(budget=float("inf"), rivals=(), survey=Survey()))
    assert [alone[SEEN.index(name)] for name in ("budget", "satisfaction", "rival_price")] == [0, 0, 0]


def test_a_learner_sees_no_more_than_a_firm():
    made = env()
    made.reset(seed=1)
    seen = made.firm.view(())
    assert observation(seen).shape == (len(SEEN),) and plan_of(seen, np.ones(2), LEVERS).price == 14.0


def test_a_small_policy_search_finds_a_better_price_and_runs_as_an_arm(tmp_path):
    """Random search over one constant price, then the same price as a plug-in beside plain plans, on other seeds."""
    made = FirmEnv(
        scenario(customers=300, periods=26, market={"budget": "free"}, firms=2), {"price": (6.0, 30.0)}
    )
    tried = np.random.default_rng(1).random(8)
    returns = [np.mean([episode(made, np.array([share]), seed) for seed in (1, 2)]) for share in tried]
    best = tried[int(np.argmax(returns))]
    first = episode(made, np.array([0.02]), 1)
    assert max(returns) > first + 0.5
    plugin = tmp_path / "learned.py"
    plugin.write_text(
        "import numpy as np\nfrom sim.experiment.learner import policy_strategy\n"
        f"policy_strategy('found', lambda seen: np.array([{best!r}]), {{'price': (6.0, 30.0)}}, source='this test')\n"
    )
    arms = {
        "cheap": {"firms": {"focal": {"strategy": {"name": "fixed_plan", "price": 6.48}}}},
        "learned": {"firms": {"focal": {"strategy": "found"}}},
    }
    tree = scenario(customers=300, periods=26, market={"budget": "free"}, firms=2).to_dict()
    tree["experiment"] |= {"arms": arms, "control": "cheap", "replications": 3, "twin": False, "seed": 50}
    tree["execution"] |= {"backend": "serial"}
    from sim.scenario.scenario import Scenario
    from sim.strategies.plugins import load_plugins

    load_plugins([plugin])
    result = run(
        Scenario.from_config(tree), tmp_path / "out", plugins=[plugin], progress=False, report="none"
    )
    found = result.difference("profit").set_index("arm").loc["learned"]
    assert found.low > 0


@pytest.mark.parametrize("levers", [{}, {"prise": (1, 2)}, {"price": (5, 5)}, {"contact_rate": (0, 3)}])
def test_wrong_levers_are_named(levers):
    with pytest.raises(InputError) as wrong:
        checked_bounds(levers)
    assert wrong.value.key.startswith("levers")


def test_an_unknown_firm_is_named():
    with pytest.raises(InputError, match="did you mean 'focal'"):
        env(firm="focl").reset(seed=1)


def test_the_page_s_learner_runs():
    page = (DOCS / "how-to/train-a-learner.md").read_text()
    (code,) = (part.split("```")[0] for part in page.split("```python\n")[1:] if "FirmEnv" in part)
    names: dict = {}
    exec(code, names)
    assert 0 < names["best"] <= 1 and names["profit_of"](names["best"], 1) > names["profit_of"](0.0, 1)
