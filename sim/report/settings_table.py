"""The configuration in words: differences between arms, differences from the defaults, firms and customers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sim.core.parameters import Param
from sim.customers.traits import TRAITS, Trait
from sim.scenario.arms import control_of_each
from sim.theory import THEORY

#: Keys that are not compared with their defaults.
QUIET = ("name", "question", "source", "concepts", "expect", "execution", "out", "report", "experiment.arms")


class Setting(NamedTuple):
    """A key that differs: its usual value, its value here, and its unit."""

    key: str
    usual: str
    here: str
    unit: str


def setting_text(value: Any) -> str:
    """A value as text: "club (contact_rate 0.05)", "gamma (shape 1.5, mean 0.5)"."""
    if isinstance(value, Mapping):
        inner = {k: v for k, v in value.items() if k != "name" and v is not None}
        words = ", ".join(f"{k} {setting_text(v)}" for k, v in inner.items())
        if "name" in value:
            return f"{value['name']} ({words})" if words else str(value["name"])
        return words or "nothing"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(setting_text, value)) or "nothing"
    if value is None:
        return "not set"
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else str(value)


def leaves(tree: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    """Every key with its value; a strategy and a distribution count as one value."""
    whole = not isinstance(tree, Mapping) or not tree or key.endswith(".strategy") or _distribution(tree)
    if whole:
        yield key, tree
        return
    for name, value in tree.items():
        yield from leaves(value, f"{key}.{name}" if key else str(name))


def _distribution(tree: Mapping[str, Any]) -> bool:
    return len(tree) == 1 and next(iter(tree)) in ("constant", "normal", "lognormal", "gamma", "beta")


def differing(usual: Mapping[str, Any], here: Mapping[str, Any]) -> list[Setting]:
    """The keys in which two trees differ, in the order of the second."""
    before, after = dict(leaves(usual)), dict(leaves(here))
    keys = [*after, *(key for key in before if key not in after)]
    return [
        Setting(key, setting_text(before.get(key)), setting_text(after.get(key)), unit_at(key))
        for key in keys
        if before.get(key) != after.get(key) and not any(key == q or key.startswith(q + ".") for q in QUIET)
    ]


def unit_at(key: str) -> str:
    """The declared unit of a key; empty where there is none."""
    parameter = declared_at(key)
    return parameter.unit if parameter else ""


def declared_at(key: str) -> Param | Trait | None:
    """The declaration of a key; None where there is none, or where it depends on the type of a strategy or event."""
    parts = key.split(".")
    name = parts[3] if _of_segment(parts) else parts[-1]
    parameters = {(p.meaning, p.unit): p for section in _sections(parts) if (p := section.get(name))}
    return next(iter(parameters.values())) if len(parameters) == 1 else None


def _of_segment(parts: Sequence[str]) -> bool:
    return parts[:2] == ["population", "segments"] and len(parts) > 3


def _sections(parts: Sequence[str]) -> Iterator[Mapping[str, Any]]:
    """The declarations in which a key may stand."""
    import sim.scenario.scenario  # noqa: F401  (every section of the theory is declared by then)
    from sim.customers import network
    from sim.firms.offer_settings import OfferSettings, SecondOffer
    from sim.firms.partners import base as stakeholders
    from sim.scenario import settings
    from sim.scenario.events import base as events
    from sim.strategies import STRATEGIES

    root = parts[0]
    if _of_segment(parts):
        yield TRAITS
        return
    kinds: dict[str, Any] = {
        "market": [settings.MarketSettings], "population": [settings.Population], "experiment": [settings.ExperimentSettings],
        "firms": STRATEGIES.values() if "strategy" in parts[2:-1] else [OfferSettings],
        "second": [SecondOffer if "firms" in parts[1:-1] else settings.SecondCategory],
        "events": list(events.EVENTS.values()),
        "stakeholders": list(stakeholders.KINDS.values()),
    }  # fmt: skip
    within: Mapping[str, Any] | None = {"theory": THEORY, "network": network.LAYERS}.get(root)
    sections = [within.get(parts[1])] if within is not None and len(parts) > 2 else kinds.get(root, ())
    yield from (cls.declared for cls in sections if cls is not None)


def in_words(key: str) -> str:
    """The meaning and unit of a key, such as "focal: list price (money)"; the key itself if none is declared."""
    inner = key.lstrip("+")
    parts = inner.split(".")
    parts = parts[3:] if parts[:2] == ["experiment", "arms"] else parts
    parameter = declared_at(".".join(parts))
    if parameter is None:
        return inner
    of = {"firms": 1, "second": 2, "events": 1, "stakeholders": 1}.get(parts[0])
    named = f"{parts[of]}: " if of is not None and len(parts) > of + 1 else ""
    inside = f", {parts[-1]}" if _of_segment(parts) and len(parts) > 4 else ""
    return f"{named}{parameter.meaning.split(';')[0]}{inside}" + (
        f" ({parameter.unit})" if parameter.unit else ""
    )


def between(scenario: Any, control: str, arm: str) -> list[Setting]:
    """The settings in which an arm differs from another one."""
    return differing(scenario.for_arm(control).to_dict(), scenario.for_arm(arm).to_dict())


def arm_settings(scenario: Any) -> dict[str, list[Setting]]:
    """The settings in which each arm differs from its control, and each control from the first one."""
    control, own = scenario.experiment.control, control_of_each(scenario.experiment)
    trees = {arm: scenario.for_arm(arm).to_dict() for arm in scenario.experiment.arms}
    base = {arm: control if own[arm] == arm else own[arm] for arm in trees}
    return {str(arm): differing(trees[base[arm]], tree) for arm, tree in trees.items()}


def unusual(scenario: Any) -> list[Setting]:
    """The settings that differ from the declared defaults, without arms and texts."""
    here = scenario.to_dict()
    neutral = {
        "firms": {name: {} for name in here["firms"]},
        "population": {"segments": {n: {"share": s["share"]} for n, s in here["population"]["segments"].items()}},
        "experiment": {
            "focal": here["experiment"]["focal"], "control": here["experiment"]["control"],
            "arms": {arm: {} for arm in here["experiment"]["arms"]}, "controls": here["experiment"]["controls"],
        },
    }  # fmt: skip
    return differing(type(scenario).from_config(neutral).to_dict(), here)


#: The acts of a period, in their order (section 2 of the model).
ACTS = (
    ("Events", "act on firms, customers and the economy."),
    ("Plan", "each firm's strategy sees what a firm can know and returns a plan; all plan on the same past."),
    ("Reach", "advertising and programmes touch customers."),
    ("Need", "occasions to buy are drawn for each customer."),
    (
        "Choose",
        "among the firms it knows the customer takes the one of highest value plus a random term (multinomial logit).",
    ),
    ("Experience", "performance, failure, complaint and recovery."),
    ("Evaluate", "satisfaction, expectation, trust, habit and bonds move."),
    ("Relate", "main supplier, tenure and stage are settled; a switch gets its causes."),
    ("Talk", "customers hear from others over five kinds of tie."),
    ("Account", "ledgers are closed and data kept."),
)


def entities(tree: Mapping[str, Any]) -> list[str]:
    """Customers, firms, time and events of the market, a sentence each."""
    market, experiment = tree["market"], tree["experiment"]
    segments = ", ".join(
        f"{name} ({part['share']:.0%})" for name, part in tree["population"]["segments"].items()
    )
    firms = ", ".join(f"{name} ({part['strategy']['name']})" for name, part in tree["firms"].items())
    years, start = experiment["periods"] / market["periods_per_year"], experiment["burn_in"]
    events = ", ".join(f"{name} ({part.get('type', '')})" for name, part in tree.get("events", {}).items())
    return [
        f"Customers: {tree['population']['customers']:,} at the start; segments: {segments}.",
        f"Firms: {len(tree['firms'])}: {firms}. The arms replace what is listed under The arms.",
        f"Market: {market['type']}; rivals: {market['rivals'].replace('_', ' ')}; budget of each firm: "
        f"{setting_text(market['budget'])}" + ("" if market["budget"] == "free" else " money per customer in the market per week") + ".",
        f"Time: {experiment['periods']} periods of 1/{market['periods_per_year']:g} year ({years:g} years)"
        + f"; the first {start} are left out of the comparison; curves over time show them shaded" * bool(start)
        + ".",
        f"Events: {events or 'none'}.",
    ]  # fmt: skip
