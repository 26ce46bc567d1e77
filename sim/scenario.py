"""A scenario: typed, frozen, checked. An unknown key is an error with the nearest match."""

from __future__ import annotations

import hashlib
import importlib
import json
import math
import pkgutil
import re
from collections import namedtuple
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sim.theory
from sim import sections
from sim.declare import THEORY, Parameter
from sim.metrics import METRICS
from sim.plan import Strategy, make_strategy
from sim.population import Segment, check_shares, segment
from sim.problem import Problem
from sim.safe_yaml import plain
from sim.sections import Execution, Experiment, Market, Named, Offer, Population, fields, finite, mapping, value
from sim.tree import merge, resolve

for _module in pkgutil.iter_modules(sim.theory.__path__):
    importlib.import_module(f"sim.theory.{_module.name}")

#: The theory's sections, one attribute each: ``setting.theory.choice.w_sat``.
Theory = namedtuple("Theory", list(THEORY), defaults=[section() for section in THEORY.values()])  # type: ignore[misc]  # noqa: PYI024

KEYS = (
    "name", "question", "source", "concepts", "expect", "market", "population", "theory", "network",
    "firms", "stakeholders", "events", "experiment", "execution", "out",
)  # fmt: skip
ARM_KEYS = ("market", "population", "theory", "network", "firms", "events")
SHOWN_FIRST = ("profit", "customer_equity", "retention", "share", "satisfaction", "budget_spend")
CONCEPTS = 66
DEFAULT_STRATEGY = "fixed_plan"
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_EXPECTATION = {
    "claim": Parameter("claim", "", str, None, None, "", "what is expected", ""),
    "literature": Parameter("literature", "", str, None, None, "", "who says so", ""),
    "metric": Parameter("metric", "profit", str, None, None, "", "compared in the summary", "", tuple(METRICS)),
    "arm": Parameter("arm", None, str, None, None, "", "the arm", ""),
    "against": Parameter("against", None, str, None, None, "", "the arm it is compared with", "", None, True),
    "is": Parameter("is", "higher", str, None, None, "", "direction", "", ("higher", "lower", "equal")),
    "by": Parameter("by", None, float, 0, 1e12, "of the metric", "at least; equal: within", "", None, True),
}


@dataclass(frozen=True)
class StrategyChoice:
    """A strategy by name, with every declared parameter as it is set."""

    name: str
    parameters: Mapping[str, Any]

    def make(self) -> Strategy:
        """A fresh strategy: each firm of each run has its own."""
        return make_strategy(self.name, self.parameters)


@dataclass(frozen=True, eq=False)
class Scenario:
    """Everything that defines the runs of one experiment; equal trees make equal scenarios."""

    name: str
    question: str
    source: str
    concepts: tuple[str, ...]
    expect: tuple[Named, ...]
    market: Market
    population: Named
    theory: Any
    network: Named
    firms: Named
    stakeholders: Named
    events: Named
    experiment: Named
    execution: Execution
    out: str | None
    text: str

    @classmethod
    def from_config(cls, config: Any) -> Scenario:
        """A scenario from a plain tree or a DictConfig; defaults where nothing is given; raises `Problem`."""
        made = _typed(_plain_tree(config))
        for arm, overrides in made.experiment.arms.items():
            if overrides:
                made.for_arm(arm)
        return made

    def to_dict(self) -> dict[str, Any]:
        """The whole tree, defaults included: ``from_config(s.to_dict()) == s``."""
        return json.loads(self.text)  # type: ignore[no-any-return]

    def for_arm(self, name: str) -> Scenario:
        """The scenario with one arm's overrides laid upon it, checked again; its arms then have none left."""
        arms = self.experiment.arms
        if name not in arms:
            raise Problem.unknown("experiment.arms", name, arms)
        key = f"experiment.arms.{name}"
        tree = self.to_dict()
        overrides = tree["experiment"]["arms"][name]
        tree["experiment"]["arms"] = {arm: {} for arm in arms}
        for part in overrides:
            if part not in ARM_KEYS:
                raise Problem.unknown(f"{key}.{part}", part, ARM_KEYS)
        try:
            return _typed(merge(tree, overrides))
        except Problem as problem:
            raise Problem(f"{key}: {problem.key}", problem.value, problem.allowed, problem.nearest) from None

    def but(self, changes: Mapping[str, Any]) -> Scenario:
        """The scenario with a nested mapping of changes laid upon it, checked again."""
        return Scenario.from_config(merge(self.to_dict(), dict(changes)))

    def hash(self) -> str:
        """SHA-256 of what decides the results: all but the execution and the folder."""
        tree = {key: part for key, part in self.to_dict().items() if key not in ("execution", "out")}
        return hashlib.sha256(json.dumps(tree, sort_keys=True).encode()).hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scenario) and self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return int(self.hash()[:15], 16)

    def __reduce__(self) -> tuple[Any, ...]:
        return (_from_text, (self.text,))


def _from_text(text: str) -> Scenario:
    return _typed(json.loads(text))


def _plain_tree(config: Any) -> dict[str, Any]:
    if not isinstance(config, Mapping):
        from omegaconf import DictConfig, OmegaConf

        if not isinstance(config, DictConfig):
            raise Problem("scenario", config, "a mapping of keys to values")
        config = OmegaConf.to_container(config, resolve=False)
    plain(config, "scenario")
    tree = _data(resolve(config), "")
    assert isinstance(tree, dict)
    return tree


def _data(node: Any, key: str) -> Any:
    """Plain Python data: numpy scalars become numbers; anything else is refused."""
    if isinstance(node, Mapping):
        return {str(name): _data(entry, f"{key}.{name}" if key else str(name)) for name, entry in node.items()}
    if isinstance(node, list):
        return [_data(entry, f"{key}[{number}]") for number, entry in enumerate(node)]
    if node is None or isinstance(node, (str, bool, int, float)):
        return node
    if hasattr(node, "item") and getattr(node, "shape", None) == ():
        return node.item()
    raise Problem(key, node, "a text, a number, true, false, null, a list or a mapping")


def _typed(tree: dict[str, Any]) -> Scenario:
    for key in tree:
        if key not in KEYS:
            raise Problem.unknown(key, key, KEYS)
    made = _Checked(tree)
    parts = {key: getattr(made, key)() for key in KEYS}
    whole = {key: shown for key, (_, shown) in parts.items()}
    typed = {key: part for key, (part, _) in parts.items()}
    _check_together(typed)
    typed["firms"] = Named({name: _settled(offer, typed) for name, offer in typed["firms"].items()})
    return Scenario(**typed, text=json.dumps(whole, ensure_ascii=False, allow_nan=False))


def _settled(offer: Offer, typed: Mapping[str, Any]) -> Offer:
    """The offer with its nulls settled: promise, base quality, cost of quality, capacity, budget (inf: no limit)."""
    own = typed["market"].budget if offer.budget is None else offer.budget
    cost = typed["theory"].reach.cost_quality if offer.cost_quality is None else offer.cost_quality
    return offer._replace(
        promise=offer.quality if offer.promise is None else offer.promise,
        base_quality=offer.quality if offer.base_quality is None else offer.base_quality,
        cost_quality=cost,
        capacity=math.inf if offer.capacity is None else offer.capacity,
        budget=math.inf if own == "free" else own,
    )


def _check_together(typed: Mapping[str, Any]) -> None:
    """What no key can say alone."""
    firms, experiment = typed["firms"], typed["experiment"]
    if experiment.focal not in firms:
        raise Problem.unknown("experiment.focal", experiment.focal, firms)
    if experiment.burn_in >= experiment.periods:
        raise Problem("experiment.burn_in", experiment.burn_in,
                      f"fewer periods than experiment.periods ({experiment.periods})")  # fmt: skip
    if experiment.control not in experiment.arms:
        raise Problem.unknown("experiment.control", experiment.control, experiment.arms)
    for number, entry in enumerate(typed["expect"]):
        for side in ("arm", "against"):
            if entry[side] is not None and entry[side] not in experiment.arms:
                raise Problem.unknown(f"expect[{number}].{side}", entry[side], experiment.arms)
    for name, event in typed["events"].items():
        firm = getattr(event, "firm", None)
        if firm is not None and firm not in firms:
            raise Problem.unknown(f"events.{name}.firm", firm, firms)


class _Checked:
    """Each key of the tree as a pair: the typed part, and how the whole tree shows it."""

    def __init__(self, tree: dict[str, Any]) -> None:
        self.tree = tree

    def name(self) -> tuple[str, str]:
        name = self.tree.get("name", "unnamed")
        _check_name("name", name)
        return name, name

    def _text(self, key: str) -> tuple[str, str]:
        text = self.tree.get(key)
        if text is not None and not isinstance(text, str):
            raise Problem(key, text, "a text")
        return (text or "").strip(), (text or "").strip()

    def question(self) -> tuple[str, str]:
        return self._text("question")

    def source(self) -> tuple[str, str]:
        return self._text("source")

    def out(self) -> tuple[str | None, str | None]:
        text, _ = self._text("out")
        return text or None, text or None

    def concepts(self) -> tuple[tuple[str, ...], list[str]]:
        found = _texts("concepts", self.tree.get("concepts"))
        for concept in found:
            if not re.fullmatch(r"C[1-9][0-9]?", concept) or int(concept[1:]) > CONCEPTS:
                raise Problem("concepts", concept, f"C1 to C{CONCEPTS} (guanxi list concepts)")
        return tuple(found), found

    def expect(self) -> tuple[tuple[Named, ...], list[dict[str, Any]]]:
        given = self.tree.get("expect") or []
        if not isinstance(given, list):
            raise Problem("expect", given, "a list of expectations")
        shown = []
        for number, entry in enumerate(given):
            for needed in ("metric", "arm", "is"):
                if needed not in mapping(f"expect[{number}]", entry):
                    raise Problem(f"expect[{number}]", entry, "metric, arm and is, with a claim")
            shown.append(fields(f"expect[{number}]", entry, _EXPECTATION))
        return tuple(Named(entry) for entry in shown), shown

    def market(self) -> tuple[Market, dict[str, Any]]:
        shown = fields("market", self.tree.get("market"), _declared(Market))
        return Market(**shown), shown | ({"outside": "none"} if shown["outside"] is None else {})

    def population(self) -> tuple[Named, dict[str, Any]]:
        given = mapping("population", self.tree.get("population"))
        shown = fields("population", given, _declared(Population), beside=("segments",))
        listed = _present("population.segments", given.get("segments"))
        segments = {n: Segment(**segment(f"population.segments.{n}", s)) for n, s in listed.items()}
        segments = segments or {"everyone": Segment(**segment("", {}))}
        check_shares("population.segments", segments)
        return (
            Named(shown | {"segments": Named(segments)}),
            shown | {"segments": {name: s.tree() for name, s in segments.items()}},
        )

    def theory(self) -> tuple[Any, dict[str, Any]]:
        return _sections("theory", self.tree.get("theory"), THEORY, Theory)

    def network(self) -> tuple[Named, dict[str, Any]]:
        return _sections("network", self.tree.get("network"), layers(), lambda **parts: Named(parts))

    def firms(self) -> tuple[dict[str, Offer], dict[str, Any]]:
        listed = _present("firms", self.tree.get("firms"))
        if not 1 <= len(listed) <= sections.MAX_FIRMS:
            raise Problem("firms", list(listed), f"1 to {sections.MAX_FIRMS} firms, each with a name")
        typed, shown = {}, {}
        for name, given in listed.items():
            entries = mapping(f"firms.{name}", given)
            strategy = _strategy(f"firms.{name}.strategy", entries.get("strategy"))
            known = _declared(Offer)
            offer = fields(f"firms.{name}", entries, known, beside=("strategy",))
            typed[name] = Offer(strategy=strategy, **offer)
            shown[name] = {"strategy": {"name": strategy.name, **strategy.parameters}, **offer}
        return typed, shown

    def stakeholders(self) -> tuple[Named, dict[str, Any]]:
        given = mapping("stakeholders", self.tree.get("stakeholders"))
        if given:
            raise Problem("stakeholders", list(given), "nothing yet: the other five markets are not built")
        return Named({}), {}

    def events(self) -> tuple[Named, dict[str, Any]]:
        types = event_types()
        typed, shown = {}, {}
        for name, given in _present("events", self.tree.get("events")).items():
            entries = mapping(f"events.{name}", given)
            kind = entries.get("type")
            if kind not in types:
                raise Problem.unknown(f"events.{name}.type", kind, types)
            made = fields(f"events.{name}", entries, _declared(types[kind]), beside=("type",))
            typed[name], shown[name] = types[kind](**made), {"type": kind, **made}
        return Named(typed), shown

    def experiment(self) -> tuple[Named, dict[str, Any]]:
        given = mapping("experiment", self.tree.get("experiment"))
        shown = fields("experiment", given, _declared(Experiment), beside=("arms", "metrics"))
        arms = mapping("experiment.arms", given.get("arms")) or {shown["control"]: {}}
        for name in arms:
            _check_name("experiment.arms", name)
        shown["arms"] = {name: mapping(f"experiment.arms.{name}", over) for name, over in arms.items()}
        metrics = _texts("experiment.metrics", given.get("metrics")) or list(SHOWN_FIRST)
        for metric in metrics:
            if metric not in METRICS:
                raise Problem.unknown("experiment.metrics", metric, METRICS)
        shown["metrics"] = metrics
        return Named(shown | {"arms": Named(shown["arms"]), "metrics": tuple(metrics)}), shown

    def execution(self) -> tuple[Execution, dict[str, Any]]:
        shown = fields("execution", self.tree.get("execution"), _declared(Execution))
        return Execution(**shown), shown


def layers() -> dict[str, type]:
    """The network's sections, by name."""
    try:
        network = importlib.import_module("sim.network")
    except ModuleNotFoundError:
        return {}
    return dict(network.LAYERS)


def event_types() -> dict[str, type]:
    """The types of events, by name."""
    try:
        events = importlib.import_module("sim.events")
    except ModuleNotFoundError:
        return {}
    return dict(events.EVENTS)


def _declared(section: type) -> Mapping[str, Parameter]:
    return section.declared  # type: ignore[attr-defined,no-any-return]


def _sections(key: str, given: Any, known: Mapping[str, type], whole: Any) -> tuple[Any, dict[str, Any]]:
    entries = mapping(key, given)
    for name in entries:
        if name not in known:
            raise Problem.unknown(f"{key}.{name}", name, known)
    shown = {name: fields(f"{key}.{name}", entries.get(name), _declared(part)) for name, part in known.items()}
    return whole(**{name: part(**shown[name]) for name, part in known.items()}), shown


def _present(key: str, given: Any) -> dict[str, Any]:
    """The entries of a mapping that are not null, with names that fit."""
    entries = mapping(key, given)
    for name in entries:
        _check_name(key, name)
    return {name: entry for name, entry in entries.items() if entry is not None}


def _check_name(key: str, name: Any) -> None:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise Problem(key, name, "a name of letters, digits, _ and - (64 at most)")


def _texts(key: str, given: Any) -> list[str]:
    listed = [given] if isinstance(given, str) else given or []
    if not isinstance(listed, list) or not all(isinstance(entry, str) for entry in listed):
        raise Problem(key, given, "a list of names")
    return listed


def _strategy(key: str, given: Any) -> StrategyChoice:
    """A strategy from its name, or from a mapping with a name and parameters; raises `Problem`."""
    entries = {"name": given} if isinstance(given, str) else mapping(key, given)
    entries = entries or {"name": DEFAULT_STRATEGY}
    name = entries.pop("name", None)
    if not isinstance(name, str):
        raise Problem(f"{key}.name", name, "the name of a strategy (guanxi list strategies)")
    for parameter, number in entries.items():
        if not finite(number):
            raise Problem(f"{key}.{parameter}", number, "a number")
    try:
        made = make_strategy(name, entries)
    except Problem as problem:
        inner = problem.key.removeprefix("strategy").removeprefix(".")
        raise Problem(f"{key}.{inner}" if inner else key, problem.value, problem.allowed, problem.nearest) from None
    return StrategyChoice(name, Named(made.parameters()))
