"""The notebooks as the site ships them.

With a mark of their release, and with the cells that run by themselves named.
"""

from __future__ import annotations

import ast
import builtins
import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

MARK = "course"
"""Key of the site's own entries in the metadata of notebooks and cells."""
EXPLORER = re.compile(r"\b[A-Z]\w*Explorer\(")


@dataclass(frozen=True)
class Names:
    """Names that a cell binds and names that it takes from cells before."""

    bound: frozenset[str]
    taken: frozenset[str]


def names_of(source: str) -> Names:
    """The names of a cell's top level.

    A name used inside a function counts as taken, too; magics bind nothing.
    """
    code = "\n".join("pass" if line.lstrip().startswith(("%", "!")) else line for line in source.splitlines())
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return Names(frozenset(), frozenset())
    bound: set[str] = set()
    used: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            (used if isinstance(node.ctx, ast.Load) else bound).add(node.id)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            bound |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            bound.add(node.name)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
    return Names(frozenset(bound), frozenset(used - bound - set(dir(builtins))))


def makes_explorer(source: str) -> bool:
    """Whether a cell makes an explorer, wherever that was imported."""
    return EXPLORER.search(source) is not None


def needed(cells: list[NotebookNode], last: int) -> list[int]:
    """Places of the code cells that have to run so that cell number ``last`` can.

    They are in order and include it.
    """
    wanted, missing = {last}, set(names_of(cells[last].source).taken)
    for place in range(last - 1, -1, -1):
        if cells[place].cell_type != "code":
            continue
        names = names_of(cells[place].source)
        if names.bound & missing:
            wanted.add(place)
            missing = (missing - names.bound) | set(names.taken)
    return sorted(wanted)


def digest(content: bytes) -> str:
    """Short name of a notebook's content."""
    return hashlib.sha256(content).hexdigest()[:12]


def fingerprint(text: str) -> str:
    """A short hash of a text that the page's script computes, too (FNV-1a, 32 bits)."""
    value = 0x811C9DC5
    for byte in text.encode():
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return f"{value:08x}"


def sources(notebook: NotebookNode) -> str:
    """A hash of what is written in a notebook's cells, whatever they printed."""
    return fingerprint("".join(f"{cell.cell_type}\n{cell.source}\0" for cell in notebook.cells))


def mark(notebook: NotebookNode, release: str) -> None:
    """Write into the metadata which release a notebook is, and what its explorers need.

    That is the cells that each of them needs. Its saved outputs are the course's own, so the page
    may show their pictures.
    """
    notebook.metadata[MARK] = {"release": release, "sources": sources(notebook)}
    for place, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            cell.metadata["trusted"] = True
            if makes_explorer(cell.source):
                wanted = [notebook.cells[each] for each in needed(notebook.cells, place)]
                cell.metadata[MARK] = {"explorer": {each.id: fingerprint(each.source) for each in wanted}}


def ship(content: bytes, target: Path) -> dict[str, str]:
    """Write the site's copy of a notebook; gives its release and its title."""
    notebook = nbformat.reads(content.decode(), as_version=4)
    title = next(line.lstrip("# ") for cell in notebook.cells for line in cell.source.splitlines() if line.startswith("# "))
    mark(notebook, digest(content))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(notebook, ensure_ascii=False, separators=(",", ":")))
    return {"release": digest(content), "title": title}
