"""Hostile submissions that are damage to the notebook file, or lie in it beside the code."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

Damage = Callable[[NotebookNode, Path], None]


def skip_tags(notebook: NotebookNode, path: Path) -> None:
    """tags that make the tests be skipped"""
    for cell in notebook.cells:
        cell.metadata["tags"] = ["skip-execution", "raises-exception"]
    nbformat.write(notebook, path)


def more_points(notebook: NotebookNode, path: Path) -> None:
    """tests that are worth a thousand points, and a test that is a solution"""
    for cell in notebook.cells:
        marks = cell.metadata.get("nbgrader", {})
        if marks.get("grade"):
            marks.update(points=1000, checksum="0" * 32)
            cell.source = "1000"
            cell.metadata["nbgrader"]["solution"] = True
    nbformat.write(notebook, path)


def no_tests(notebook: NotebookNode, path: Path) -> None:
    """the tests are deleted"""
    notebook.cells = [cell for cell in notebook.cells if not cell.metadata.get("nbgrader", {}).get("grade")]
    nbformat.write(notebook, path)


def other_tests(notebook: NotebookNode, path: Path) -> None:
    """the tests are replaced by ones that pass, their outputs forged"""
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade") and cell.cell_type == "code":
            cell.source, cell.execution_count = "3.0", 1
            cell.outputs = [new_output("execute_result", data={"text/plain": "3.0"}, execution_count=1)]
    nbformat.write(notebook, path)


def own_kernel(notebook: NotebookNode, path: Path) -> None:
    """a kernelspec of the student's own"""
    notebook.metadata["kernelspec"] = {"name": "evil", "display_name": "evil", "language": "bash"}
    nbformat.write(notebook, path)


def renamed_ids(notebook: NotebookNode, path: Path) -> None:
    """grade ids that collide, escape and lead out of the folder"""
    for number, cell in enumerate(notebook.cells):
        if "nbgrader" in cell.metadata:
            cell.metadata["nbgrader"]["grade_id"] = ["../../x", "test_double", "'; drop table grade; --", "a" * 10_000][number % 4]
    nbformat.write(notebook, path)


def many_cells(notebook: NotebookNode, path: Path) -> None:
    """twenty thousand cells"""
    notebook.cells += [new_code_cell(f"x = {number}", id=f"c{number}") for number in range(20_000)]  # drawn ids meet now and then
    nbformat.write(notebook, path)


def cut_off(notebook: NotebookNode, path: Path) -> None:
    """half of the file"""
    text = nbformat.writes(notebook)
    path.write_text(text[: len(text) // 2])


def deep(notebook: NotebookNode, path: Path) -> None:
    """JSON nested a hundred thousand deep"""
    path.write_text('{"cells":' + "[" * 100_000)


def not_json(notebook: NotebookNode, path: Path) -> None:
    """bytes that are no text"""
    path.write_bytes(bytes(range(256)) * 100)


def strange_types(notebook: NotebookNode, path: Path) -> None:
    """numbers where cells, sources and metadata should be"""
    content = json.loads(nbformat.writes(notebook))
    strange = [1, None, {"cell_type": 5}, {"cell_type": "code", "source": {"a": 1}, "metadata": 3, "outputs": 1}]
    content["cells"] = [*strange, *content["cells"]]
    content["metadata"] = []
    path.write_text(json.dumps(content))


def is_a_link(notebook: NotebookNode, path: Path) -> None:
    """a link to the instructor's version in place of the notebook"""
    path.symlink_to(path.parents[3] / "source" / "toys" / "toys.ipynb")


def is_a_folder(notebook: NotebookNode, path: Path) -> None:
    """a folder in place of the notebook"""
    path.mkdir()


def scripts_in_text(notebook: NotebookNode, path: Path) -> None:
    """scripts in Markdown and in outputs"""
    hostile = "<script>document.title='CANARY-script'</script><img src=x onerror=\"document.title='CANARY-script'\">"
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "why":
            cell.source = hostile
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "double":
            cell.source = f"from IPython.display import HTML, Javascript, display\ndisplay(HTML({hostile!r}), Javascript('1'))"
    notebook.cells.append(new_markdown_cell(hostile))
    nbformat.write(notebook, path)


def folder_is_a_link(notebook: NotebookNode, path: Path) -> None:
    """the folder that was handed in is a link to the instructor's"""
    path.parent.rmdir()
    path.parent.symlink_to(path.parents[3] / "source" / "toys")


def others_folder(notebook: NotebookNode, path: Path) -> None:
    """the folder that was handed in is a link to another student's"""
    path.parent.rmdir()
    path.parent.symlink_to(path.parents[2] / "honest" / "toys")


def is_a_pipe(notebook: NotebookNode, path: Path) -> None:
    """pipes for notebook, time stamp and a data file: who opens them waits for ever"""
    for name in (path.name, "timestamp.txt", "data.csv"):
        os.mkfifo(path.with_name(name))


def without_rights(notebook: NotebookNode, path: Path) -> None:
    """files and folders that may not be read"""
    nbformat.write(notebook, path)
    (path.parent / "folder").mkdir()
    (path.parent / "folder").chmod(0)
    path.chmod(0)


def larger_than_memory(notebook: NotebookNode, path: Path) -> None:
    """a notebook, a time stamp and a data file of a terabyte, which take no room on a disk"""
    for name in (path.name, "timestamp.txt", "data.csv"):
        with path.with_name(name).open("wb") as file:
            file.truncate(2**40)


def many_brackets(notebook: NotebookNode, path: Path) -> None:
    """forty megabytes of brackets, each of which becomes an object"""
    path.write_text('{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [' + "{}," * 13_000_000 + "{}]}")


def deep_folders(notebook: NotebookNode, path: Path) -> None:
    """folders more than a thousand deep"""
    nbformat.write(notebook, path)
    here = os.open(path.parent, os.O_RDONLY)
    for _ in range(1200):
        os.mkdir("d", dir_fd=here)
        inner = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)


def odd_time(notebook: NotebookNode, path: Path) -> None:
    """a time stamp that is no time"""
    nbformat.write(notebook, path)
    path.with_name("timestamp.txt").write_text("9" * 60)


def slow_to_search(notebook: NotebookNode, path: Path) -> None:
    """lines that take a search for suspicious code hours"""
    notebook.cells += [new_code_cell(".kernel" * 28_000) for _ in range(9)]
    nbformat.write(notebook, path)


def slow_to_show(notebook: NotebookNode, path: Path) -> None:
    """Markdown that takes long to read"""
    for piece in ("[", "> ", "<b>", "<table>", "*a _b ", "`", "$", "[a](<"):
        notebook.cells.append(new_markdown_cell(piece * (50_000 // len(piece))))
    nbformat.write(notebook, path)


def half_a_letter(notebook: NotebookNode, path: Path) -> None:
    """half a surrogate pair in grade ids, sources and tags"""
    content = json.loads(nbformat.writes(notebook))
    marks = {"grade_id": "\ud800", "solution": True, "grade": False, "locked": False, "task": False, "schema_version": 3}
    metadata = {"nbgrader": marks, "tags": ["\ud800", "skip-execution"]}
    odd = {"cell_type": "code", "source": "import os; os._exit\ud800", "metadata": metadata, "outputs": [], "execution_count": None}
    content["cells"].append(odd)
    path.write_text(json.dumps(content))


DAMAGES: tuple[Damage, ...] = (
    skip_tags, more_points, no_tests, other_tests, own_kernel, renamed_ids, many_cells, cut_off, deep, not_json, strange_types,
    is_a_link, is_a_folder, scripts_in_text, folder_is_a_link, others_folder, is_a_pipe, without_rights, larger_than_memory,
    many_brackets, deep_folders, odd_time, slow_to_search, slow_to_show, half_a_letter,
)
UNCONFINED = {damage.__name__ for damage in DAMAGES} - {"larger_than_memory", "many_brackets"}
"""Those that plain nbgrader is given too; the others would fill this machine's memory there."""
