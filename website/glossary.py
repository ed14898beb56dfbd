"""The glossary on plain pages.

A page of its own, and the meaning of each term where a page first uses it.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

ROW = re.compile(r"^\| \*\*(?P<names>[^*]+)\*\* \| (?P<meaning>.+?) \| [^|]+ \|$", re.MULTILINE)
TAG = re.compile(r"""(<(?:[^>"']|"[^"]*"|'[^']*')*>)""")
NOT_IN = frozenset({"a", "code", "figure", "h1", "h2", "h3", "h4", "math", "pre", "summary", "table"})
"""Elements in which terms are left as they are."""


@dataclass(frozen=True)
class Term:
    """What a word means, and the name of its row on the glossary's page."""

    meaning: str
    row: str


def terms(text: str) -> dict[str, Term]:
    """Every term of the glossary, whose source is a table.

    A row may explain several, with commas between them.
    """
    found: dict[str, Term] = {}
    for hit in ROW.finditer(text):
        names = hit["names"].split(", ")
        row = names[0].lower().replace(" ", "-")
        found |= {name: Term(hit["meaning"], row) for name in names}
    return found


def with_rows(table: str, known: dict[str, Term]) -> str:
    """The glossary's own markup, with a name for each row that links can lead to."""
    for name, term in known.items():
        table = re.sub(rf"<strong>(?={re.escape(name)}[,<])", f'<strong id="{term.row}">', table)
    return table


def linked(markup: str, left: dict[str, Term]) -> str:
    """Markup in which the first use of each term leads to the glossary and shows its meaning.

    Takes those terms out of ``left``.
    """
    inside = 0
    parts = []
    for part in TAG.split(markup):
        if part.startswith("<"):
            name = re.match(r"</?(\w+)", part)
            if name and name[1] in NOT_IN:
                inside += -1 if part.startswith("</") else 1
        elif not inside and left:
            part = _pattern(left).sub(lambda hit: _link(hit[0], left), part)
        parts.append(part)
    return "".join(parts)


def _pattern(names: dict[str, Term]) -> re.Pattern[str]:
    longest_first = sorted(names, key=len, reverse=True)
    either_case = [f"[{name[0]}{name[0].upper()}]{re.escape(name[1:])}" for name in longest_first]
    return re.compile(rf"\b(?:{'|'.join(either_case)})\b")


def _link(used: str, left: dict[str, Term]) -> str:
    term = left.pop(used, None) or left.pop(used[0].lower() + used[1:], None)
    if term is None:  # the second use within one piece of text
        return used
    return f'<a class="term" href="glossary.html#{term.row}" title="{html.escape(term.meaning, quote=True)}">{used}</a>'
