"""The report: one self-contained page that opens anywhere, prints, and asks nothing of the network."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import escape, unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml

from sim.experiment.files import write_text
from sim.experiment.folder import versions
from sim.experiment.statistics import estimate
from sim.report import settings_table
from sim.report.cells import asked, found_by, mean_of, p_of, rows
from sim.report.elements import block, listed, paragraph, section, table
from sim.report.figures import FIGURES, write_figures
from sim.report.four_steps import steps_of_the_page
from sim.report.labels import Comparison, labelled
from sim.report.mix import by_p_and_c
from sim.report.page_style import STYLE
from sim.report.scorecard import card
from sim.report.side_by_side import beside
from sim.report.study import NothingToShow, Study, config_tree, contrasts, study_of, versus
from sim.report.study import table as read_table
from sim.report.verdict_sentences import BY_ITSELF, expectations, loyalty_sentence, verdicts
from sim.report.wording import explained, name_of, not_tested, number, spanned, unit_of


def write_report(result: Comparison, folder: Path | str | None = None) -> Path:
    """Write ``report.html`` into the result's folder (or ``folder``); draw the figures if there are none."""
    place = Path(folder if folder is not None else result.folder or result.where)
    if not any((place / "figures").glob("*.svg")):
        write_figures(result, place)
    path = place / "report.html"
    write_text(path, page(result, place / "figures"))
    return path


def page(result: Comparison, figures: Path) -> str:
    """The page as text; every word that comes from a user is escaped."""
    unlabelled, tree = result, config_tree(result)
    result = labelled(result)
    s, steps = study_of(result), steps_of_the_page(result)
    question = tree.get("question") or f"What happens to {s.focal}?"
    parts = [
        f"<header><p class=kind>Guanxi, {escape(s.name)}</p><h1>{escape(question)}</h1>",
        f"<p class=source>Source: {escape(tree.get('source') or 'none unlabelled')}</p></header><main>",
        section("The answer", _answer(result, s)),
        section("Expected beforehand", _expected(result)),
        section("The comparison", _comparison(result, s)),
        section("The arms", _arms(result, s)),
        section("Scorecard of the firms", block(card(result))),
        section("Spending by the four Ps and the four Cs", "".join(map(block, by_p_and_c(result)))),
        *([section("Two arms side by side", block(beside(result)))] if len(versus(result, s)) > 1 else []),
        *([section("Four steps against the loss of customers", "".join(map(block, steps)))] if steps else []),
        section("Figures", _figures(result, figures)),
        section("The market (ODD)", _odd(unlabelled, tree)),
        section("How to repeat it", _origin(unlabelled, tree, s)),
        "</main>",
    ]
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(s.name)}: {escape(question)}</title><style>{STYLE}</style></head>\n<body>"
        + "\n".join(parts)
        + "</body></html>\n"
    )


def _answer(result: Comparison, s: Study) -> str:
    answer = "".join(paragraph(text, "answer") for text in verdicts(result))
    said = loyalty_sentence(result)
    words = explained("arm", "control", *["run without loyalty"] * bool(said)) if len(s.arms) > 1 else ""
    return answer + paragraph(_fairness(result, s)) + paragraph(said) + paragraph(words, "note")


def _expected(result: Comparison) -> str:
    judged = expectations(result)
    if not judged:
        left = config_tree(result).get("not_asked")
        return paragraph(not_tested(left) if left else "The scenario states no expectation.")
    body = [
        [
            escape(entry.get("claim", "")), escape(entry.get("literature", "")), escape(asked(entry)), found_by(entry),
            f'<span class="{entry["verdict"].replace(" ", "-")}">{escape(entry["verdict"])}</span>',
        ]
        for entry in judged
    ]  # fmt: skip
    note = (
        "Met: the whole interval lies on the expected side. Undecided: the interval allows both answers. "
        "The answer above is corrected where several arms have the same control (Holm)."
    )
    head = ("claim", "literature", "asked of the model", "found", "verdict")
    return table(head, body, f"Expectations, stated before the run, {BY_ITSELF}") + paragraph(note, "note")


def _comparison(result: Comparison, s: Study) -> str:
    body = []
    for row in rows(result, s, (*s.metrics, "budget_spend", "customer_equity", "retention")):
        gap = spanned(row["difference"], row["difference_low"], row["difference_high"], sign=True)
        body.append([
            f"{escape(name_of(row['metric']))}<small>{escape(unit_of(row['metric']))}</small>", escape(row["arm"]),
            mean_of(row), gap or ("control" if row["arm"] in s.controls_used else ""),
            *[p_of(row)] * (s.seeds > 1),
        ])  # fmt: skip
    spread = f" ({s.certainty} interval)" if s.seeds > 1 else ""
    head = ("metric", "arm", f"mean{spread}", f"less {s.base}{spread}", *["p"] * (s.seeds > 1))
    tested = (
        f"{s.seeds} replications; differences are paired: both arms have the same random numbers. Each interval and p "
        "stands for one arm and metric by itself; the answer above is corrected for the number of arms with the same "
        "control (Holm). Identical or all equal: the difference is 0, or one and the same, in every replication; "
        "then there is no p."
        if s.seeds > 1
        else "One replication, so no intervals; both arms of a difference have the same random numbers."
    )
    note = (
        f"{tested} Amounts are per customer at the start, a number that no arm can change; a count of main or other "
        f"customers is a share of those in the market in its own period. {explained('main supplier')} "
        + f"The first {s.burn_in} periods are left out."
        * bool(s.burn_in)
    )
    return table(head, body, f"{s.focal} in each arm") + paragraph(note, "note") + _every_firm(result, s)


def _every_firm(result: Comparison, s: Study) -> str:
    """Each firm's profit by arm, and its difference from the same firm's profit under the arm's control."""
    runs = read_table(result, "runs", "arm", "seed", "twin", "firm", "profit")
    runs = runs[~runs["twin"].astype(bool)].dropna(subset="profit")
    firms = list(dict.fromkeys([s.focal] * (s.focal in set(runs["firm"])) + list(runs["firm"])))
    body: dict[str, list[str]] = {arm: [escape(arm)] for arm in s.arms}
    for firm in firms:
        mine = runs[runs["firm"] == firm]
        gaps = {gap.arm: gap for gap in contrasts(mine, "profit", s)}
        for arm, cells in body.items():
            mean = spanned(
                *estimate(mine.loc[mine["arm"] == arm, "profit"].to_numpy(), s.confidence)[:3], finer=True
            )
            gap = spanned(*gaps[arm][3:6], sign=True) if arm in gaps else "control" * (arm in s.controls_used)
            cells.append(mean + f"<small>{gap}</small>" * bool(gap))
    caption = f"Every firm's profit by arm ({unit_of('profit')}), below it the difference from {s.base}"
    caption += f"; {s.certainty} intervals, {BY_ITSELF}" * (s.seeds > 1)
    return table(("arm", *firms), body.values(), caption) if firms else ""


#: Spends that differ by less, as a share of the largest, count as equal.
ALIKE = 0.01


def _fairness(result: Comparison, s: Study) -> str:
    """The spending of each arm, in a sentence."""
    spent = [(row["arm"], row["mean"]) for row in rows(result, s, ("budget_spend",))]
    if not spent:
        return ""
    words = ", ".join(f"{arm} {number(mean)}" for arm, mean in spent)
    keys = [one.key for arm in settings_table.arm_settings(result.scenario).values() for one in arm]
    least, most = (end(mean for _, mean in spent) for end in (min, max))
    rule = (
        "All arms have the same budget"
        if most - least <= ALIKE * most
        else "All arms have the same upper limit of spending"
    )
    if config_tree(result)["market"]["budget"] == "free":
        rule = "Budgets are free"
    elif any(key.endswith(".budget") for key in keys):
        rule = "The arms have unequal budgets"
    return f"{rule}; {s.focal} actually spent, in {unit_of('budget_spend')}: {words}. Unspent budget remains profit."


def _arms(result: Comparison, s: Study) -> str:
    body, several = [], len(s.controls_used) > 1
    for arm, settings in settings_table.arm_settings(result.scenario).items():
        against = "" if not several or s.controls.get(arm, arm) == arm else f", against {s.controls[arm]}"
        name = f"<b>{escape(arm)}</b>" + (" (control)" if arm in s.controls_used else escape(against))
        if not settings:
            body.append([name, "as configured" if arm == s.control else "the same as the control", "", ""])
        body += [[name, _key(one), escape(one.usual), escape(one.here)] for one in settings]
    note = f"Further controls are compared with {s.control}." if several else ""
    return table(
        ("arm", "setting", s.base, "in the arm"), body, "Settings in which the arms differ from the control"
    ) + paragraph(note, "note")


def _key(one: settings_table.Setting) -> str:
    return f"<code>{escape(one.key)}</code>" + (f"<small>{escape(one.unit)}</small>" if one.unit else "")


def _figures(result: Comparison, folder: Path) -> str:
    drawn, missing = [], []
    for name, draw in FIGURES.items():
        file = folder / f"{name}.svg"
        if not file.is_file():
            missing.append(f"{escape(name)}: {escape(_reason(draw, result))}")
            continue
        data = file.read_bytes()
        said = [_metadata(data, tag) for tag in ("title", "description")]
        look = draw.look
        drawn.append(
            f"<figure id=figure-{escape(name)}><h3>{escape(said[0] or name)}</h3>"
            f'<img alt="{escape(". ".join(said))}" src="{_inside(data)}">'
            f"<figcaption>Look at: {escape(look[:1].lower() + look[1:])}</figcaption></figure>"
        )
    not_drawn = paragraph("Not drawn:") + listed(missing) if missing else ""
    return "".join(drawn) + not_drawn


#: Characters of an SVG that an address in double quotes may have as they are.
_PLAIN = " !$'*+,-./:;=?[]^_`{|}~"


def _inside(svg: bytes) -> str:
    """A picture as an address that holds it, without the layout of its text; a fifth shorter than in base64."""
    text = re.sub(r"\s*\n\s*", " ", svg.decode()).replace("> <", "><")
    return f"data:image/svg+xml,{quote(text, safe=_PLAIN)}"


def _metadata(svg: bytes, tag: str) -> str:
    match = re.search(rf"<dc:{tag}>(.*?)</dc:{tag}>", svg.decode("utf-8", "replace"), re.DOTALL)
    return unescape(match[1]).strip() if match else ""


def _reason(draw: Any, result: Comparison) -> str:
    try:
        draw.drawn(result)
    except NothingToShow as reason:
        return str(reason)
    except Exception as error:
        return f"it could not be drawn ({type(error).__name__})"
    return "its file is missing"


def _odd(result: Comparison, tree: dict[str, Any]) -> str:
    odd = [escape(line) for line in settings_table.entities(tree)]
    acts = [f"<b>{name}</b>: {escape(words)}" for name, words in settings_table.ACTS]
    changed = [[_key(x), escape(x.usual), escape(x.here)] for x in settings_table.unusual(result.scenario)]
    return (
        f"<h3>Purpose</h3>{paragraph(tree.get('question') or 'Not stated.')}"
        f"<h3>Entities and scales</h3>{listed(odd)}<h3>One period</h3>{listed(acts, 'ol')}"
        "<h3>Design concepts</h3>"
        + paragraph(
            "Loyalty is not assumed but emerges from satisfaction, trust, habit, bonds and switching costs. Firms have "
            "only the information that a firm can get. Every random number has an address (seed, period, purpose, customer, "
            "firm), so arms differ only in their settings. In the runs without loyalty, customers who stay do so by "
            "heterogeneity alone."
        )
        + "<h3>Parameters that differ from the defaults</h3>"
        + (
            table(("parameter", "default", "here"), changed, "Differences from the defaults")
            if changed
            else "None."
        )
    )


def _origin(result: Comparison, tree: dict[str, Any], s: Study) -> str:
    manifest = _manifest(result)
    installed = manifest.get("versions") or versions()
    first = int(tree["experiment"].get("seed") or 0)
    lines = [
        f"Seeds: {first} to {first + s.seeds - 1}, the same in every arm.",
        f"Versions: {', '.join(f'{name} {version}' for name, version in installed.items() if version)}.",
        f"Hash of the configuration: {result.scenario.hash()}.",
        f"Written: {datetime.now(UTC):%Y-%m-%d %H:%M} UTC.",
    ]
    whole = yaml.safe_dump(tree, sort_keys=False, allow_unicode=True, width=100)
    return (
        listed(map(escape, lines))
        + f"<details><summary>The whole configuration</summary><pre>{escape(whole)}</pre></details>"
    )


def _manifest(result: Comparison) -> dict[str, Any]:
    """The manifest, which is written last and so may not be there yet."""
    try:
        return dict(result.manifest)
    except (AttributeError, OSError):
        return {}
