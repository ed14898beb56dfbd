"""Runs the lessons in order, each in a fresh kernel, and saves their outputs.

A second run changes no byte.

    python scripts/run_lessons.py             run all of notebooks/ and save
    python scripts/run_lessons.py 6.1 6.3     run those whose names begin so

What is random in a saved notebook and means nothing to a reader is left out: timings, the ids of
widget models (a widget shows nothing without its kernel; the static picture beside each explorer
stays).
"""

import argparse
import os
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parent.parent
LESSONS = ROOT / "notebooks"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def execute(notebook: nbformat.NotebookNode) -> None:
    """Run all cells in a fresh kernel, in the lessons' folder.

    Raises CellExecutionError with the cell that failed.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    NotebookClient(
        notebook,
        timeout=300,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,
        store_widget_state=False,
        resources={"metadata": {"path": str(LESSONS)}},
    ).execute()


def settle(notebook: nbformat.NotebookNode) -> None:
    """Remove from the outputs what differs from run to run without meaning."""
    notebook.metadata.pop("widgets", None)
    notebook.metadata["kernelspec"] = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    notebook.metadata["language_info"] = {"name": "python"}
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET_VIEW, None)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("beginnings", nargs="*", help="run only lessons whose names begin so")
    beginnings = tuple(parser.parse_args().beginnings) or ("",)
    paths = sorted(path for path in LESSONS.glob("*.ipynb") if path.name.startswith(beginnings))
    if not paths:
        print(f"no lesson in {LESSONS.name}/ begins with {' or '.join(beginnings)}", file=sys.stderr)
        return 1
    for path in paths:
        began = time.perf_counter()
        print(f"{path.name} ...", end=" ", flush=True)
        notebook = nbformat.read(path, as_version=4)
        execute(notebook)
        settle(notebook)
        nbformat.validate(notebook)
        nbformat.write(notebook, path)
        print(f"{time.perf_counter() - began:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
