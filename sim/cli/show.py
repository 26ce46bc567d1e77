"""``guanxi show``: one scenario or strategy in full."""

from __future__ import annotations

from typing import Any

from sim.cli.options import Parser, yaml_of
from sim.entries import control_of_each
from sim.problem import Problem

KINDS = ("scenario", "strategy")


def main(given: list[str]) -> int:
    """Print a scenario's question, source, expectation and config, or a strategy's parameters."""
    parser = Parser("show", "show scenario NAME [key=value ...]; show strategy NAME")
    parser.add_argument("kind", help=" or ".join(KINDS))
    parser.add_argument("name")
    parser.add_argument("overrides", nargs="*")
    parser.folders()
    parser.plugins()
    options = parser.read(given)
    if options.kind not in KINDS:
        raise Problem.unknown("show", options.kind, KINDS)
    from sim.plugins import load_plugins

    load_plugins(options.plugin)
    if options.kind == "scenario":
        from sim.compose import compose

        print(scenario_text(compose(options.name, options.overrides, options.config_dir)))
    else:
        print(strategy_text(options.name))
    return 0


def scenario_text(scenario: Any) -> str:
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
        lines.append("# expected: nothing said beforehand")
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
    from sim.plan import STRATEGIES, allowed

    if name not in STRATEGIES:
        raise Problem.unknown("strategy", name, STRATEGIES)
    cls = STRATEGIES[name]
    lines = [f"# {name}: {' '.join((cls.__doc__ or '').split())}", f"# source: {cls.source}"]
    lines += [f"# traits: {', '.join(cls.traits) or 'none'}", f"strategy: {{name: {name}}}"]
    lines += [f"#   {key}: {p.default}   {p.meaning}; {allowed(p)}" for key, p in cls.declared.items()]
    return "\n".join(lines)


def _one_line(text: str) -> str:
    return " ".join(text.split()) or "not said"
