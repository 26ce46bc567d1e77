"""Each key of a scenario's tree: checked, typed, and as the whole tree shows it."""

from __future__ import annotations

import importlib
import math
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sim.core.errors import InputError
from sim.core.parameters import Param
from sim.customers.traits import (
    MAX_SEGMENTS,
    SHARE_TOLERANCE,
    TRAITS,
    Segment,
    check_shares,
    distribution,
    listed,
    segment,
)
from sim.firms.metrics import ALL
from sim.firms.offer_settings import OfferSettings, SecondOffer
from sim.firms.partners import base as stakeholders
from sim.scenario import settings
from sim.scenario.arms import only_arms
from sim.scenario.entries import (
    check_controls,
    check_labels,
    check_name,
    expectation,
    present,
    strategy,
    texts,
)
from sim.scenario.events import base as events
from sim.scenario.settings import (
    Execution,
    Experiment,
    FrozenDict,
    MarketSettings,
    Population,
    SecondCategory,
    fields,
    finite,
    mapping,
)
from sim.theory import THEORY, Theory

KEYS = (
    "name", "question", "source", "concepts", "expect", "market", "population", "theory", "network",
    "firms", "second", "stakeholders", "events", "experiment", "execution", "out", "not_asked",
)  # fmt: skip
SHOWN_FIRST = ("profit", "customer_equity", "retention", "share", "satisfaction", "budget_spend")
CONCEPTS = 66
NOT_FIRMS = ("none", "left", "outside")  # in the tables: no supplier, left the market, did not buy
#: How often a customer needs the second category, unless a scenario says otherwise: occasions a week, assumed.
SECOND_NEED = {"gamma": {"shape": 1.5, "mean": 0.25}}
TWIN = "twin"  # in an expectation: the arm's own twin, loyalty off


def check(tree: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Every part of a scenario typed, and the whole tree as it is shown; raises `InputError`."""
    for key in tree:
        if key not in KEYS:
            raise InputError.unknown(key, key, KEYS)
    checked = Checked(only_arms(tree))
    pairs = {key: getattr(checked, key)() for key in KEYS}
    parts = {key: part for key, (part, _) in pairs.items()}
    _check_together(parts)
    parts["firms"] = FrozenDict({name: _settled(offer, parts) for name, offer in parts["firms"].items()})
    return parts, {key: shown for key, (_, shown) in pairs.items()}


def _settled(offer: OfferSettings, typed: Mapping[str, Any]) -> OfferSettings:
    """The offer with its nulls settled; no limit to capacity or budget is infinity."""
    own = typed["market"].budget if offer.budget is None else offer.budget
    cost = typed["theory"].reach.cost_quality if offer.cost_quality is None else offer.cost_quality
    return replace(
        offer,
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
        raise InputError.unknown("experiment.focal", experiment.focal, firms)
    if experiment.burn_in >= experiment.periods:
        raise InputError("experiment.burn_in", experiment.burn_in,
                      f"fewer periods than experiment.periods ({experiment.periods})")  # fmt: skip
    if experiment.control not in experiment.arms:
        raise InputError.unknown("experiment.control", experiment.control, experiment.arms)
    check_controls(experiment)
    for number, entry in enumerate(typed["expect"]):
        if entry["arm"] not in experiment.arms:
            raise InputError.unknown(f"expect[{number}].arm", entry["arm"], experiment.arms)
        if entry["against"] is not None and entry["against"] not in (*experiment.arms, TWIN):
            raise InputError.unknown(f"expect[{number}].against", entry["against"], (*experiment.arms, TWIN))
    for name in typed["second"].firms if typed["second"] else ():
        if name not in firms:
            raise InputError.unknown(f"second.firms.{name}", name, firms)
    shares = {name: layer.share for name, layer in typed["network"].items()}
    if any(shares.values()) and abs(math.fsum(shares.values()) - 1.0) > SHARE_TOLERANCE:
        raise InputError("network: shares", round(math.fsum(shares.values()), 9),
                      f"shares that sum to 1, or all 0: nobody talks ({listed(shares)})")  # fmt: skip
    for name, partner in typed["stakeholders"].items():
        ally, place = getattr(partner, "rival", None), getattr(partner, "segment", None)
        if place is not None and place not in typed["population"].segments:
            raise InputError.unknown(f"stakeholders.{name}.segment", place, typed["population"].segments)
        if place is None and getattr(partner, "introduces", 0.0) > 0.0:
            known = ", ".join(typed["population"].segments)
            raise InputError(
                f"stakeholders.{name}.segment",
                place,
                f"whom it introduces the firm to, one of {known}; or introduces 0",
            )
        for key, firm in (("firm", partner.firm), ("rival", ally)):
            if firm is not None and firm not in firms:
                raise InputError.unknown(f"stakeholders.{name}.{key}", firm, firms)
        if ally == partner.firm:
            raise InputError(f"stakeholders.{name}.rival", ally, "another firm than its own")
    for name, event in typed["events"].items():
        firm = getattr(event, "firm", None)
        if firm is not None and firm not in firms:
            raise InputError.unknown(f"events.{name}.firm", firm, firms)
        if event.at is None and event.hazard == 0:
            raise InputError(f"events.{name}.at", None, "a period, or else a hazard above 0")


class Checked:
    """Each key of the tree as a pair: the typed part, and how the whole tree shows it."""

    def __init__(self, tree: dict[str, Any]) -> None:
        self.tree = tree

    def name(self) -> tuple[str, str]:
        name = self.tree.get("name", "unnamed")
        check_name("name", name)
        return name, name

    def _text(self, key: str) -> tuple[str, str]:
        text = self.tree.get(key)
        if text is not None and not isinstance(text, str):
            raise InputError(key, text, "a text")
        return (text or "").strip(), (text or "").strip()

    def question(self) -> tuple[str, str]:
        return self._text("question")

    def source(self) -> tuple[str, str]:
        return self._text("source")

    def out(self) -> tuple[str | None, str | None]:
        text, _ = self._text("out")
        return text or None, text or None

    def concepts(self) -> tuple[tuple[str, ...], list[str]]:
        found = texts("concepts", self.tree.get("concepts"))
        for concept in found:
            if not re.fullmatch(r"C[1-9][0-9]?", concept) or int(concept[1:]) > CONCEPTS:
                raise InputError("concepts", concept, f"C1 to C{CONCEPTS} (guanxi list concepts)")
        return tuple(found), found

    def expect(self) -> tuple[tuple[FrozenDict, ...], list[dict[str, Any]]]:
        return self._expectations("expect")

    def not_asked(self) -> tuple[tuple[FrozenDict, ...], list[dict[str, Any]]]:
        return self._expectations("not_asked")

    def _expectations(self, key: str) -> tuple[tuple[FrozenDict, ...], list[dict[str, Any]]]:
        given = self.tree.get(key) or []
        if not isinstance(given, list):
            raise InputError(key, given, "a list of expectations")
        shown = [expectation(f"{key}[{number}]", entry) for number, entry in enumerate(given)]
        return tuple(FrozenDict(entry) for entry in shown), shown

    def market(self) -> tuple[MarketSettings, dict[str, Any]]:
        shown = fields("market", self.tree.get("market"), _declared(MarketSettings))
        return MarketSettings(**shown), shown | ({"outside": "none"} if shown["outside"] is None else {})

    def population(self) -> tuple[FrozenDict, dict[str, Any]]:
        given = mapping("population", self.tree.get("population"))
        shown = fields("population", given, _declared(Population), beside=("segments",))
        found = present("population.segments", given.get("segments"))
        if len(found) > MAX_SEGMENTS:
            raise InputError("population.segments", len(found), f"at most {MAX_SEGMENTS} segments")
        segments = {n: Segment(**segment(f"population.segments.{n}", s)) for n, s in found.items()}
        segments = segments or {"everyone": Segment(**segment("", {}))}
        check_shares("population.segments", segments)
        return (
            FrozenDict(shown | {"segments": FrozenDict(segments)}),
            shown | {"segments": {name: s.tree() for name, s in segments.items()}},
        )

    def theory(self) -> tuple[Any, dict[str, Any]]:
        return _sections("theory", self.tree.get("theory"), THEORY, Theory)

    def network(self) -> tuple[FrozenDict, dict[str, Any]]:
        return _sections("network", self.tree.get("network"), layers(), lambda **parts: FrozenDict(parts))

    def firms(self) -> tuple[dict[str, OfferSettings], dict[str, Any]]:
        found = present("firms", self.tree.get("firms"))
        if not 1 <= len(found) <= settings.MAX_FIRMS:
            raise InputError("firms", list(found), f"1 to {settings.MAX_FIRMS} firms, each with a name")
        typed, shown = {}, {}
        for name, given in found.items():
            check_name("firms", name, taken=NOT_FIRMS)
            entries = mapping(f"firms.{name}", given)
            chosen = strategy(f"firms.{name}.strategy", entries.get("strategy"))
            known = _declared(OfferSettings)
            offer = fields(f"firms.{name}", entries, known, beside=("strategy",))
            typed[name] = OfferSettings(strategy=chosen, **offer)
            shown[name] = {"strategy": {"name": chosen.name, **chosen.parameters}, **offer}
        return typed, shown

    def second(self) -> tuple[FrozenDict | None, dict[str, Any]]:
        """The second category, None where no firm offers in it."""
        given = mapping("second", self.tree.get("second"))
        if not given:
            return None, {}
        shown = fields("second", given, _declared(SecondCategory), beside=("need_rate", "firms"))
        need = distribution("second.need_rate", given.get("need_rate", SECOND_NEED), TRAITS["need_rate"])
        offers = {
            name: fields(f"second.firms.{name}", entries, _declared(SecondOffer))
            for name, entries in present("second.firms", given.get("firms")).items()
        }
        if not offers:
            raise InputError("second.firms", given.get("firms"), "at least one firm with a second product")
        typed = {name: SecondOffer(**offer) for name, offer in offers.items()}
        return (
            FrozenDict(shown | {"need_rate": need, "firms": FrozenDict(typed)}),
            shown | {"need_rate": need.tree(), "firms": offers},
        )

    def stakeholders(self) -> tuple[FrozenDict, dict[str, Any]]:
        return self._registered("stakeholders", "kind", stakeholders.KINDS)

    def events(self) -> tuple[FrozenDict, dict[str, Any]]:
        return self._registered("events", "type", events.EVENTS)

    def _registered(
        self, part: str, key: str, known: Mapping[str, type]
    ) -> tuple[FrozenDict, dict[str, Any]]:
        """Entries of which each names one of the registered types;"""
        typed, shown = {}, {}
        for name, given in present(part, self.tree.get(part)).items():
            entries = mapping(f"{part}.{name}", given)
            kind = entries.get(key)
            if not isinstance(kind, str) or kind not in known:
                raise InputError.unknown(f"{part}.{name}.{key}", kind, known)
            made = fields(f"{part}.{name}", entries, _declared(known[kind]), beside=(key,))
            typed[name], shown[name] = known[kind](**made), {key: kind, **made}
        return FrozenDict(typed), shown

    def experiment(self) -> tuple[FrozenDict, dict[str, Any]]:
        given = mapping("experiment", self.tree.get("experiment"))
        shown = fields(
            "experiment", given, _declared(Experiment), beside=("arms", "controls", "only", "metrics")
        )
        arms = mapping("experiment.arms", given.get("arms")) or {shown["control"]: {}}
        if len(arms) > settings.MAX_ARMS:
            raise InputError(
                "experiment.arms", len(arms), f"at most {settings.MAX_ARMS} arms; -m runs a grid"
            )
        for name in arms:
            check_name("experiment.arms", name, taken=(TWIN,))
        shown["arms"] = {name: mapping(f"experiment.arms.{name}", over) for name, over in arms.items()}
        _all_finite("experiment.arms", shown["arms"])
        check_labels(shown["arms"])
        shown["controls"] = present("experiment.controls", given.get("controls"))
        metrics = texts("experiment.metrics", given.get("metrics")) or list(SHOWN_FIRST)
        for metric in metrics:
            if metric not in ALL:
                raise InputError.unknown("experiment.metrics", metric, ALL)
        shown["metrics"] = metrics
        shown["only"] = None  # done already: what was left out is no longer among the arms
        frozen = {part: FrozenDict(shown[part]) for part in ("arms", "controls")}
        return FrozenDict(shown | frozen | {"metrics": tuple(metrics)}), shown

    def execution(self) -> tuple[Execution, dict[str, Any]]:
        shown = fields("execution", self.tree.get("execution"), _declared(Execution))
        return Execution(**shown), shown


def _all_finite(key: str, node: Any) -> None:
    """Refuse a NaN, an infinity or a number beyond a float wherever it stands."""
    if isinstance(node, Mapping):
        for name, entry in node.items():
            _all_finite(f"{key}.{name}", entry)
    elif isinstance(node, list):
        for number, entry in enumerate(node):
            _all_finite(f"{key}[{number}]", entry)
    elif not finite(node):
        raise InputError(key, node, "a number")


def layers() -> dict[str, type]:
    """The network's sections, by name."""
    try:
        network = importlib.import_module("sim.customers.network")
    except ModuleNotFoundError:
        return {}
    return dict(network.LAYERS)


def _declared(section: type) -> Mapping[str, Param]:
    return section.declared  # type: ignore[attr-defined,no-any-return]


def _sections(key: str, given: Any, known: Mapping[str, type], whole: Any) -> tuple[Any, dict[str, Any]]:
    entries = mapping(key, given)
    for name in entries:
        if name not in known:
            raise InputError.unknown(f"{key}.{name}", name, known)
    shown = {
        name: fields(f"{key}.{name}", entries.get(name), _declared(part)) for name, part in known.items()
    }
    return whole(**{name: part(**shown[name]) for name, part in known.items()}), shown
