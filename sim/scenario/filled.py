"""A scenario's tree with every declared key filled in, before any of it is checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sim.strategies.library  # noqa: F401  (the folder is the registry)
from sim.customers.traits import Segment, segment
from sim.firms.offer_settings import OfferSettings, SecondOffer
from sim.firms.partners import base as stakeholders
from sim.scenario import typed
from sim.scenario.entries import DEFAULT_STRATEGY
from sim.scenario.events import base as events
from sim.scenario.merge import merge
from sim.scenario.settings import (
    Execution,
    Experiment,
    MarketSettings,
    Population,
    SecondCategory,
)
from sim.strategies import STRATEGIES
from sim.theory import THEORY


def filled(tree: Mapping[str, Any]) -> dict[str, Any]:
    """Defaults below what is given; a value where a mapping is meant stays for the check to refuse."""
    made = dict(tree)
    for key, section in (("market", MarketSettings), ("population", Population), ("execution", Execution)):
        made[key] = _over(_defaults(section), tree.get(key))
    for key, sections in (("theory", THEORY), ("network", typed.layers())):
        parts = {name: _defaults(section) for name, section in sections.items()}
        made[key] = _over(parts, tree.get(key))
    made["firms"] = _each(tree.get("firms"), _firm)
    made["second"] = _second(tree.get("second"))
    made["stakeholders"] = _each(
        tree.get("stakeholders"),
        lambda given: _typed(given, "kind", stakeholders.KINDS),
    )
    made["events"] = _each(tree.get("events"), lambda given: _typed(given, "type", events.EVENTS))
    if isinstance(made["population"], dict):
        traits = Segment(**segment("", {})).tree()
        segments = made["population"].get("segments") or {"everyone": {}}
        made["population"]["segments"] = _each(segments, lambda given: _over(traits, given))
    made["experiment"] = _experiment(tree.get("experiment"))
    for key in ("concepts", "expect", "not_asked"):
        made.setdefault(key, [])
    for key in ("question", "source", "out"):
        made.setdefault(key, None)
    return made


def _experiment(given: Any) -> Any:
    made = _over(_defaults(Experiment) | {"metrics": list(typed.SHOWN_FIRST), "only": None}, given)
    if isinstance(made, dict):
        arms = made.get("arms") or {made["control"]: {}}
        if isinstance(arms, Mapping):
            arms = {
                name: {} if overrides is None else _named_strategies(overrides)
                for name, overrides in arms.items()
            }
        made["arms"] = arms
        made["controls"] = {} if made["controls"] is None else made["controls"]
    return made


def _firm(given: Any) -> Any:
    offer = _over(_defaults(OfferSettings), given)
    if not isinstance(offer, dict):
        return offer
    strategy = offer["strategy"] or {"name": DEFAULT_STRATEGY}
    strategy = {"name": strategy} if isinstance(strategy, str) else strategy
    name = strategy.get("name") if isinstance(strategy, dict) else None
    if isinstance(name, str) and name in STRATEGIES:
        strategy = {p.name: p.default for p in STRATEGIES[name].declared.values()} | strategy
        strategy = {"name": name} | strategy
    return offer | {"strategy": strategy}


def _second(given: Any) -> Any:
    """The second category with its defaults; nothing where there is none."""
    if not given:
        return {}
    made = _over(_defaults(SecondCategory) | {"need_rate": typed.SECOND_NEED}, given)
    if isinstance(made, dict):
        made["firms"] = _each(made.get("firms"), lambda offer: _over(_defaults(SecondOffer), offer))
    return made


def _typed(given: Any, key: str, known: Mapping[str, type]) -> Any:
    """An entry of a registered type with every declared key; what names no type stays for the check to refuse."""
    name = given.get(key) if isinstance(given, Mapping) else None
    if not isinstance(name, str) or name not in known:
        return given
    return {key: name} | _defaults(known[name]) | dict(given)


def _named_strategies(tree: Any, key: str = "") -> Any:
    """The tree with every strategy that is only a name written as a mapping."""
    if isinstance(tree, Mapping):
        return {name: _named_strategies(entry, name) for name, entry in tree.items()}
    return {"name": tree} if key == "strategy" and isinstance(tree, str) else tree


def _each(given: Any, fill: Any) -> Any:
    if not isinstance(given, Mapping):
        return {} if given is None else given
    return {name: entry if entry is None else fill(entry) for name, entry in given.items()}


def _over(defaults: dict[str, Any], given: Any) -> Any:
    return merge(defaults, {} if given is None else given)


def _defaults(section: type) -> dict[str, Any]:
    return {name: p.default for name, p in section.declared.items()}  # type: ignore[attr-defined]
