"""Laws L1 to L3: a market with fixed tastes is an NBD-Dirichlet, whatever looks like loyalty in it."""

import numpy as np
import pytest
import yaml

from sim.scenario.files import compose
from sim.validation.laws import law_dirichlet as law
from sim.validation.laws.checks import broken, of_preset

CHECKS = {"L1": law.buying, "L2": law.double_jeopardy, "L3": law.repeats}
# wrong: a factor on S, on K or on M; or nobody likes one brand better
TWINS = {
    "less spread of tastes": {"total": law.TOTAL * 1.2},
    "more spread of tastes": {"total": law.TOTAL * 0.8},
    "no tastes": {"taste": False},
}


@pytest.fixture(scope="module")
def toothpaste():
    return law.quarter(threads=2)


@pytest.fixture(scope="module", params=TWINS)
def twin(request):
    return law.quarter(seeds=(1,), threads=2, **TWINS[request.param])


@pytest.mark.parametrize("name", CHECKS)
def test_toothpaste_1973(name, toothpaste):
    assert not broken(CHECKS[name](toothpaste))


@pytest.mark.parametrize("name", CHECKS)
def test_a_wrong_market_is_told_apart(name, twin):
    assert broken(CHECKS[name](twin))


@pytest.mark.parametrize("wrong", [{"shape": law.SHAPE * 0.8}, {"mean": law.MEAN * 1.05}])
def test_wrong_needs_are_told_apart(wrong):
    assert broken(law.buying(law.quarter(seeds=(1,), threads=2, **wrong)))


def test_repeat_rates_follow_the_order_of_purchases(toothpaste):
    """A check of the check: with the order of the two purchases shuffled away, first purchases stay as they are."""
    two = toothpaste.all == 2
    ones = (toothpaste.by_brand[two] == 1).sum(axis=0)
    last = np.array([(toothpaste.last[two] == b).sum() for b in range(len(law.SHARES))])
    twos = (toothpaste.by_brand[two] == 2).sum(axis=0)
    assert (abs((last - twos) - ones / 2) < 4 * np.sqrt(ones / 4)).all()


def test_the_preset_is_what_the_command_line_composes(tmp_path):
    setting = law.setting(1000, law.MEAN, law.SHAPE, law.TOTAL)
    tree = setting.to_dict()
    text = {"firms": {name: {"taste_weight": firm["taste_weight"]} for name, firm in tree["firms"].items()}}
    text |= {"experiment": {"focal": "brand_25", "periods": 13, "burn_in": 0}}
    text |= {"population": {"customers": 1000, "segments": {"everyone": {"need_rate": {"gamma": {"shape": law.SHAPE, "mean": law.MEAN / 13}}}}}}  # fmt: skip
    (tmp_path / "toothpaste.yaml").write_text(yaml.safe_dump(text))
    made = compose("toothpaste", ["preset=dirichlet"], [tmp_path]).to_dict()
    for part in ("market", "population", "theory", "firms"):
        assert made[part] == tree[part]
    assert of_preset("dirichlet", text).to_dict()["theory"] == made["theory"]
