"""What students get is what the source generates, and shows nothing that is for instructors."""

import importlib.util
import json
import shutil
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from proctor.course.folders import replacing

ROOT = Path(__file__).resolve().parents[2]
RELEASE = ROOT / "release" / "phase6"
NOTEBOOKS = ["6.1-pyramiding", "6.2-scaling", "6.3-trend-portfolio", "6.4-comprehension", "6.5-conviction-sizing"]


def script(name: str):
    """A module of scripts/."""
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        specification = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
        module = importlib.util.module_from_spec(specification)
        specification.loader.exec_module(module)
    finally:
        sys.path.remove(str(ROOT / "scripts"))
    return module


make_release = script("make_release")
make_bundle = script("make_bundle")


@pytest.fixture(scope="module")
def generated(released_course) -> Path:
    return released_course / "release" / "phase6"


def test_release_is_what_the_source_generates(generated):
    assert make_release.stale(RELEASE, generated) == []


def test_a_changed_release_is_called_stale(generated, tmp_path):
    for path in generated.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    changed = tmp_path / f"{NOTEBOOKS[0]}.ipynb"
    changed.write_bytes(changed.read_bytes().replace(b"nbgrader", b"nbgradez", 1))
    assert make_release.stale(tmp_path, generated) == [changed.name]


def test_a_release_is_replaced_whole_even_where_an_earlier_run_was_stopped(tmp_path):
    """Nothing of the old one stays, and nothing half copied counts.

    A release that was moved aside is not missed.
    """
    fresh, release = tmp_path / "fresh", tmp_path / "release" / "toys"
    folders = (fresh, release, release.with_name(".toys.new"), release.with_name(".toys.old"))
    for folder, name in zip(folders, ("new", "old", "half", "older"), strict=True):
        folder.mkdir(parents=True)
        (folder / name).write_text(name)
    with replacing(release) as folder:
        shutil.copytree(fresh, folder, dirs_exist_ok=True)
    assert make_release.contents(release.parent) == {"toys/new": b"new"}
    release.rename(release.with_name(".toys.old"))
    with replacing(release) as folder:
        shutil.copytree(fresh, folder, dirs_exist_ok=True)
    assert make_release.contents(release.parent) == {"toys/new": b"new"}


def test_a_refused_release_says_why_and_leaves_the_old_one(tmp_path, monkeypatch, capsys):
    shutil.copytree(ROOT / "examples" / "shapes", tmp_path / "course")
    (path,) = (tmp_path / "course" / "source" / "shapes").glob("*.ipynb")
    notebook = nbformat.read(path, as_version=4)
    test = next(cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == "test_circle")
    test.source += "\nassert False, 'no answer is right'"
    nbformat.write(notebook, path)
    before = make_release.contents(tmp_path / "course" / "release")
    monkeypatch.setattr(make_release, "COURSE", tmp_path / "course")
    monkeypatch.setattr(sys, "argv", ["make_release.py", "shapes"])
    assert make_release.main() == 1
    told = capsys.readouterr().err
    assert "test_circle: line 14, `assert False, 'no answer is right'`: no answer is right" in told
    assert "Traceback" not in told
    assert make_release.contents(tmp_path / "course" / "release") == before


def test_a_sample_class_that_cannot_be_graded_ends_with_the_graders_word(tmp_path, monkeypatch, capfd):
    """The grader has said why; a traceback on top would hide it."""
    sample_class = script("sample_class")
    monkeypatch.setattr(sample_class, "make_course", lambda course: course.mkdir())
    monkeypatch.setattr(sys, "argv", ["sample_class.py", "--to", str(tmp_path / "class"), "--unconfined"])
    assert sample_class.main() == 2
    told = capfd.readouterr().err
    assert "WITHOUT CONFINEMENT" in told
    assert "there is no notebook in" in told
    assert "Traceback" not in told


def test_release_holds_the_five_notebooks():
    assert sorted(path.stem for path in RELEASE.glob("*.ipynb")) == NOTEBOOKS


def test_release_shows_nothing_for_instructors():
    assert make_release.leaks(RELEASE) == []
    assert make_release.leaks(ROOT / "source" / "phase6"), "the markers are no longer those that the source uses"


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_no_solution_line_is_in_the_release(name):
    """Each line of a solution that is peculiar to it, looked for in the whole release."""
    source = json.loads((ROOT / "source" / "phase6" / f"{name}.ipynb").read_text())
    released = "".join(path.read_text() for path in RELEASE.glob("*.ipynb"))
    peculiar = 0
    for cell in source["cells"]:
        text = "".join(cell["source"])
        for block in text.split("### BEGIN SOLUTION")[1:]:
            for line in block.split("### END SOLUTION")[0].splitlines():
                if len(line.strip()) > 12:
                    peculiar += 1
                    assert json.dumps(line.strip())[1:-1] not in released, line
    assert peculiar


def test_points_are_the_contracts():
    def points(name: str) -> float:
        cells = json.loads((RELEASE / f"{name}.ipynb").read_text())["cells"]
        return sum(cell["metadata"].get("nbgrader", {}).get("points", 0) for cell in cells)

    assert [points(name) for name in NOTEBOOKS] == [25, 16, 22, 25, 12]


def test_bundle_holds_release_lessons_and_wheel_and_nothing_else(tmp_path):
    with zipfile.ZipFile(make_bundle.bundle(tmp_path)) as archive:
        names = archive.namelist()
        folders = {name.split("/")[1] for name in names if name.count("/") > 1}
        text = b"".join(archive.read(name) for name in names if name.endswith((".ipynb", ".py", ".md")))
    assert folders == {"notebooks", "assignments"}
    assert sum(name.endswith(".whl") for name in names) == 1
    assert sum(name.startswith("phase6-course/assignments/phase6/") and name.endswith(".ipynb") for name in names) == 5
    assert b"answer_key" not in text
    assert b"BEGIN SOLUTION" not in text
