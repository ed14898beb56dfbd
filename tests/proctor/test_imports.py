"""The folders of proctor show the trust border.

Who imports whom, and where private names of dependencies may stand.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import proctor
import pytest

HOME = Path(proctor.__file__).parent
FLOORS = [
    {"errors", "variants"},
    {"settings"},
    {"bridge", "compat"},
    {"sandbox"},
    {"student", "grading"},
    {"course"},
    {"reports"},
    {"batch"},
    {"commands"},
    {"cli", "nbgrader"},
    {"__main__"},
]
"""Each imports only from its own folder and from floors above it in this list."""
OF_THE_STUDENTS_PROCESS = (
    *("proctor.student", "proctor.bridge", "proctor.compat", "proctor.compat.ipykernel"),
    *("proctor.settings", "proctor.errors", "proctor.variants", "proctor.compat.alembic"),
    *("proctor.sandbox", "proctor.sandbox.confine", "proctor.sandbox.root", "proctor.sandbox.linux", "proctor.sandbox.supervisor"),
)
"""Modules that may be loaded there, beside those of the student's side and the bridge.

The settings and what they import, which holds no secret, and what confines the process itself.
"""


def modules(folder: str = "") -> list[Path]:
    found = HOME.joinpath(folder).rglob("*.py") if not HOME.joinpath(f"{folder}.py").is_file() else [HOME / f"{folder}.py"]
    return sorted(path for path in found if path != HOME / "__init__.py")


def imported(path: Path) -> Iterator[str]:
    """Names of what a module of proctor imports, at any depth of its code."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports by a relative name"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def folders_imported(path: Path) -> set[str]:
    return {name.split(".")[1] for name in imported(path) if name.startswith("proctor.") and not name.startswith("proctor.__")}


def floor(folder: str) -> int:
    return next(number for number, folders in enumerate(FLOORS) if folder in folders)


def test_every_module_has_a_floor() -> None:
    for path in modules():
        floor(path.relative_to(HOME).parts[0].removesuffix(".py"))


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(HOME)))
def test_no_folder_imports_upward(path: Path) -> None:
    own = path.relative_to(HOME).parts[0].removesuffix(".py")
    for other in folders_imported(path) - {own}:
        assert floor(other) < floor(own), f"{own} imports {other}"


def test_what_runs_in_the_students_process_imports_nothing_trusted() -> None:
    """What the process from which kernels are forked has imported before the first of them."""
    code = (
        "import sys; from proctor.student import fork_server; fork_server._import([]);"
        "print(*(name for name in sys.modules if name.startswith('proctor.')))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "proctor.student.responder" in loaded
    wanted = [name for name in loaded if not name.startswith(("proctor.student.", "proctor.bridge."))]
    assert [name for name in wanted if name not in OF_THE_STUDENTS_PROCESS] == []


def test_the_bridge_imports_neither_side() -> None:
    for path in modules("bridge"):
        assert folders_imported(path) <= {"bridge"}, path


def private_names(path: Path) -> Iterator[str]:
    """Private names that a module imports or takes from objects it did not define."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    own = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)}
    own |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)}
    own |= {node.target.id for node in ast.walk(tree) if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            private = node.attr.startswith("_") and not node.attr.startswith(("_proctor", "__"))
            if private and node.attr not in own and getattr(node.value, "id", "") not in sys.stdlib_module_names:
                yield f"{path.relative_to(HOME)}:{node.lineno} {ast.unparse(node)}"
        if isinstance(node, ast.ImportFrom) and not str(node.module).startswith("proctor"):
            yield from (f"{path}:{node.lineno} {alias.name}" for alias in node.names if alias.name.startswith("_"))


def test_only_compat_touches_private_names_of_dependencies() -> None:
    assert [name for path in modules() if path.relative_to(HOME).parts[0] != "compat" for name in private_names(path)] == []


def test_each_workaround_says_on_which_versions_it_was_tried() -> None:
    for path in modules("compat"):
        if path.name != "__init__.py":
            assert "Tried with" in str(ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))), path
