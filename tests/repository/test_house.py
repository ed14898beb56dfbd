"""The repository keeps its own rules.

Who imports whom, what is pinned how, what a fresh clone holds.
"""

import ast
import importlib
import inspect
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from tests.proctor.hand_faults import FAULTS, stale

ROOT = Path(__file__).resolve().parents[2]
LIB = ROOT / "lib"

FLOORS = [
    {"__init__", "_validation", "_signature", "_threads", "_notebook", "_front", "_side_file", "progress", "validate"},
    {"market", "seeds", "processes", "diversification", "variants", "reading", "indicators", "metrics", "selection", "checks"}
    | {"pyramid_parameters", "pyramid_result", "original"},
    {"pyramiding", "scaling", "portfolio", "conviction", "comparison", "exits", "simulation", "stops", "speeds", "drawdown", "heat"},
    {"experiments", "real", "futures"},
    {"plots", "predict", "cockpit"},
    {"evidence", "explorers", "showcase"},
]


def tracked() -> list[str]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return [name for name in listing.split("\0") if name and (ROOT / name).is_file()]


def imports(path: Path) -> set[str]:
    """Dotted names of the modules that a file imports, relative ones resolved against lib/."""
    package = path.relative_to(LIB).with_suffix("").parts
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level]) if node.level else ""
            module = ".".join(part for part in (base, node.module or "") if part)
            found |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return found


def modules(package: str) -> list[Path]:
    return sorted((LIB / package).rglob("*.py"))


def floor_of(name: str) -> int:
    """How high a module of phase6 stands; every module has a place."""
    heights = [height for height, floor in enumerate(FLOORS) if name in floor]
    assert heights, f"phase6.{name} is on no floor of the plan: add it to FLOORS"
    return heights[0]


@pytest.mark.parametrize("folder", ["notebooks", "source/phase6", "release/phase6", "lib/phase6", "lib/answer_key"])
def test_every_folder_of_the_plan_is_in_a_fresh_clone(folder):
    assert any(name.startswith(f"{folder}/") for name in tracked())


@pytest.mark.parametrize("folder", ["submitted", "autograded", "feedback", "report"])
def test_working_folders_hold_only_a_readme_that_says_what_lands_there(folder):
    held = [name for name in tracked() if name.startswith(f"{folder}/")]
    assert held == [f"{folder}/README.md"]
    text = (ROOT / held[0]).read_text()
    assert "delete" in text
    assert "lands here" in text or "writes here" in text


@pytest.mark.parametrize("path", modules("proctor"), ids=lambda path: path.stem)
def test_proctor_knows_nothing_of_this_course(path):
    assert not {name for name in imports(path) if name.split(".")[0] in {"phase6", "answer_key"}}


@pytest.mark.parametrize("path", modules("phase6"), ids=lambda path: str(path.relative_to(LIB)))
def test_phase6_imports_only_from_the_floors_below(path):
    own = path.relative_to(LIB / "phase6").parts[0].removesuffix(".py")
    used = {name.split(".")[1] for name in imports(path) if name.startswith("phase6.")} - {own}
    assert not {name.split(".")[0] for name in imports(path)} & {"answer_key", "proctor", "nbgrader"}
    if own != "original":
        assert "original" not in used, "phase6.original is for lessons and tests only"
        height = floor_of(own)
        above = {name for name in used if floor_of(name) > height}
        assert not above, f"{own} imports from above: {sorted(above)}"


@pytest.mark.parametrize("path", modules("answer_key"), ids=lambda path: path.stem)
def test_answer_key_imports_only_phase6(path):
    assert not {name for name in imports(path) if name.split(".")[0] in {"proctor", "nbgrader"}}


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-student.lock", "requirements-bench.lock"])
def test_locks_pin_versions_and_hashes_and_name_no_address(lock):
    text = (ROOT / lock).read_text()
    assert "//" not in text
    pins = re.findall(r"^([a-z0-9][a-z0-9._-]*)(\[.*?\])?==(.*?)(?=^\S|\Z)", text, re.M | re.S)
    assert len(pins) > 50
    assert all("--hash=sha256:" in rest for _, _, rest in pins)


def test_student_lock_is_a_part_of_the_whole():
    def pins(lock: str) -> set[str]:
        return set(re.findall(r"^(\S+==\S+)", (ROOT / lock).read_text(), re.M))

    assert pins("requirements-student.lock") < pins("requirements.lock")


def test_source_notebooks_are_committed_without_outputs():
    for name in tracked():
        if name.startswith("source/") and name.endswith(".ipynb"):
            for cell in json.loads((ROOT / name).read_text())["cells"]:
                assert not cell.get("outputs"), name
                assert cell.get("execution_count") is None, name


def test_lessons_are_committed_executed_in_order():
    lessons = [name for name in tracked() if name.startswith("notebooks/") and name.endswith(".ipynb")]
    assert lessons
    for name in lessons:
        cells = [cell for cell in json.loads((ROOT / name).read_text())["cells"] if cell["cell_type"] == "code"]
        counts = [cell["execution_count"] for cell in cells if "".join(cell["source"]).strip()]
        assert counts == list(range(1, len(counts) + 1)), name


def test_every_make_target_is_explained():
    text = (ROOT / "Makefile").read_text()
    phony = text.split(".PHONY:")[1].split("\n\n")[0].replace("\\\n", " ").split()
    for target in phony:
        assert re.search(rf"^{target}:.*## ", text, re.M), target


def test_readme_names_only_make_targets_that_exist():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    named = set(re.findall(r"`make ([a-z-]+)", (ROOT / "README.md").read_text()))
    assert named
    assert named <= targets


MOST_LINES = {"function": 80, "module": 500}


def lengths(path: Path) -> Iterator[tuple[str, int, str]]:
    """Kind, lines and name of a module and of every function in it.

    The docstring and the signature count.
    """
    name = str(path.relative_to(LIB))
    text = path.read_text()
    yield "module", len(text.splitlines()), name
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield "function", (node.end_lineno or 0) - node.lineno + 1, f"{name}: {node.name}"


@pytest.mark.parametrize("kind", MOST_LINES)
def test_functions_and_modules_of_the_library_stay_short(kind):
    found = sorted((lines, name) for path in LIB.rglob("*.py") for what, lines, name in lengths(path) if what == kind)
    assert len(found) > 100
    print(f"longest {kind}s:", *(f"{lines} {name}" for lines, name in found[:-4:-1]), sep="\n    ")
    assert [name for lines, name in found if lines > MOST_LINES[kind]] == []


def is_marked(function: ast.FunctionDef) -> bool:
    return any(ast.unparse(each).startswith("pytest.mark.") for each in function.decorator_list)


def test_whatever_is_marked_or_named_as_a_test_is_collected():
    missed = [
        f"{path.relative_to(ROOT)}: {node.name}"
        for path in (ROOT / "tests").rglob("test_*.py")
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef) and (is_marked(node) or re.match(r"test[a-z]*_", node.name))
        if not node.name.startswith("test_")
    ]
    assert missed == []


def undocumented(module: ModuleType) -> list[str]:
    """Public methods and properties of a module's classes without any docstring.

    One that they inherit counts.
    """
    found = []
    for kind in vars(module).values():
        if inspect.isclass(kind) and kind.__module__ == module.__name__:
            members = {name: getattr(kind, name) for name in vars(kind) if not name.startswith("_")}
            methods = {name: member for name, member in members.items() if callable(member) or isinstance(member, property)}
            found += [f"{kind.__name__}.{name}" for name, method in methods.items() if not inspect.getdoc(method)]
    return found


@pytest.mark.parametrize("name", [
    *("phase6.explorers.conviction", "phase6.explorers.portfolio", "phase6.explorers.pyramiding", "phase6.explorers.scaling"),
    *("answer_key.conviction.conviction_size.sizing", "answer_key.pyramiding.scale_out.trades", "proctor.nbgrader"),
])
def test_methods_without_a_docstring_inherit_one(name):
    """Ruff cannot see that, so pyproject.toml excepts these modules from D102."""
    assert undocumented(importlib.import_module(name)) == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.file}: {fault.wrong.strip()[:40]}")
def test_a_fault_put_in_by_hand_can_still_be_put_in(fault):
    assert not stale(fault)
