"""``guanxi show``: one scenario, strategy or other declared thing in full."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sim.cli.lists import LISTED
from sim.cli.options import Parser
from sim.cli.printing import yaml_of, yaml_scalar
from sim.core.errors import InputError
from sim.core.parameters import Param
from sim.scenario.arms import control_of_each

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

KINDS = tuple(kind for kind in LISTED if kind != "metric")  # a metric is one line, which `guanxi list` prints
SCHEMA = "schema"


def main(given: list[str]) -> int:
    """Print a scenario's question, source, expectation and config, or the declaration of another thing."""
    parser = Parser(
        "show", f"show scenario NAME [key=value ...]; show {'|'.join(KINDS[1:])} NAME; show {SCHEMA}"
    )
    parser.add_argument("kind", nargs="?", help=", ".join(KINDS))
    parser.add_argument("name", nargs="?", help="a name from `guanxi list`")
    parser.add_argument("overrides", nargs="*", help="of a scenario: key=value")
    parser.folders()
    parser.plugins()
    options = parser.read(given)
    if options.kind is None:
        raise InputError(
            "show", "a kind and a name are missing", f"guanxi show KIND NAME; kinds: {', '.join(KINDS)}"
        )
    if options.kind not in (*KINDS, SCHEMA):
        raise InputError.unknown("show", options.kind, (*KINDS, SCHEMA))
    if options.name is None and options.kind != SCHEMA:
        raise InputError(
            f"show {options.kind}", "a name is missing", f"one of guanxi list {LISTED[options.kind]}"
        )
    if options.kind == SCHEMA and options.name is not None:
        raise InputError(f"show {SCHEMA}", options.name, "no name: there is one schema")
    from sim.strategies.plugins import load_plugins

    load_plugins(options.plugin)
    if options.kind == "scenario":
        from sim.scenario.files import compose

        print(scenario_text(compose(options.name, options.overrides, options.config_dir)))
    elif options.kind == SCHEMA:
        print(json.dumps(schema_of_scenarios(), indent=1, ensure_ascii=False))
    else:
        print(TEXTS[options.kind](options.name))
    return 0


def schema_of_scenarios() -> dict[str, Any]:
    """The JSON schema of a scenario file, with which an editor completes keys and shows units and meanings."""
    from sim.core.loading import json_schema
    from sim.scenario.scenario import Scenario

    schema = json_schema(Scenario)
    choices = {
        "defaults": {
            "type": "array",
            "description": "options of the groups in conf/, such as override /preset",
        }
    }
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | schema | {
        "title": "A scenario of Guanxi", "properties": schema["properties"] | choices,
    }  # fmt: skip


def scenario_text(scenario: Scenario) -> str:
    """A scenario in words, then its config."""
    lines = [f"# {scenario.name}", f"# question: {_one_line(scenario.question)}"]
    lines += [
        f"# source: {_one_line(scenario.source)}",
        f"# concepts: {', '.join(scenario.concepts) or 'none named'}",
    ]
    controls = control_of_each(scenario.experiment)
    for entry in scenario.expect:
        asked = expected(entry, controls[entry["arm"]])
        lines.append(f"# expected: {_one_line(entry['claim'])} [{asked}]")
        if entry["literature"]:
            lines.append(f"#   literature: {_one_line(entry['literature'])}")
    if not scenario.expect:
        lines.append("# expected: no expectation stated")
    return "\n".join([*lines, yaml_of(scenario.to_dict())])


def expected(entry: Any, control: str) -> str:
    """An expectation in a short form: ``profit of level_3 higher than of transactional``."""
    if entry.get("between") is not None:
        low, high = entry["between"]
        return f"{entry['metric']} of {entry['arm']} between {low:g} and {high:g}"
    by = f" by {entry['by']:g}" if entry["by"] is not None else ""
    link = "to within" if entry["is"] == "equal" else "than"
    if entry["is"] == "equal":
        return f"{entry['metric']} of {entry['arm']} equal to that of {entry['against'] or control}{by}"
    return f"{entry['metric']} of {entry['arm']} {entry['is']} {link} of {entry['against'] or control}{by}"


def strategy_text(name: str) -> str:
    """A strategy in words, then its parameters."""
    from sim.strategies import STRATEGIES

    if name not in STRATEGIES:
        raise InputError.unknown("strategy", name, STRATEGIES)
    cls = STRATEGIES[name]
    lines = [f"# {name}: {' '.join((cls.__doc__ or '').split())}", f"# source: {cls.source}"]
    lines += [f"# traits: {', '.join(cls.traits) or 'none'}", f"strategy: {{name: {name}}}"]
    return "\n".join([*lines, *_keys(cls.declared)])


def concept_text(name: str) -> str:
    """A concept: titles, where it acts, its switch, and the evidence that it acts."""
    from sim.validation.concepts import CONCEPTS

    if name not in CONCEPTS:
        raise InputError.unknown("concept", name, CONCEPTS)
    c = CONCEPTS[name]
    lines = [f"{c.name}: {c.title} ({c.chinese})", f"where: {c.where}"]
    if c.built:
        direction = (
            f"; the theory expects {'both' if c.beside else 'it'} to be {c.expects}" if c.expects else ""
        )
        lines += [
            f"market: {c.base}",
            f"off: {_flow(c.off)}",
            f"on: {_flow(c.on)}",
            f"shown by: {' and '.join(filter(None, (c.observable, c.beside)))}{direction}",
        ]
    rest = {"scenario": c.scenario, "by construction": c.by_construction, "lacks": c.lacks}
    rest["rests on"] = f"{c.rests_on.what}, in place of {c.rests_on.without}" if c.rests_on else ""
    lines += [f"{key}: {text}" for key, text in rest.items() if text]
    return "\n".join([*lines, "results: docs/evidence/concepts.md"])


def lever_text(name: str) -> str:
    """A lever of a plan: meaning, range, the mechanism it needs, and its place in the four Ps and Cs."""
    from sim.firms.mechanisms import MECHANISMS
    from sim.strategies import ALL_LEVERS
    from sim.strategies.levers import CS, PS

    if name not in ALL_LEVERS:
        raise InputError.unknown("lever", name, ALL_LEVERS)
    p = ALL_LEVERS[name]
    four = [
        f"{one} of the four {letter}"
        if one in kinds
        else f"none of the four {letter} ({one})".replace(" (none of the four)", "")
        for one, letter, kinds in zip(p.mix, ("Ps", "Cs"), (PS, CS), strict=True)
    ]
    lines = [f"# {name}: {', '.join(four)}"]
    if p.needs:
        lines.append(f"# no cost and no effect without {MECHANISMS[p.needs].needs}")
    return "\n".join([*lines, *_keys({name: p})])


def event_text(name: str) -> str:
    """A type of event: meaning, notation and every key."""
    from sim.scenario.events.base import EVENTS

    if name not in EVENTS:
        raise InputError.unknown("event", name, EVENTS)
    lines = [
        f"# {name}: {_one_line(EVENTS[name].__doc__ or '')}",
        f"events: {{my_event: {{type: {name}, at: 104}}}}",
    ]
    return "\n".join([*lines, *_keys(EVENTS[name].declared)])


def stakeholder_text(name: str) -> str:
    """A kind of partner: meaning, notation and every key."""
    from sim.firms.partners.base import KINDS as kinds
    from sim.strategies.levers import SUPPORT

    if name not in kinds:
        raise InputError.unknown("stakeholder", name, kinds)
    lines = [
        f"# {name}: {_one_line(kinds[name].__doc__ or '')}",
        f"# paid for by the lever {SUPPORT[name]} of its firm's plan",
    ]
    lines += [f"stakeholders: {{my_{name}: {{kind: {name}}}}}"]
    return "\n".join([*lines, *_keys(kinds[name].declared)])


#: The text of each kind but a scenario.
TEXTS: dict[str, Callable[[str], str]] = {
    "strategy": strategy_text, "concept": concept_text, "lever": lever_text, "event": event_text,
    "stakeholder": stakeholder_text,
}  # fmt: skip


def _keys(declared: Mapping[str, Param]) -> list[str]:
    from sim.core.parameters import allowed

    return [f"#   {key}: {yaml_scalar(p.default)}   {p.meaning}; {allowed(p)}" for key, p in declared.items()]


def _flow(tree: Any) -> str:
    import yaml

    if isinstance(tree, str):
        return f"arm {tree}"
    text = yaml.safe_dump(tree, default_flow_style=True, sort_keys=False, width=10_000).strip()
    return text if tree else "no change of the market"


def _one_line(text: str) -> str:
    return " ".join(text.split()) or "not stated"
