"""Every exercise says where in the lessons to look again, and the section is there."""

import json
import re
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "source" / "phase6").glob("*.ipynb"))
LINK = re.compile(r"\[[^\]]+\]\(([^)\s#]+\.ipynb)#([^)\s]+)\)")


def texts(path: Path) -> dict[str, str]:
    """Markdown cells by grade id, or by position where they have none."""
    cells = [cell for cell in json.loads(path.read_text())["cells"] if cell["cell_type"] == "markdown"]
    names = [cell["metadata"].get("nbgrader", {}).get("grade_id", str(place)) for place, cell in enumerate(cells)]
    return {name: "".join(cell["source"]) for name, cell in zip(names, cells, strict=True)}


def sections(path: Path) -> set[str]:
    """What JupyterLab names the headings of a notebook in addresses."""
    return {line.strip().replace(" ", "-") for text in texts(path).values() for line in re.findall(r"^#+ (.*)$", text, re.M)}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_every_prompt_names_a_section_of_a_lesson(path):
    prompts = {name: text for name, text in texts(path).items() if name.startswith("prompt_") and text.startswith("## ")}
    assert prompts
    for name, text in prompts.items():
        links = LINK.findall(text)
        assert links, f"{name} names no section of a lesson"
        for target, section in links:
            assert unquote(section) in sections((path.parent / target).resolve()), f"{name}: {section}"
