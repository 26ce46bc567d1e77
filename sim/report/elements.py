"""The elements of the report's page as text: sections, paragraphs, tables, lists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby

from sim.report.titled_tables import Block


def section(title: str, body: str) -> str:
    """A section of the page with its title."""
    return f"<section><h2>{escape(title)}</h2>{body}</section>"


def paragraph(text: str, kind: str = "") -> str:
    """A paragraph of plain text, nothing for an empty one."""
    return f"<p{f' class={kind}' if kind else ''}>{escape(text)}</p>" if text else ""


def table(head: Sequence[str], body: Iterable[Sequence[str]], caption: str) -> str:
    """A table that scrolls on a phone; cells are HTML already, equal first cells in a row become one."""
    cells = "".join(f"<th scope=col>{escape(name)}</th>" for name in head)
    lines = ""
    for first, group in groupby(body, key=lambda line: line[0]):
        members = list(group)
        start = f'<th scope=rowgroup rowspan="{len(members)}">{first}</th>'
        for line in members:
            lines += f"<tr>{start}" + "".join(f"<td>{cell}</td>" for cell in line[1:]) + "</tr>"
            start = ""
    return (
        f'<div class=wide tabindex=0 role=region aria-label="{escape(caption)}"><table><caption>{escape(caption)}'
        f"</caption><thead><tr>{cells}</tr></thead><tbody>{lines}</tbody></table></div>"
    )


def block(of_text: Block) -> str:
    """A block's table with its notes."""
    body = [[escape(cell) for cell in line] for line in of_text.body]
    return table(of_text.head, body, of_text.title) + "".join(
        paragraph(note, "note") for note in of_text.notes
    )


def listed(items: Iterable[str], kind: str = "ul") -> str:
    """A list of items that are HTML already."""
    return f"<{kind}>" + "".join(f"<li>{item}</li>" for item in items) + f"</{kind}>"
