"""Write docs/evidence/concepts.md, every concept switched off and on: ``python docs/generators/concepts.py FOLDER``.

FOLDER holds the runs of docs/generators/findings.py; verdicts of scenarios that are not there are left out. Some ten minutes on
two free cores.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from sim.experiment.statistics import Estimate
from sim.scenario.files import compose
from sim.validation.concepts import CONCEPTS
from sim.validation.concepts.base import Concept
from sim.validation.switches import CONSTRUCTED, Moved, moved, unit

PAGE = Path(__file__).resolve().parents[1] / "evidence" / "concepts.md"
SEEDS = range(1, 41)
CUSTOMERS = 500  # in a case that is smaller, as many as it has
WORDS = {"higher": "rises", "lower": "falls", "": "names no direction"}


def page(folder: Path) -> str:
    """The whole page as Markdown."""
    others = {
        c.name: c._replace(off=c.rests_on.off, on=c.rests_on.on) for c in CONCEPTS.values() if c.rests_on
    }
    with ProcessPoolExecutor() as pool:
        made = list(pool.map(measured, [*CONCEPTS.values(), *others.values()]))
    found = dict(zip(CONCEPTS, made, strict=False))
    rows = [row(concept, found[name], folder) for name, concept in CONCEPTS.items()]
    rest = [resting(other, m) for other, m in zip(others.values(), made[len(found) :], strict=True)]
    return "\n".join([head(found), *rows, "", *rest, constructed(), "", lacking(), ""])


def measured(concept: Concept) -> Moved | None:
    """A concept off and on; None if it cannot act yet."""
    if not concept.built:
        return None
    of_a_case = isinstance(concept.on, str)
    customers = min(CUSTOMERS, compose(concept.base).population.customers if of_a_case else CUSTOMERS)
    return moved(concept, SEEDS, {"population": {"customers": customers}})


def head(found: dict[str, Moved | None]) -> str:
    """The head of the page, with the number of concepts per result."""
    said = Counter(
        "red: cannot act yet" if m is None else m.verdict(CONCEPTS[name]) for name, m in found.items()
    )
    return f"""# The concepts, each switched off and on

One row per concept of the theory. The keys of a switch are set in a small market, off and on, with the same random numbers in {len(SEEDS)} seeds: {CUSTOMERS}
customers, three firms that do nothing unless the switch says so, two years, the first half year not counted. For a case, the
switch is the change between two arms of its scenario. Brackets are the 95 % interval of the difference, for one row at a time.

A row shows that the concept has an effect, and its direction *in this market*. Whether the theory holds is tested at full size by the scenario named
last; its expectations are counted as in [findings.md](findings.md). Sizes are assumed ([the model](../reference/model.md)), so a difference in
money holds for these sizes. In some rows the observable could not have moved otherwise, because the switch sets it, or because one equation of
fixed sign stands between them. Such a row is no finding and is marked "{CONSTRUCTED}"; the reasons are below the table. Where there are two
observables, the row is as expected only if both are.

Rows by result: {"; ".join(f"{words}: {n}" for words, n in sorted(said.items()))}.

Made by `python docs/generators/concepts.py FOLDER` from `sim/validation/concepts/`.

| id | concept | where it acts | switch, from off to on | observable | theory: it | off | on | difference | result | scenario |
|---|---|---|---|---|---|---|---|---|---|---|"""


def row(concept: Concept, found: Moved | None, folder: Path) -> str:
    """The row of a concept, marked red if it cannot act yet."""
    first = f"| {concept.name} | {concept.title} ({concept.chinese}) | {concept.where} "
    if found is None:
        return f"{first}| | | | | | | **red** | |"
    both = [one for one in (found, found.beside) if one]
    figures = (
        "; ".join(cells) for cells in zip(*((short(m.off), short(m.on), shift(m)) for m in both), strict=True)
    )
    return (
        f"{first}| {switch(concept)} | {shown_by(concept)} | {WORDS[concept.expects]} "
        f"| {' | '.join(figures)} | **{found.verdict(concept)}** | {scenario(concept, folder)} |"
    )


def shown_by(concept: Concept) -> str:
    """The observables, with their units."""
    names = [name for name in (concept.observable, concept.beside) if name]
    return "; ".join(f"`{name}`, {unit(name)}" for name in names)


def shift(found: Moved) -> str:
    """A difference with its interval."""
    d = found.difference
    return f"{d.mean:+.3g} ({d.low:.3g} to {d.high:.3g})"


def short(e: Estimate) -> str:
    """A mean."""
    return f"{e.mean:.4g}"


def switch(concept: Concept) -> str:
    """The market, and the keys that its switch sets."""
    if isinstance(concept.on, str):
        return f"{concept.base}: arm `{concept.off}` to `{concept.on}`"
    off, on = (f"`{flow(tree)}`" if tree else "nothing" for tree in (concept.off, concept.on))
    less = f", each less the same under `{flow(concept.less)}`" if concept.less else ""
    return f"{concept.base}: {off} to {on}{less}"


def resting(other: Concept, found: Moved | None) -> str:
    """The assumption that a row rests on, and the result without it."""
    assert found is not None and other.rests_on is not None
    return (
        f"{other.name} rests on {other.rests_on.what}; with {other.rests_on.without} ({switch(other)}) `{other.observable}` "
        f"moves by {shift(found)}: {found.verdict(other)}.\n"
    )


def constructed() -> str:
    """Reasons of the rows by construction."""
    lines = [f"- {c.name}, {c.title}: {c.by_construction}" for c in CONCEPTS.values() if c.by_construction]
    return "\n".join(["Reasons of the rows by construction:", "", *lines])


def flow(tree: object) -> str:
    """A tree in one line."""
    return json.dumps(tree, ensure_ascii=False).replace('"', "")


def scenario(concept: Concept, folder: Path) -> str:
    """The scenarios that demonstrate a concept, with their verdicts if they have been run."""
    return "; ".join(verdicts(name, folder) for name in concept.scenarios)


def verdicts(name: str, folder: Path) -> str:
    """A scenario with the numbers of its expectations met, not met and undecided."""
    where = folder / name / "expectations.json"
    if not where.is_file():
        return name
    said = Counter(entry["verdict"] for entry in json.loads(where.read_text(encoding="utf-8")))
    return f"{name}: {said['met']} met, {said['not met']} not met, {said['undecided']} undecided"


def lacking() -> str:
    """Missing parts of concepts that are built."""
    lines = [f"- {c.name}, {c.title}: {c.lacks}" for c in CONCEPTS.values() if c.lacks]
    return "\n".join(["Parts of a concept that are not in the model yet:", "", *lines])


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("python docs/generators/concepts.py FOLDER")
    PAGE.write_text(page(Path(sys.argv[1])), encoding="utf-8")
    print("docs/evidence/concepts.md")
