"""One assumed value at a time moved down and up, and the change in one firm's profit, share, retention and satisfaction.

The focal firm uses every lever a little, so that each value has something to act on; its three rivals do not change.
Runs are paired by seed with the unchanged market. A screening: large changes, one at a time, no interactions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

import sim.strategies.library  # noqa: F401  (both register)
from sim.core.parameters import Param
from sim.customers.ledger import Entry
from sim.customers.network import LAYERS
from sim.customers.traits import TRAITS, Trait
from sim.firms.mechanisms import MECHANISMS
from sim.firms.offer_settings import OfferSettings, SecondOffer
from sim.market.accounts import MONEY
from sim.scenario.merge import merge
from sim.scenario.settings import MarketSettings, Population, SecondCategory
from sim.strategies import STRATEGIES
from sim.strategies.marketing_mix import MarketingMix
from sim.theory import THEORY
from sim.validation.facts.facts import FIRMS, YEAR
from sim.validation.laws.checks import opened

PERIODS = 130  # the last year is read
LEVERS = {
    "promotion": 0.01, "advertising": 0.02, "place": 0.005, "staff": 0.01, "feedback": 0.01, "recovery": 2.0,
    "contact_rate": 0.03, "integration": 0.03, "reward_rate": 0.01,
}  # fmt: skip
#: Moved to these instead of to half and one and a half times: the default is 0, or the scale has no natural zero.
MOVED: dict[str, tuple[Any, ...]] = {
    "theory.commitment.c0": (-1.5, -0.5), "theory.contract.contract_term": (26, 52),
    "theory.contract.return_rate": (0.01,), "theory.choice.habit_start": (0.25,), "theory.needs.season": (0.3,),
    "theory.experience.paradox": (0.1,), "theory.second.complement": (1.0,), "theory.second.complement_back": (1.0,),
    "theory.assortment.variety": (0.5,), "strategies.blattberg_deighton.turned": (1,),
    "theory.managers.wage": (0.5,), "theory.managers.account_time": (0.02,), "theory.managers.contact_time": (0.02,),
    "theory.relationship.consolidated_slack": (0.1,), "theory.power.accounts": (10,),
    "theory.power.account_locked": (0.5,), "theory.power.firm_locked": (0.5,), "strategies.fixed_plan.accounts": (100,),
    "second.firms.*.known_by": (0.5,), "second.firms.*.opens": (26,), "market.outside": (-7.0, -5.0), "market.outside_taste_weight": (0.1, 0.3),
    "population.entry_rate": (0.002,), "firms.*.price": (9.5, 10.5), "firms.*.unit_cost": (5.0, 7.0),
    "firms.*.effort": (0.5,), "firms.*.goodwill": (0.1,), "firms.*.known_by": (0.5,), "firms.*.goods": (20,),
    "market.reference_price": (9.0, 11.0), "strategies.club.listening": (0.1,),
    **{f"strategies.transactional.{lever}": (0.1,) for lever in ("promotion", "service", "place")},
    "segments.*.desire.mean": (-0.2, 0.2), "segments.*.exit_rate.value": (0.005,), "segments.*.dropout.value": (0.02,),
}  # fmt: skip
#: Decisions of an experiment rather than assumptions about a market.
SETTINGS = {"market.periods_per_year", "population.customers"}
OUTCOMES = ("profit", "share", "retention", "satisfaction")


class Value(NamedTuple):
    """An assumed value: its key in a scenario, its declaration in words, and the levels to which it is moved."""

    key: str
    default: Any
    low: float
    high: float
    unit: str
    meaning: str
    source: str
    moved: tuple[Any, ...]

    @property
    def runs(self) -> tuple[tuple[str, Any], ...]:
        """Name and level of each of its changes."""
        return tuple((f"{self.key}={level:g}", level) for level in self.moved)


def assumed() -> list[Value]:
    """Every assumed number of the market, the firms, the customers and the theory."""
    sections: dict[str, Any] = {f"theory.{name}": section for name, section in sorted(THEORY.items())}
    sections |= {f"network.{name}": layer for name, layer in LAYERS.items()}
    sections |= {"market": MarketSettings, "population": Population, "firms.*": OfferSettings}
    sections |= {"second": SecondCategory, "second.firms.*": SecondOffer}
    values = [
        _value(f"{name}.{p.name}", p)
        for name, section in sections.items()
        for p in section.declared.values()
        if p.assumed and _numeric(p) and f"{name}.{p.name}" not in SETTINGS
    ]
    return values + [value for trait in TRAITS.values() for value in _of_trait(trait)]


def of_strategies() -> list[Value]:
    """Every assumed number of the strategies, plain marketing's mix once; a lever that stands as offered is none."""
    mix = set(MarketingMix.__annotations__)
    return [
        _value(f"strategies.{name}.{p.name}", p)
        for name, cls in sorted(STRATEGIES.items())
        for p in cls.declared.values()
        if p.assumed and _numeric(p) and (p.name not in mix or name == "transactional")
    ]


def _numeric(p: Param) -> bool:
    return isinstance(p.default, (int, float)) and not isinstance(p.default, bool)


def _value(key: str, p: Param) -> Value:
    low, high = -np.inf if p.low is None else p.low, np.inf if p.high is None else p.high
    return Value(key, p.default, low, high, p.unit, p.meaning, p.source, _moved(key, p.default, low, high))


def _moved(key: str, default: Any, low: float, high: float) -> tuple[Any, ...]:
    if key in MOVED:
        return MOVED[key]
    kind = type(default)
    levels = (min(high, max(low, kind(round(default * times, 9)))) for times in (0.5, 1.5))
    return tuple(dict.fromkeys(kind(x) for x in levels if x != default))


def _of_trait(trait: Trait) -> Iterator[Value]:
    tree = trait.default.tree()
    numbers = next(iter(tree.values())) if isinstance(tree, dict) else {"value": tree}
    for name, number in numbers.items():
        key = f"segments.*.{trait.name}.{name}"
        low = -100.0 if name in ("mean", "value") else 0.0
        moved = _moved(key, float(number), low, 100.0)
        yield Value(
            key, number, max(trait.low, low), trait.high, trait.unit, trait.meaning, trait.source, moved
        )


# ------------------------------------------------------------------ the runs


def tree_of(key: str, level: Any, customers: int) -> dict[str, Any]:
    """The market of the screening with one value moved ("": none)."""
    contractual = key.startswith(("theory.contract", "contractual"))
    offer: dict[str, Any] = {"strategy": {"name": "fixed_plan"}}
    levers = dict(LEVERS)
    if _acts_with("range", key):
        example = MECHANISMS["range"].example
        offer, levers = offer | dict(example["offer"]), levers | dict(example["levers"])
    tree: dict[str, Any] = {
        "name": "screening",
        "question": "What does a change of it do?",
        "source": "none",
        "market": {"type": "contractual" if contractual else "repertoire"},
        "population": {"customers": customers},
        "firms": {name: offer for name in FIRMS}
        | {FIRMS[0]: offer | {"strategy": {"name": "fixed_plan"} | levers}},
        "experiment": {"periods": PERIODS, "burn_in": 0, "sample": 0, "value_every": 100_000},
    }
    part, _, rest = key.partition(".")
    if _acts_with("second", key):
        tree |= MECHANISMS["second"].switched_on(*FIRMS)
    if part == "strategies":
        name, _, parameter = rest.partition(".")
        chosen = {"name": name} | ({parameter: level} if parameter else {})
        tree["firms"][FIRMS[0]] = offer | {"strategy": chosen}
        kind = getattr(STRATEGIES[name], "kind", "")
        if kind:  # it works with a kind of stakeholder: there is one
            rival = {"rival": FIRMS[1]} if kind == "ally" else {}
            tree["stakeholders"] = {"partner": {"kind": kind, "firm": FIRMS[0], **rival}}
        return tree
    if key.startswith("second.firms.*."):
        moved = {key.removeprefix("second.firms.*."): level}
        return merge(tree, {"second": {"firms": {name: moved for name in FIRMS}}})
    if part == "firms":
        return merge(tree, {"firms": {name: {rest.removeprefix("*."): level} for name in FIRMS}})
    if part == "segments":
        return merge(
            tree, {"population": {"segments": {"everyone": _trait_with(rest.removeprefix("*."), level)}}}
        )
    if part == "network" and rest.endswith(".share"):
        return merge(tree, {"network": _shares(rest.removesuffix(".share"), level)})
    return merge(tree, _nested(key, level)) if rest else tree


def _acts_with(name: str, key: str) -> bool:
    """True for a value that acts only where there is a mechanism."""
    mechanism = MECHANISMS[name]
    return key.startswith(mechanism.sections) or mechanism.trait in _traits(key)


def _traits(key: str) -> tuple[str, ...]:
    """Traits of the strategy that a value is of."""
    return STRATEGIES[key.split(".")[1]].traits if key.startswith("strategies.") else ()


def _shares(layer: str, level: float) -> dict[str, Any]:
    """Shares of all layers: one moved, the others in proportion, so that they still sum to 1."""
    usual = {name: section().share for name, section in LAYERS.items()}
    rest = (1.0 - level) / (1.0 - usual[layer])
    return {name: {"share": level if name == layer else share * rest} for name, share in usual.items()}


def _trait_with(key: str, level: Any) -> dict[str, Any]:
    name, _, number = key.partition(".")
    usual = TRAITS[name].default.tree()
    if not isinstance(usual, dict):
        return {name: level}
    return {name: merge(usual, {next(iter(usual)): {number: level}})}


def _nested(key: str, level: Any) -> dict[str, Any]:
    for name in reversed(key.split(".")):
        level = {name: level}
    return level


def base_of(key: str) -> str:
    """The unchanged market that a value's is paired with."""
    if key.startswith("strategies."):
        return key.rpartition(".")[0]
    if key.startswith(MECHANISMS["second"].sections):
        return "second"
    if key.startswith("theory.assortment"):
        return "assortment"
    return "contractual" if key.startswith("theory.contract") else ""


def outcome(key: str, level: Any, seed: int, customers: int) -> tuple[float, ...]:
    """Profit per customer per year, share, yearly retention, satisfaction of the focal firm, over the last year."""
    from sim.scenario.scenario import Scenario

    market = opened(Scenario.from_config(tree_of(key, level, customers)), seed, 1)
    market.run_for(PERIODS)
    books = market.books
    profit = sum(money[MONEY.index("profit"), 0] for money in books.moneys[-YEAR:])
    ledger = np.array(books.ledgers[-YEAR:])
    units = ledger[:, :, Entry.UNITS].sum(axis=0)
    kept, lost = ledger[:, 0, Entry.KEPT], ledger[:, 0, Entry.LOST]
    stays = kept.sum() / (kept.sum() + lost.sum())
    c = market.columns
    mine = c.supplier == 0
    satisfied = float(c.satisfaction[mine, 0].mean()) if mine.any() else float("nan")
    return float(profit) / customers, float(units[0] / units.sum()), float(stays**YEAR), satisfied


def differences(moved: Mapping[int, tuple[float, ...]], base: Mapping[int, tuple[float, ...]]) -> np.ndarray:
    """By seed, (n, 4): profit in % of the unchanged market's, share, retention and satisfaction in hundredths."""
    rows = []
    for seed, usual in base.items():
        gap = 100.0 * (np.array(moved[seed]) - np.array(usual))
        gap[0] /= abs(usual[0])
        rows.append(gap)
    return np.array(rows)
