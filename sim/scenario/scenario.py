"""A scenario: declared, frozen, checked. An unknown key is an error with the nearest match."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import field, fields
from typing import Annotated, Any

from sim.core.errors import InputError
from sim.core.frozen import FrozenDict
from sim.core.loading import Entries, Kind, LeftOut, Parsed, check_name, filled, load, texts, tree_of
from sim.core.parameters import section
from sim.core.yaml_reader import MAX_DEPTH, plain
from sim.customers.network import Layers
from sim.customers.traits import SHARE_TOLERANCE, check_shares, listed
from sim.firms.offer_settings import OfferSettings, settled
from sim.firms.partners.base import KINDS, Partner
from sim.scenario.arms import LABEL, TWIN, check_controls, only_arms
from sim.scenario.events.base import EVENTS
from sim.scenario.expectations import expectations, schema_of_expectations
from sim.scenario.merge import merge, resolve
from sim.scenario.settings import Execution, ExperimentSettings, MarketSettings, Population, SecondCategory
from sim.theory import Theory

#: The parts of a scenario that an arm may change.
ARM_KEYS = ("market", "population", "theory", "network", "firms", "second", "stakeholders", "events")
MAX_FIRMS = 32
CONCEPTS = 66
NOT_FIRMS = ("none", "left", "outside")  # in the tables: no supplier, left the market, did not buy


def text(given: Any) -> str:
    """A text, empty where there is none; raises `InputError`."""
    if given is not None and not isinstance(given, str):
        raise InputError("", given, "a text")
    return (given or "").strip()


def name_of(given: Any) -> str:
    """The name of a scenario; raises `InputError`."""
    check_name(given)
    return str(given)


def concepts(given: Any) -> tuple[str, ...]:
    """The numbers of concepts; raises `InputError`."""
    found = texts(given)
    for concept in found:
        if not re.fullmatch(r"C[1-9][0-9]?", concept) or int(concept[1:]) > CONCEPTS:
            raise InputError("", concept, f"C1 to C{CONCEPTS} (guanxi list concepts)")
    return tuple(found)


def check_firms(found: Mapping[str, Any]) -> None:
    """Raise `InputError` for too many firms, for none, and for a name that means something else."""
    if not 1 <= len(found) <= MAX_FIRMS:
        raise InputError("", list(found), f"1 to {MAX_FIRMS} firms, each with a name")
    for name in found:
        check_name(name, taken=NOT_FIRMS)


_NAME = Parsed(name_of, lambda: {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"})
_TEXT = Parsed(text, lambda: {"type": ["string", "null"]})
_PATH = Parsed(lambda given: text(given) or None, _TEXT.schema)
_CONCEPTS = Parsed(concepts, lambda: {"type": ["array", "string", "null"], "items": {"type": "string"}})
_EXPECTED = Parsed(expectations, schema_of_expectations, lambda given: given or [])


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
    firms: Annotated[FrozenDict, Entries(OfferSettings, check_firms)] = field(
        default_factory=lambda: FrozenDict({})
    )
    second: Annotated[SecondCategory | None, LeftOut(SecondCategory)] = None
    stakeholders: Annotated[FrozenDict, Entries(Annotated[Partner, Kind("kind", KINDS)])] = field(
        default_factory=lambda: FrozenDict({})
    )
    events: Annotated[FrozenDict, Entries(Annotated[Any, Kind("type", EVENTS)])] = field(
        default_factory=lambda: FrozenDict({})
    )
    experiment: ExperimentSettings = field(default_factory=ExperimentSettings)
    execution: Execution = field(default_factory=Execution)
    out: Annotated[str | None, _PATH] = None
    not_asked: Annotated[tuple, _EXPECTED] = ()
    text: str = field(init=False, repr=False, default="")

    @classmethod
    def from_config(cls, config: Any) -> Scenario:
        """A scenario from a plain tree or a DictConfig; defaults where nothing is given; raises `InputError`."""
        try:
            made = cls._loaded(_plain_tree(config))
        except RecursionError:
            raise InputError("scenario", "a tree without end", f"at most {MAX_DEPTH} levels") from None
        for arm, overrides in made.experiment.arms.items():
            if overrides:
                made.for_arm(arm)
        return made

    @classmethod
    def _loaded(cls, tree: Mapping[str, Any]) -> Scenario:
        made: Scenario = load(cls, only_arms(tree))
        whole = tree_of(made)
        whole["second"] = whole["second"] or {}
        object.__setattr__(made, "text", json.dumps(whole, ensure_ascii=False, allow_nan=False))
        check_shares("population.segments", made.population.segments)
        _check_layers(made)
        _check_experiment(made)
        _check_firms_named(made)
        budget, cost = made.market.budget, made.theory.reach.cost_quality
        offers = {name: settled(offer, budget, cost) for name, offer in made.firms.items()}
        object.__setattr__(made, "firms", FrozenDict(offers))
        object.__setattr__(made, "network", FrozenDict(vars(made.network)))
        return made

    def to_dict(self) -> dict[str, Any]:
        """The whole tree, defaults included: ``from_config(s.to_dict()) == s``."""
        return json.loads(self.text)  # type: ignore[no-any-return]

    def for_arm(self, name: str) -> Scenario:
        """The scenario with one arm's overrides laid upon it, checked again; its arms then have none left."""
        arms = self.experiment.arms
        if name not in arms:
            raise InputError.unknown("experiment.arms", name, arms)
        key = f"experiment.arms.{name}"
        tree = self.to_dict()
        overrides = {k: v for k, v in tree["experiment"]["arms"][name].items() if k != LABEL}
        tree["experiment"]["arms"] = {arm: {} for arm in arms}
        for part in overrides:
            if part not in ARM_KEYS:
                raise InputError.unknown(f"{key}.{part}", part, (*ARM_KEYS, LABEL))
        try:
            return self._loaded(merge(tree, overrides))
        except InputError as problem:
            raise InputError(
                f"{key}: {problem.key}", problem.value, problem.allowed, problem.nearest
            ) from None

    def replace(self, changes: Mapping[str, Any]) -> Scenario:
        """The scenario with a nested mapping of changes laid upon it, checked again."""
        return Scenario.from_config(merge(self.to_dict(), dict(changes)))

    def hash(self) -> str:
        """SHA-256 of everything that determines the results: all but the execution and the folder."""
        tree = {key: part for key, part in self.to_dict().items() if key not in ("execution", "out")}
        return hashlib.sha256(json.dumps(tree, sort_keys=True).encode()).hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scenario) and self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return int(self.hash()[:15], 16)

    def __reduce__(self) -> tuple[Any, ...]:
        return (_from_text, (self.text,))


#: The keys of a scenario, in the order in which it is shown.
KEYS = tuple(part.name for part in fields(Scenario) if part.init)


def _from_text(text: str) -> Scenario:
    return Scenario._loaded(json.loads(text))


def _plain_tree(config: Any) -> dict[str, Any]:
    if not isinstance(config, Mapping):
        from omegaconf import DictConfig, OmegaConf

        if not isinstance(config, DictConfig):
            raise InputError("scenario", config, "a mapping of keys to values")
        config = OmegaConf.to_container(config, resolve=False)
    plain(config, "scenario")
    tree = _data(resolve(filled(Scenario, config)), "")
    assert isinstance(tree, dict)
    return tree


def _data(node: Any, key: str) -> Any:
    """Plain Python data: numpy scalars become numbers; anything else is refused."""
    if isinstance(node, Mapping):
        return {
            str(name): _data(entry, f"{key}.{name}" if key else str(name)) for name, entry in node.items()
        }
    if isinstance(node, list):
        return [_data(entry, f"{key}[{number}]") for number, entry in enumerate(node)]
    if node is None or isinstance(node, (str, bool, int, float)):
        return node
    if hasattr(node, "item") and getattr(node, "shape", None) == ():
        return node.item()
    raise InputError(key, node, "a text, a number, true, false, null, a list or a mapping")


# ---------------------------------------------------------------- checks across keys


def _check_layers(made: Scenario) -> None:
    """Shares of the network's layers sum to 1, or nobody talks."""
    shares = {name: layer.share for name, layer in vars(made.network).items()}
    if any(shares.values()) and abs(math.fsum(shares.values()) - 1.0) > SHARE_TOLERANCE:
        raise InputError("network: shares", round(math.fsum(shares.values()), 9),
                      f"shares that sum to 1, or all 0: nobody talks ({listed(shares)})")  # fmt: skip


def _check_experiment(made: Scenario) -> None:
    """The focal firm, the controls and the arms of expectations are there; something is left after the burn-in."""
    experiment = made.experiment
    if experiment.focal not in made.firms:
        raise InputError.unknown("experiment.focal", experiment.focal, made.firms)
    if experiment.burn_in >= experiment.periods:
        raise InputError("experiment.burn_in", experiment.burn_in,
                      f"fewer periods than experiment.periods ({experiment.periods})")  # fmt: skip
    if experiment.control not in experiment.arms:
        raise InputError.unknown("experiment.control", experiment.control, experiment.arms)
    check_controls(experiment)
    for number, entry in enumerate(made.expect):
        if entry["arm"] not in experiment.arms:
            raise InputError.unknown(f"expect[{number}].arm", entry["arm"], experiment.arms)
        if entry["against"] is not None and entry["against"] not in (*experiment.arms, TWIN):
            raise InputError.unknown(f"expect[{number}].against", entry["against"], (*experiment.arms, TWIN))


def _check_firms_named(made: Scenario) -> None:
    """Every firm and segment that another part names is there, and every event has a time."""
    firms, segments = made.firms, made.population.segments
    for name in made.second.firms if made.second else ():
        if name not in firms:
            raise InputError.unknown(f"second.firms.{name}", name, firms)
    for name, partner in made.stakeholders.items():
        ally, place = getattr(partner, "rival", None), getattr(partner, "segment", None)
        if place is not None and place not in segments:
            raise InputError.unknown(f"stakeholders.{name}.segment", place, segments)
        if place is None and getattr(partner, "introduces", 0.0) > 0.0:
            raise InputError(
                f"stakeholders.{name}.segment",
                place,
                f"the segment to which it introduces the firm, one of {', '.join(segments)}; or introduces 0",
            )
        for key, firm in (("firm", partner.firm), ("rival", ally)):
            if firm is not None and firm not in firms:
                raise InputError.unknown(f"stakeholders.{name}.{key}", firm, firms)
        if ally == partner.firm:
            raise InputError(f"stakeholders.{name}.rival", ally, "another firm than its own")
    for name, event in made.events.items():
        firm = getattr(event, "firm", None)
        if firm is not None and firm not in firms:
            raise InputError.unknown(f"events.{name}.firm", firm, firms)
        if event.at is None and event.hazard == 0:
            raise InputError(f"events.{name}.at", None, "a period, or else a hazard above 0")
