"""nbgrader's own tests, from its wheel, in three environments.

Without this course's packages, with them, and configured for proctor. The first is the environment
of the tests with everything linked but our packages; the entry point of the kernel provisioner is
gone with them. It tells what nbgrader's tests say on this machine. With our packages installed the
same tests must say the same. With ``proctor.configure(c)`` in a configuration file that nbgrader
reads, the tests with other results are listed in ``docs/grading.md``, each with its reason.
"""

import os
import re
import subprocess
import sys
import sysconfig
import venv
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

SUITES = (
    "nbgrader.tests.apps.test_nbgrader_autograde",
    "nbgrader.tests.apps.test_nbgrader_validate",
    "nbgrader.tests.api",
    "nbgrader.tests.nbgraderformat",
    "nbgrader.tests.test_validator",
)
OURS = ("phase6", "answer_key", "proctor", "__editable__")
READING_CONFIGURATION = (*SUITES[:2], SUITES[-1])
# Most of nbgrader's tests take a student's wrong notebook for the instructor's, which generating
# with proctor refuses, because the instructor's own answers do not pass. So that grading is
# compared at all, generating stays nbgrader's own here.
CONFIGURED = "import proctor\nc = get_config()\nproctor.configure(c)\ndel c.GenerateAssignment['preprocessors']\n"
READER = Path(__file__).parents[2] / "docs" / "grading.md"
DIFFERENCES = dict(re.findall(r"^\| `(test_\w+)` \| (.+) \|$", READER.read_text(), re.M))

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]


def environment_without_ours(folder: Path) -> Path:
    """An environment with everything that is installed here, except this course's packages.

    Gives its Python.
    """
    venv.EnvBuilder(symlinks=True, with_pip=False).create(folder)
    here = Path(sysconfig.get_path("purelib"))
    there = folder / here.relative_to(sys.prefix)
    for path in here.iterdir():
        if not any(path.name.lower().removeprefix("__editable___").startswith(name) for name in OURS):
            (there / path.name).symlink_to(path)
    (folder / "share").symlink_to(Path(sys.prefix, "share"))
    return folder / "bin" / "python"


def outcomes(python: Path, folder: Path, suites: tuple[str, ...] = SUITES, configuration: str = "") -> dict[str, str]:
    """What each of nbgrader's tests came to.

    "passed", "failed", "error" or "skipped", by its name.
    """
    (folder / "config").mkdir(parents=True)
    if configuration:
        (folder / "config" / "nbgrader_config.py").write_text(configuration)
    report = folder / "report.xml"
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
        "JUPYTER_CONFIG_PATH": str(folder / "config"),
        "HOME": str(folder),
    }
    environment.pop("PYTHONPATH", None)
    command = [str(python), "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "2", "-c", os.devnull, f"--rootdir={folder}"]
    with (folder / "output").open("w") as output:
        subprocess.run(
            [*command, f"--junitxml={report}", "--pyargs", *suites],
            cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False,
        )
    said = (folder / "output").read_text()
    assert report.exists(), said[-3000:]
    found = {}
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        tags = {child.tag for child in case} & {"failure", "error", "skipped"}
        kind = "error" if "error" in tags else "failed" if "failure" in tags else "skipped" if tags else "passed"
        found[f"{case.get('classname', '').rpartition('.')[2]}.{case.get('name')}"] = kind
    assert len(found) > 10, said[-3000:]
    return found


def differing(one: dict[str, str], other: dict[str, str]) -> dict[str, tuple[str | None, str | None]]:
    """Tests that came to something else, with both outcomes."""
    return {name: (one.get(name), other.get(name)) for name in sorted(one | other) if one.get(name) != other.get(name)}


def test_with_our_packages_installed_nbgraders_tests_say_the_same(tmp_path):
    without = outcomes(environment_without_ours(tmp_path / "environment"), tmp_path / "without")
    installed = outcomes(Path(sys.executable), tmp_path / "installed")
    rest = {name: kind for name, kind in without.items() if kind != "passed"}
    print(f"\n{len(without)} tests of nbgrader's; without our packages all pass but {rest}")
    assert differing(without, installed) == {}


def test_the_environment_without_our_packages_has_none_of_them(tmp_path):
    python = environment_without_ours(tmp_path / "environment")
    code = "import nbgrader, importlib.metadata as m, importlib.util as u\n" \
        "print([n for n in ('proctor', 'phase6', 'answer_key') if u.find_spec(n)],\n" \
        "      [e.name for e in m.entry_points(group='jupyter_client.kernel_provisioners')])"
    done = subprocess.run([python, "-P", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] ['local-provisioner']"


def test_what_nbgraders_tests_say_of_grading_by_proctor(tmp_path):
    installed = outcomes(Path(sys.executable), tmp_path / "installed", READING_CONFIGURATION)
    configured = outcomes(Path(sys.executable), tmp_path / "configured", READING_CONFIGURATION, CONFIGURED)
    found = differing(installed, configured)
    assert {name.rpartition(".")[2] for name in found} == set(DIFFERENCES)
    assert set(found.values()) == {("passed", "failed")}
