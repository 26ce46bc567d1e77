"""The page of concepts, each switched off and on: ``python docs/concepts.py FOLDER > docs/concepts.md``.

FOLDER holds the runs of docs/findings.py; verdicts of scenarios that are not there are left out. Some ten minutes on
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
from sim.validation.concepts import CONCEPTS, Concept
from sim.validation.concepts.switches import CONSTRUCTED, Moved, moved, unit

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
    """A concept off and on; nothing of one that cannot act yet."""
    if not concept.built:
        return None
    of_a_case = isinstance(concept.on, str)
    customers = min(CUSTOMERS, compose(concept.base).population.customers if of_a_case else CUSTOMERS)
    return moved(concept, SEEDS, {"population": {"customers": customers}})


def head(found: dict[str, Moved | None]) -> str:
    """What the page is, and how many concepts stand where."""
    said = Counter(
        "red: cannot act yet" if m is None else m.verdict(CONCEPTS[name]) for name, m in found.items()
    )
    return f"""# The concepts, each switched off and on

One row a concept of the theory. A switch is laid over a small market ({CUSTOMERS} customers,
three firms that do nothing of their own unless the switch says so, two years, the first half year left out; a case: two
arms of its scenario), off and on with the same luck in {len(SEEDS)} seeds; brackets are the 95 % interval of the difference, one row at a time. So
the row shows that the concept acts, and which way *there*; whether the theory holds is asked at full size by the
scenario named last, in [findings.md](findings.md): expectations met, not met, undecided. Sizes are assumed
([model.md](model.md)), so a difference in money holds for these sizes. A row whose observable could not have moved otherwise, because
the switch sets it or stands in one equation of fixed sign before it, is no finding: it "{CONSTRUCTED}" (reasons
below the table). Two observables count as expected only if both are.

Count: {"; ".join(f"{n} {words}" for words, n in sorted(said.items()))}.

Made by `python docs/concepts.py FOLDER > docs/concepts.md` from `sim/validation/concepts/`.

| id | concept | where | switch, off to on | shown by | theory: it | off | on | difference | measured | scenario |
|---|---|---|---|---|---|---|---|---|---|---|"""


def row(concept: Concept, found: Moved | None, folder: Path) -> str:
    """A concept's row; a red one says why it cannot act."""
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
    """The market and what is laid over it."""
    if isinstance(concept.on, str):
        return f"{concept.base}: arm `{concept.off}` to `{concept.on}`"
    off, on = (f"`{flow(tree)}`" if tree else "nothing" for tree in (concept.off, concept.on))
    less = f", each less the same under `{flow(concept.less)}`" if concept.less else ""
    return f"{concept.base}: {off} to {on}{less}"


def resting(other: Concept, found: Moved | None) -> str:
    """What a row rests on, and what comes out without it."""
    assert found is not None and other.rests_on is not None
    return (
        f"{other.name} rests on {other.rests_on.what}; with {other.rests_on.without} ({switch(other)}) `{other.observable}` "
        f"moves by {shift(found)}: {found.verdict(other)}.\n"
    )


def constructed() -> str:
    """Why rows act by construction."""
    lines = [f"- {c.name}, {c.title}: {c.by_construction}" for c in CONCEPTS.values() if c.by_construction]
    return "\n".join(["By construction:", "", *lines])


def flow(tree: object) -> str:
    """A tree in one line."""
    return json.dumps(tree, ensure_ascii=False).replace('"', "")


def scenario(concept: Concept, folder: Path) -> str:
    """The scenarios that demonstrate it, with their verdicts where they have been run."""
    return "; ".join(verdicts(name, folder) for name in concept.scenarios)


def verdicts(name: str, folder: Path) -> str:
    """A scenario and how many of its expectations were met, not met and undecided."""
    where = folder / name / "expectations.json"
    if not where.is_file():
        return name
    said = Counter(entry["verdict"] for entry in json.loads(where.read_text(encoding="utf-8")))
    return f"{name}: {said['met']} met, {said['not met']} not met, {said['undecided']} undecided"


def lacking() -> str:
    """What built concepts still lack."""
    lines = [f"- {c.name}, {c.title}: {c.lacks}" for c in CONCEPTS.values() if c.lacks]
    return "\n".join(["Acts, but lacks:", "", *lines])


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("python docs/concepts.py FOLDER > docs/concepts.md")
    print(page(Path(sys.argv[1])), end="")
