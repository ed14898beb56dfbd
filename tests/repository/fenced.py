"""Reads the fenced blocks of a Markdown page, so that tests can run what it says to type."""

import re
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
HEADING = re.compile(r"^#{1,6} (.+)$", re.M)


@dataclass(frozen=True)
class Block:
    """One fenced block: its language, what it says, and the heading above it."""

    language: str
    text: str
    heading: str


def blocks(page: Path) -> list[Block]:
    """The blocks of a page with a language, in order."""
    text = page.read_text()
    headings = [(found.start(), found[1]) for found in HEADING.finditer(FENCE.sub(lambda block: "\n" * len(block[0]), text))]
    made = []
    for found in FENCE.finditer(text):
        above = [name for place, name in headings if place < found.start()]
        made.append(Block(found[1], found[2], above[-1] if above else ""))
    return made
