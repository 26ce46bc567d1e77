"""``guanxi list``: everything there is, one line each. Nothing heavy is imported."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sim.cli.options import Parser
from sim.cli.printing import cut_to_terminal, yaml_scalar
from sim.core.errors import InputError

#: Each kind of thing, and its name in `guanxi list`.
LISTED = {
    "scenario": "scenarios", "strategy": "strategies", "metric": "metrics", "concept": "concepts", "lever": "levers",
    "event": "events", "stakeholder": "stakeholders",
}  # fmt: skip
KINDS = tuple(LISTED.values())

#: A note on the parameters that all of a kind have.
SHARED = {
    "events": "every event also has at, lasts and hazard: guanxi show event NAME",
    "stakeholders": "every stakeholder also has a tie to its firm: guanxi show stakeholder NAME",
}


def main(given: list[str]) -> int:
    """Print one kind of thing, for people or as JSON."""
    parser = Parser("list", f"list scenarios (default) or another kind: {', '.join(KINDS[1:])}")
    parser.add_argument("kind", nargs="?", default="scenarios", help=", ".join(KINDS))
    parser.add_argument("--json", action="store_true", help="a list of objects, for programs")
    parser.folders()
    parser.plugins()
    options = parser.read(given)
    if options.kind not in KINDS:
        raise InputError.unknown("list", options.kind, KINDS)
    entries = {
        "scenarios": lambda: scenarios(options.config_dir),
        "strategies": lambda: strategies(options.plugin),
        "metrics": metrics,
        "concepts": concepts,
        "levers": levers,
        "events": events,
        "stakeholders": stakeholders,
    }[options.kind]()
    if options.json:
        print(json.dumps(entries, ensure_ascii=False, indent=1))
        return 0
    width = max([len(entry["name"]) for entry in entries], default=0)
    for entry in entries:
        print(cut_to_terminal(f"{entry['name']:{width}}  {_line(entry)}"))
        for p in entry.get("own", ()):
            print(cut_to_terminal(f"{'':{width}}    {p}: {_parameter(entry['parameters'][p])}"))
    if options.kind in SHARED:
        print(SHARED[options.kind])
    return 0


def _line(entry: dict[str, Any]) -> str:
    if "problem" in entry:
        return "cannot be read: " + " ".join(entry["problem"].split())
    if "chinese" in entry:
        return f"{entry['title']} ({entry['chinese']}): {entry['where']}"
    if "four_cs" in entry:
        return f"{entry['four_ps']} / {entry['four_cs']}: {entry['meaning']} [{entry['unit']}]"
    if "unit" in entry:
        return f"{entry['meaning']} [{entry['unit']}]"
    if "own" in entry:
        return str(entry["meaning"])
    if "traits" in entry:
        return f"{entry['meaning']} ({entry['source']})"
    return str(entry["question"])


def _parameter(p: dict[str, Any]) -> str:
    return f"{yaml_scalar(p['default'])}   {p['meaning']}; {p['allowed']}"


def scenarios(folders: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Every scenario, from its file alone; one that cannot be read says why."""
    from sim.scenario.files import scenario_files, summary

    found: list[dict[str, Any]] = []
    for name in scenario_files(folders):
        try:
            found.append(summary(name, folders))
        except InputError as problem:
            found.append({"name": name, "problem": str(problem)})
    return found


def strategies(plugins: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Every strategy: meaning, source, traits and parameters."""
    from sim.strategies import STRATEGIES
    from sim.strategies.plugins import load_plugins

    load_plugins(plugins)
    return [
        {
            "name": name,
            "meaning": (cls.__doc__ or "").strip().splitlines()[0] if cls.__doc__ else "",
            "source": cls.source,
            "traits": list(cls.traits),
            "parameters": {key: p.default for key, p in cls.declared.items()},
        }
        for name, cls in sorted(STRATEGIES.items())
    ]


def metrics() -> list[dict[str, Any]]:
    """Every metric: unit and meaning."""
    from sim.firms.metrics import ALL

    return [
        {"name": m.name, "unit": m.unit, "meaning": m.meaning, "over_time": m.over_time, "better": m.better}
        for m in ALL.values()
    ]


def levers() -> list[dict[str, Any]]:
    """Every lever of a plan by its place in the four Cs: four Ps, four Cs, meaning and unit."""
    from sim.strategies import ALL_LEVERS

    entries = [
        {"name": name, "four_ps": p.mix[0], "four_cs": p.mix[1], "meaning": p.meaning, "unit": p.unit}
        for name, p in ALL_LEVERS.items()
    ]
    groups = list(dict.fromkeys(entry["four_cs"] for entry in entries))
    return sorted(entries, key=lambda entry: groups.index(entry["four_cs"]))


def concepts() -> list[dict[str, Any]]:
    """Every concept of the theory."""
    from sim.validation.concepts import CONCEPTS

    return [concept._asdict() for concept in CONCEPTS.values()]


def events() -> list[dict[str, Any]]:
    """Every type of event: meaning and parameters."""
    from sim.scenario.events.base import EVENTS, Event

    return [_declared(name, cls, Event) for name, cls in EVENTS.items()]


def stakeholders() -> list[dict[str, Any]]:
    """Every kind of partner: meaning, the lever that pays for it, and parameters."""
    from sim.firms.partners.base import KINDS, Partner
    from sim.strategies.levers import SUPPORT

    return [{**_declared(name, cls, Partner), "lever": SUPPORT[name]} for name, cls in KINDS.items()]


def _declared(name: str, cls: Any, every: Any) -> dict[str, Any]:
    """A registered kind: meaning, the names of its own parameters, and all parameters."""
    from sim.core.parameters import allowed

    parameters = {
        key: {"default": p.default, "allowed": allowed(p), "unit": p.unit, "meaning": p.meaning, "source": p.source}
        for key, p in cls.declared.items()
    }  # fmt: skip
    meaning = (cls.__doc__ or "").strip().splitlines()[0]
    return {
        "name": name,
        "meaning": meaning,
        "own": [key for key in cls.declared if key not in every.declared],
        "parameters": parameters,
    }
