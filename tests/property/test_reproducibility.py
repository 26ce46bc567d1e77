"""The same bytes whatever the threads, the processes and the order; nobody's luck hangs on anybody else.

Markets above 4,096 customers, so that there are several blocks for the threads to share.
"""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from sim.experiment.tables import TABLES
from sim.market.kernel.layout import BLOCK
from sim.report import run_and_report
from support.markets import columns, differing, lived, plan, scenario

TALK_OFF = {"theory": {"talk": {"talk_base": 0, "talk_slope": 0}}}


@pytest.fixture(autouse=True)
def a_thread_for_every_block(monkeypatch):
    """These markets are so small that they would go by one thread."""
    monkeypatch.setattr("sim.market.blocks.FEWEST_BLOCKS", 1)


# ---------------------------------------------------------------- experiments

ARMS = {
    "plain": {},
    "club": {"firms": {"focal": {"strategy": {"name": "club"}}}},
    "tiers": {"firms": {"focal": {"strategy": {"name": "tiered_by_lifetime_value"}}}},
}


def trial(arms, **execution):
    parts = {
        "population": {"entry_rate": 0.01, "segments": {"everyone": {"exit_rate": 0.01}}},
        "experiment": {
            "arms": {arm: ARMS[arm] for arm in arms},
            "control": "plain",
            "replications": 2,
            "burn_in": 4,
            "sample": 50,
        },
        "execution": {"backend": "serial"} | execution,
    }
    return scenario(parts, customers=BLOCK + 2000, periods=12)


@pytest.fixture(scope="module")
def bytes_of(tmp_path_factory):
    made = {}

    def run(*arms, **execution):
        key = (arms, tuple(execution.items()))
        if key not in made:
            folder = tmp_path_factory.mktemp("runs") / "run"
            result = run_and_report.run(trial(arms, **execution), folder, progress=False, report="none")
            assert not result.failed
            made[key] = {
                name: hashlib.sha256((folder / f"{name}.parquet").read_bytes()).hexdigest()
                for name in TABLES
                if (folder / f"{name}.parquet").exists()
            }
            assert "outcomes" in made[key]
        return made[key]

    return run


@pytest.mark.parametrize(
    ("arms", "execution"),
    [
        (("plain", "club", "tiers"), {"threads": 2}),
        (("plain", "club", "tiers"), {"backend": "local", "workers": 1}),
        (("plain", "club", "tiers"), {"backend": "local", "workers": 2}),
        (("tiers", "plain", "club"), {}),
        (("club", "tiers", "plain"), {"backend": "local", "workers": 2, "threads": 2}),
    ],
    ids=["two threads", "a process", "two processes", "another order of arms", "all of it"],
)
def test_equal_bytes(bytes_of, arms, execution):
    assert bytes_of(*arms, **execution) == bytes_of("plain", "club", "tiers")


def test_the_seed_is_in_the_bytes(tmp_path, bytes_of):
    """Negative: the hash would see another seed."""
    other = trial(("plain", "club", "tiers")).replace({"experiment": {"seed": 2}})
    run_and_report.run(other, tmp_path / "run", progress=False, report="none")
    found = hashlib.sha256((tmp_path / "run" / "outcomes.parquet").read_bytes()).hexdigest()
    assert found != bytes_of("plain", "club", "tiers")["outcomes"]


# ---------------------------------------------------------------- one market


def everything(**parts):
    """Talk, entry, exit, tiers, points, contacts: all that a period does."""
    return scenario(
        {
            "population": {"entry_rate": 0.01, "segments": {"everyone": {"exit_rate": 0.01}}},
            "firms": {"focal": {"strategy": {"name": "partner"}}, "rival_1": {"strategy": {"name": "club"}}},
        },
        parts, customers=2 * BLOCK + 100, periods=20,
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["repertoire", "contractual"])
@pytest.mark.parametrize("threads", [2, 3, 7])
def test_every_column_is_the_same_on_any_number_of_threads(kind, threads):
    setting = everything(market={"type": kind})
    one, many = (lived(setting, threads=n) for n in (1, threads))
    assert differing(columns(one), columns(many)) == []
    for a, b in zip(one.books.ledgers, many.books.ledgers, strict=True):
        assert np.array_equal(a, b)


def test_a_run_repeated_is_the_same_and_a_run_between_changes_nothing():
    setting = everything()
    first = lived(setting, 3)
    lived(setting, 4)
    assert differing(columns(first), columns(lived(setting, 3))) == []
    assert differing(columns(first), columns(lived(setting, 4))) != []


def test_global_generators_are_neither_read_nor_moved():
    import random

    setting = everything()
    np.random.seed(1)
    random.seed(1)
    state, dice = np.random.get_state()[1].copy(), random.getstate()
    first = lived(setting, 3)
    assert np.array_equal(state, np.random.get_state()[1]) and dice == random.getstate()
    np.random.seed(2)
    random.seed(2)
    assert differing(columns(first), columns(lived(setting, 3))) == []


# ---------------------------------------------------------------- another customer, firm or arm


@pytest.mark.parametrize("kind", ["repertoire", "contractual"])
@pytest.mark.parametrize("n", [300, BLOCK - 1])
def test_more_customers_change_nobody(kind, n):
    """Without talk the first customers live the same life beside a thousand more."""
    few, more = (
        scenario({"market": {"type": kind, "budget": "free"}}, TALK_OFF, customers=n + extra, periods=26)
        for extra in (0, 1000)
    )
    one, other = lived(few), lived(more)
    assert differing(columns(one), columns(other, customers=n)) == []


def test_more_customers_draw_the_same_with_talk_too():
    """With talk a newcomer may be listened to; traits, tastes and the ties of the others stay."""
    few, more = (scenario(customers=n) for n in (1000, 2000))
    one, other = (lived(s, periods=0) for s in (few, more))
    assert differing(columns(one), columns(other, customers=1000)) == []
    one, other = (lived(s, periods=10) for s in (few, more))
    assert "expectation" in differing(columns(one), columns(other, customers=1000))  # negative


def test_entrants_change_nobody():
    """Customers who enter come at the end of the rows; those before them neither move nor draw again."""
    closed, open_ = (
        scenario(
            {"market": {"budget": "free"}},
            TALK_OFF,
            population={"entry_rate": rate},
            customers=500,
            periods=52,
        )
        for rate in (0.0, 0.05)
    )
    one, other = lived(closed), lived(open_)
    assert other.n_customers > 700
    assert differing(columns(one), columns(other, customers=500)) == []


def test_the_order_of_firms_changes_nothing():
    """Luck hangs on a firm's name alone. A tie of exactly equal values would be the one exception."""
    setting = scenario(firms=4, customers=800)
    tree = setting.to_dict()
    tree["firms"] = dict(reversed(tree["firms"].items()))
    turned = type(setting).from_config(tree)
    assert list(turned.firms) != list(setting.firms)
    one, other = lived(setting), lived(turned)
    names = list(setting.firms)
    assert differing(columns(one), columns(other, firms=names)) == []
    a, b = (m.books.outcomes().sort_values(["period", "firm"]).reset_index(drop=True) for m in (one, other))
    for metric in ("units", "profit", "lost", "satisfaction"):
        np.testing.assert_allclose(a[metric], b[metric], rtol=1e-9)


def test_a_renamed_firm_has_other_luck():
    """Negative."""
    setting = scenario(firms=2, customers=300)
    tree = setting.to_dict()
    tree["firms"] = {"focal": tree["firms"]["focal"], "other": tree["firms"]["rival_1"]}
    one, other = lived(setting), lived(type(setting).from_config(tree))
    assert differing(columns(one, firms=["focal"]), columns(other, firms=["focal"])) != []


def test_an_arm_leaves_the_luck_of_those_it_does_not_touch():
    """A contact programme of one firm: who never had to do with it lives the same life."""
    plain = scenario(TALK_OFF, {"firms": {"focal": {"known_by": 0.3}}}, customers=2000, periods=40)
    contacts = plain.replace({"firms": {"focal": plan(contact_rate=1.0)}})
    one, other = lived(plain), lived(contacts)
    strangers = (one.columns.aware[:2000] & 1) == 0
    assert 1000 < strangers.sum() < 1800
    a, b = columns(one), columns(other)
    assert differing({k: v[strangers] for k, v in a.items()}, {k: v[strangers] for k, v in b.items()}) == []
    assert differing(a, b) != []
