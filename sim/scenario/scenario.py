"""A scenario: declared, frozen, checked. An unknown key is an error with the nearest match."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import field
from functools import cached_property, partial
from typing import Annotated, Any

from sim.core.errors import NAME, InputError, check_known
from sim.core.frozen import FrozenDict
from sim.core.loading import (
    Entries,
    Parsed,
    check_name,
    load,
    mapping,
    of_kind,
    refuse_unknown,
    texts,
    tree_of,
)
from sim.core.parameters import section
from sim.core.yaml_reader import MAX_DEPTH, plain
from sim.customers.network import Layers
from sim.customers.traits import SHARE_TOLERANCE, Segment
from sim.firms.offer_settings import DEFAULT_STRATEGY, OfferSettings, SecondOffer, settled
from sim.firms.partners.base import KINDS, Partner
from sim.scenario.arms import LABEL, check_controls, control_of_each, only_arms
from sim.scenario.events.base import EVENTS
from sim.scenario.expectations import check_expectations, expectations, schema_of_expectations
from sim.scenario.merge import at, merge, nested, resolve
from sim.scenario.settings import Execution, ExperimentSettings, MarketSettings, Population, SecondCategory
from sim.strategies import STRATEGIES
from sim.theory import Theory

#: The parts of a scenario that an arm may change.
ARM_KEYS = ("market", "population", "theory", "network", "firms", "second", "stakeholders", "events")
MAX_FIRMS = 32
CONCEPTS = 66
NOT_FIRMS = ("none", "left", "outside")  # in the tables: no supplier, left the market, did not buy


def text(data: Any) -> str:
    """A text, empty where there is none; raises `InputError`."""
    if data is not None and not isinstance(data, str):
        raise InputError("", data, "a text")
    return (data or "").strip()


def concepts(data: Any) -> tuple[str, ...]:
    """The numbers of concepts; raises `InputError`."""
    for concept in texts(data):
        if not re.fullmatch(r"C[1-9][0-9]?", concept) or int(concept[1:]) > CONCEPTS:
            raise InputError("", concept, f"C1 to C{CONCEPTS} (guanxi list concepts)")
    return tuple(texts(data))


#: What is drawn after the numbers of a run: the page with its figures, these and every figure as PNG too, or nothing.
REPORTS = ("html", "all", "none")


def report(given: Any) -> str | None:
    """One of `REPORTS`, or None: the page after a single run, nothing after the jobs of a grid."""
    if given is not None and given not in REPORTS:
        raise InputError.unknown("", given, REPORTS)
    return given  # type: ignore[no-any-return]


_NAME = Parsed(check_name, schema=lambda: {"type": "string", "pattern": f"^{NAME.pattern}$"})
_TEXT = Parsed(text, str | None)
_PATH = Parsed(lambda data: text(data) or None, str | None)
_REPORT = Parsed(report, schema=lambda: {"enum": [*REPORTS, None]})
_CONCEPTS = Parsed(concepts, list[str] | str | None)
_FIRMS = Entries(OfferSettings, 1, MAX_FIRMS, f"1 to {MAX_FIRMS} firms, each with a name", NOT_FIRMS)
_EXPECTED = Parsed(expectations, schema=schema_of_expectations)


@section("")
class Scenario:
    """Everything that defines the runs of one experiment; equal trees make equal scenarios."""

    name: Annotated[str, _NAME] = "unnamed"
    question: Annotated[str, _TEXT] = ""
    source: Annotated[str, _TEXT] = ""
    concepts: Annotated[tuple, _CONCEPTS] = ()
    expect: Annotated[tuple, _EXPECTED] = ()
    market: MarketSettings = field(default_factory=MarketSettings)
    population: Population = field(default_factory=Population)
    theory: Theory = field(default_factory=Theory)
    network: Layers = field(default_factory=Layers)
    firms: Annotated[FrozenDict, _FIRMS] = field(default_factory=FrozenDict)
    second: SecondCategory | None = None
    stakeholders: Annotated[FrozenDict, Entries(Annotated[Partner, of_kind("kind", KINDS)])] = field(
        default_factory=FrozenDict
    )
    events: Annotated[FrozenDict, Entries(Annotated[Any, of_kind("type", EVENTS)])] = field(
        default_factory=FrozenDict
    )
    experiment: ExperimentSettings = field(default_factory=ExperimentSettings)
    execution: Execution = field(default_factory=Execution)
    out: Annotated[str | None, _PATH] = None
    report: Annotated[str | None, _REPORT] = None
    not_asked: Annotated[tuple, _EXPECTED] = ()
    text: str = field(init=False, repr=False, default="")

    @classmethod
    def from_config(cls, config: Any) -> Scenario:
        """A scenario from a plain tree; defaults where nothing is set; raises `InputError`."""
        try:
            whole = cls.from_whole(resolve(filled(plain(mapping(config, "scenario"), "scenario"))))
        except RecursionError:
            raise InputError("scenario", "a tree without end", f"at most {MAX_DEPTH} levels") from None
        for arm, changes in whole.experiment.arms.items():
            if changes:
                whole.for_arm(arm)
        return whole

    @classmethod
    def from_whole(cls, tree: Mapping[str, Any]) -> Scenario:
        """A scenario from a whole tree, as `to_dict` returns it: nothing is filled in; raises `InputError`."""
        scenario: Scenario = load(cls, {**tree, "second": tree["second"] or None})
        _check_experiment(scenario)
        _check_names(scenario)
        whole = tree_of(scenario)
        whole["second"] = whole["second"] or {}
        if scenario.experiment.only:
            return cls.from_whole(only_arms(whole, scenario.experiment.only))
        budget, cost = scenario.market.budget, scenario.theory.reach.cost_quality
        offers = {name: settled(offer, budget, cost) for name, offer in scenario.firms.items()}
        text = json.dumps(whole, ensure_ascii=False, allow_nan=False)
        parts = {"text": text, "firms": FrozenDict(offers), "network": FrozenDict(vars(scenario.network))}
        for name, part in parts.items():
            object.__setattr__(scenario, name, part)
        return scenario

    def to_dict(self) -> dict[str, Any]:
        """The whole tree, defaults included: ``from_config(s.to_dict()) == s``."""
        return json.loads(self.text)  # type: ignore[no-any-return]

    def for_arm(self, name: str) -> Scenario:
        """The scenario with one arm's changes laid upon it, checked again; its arms then have none left.

        Composed once, since nothing of a scenario changes; a scenario whose arms have no changes is its arms' own.
        """
        check_known("experiment.arms", name, self.experiment.arms)
        if not any(self.experiment.arms.values()):
            return self
        if name not in self._of_arms:
            self._of_arms[name] = self._of_arm(name)
        return self._of_arms[name]

    @cached_property
    def _of_arms(self) -> dict[str, Scenario]:
        """The scenarios of arms composed so far, by name."""
        return {}

    def _of_arm(self, name: str) -> Scenario:
        tree = self.to_dict()
        key, arms = f"experiment.arms.{name}", tree["experiment"]["arms"]
        changes = {part: change for part, change in arms[name].items() if part != LABEL}
        refuse_unknown(changes, (*ARM_KEYS, LABEL), key)
        tree["experiment"]["arms"] = {arm: {} for arm in arms}
        try:
            return self.from_whole(merge(tree, changes))
        except InputError as problem:
            where = f"{key}: {problem.key}"
            raise InputError(where, problem.value, problem.allowed, problem.nearest) from None

    def replace(self, changes: Mapping[str, Any]) -> Scenario:
        """The scenario with a nested mapping of changes laid upon it, checked again."""
        return Scenario.from_config(merge(self.to_dict(), changes))

    def hash(self) -> str:
        """SHA-256 of everything that determines the results: all but the execution, the folder and the report."""
        tree = {
            key: part for key, part in self.to_dict().items() if key not in ("execution", "out", "report")
        }
        return hashlib.sha256(json.dumps(tree, sort_keys=True).encode()).hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scenario) and self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return int(self.hash()[:15], 16)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self).from_config, (self.to_dict(),)


# ---------------------------------------------------------------- defaults


def _offer(data: Any) -> Any:
    """A firm with its defaults and those of its strategy."""
    offer = merge(_OFFER, data)
    if isinstance(offer, dict):
        strategy = offer["strategy"] or {"name": DEFAULT_STRATEGY}
        name = at(strategy, "name")
        if isinstance(name, str) and name in STRATEGIES:
            usual = {key: p.default for key, p in STRATEGIES[name].declared.items()}
            strategy = {"name": name} | usual | strategy
        offer["strategy"] = strategy
    return offer


def _by_kind(key: str, known: Mapping[str, type]) -> Callable[[Any], Any]:
    """A function that completes an entry by the kind that it names."""

    def completed(data: Any) -> Any:
        kind = known.get(str(at(data, key)))
        return data if kind is None else merge(tree_of(kind()), data)

    return completed


_OFFER = tree_of(OfferSettings())
_SECOND = tree_of(SecondCategory())
_EMPTY = {"second": {}, "experiment": {"controls": {}}, "population": {"segments": None}}
_DEFAULTS = merge(tree_of(Scenario()), _EMPTY)
#: The keys of a scenario, in the order in which it is shown.
KEYS = tuple(_DEFAULTS)
#: The keys under which a user names entries, each with a function that adds the defaults to an entry.
NAMED: dict[str, Callable[[Any], Any]] = {
    "firms": _offer,
    "second.firms": partial(merge, tree_of(SecondOffer())),
    "stakeholders": _by_kind("kind", KINDS),
    "events": _by_kind("type", EVENTS),
    "population.segments": partial(merge, tree_of(Segment())),
    "experiment.arms": lambda data: {} if data is None else data,
}


def filled(data: Any) -> Any:
    """A plain tree with the defaults below it; an unknown key is left for `load` to refuse."""
    tree = merge(_DEFAULTS, data, fill=True)
    if tree["second"]:
        tree["second"] = merge(_SECOND, tree["second"], fill=True)
    usual: dict[str, Any] = {
        "population.segments": {"everyone": {}},
        "experiment.arms": {str(at(tree, "experiment.control")): {}},
    }
    for key, completed in NAMED.items():
        entries = at(tree, key) or usual.get(key)
        if isinstance(entries, Mapping) and isinstance(at(tree, key.partition(".")[0]), Mapping):
            tree = merge(tree, nested(key, {name: completed(entry) for name, entry in entries.items()}))
    return tree


# ---------------------------------------------------------------- checks across keys


def _check_experiment(scenario: Scenario) -> None:
    """The focal firm, the controls and the arms of expectations are there; something is left after the burn-in."""
    experiment = scenario.experiment
    check_known("experiment.focal", experiment.focal, scenario.firms)
    if experiment.burn_in >= experiment.periods:
        fewer = f"fewer periods than experiment.periods ({experiment.periods})"
        raise InputError("experiment.burn_in", experiment.burn_in, fewer)
    check_known("experiment.control", experiment.control, experiment.arms)
    check_controls(experiment)
    check_expectations(scenario.expect, control_of_each(experiment))


def _check_names(scenario: Scenario) -> None:
    """Shares sum to 1; every firm and segment that another part names is there; every event has a time."""
    firms, segments, layers = scenario.firms, scenario.population.segments, vars(scenario.network)
    _check_shares("population.segments", segments)
    if any(layer.share for layer in layers.values()):
        _check_shares("network", layers, ", or all 0: nobody talks")
    for name in scenario.second.firms if scenario.second else ():
        check_known(f"second.firms.{name}", name, firms)
    for name, partner in scenario.stakeholders.items():
        key, rival, segment = (
            f"stakeholders.{name}",
            getattr(partner, "rival", None),
            getattr(partner, "segment", None),
        )
        check_known(f"{key}.firm", partner.firm, firms)
        if segment is not None:
            check_known(f"{key}.segment", segment, segments)
        elif getattr(partner, "introduces", 0.0) > 0.0:
            one = (
                f"the segment to which it introduces the firm, one of {', '.join(segments)}; or introduces 0"
            )
            raise InputError(f"{key}.segment", segment, one)
        if rival is not None:
            check_known(f"{key}.rival", rival, firms)
        if rival == partner.firm:
            raise InputError(f"{key}.rival", rival, "another firm than its own")
    for name, event in scenario.events.items():
        firm = getattr(event, "firm", None)
        if firm is not None:
            check_known(f"events.{name}.firm", firm, firms)
        if event.at is None and event.hazard == 0:
            raise InputError(f"events.{name}.at", None, "a period, or else a hazard above 0")


def _check_shares(key: str, parts: Mapping[str, Any], otherwise: str = "") -> None:
    """Shares of the parts sum to 1."""
    total = math.fsum(part.share for part in parts.values())
    if abs(total - 1.0) > SHARE_TOLERANCE:
        listed = ", ".join(f"{name} {part.share:g}" for name, part in parts.items())
        raise InputError(f"{key}: shares", round(total, 9), f"shares that sum to 1{otherwise} ({listed})")
