"""A result made up from seeded random numbers: the shape of a real one, with known differences between arms."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from sim.experiment.summary import run_figures, summarise
from sim.firms.metrics import GROUPS, METRICS
from sim.scenario.arms import control_of_each
from sim.scenario.scenario import Scenario

STAGES = ("none", "acquaintance", "reserve", "steady", "wandering", "consolidated")
CAUSES = ("price", "product", "service", "market", "chance")
PARTS = ("product", "satisfaction", "brand", "price", "risk", "bonds", "habit")
SPLIT = {
    "equity": {"value": 3.0, "brand": 0.4, "relationship": 5.0, "taste": 4.0},
    "driver": {"price": -0.5, "quality": 3.5, "convenience": 0.0, "brand": 0.4, "programmes": 1.5,
               "trust and habit": 3.5, "taste": 4.0},
}  # fmt: skip
GAINS = {"transactional": 0.0, "level_1": 0.02, "level_2": -1.0, "level_3": 2.0}
#: Results made up so far in this process, by their arguments.
MADE: dict[str, SimpleNamespace] = {}


def setting(arms, control, firms, periods=260, customers=1000, replications=12, controls=None, **more):
    """A scenario whose arms differ in the focal firm's price."""
    tree = {
        "name": "made_up", "question": "Do bonds pay?", "source": "made up", "concepts": ["C12"],
        "population": {"customers": customers}, "theory": {"trust": {"up": 0.06}},
        "firms": {f: {"quality": 0.9} for f in firms},
        "experiment": {
            "focal": firms[0], "periods": periods, "burn_in": min(52, periods - 1), "replications": replications,
            "arms": {a: {} if a == control else {"firms": {firms[0]: {"price": 9 + k / 64}}} for k, a in enumerate(arms)},
            "control": control, "controls": controls, "metrics": ["profit", "share"],
        },
    } | more  # fmt: skip
    return Scenario.from_config(tree)


def outcomes(luck, gain, firms, periods, heads):
    """One run's outcomes: the focal firm earns ``gain`` more per customer per year."""
    frames, time = [], np.arange(periods)
    path = 1 - np.exp(-time / 80)
    for k, firm in enumerate(firms):
        mine = gain if k == 0 else 0.0
        frame: dict[str, Any] = {"period": time, "firm": firm}
        for name, metric in METRICS.items():
            if name == "market_size":  # as many as at the start
                continue
            level = {"flow": 3.0, "stock": heads / len(firms), "level": 20.0 * heads}.get(
                metric.over_time, 0.4
            )
            frame[name] = level * (1 + 0.03 * luck.normal(size=periods) + 0.02 * mine * path)
        own = np.random.default_rng(k)  # so that the others' luck stays where it was
        for name in GROUPS["second"]:
            frame[name] = 3.0 * (1 + 0.03 * own.normal(size=periods) + 0.02 * mine * path)
        frame["market_size"] = float(heads)
        frame["profit"] = heads / 52 * (8 + mine * path + luck.normal(0, 0.2, periods) + luck.normal(0, 0.1))
        frame["share"] = (1 + 0.05 * mine * path) / len(firms) + luck.normal(0, 0.004, periods)
        frame["customer_share"] = 0.55 + 0.02 * mine * path + luck.normal(0, 0.004, periods)
        for name, part in (("aware", 0.9), ("tried", 0.7), ("repeated", 0.5)):
            frame[name] = heads * part * (0.7 + 0.3 * path)
        main = frame["main_customers"] = heads / len(firms) * (0.5 + 0.5 * path) * (1 + 0.1 * mine * path)
        for names in (
            ("loyal_true", "loyal_latent", "loyal_spurious", "loyal_none"),
            ("trust_cognitive", "trust_affective", "trust_behavioural"),
        ):
            weights = luck.dirichlet(np.arange(1, len(names) + 1)[::-1] * 20.0)
            for name, weight in zip(names, weights, strict=True):
                frame[name] = main * weight
        frame["customer_equity"] = np.where(time % 13 == 0, frame["customer_equity"], np.nan)
        frames.append(pd.DataFrame(frame))
    return pd.concat(frames, ignore_index=True)


def yearly(years, gain):
    """The planted share kept in a year, by tenure."""
    return 0.75 + 0.03 * years + 0.02 * gain


def ties(luck, gain, firm, periods):
    """Stakeholders of one run: the second one's bond grows with the gain, the others' do not."""
    path = 1 - np.exp(-np.arange(periods) / 80)
    names = {
        "dealers": "distributor",
        "staff": "employees",
        "press_of_the_region": "influencer",
        "maker": "supplier",
    }
    return pd.concat([
        pd.DataFrame({
            "period": np.arange(periods), "stakeholder": name, "kind": kind, "firm": firm,
            "satisfaction": 0.2 * path + luck.normal(0, 0.01), "trust": 0.3 + 0.4 * path + luck.normal(0, 0.01),
            "bond": (0.4 + 0.2 * gain * (name == "staff")) * path, "part": np.nan,
        })
        for name, kind in names.items()
    ], ignore_index=True)  # fmt: skip


def extras(luck, gain, firms, periods):
    """Switches, transitions, tenure, Lorenz curve and parts of value of one run."""
    whole = np.arange(0, 101, 5)
    away = [
        (
            t,
            firms[0],
            "none" if len(firms) == 1 else firms[1],
            cause,
            luck.gamma(2.0) * share * (1 - 0.15 * gain),
        )
        for t in range(0, periods, 4)
        for cause, share in zip(CAUSES, (0.3, 0.5, 0.25, 0.1, 1.4), strict=True)
    ]
    rates = luck.dirichlet(np.ones(6) * 2, 6) + 20 * np.eye(6)
    years = np.arange(0, 5)
    return {
        "switches": pd.DataFrame(away, columns=["period", "from", "to", "cause", "customers"]),
        "transitions": pd.DataFrame(
            [(a, b, 1000 * rates[i, j]) for i, a in enumerate(STAGES) for j, b in enumerate(STAGES)],
            columns=["from_stage", "to_stage", "count"],
        ),
        "tenure": pd.concat([
            pd.DataFrame({"firm": f, "tenure": years, "at_risk": 52 * (400.0 - 60 * years),
                          "lost": 52 * (400 - 60 * years) * (1 - yearly(years, gain * (f == firms[0])) ** (1 / 52))})
            for f in firms
        ]),
        "lorenz": pd.concat([
            pd.DataFrame({"firm": f, "percentile": whole, "revenue_share": (whole / 100) ** (2.4 + 0.1 * gain)})
            for f in firms
        ]),
        "value_parts": pd.DataFrame(
            [(f, p, v + luck.normal(0, 0.02) + (0.1 * gain if p == "bonds" and k == 0 else 0))
             for k, f in enumerate(firms)
             for p, v in zip(PARTS, (0.9, 0.2, 0.1, -4.5, -0.3, 0.4, 0.6), strict=True)],
            columns=["firm", "part", "value"],
        ),
        "equity_split": pd.DataFrame(
            [(split, f, p, 1000.0 * v * (1 + 0.05 * gain * (k == 0)) + 100 * luck.normal())
             for k, f in enumerate(firms)
             for split, found in SPLIT.items() for p, v in found.items()],
            columns=["split", "firm", "part", "value"],
        ),
        "whale": pd.concat([
            pd.DataFrame({"firm": f, "percentile": whole,
                          "worth_share": (1 - (1 - whole / 100) ** 3) * (1 + 0.3 * np.sin(np.pi * whole / 100))})
            for f in firms
        ]),
        "stakeholders": ties(np.random.default_rng(len(str(gain))), gain, firms[0], periods),
    }  # fmt: skip


def made_up(
    gains=None, control="transactional", firms=("focal", "rival_1", "rival_2"), seeds=12, periods=260, **more
):
    """A made-up result: ``gains`` maps each arm to its gain for the focal firm, per customer per year.

    Equal arguments are worked out once per process; each caller has its own copy.
    """
    asked = (dict(GAINS if gains is None else gains), control, list(firms), seeds, periods)
    key = repr((asked, sorted(more.items())))
    if key not in MADE:
        MADE[key] = _made_up(*asked, **more)
    own = {
        name: value.copy() if isinstance(value, pd.DataFrame) else value
        for name, value in vars(MADE[key]).items()
    }
    return SimpleNamespace(**own)


def _made_up(gains, control, firms, seeds, periods, **more):
    s = setting(list(gains), control, firms, periods, replications=seeds, **more)
    heads, gathered, runs = s.population.customers, {}, []
    for seed in range(1, seeds + 1):
        for number, (arm, gain) in enumerate(gains.items()):
            luck = np.random.default_rng([seed, number])
            for twin in (False, True):
                run = outcomes(luck, gain * (0.3 if twin else 1), firms, periods, heads)
                runs.append(run_figures(run, s).assign(arm=arm, seed=seed, twin=twin))
                if not twin:
                    gathered.setdefault("outcomes", []).append(run.assign(arm=arm, seed=seed))
            for name, frame in extras(luck, gain, firms, periods).items():
                gathered.setdefault(name, []).append(frame.assign(arm=arm, seed=seed))
    result = SimpleNamespace(scenario=s, folder=None, runs=pd.concat(runs, ignore_index=True))
    for name, frames in gathered.items():
        setattr(result, name, pd.concat(frames, ignore_index=True))
    result.summary = summarise(
        result.runs, controls=control_of_each(s.experiment), focal=firms[0], confidence=0.95
    )
    return result
