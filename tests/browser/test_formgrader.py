"""Marking by hand in nbgrader's formgrader, in a real browser.

The scores, the mark scheme, points and a comment that stay. A second look at the same pages: what a
student put in to run in a reader's browser does not run, nor on a feedback page.
"""

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))

from make_release import ASSIGNMENT, ROOT
from sample_class import Student, append, scratch

from tests import commands

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

NOTEBOOK = "6.4-comprehension"
ANSWER = "q1_explain"
SCHEME = "the shared stop moves up with each level"
MARKDOWN = """Because of the stop.

<script>window.taken = "script"</script>
<img src="nothing" onerror="window.taken = 'picture'">
<svg onload="window.taken = 'drawing'"></svg>
<iframe srcdoc="<script>parent.taken = 'frame'</script>"></iframe>

BEGIN MARK SCHEME
"""
OUTPUT = """from IPython.display import HTML, SVG, Javascript, Markdown, display
display(HTML("<script>window.taken = 'html'</script><img src=nothing onerror=\\"window.taken = 'output'\\">"))
display(HTML("<table><tr><td onclick=1><script>window.taken = 'table'</script>cell</td></tr></table>"))
display(Javascript("window.taken = 'javascript'"))
display(SVG("<svg xmlns='http://www.w3.org/2000/svg'><script>parent.taken = 'svg'</script></svg>"))
display(Markdown("<script>window.taken = 'markdown'</script>"))"""
CLASS = (
    Student("ada", "every answer right", {}),
    Student("bruno", "handed in as released, nothing filled in"),
    Student("mallory", "puts scripts where a reader looks", {}, (append(ANSWER, MARKDOWN), scratch(ANSWER, OUTPUT))),
)


def run(course: Path, *command: str) -> str:
    """A command on the course folder."""
    environment = {**os.environ, "COURSE_ROOT": str(course)}
    environment.pop("GRADEBOOK_URL", None)
    done = commands.run(*command, cwd=ROOT, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def course(course_with, tmp_path_factory) -> Path:
    """A graded course of three students, who hand in the notebook with written answers."""
    made = course_with(tmp_path_factory.mktemp("formgrader") / "course", CLASS)
    for path in (made / "submitted").rglob("*.ipynb"):
        if path.stem != NOTEBOOK:
            path.unlink()
    assert "3 graded, 0 unchanged, 0 not graded" in run(made, "proctor", "grade", ASSIGNMENT)
    return made


class Formgrader:
    """JupyterLab as `make formgrader` starts it, on loopback, with settings of its own."""

    def __init__(self, course: Path) -> None:
        self.course = course
        self.token = secrets.token_hex(16)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.address = f"http://127.0.0.1:{probe.getsockname()[1]}"
        self._home = tempfile.TemporaryDirectory(prefix="formgrader-")

    def __enter__(self) -> "Formgrader":
        home = Path(self._home.name)
        folders = {"JUPYTER_CONFIG_DIR": "config", "JUPYTER_RUNTIME_DIR": "runtime", "JUPYTER_DATA_DIR": "data", "HOME": "home"}
        environment = {**os.environ, **{name: str(home / folder) for name, folder in folders.items()}, "COURSE_ROOT": str(self.course)}
        environment["JUPYTERLAB_SETTINGS_DIR"], environment["JUPYTERLAB_WORKSPACES_DIR"] = str(home / "set"), str(home / "work")
        self._log = (home / "log").open("w+")
        options = ("--no-browser", "--allow-root", "--expose-app-in-browser", "--ServerApp.ip=127.0.0.1", "--ServerApp.port_retries=0")
        port = self.address.rpartition(":")[2]
        self._server = subprocess.Popen(
            [sys.executable, ROOT / "scripts" / "formgrader.py", *options, f"--ServerApp.port={port}",
             f"--IdentityProvider.token={self.token}"],
            env=environment, stdout=self._log, stderr=self._log, start_new_session=True,
        )
        until = time.monotonic() + 90
        while True:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{self.address}/api/status?token={self.token}", timeout=5).close()
                return self
            if self._server.poll() is not None or time.monotonic() > until:
                self._log.seek(0)
                said = self._log.read()
                self.__exit__()
                raise RuntimeError(f"JupyterLab did not answer\n{said[-3000:]}")
            time.sleep(0.2)

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._server.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._server.wait(15)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._server.pid, signal.SIGKILL)
        self._server.wait()
        self._log.close()
        self._home.cleanup()


@pytest.fixture(scope="module")
def formgrader(course):
    with Formgrader(course) as made:
        yield made


@pytest.fixture(scope="module")
def page(browser, formgrader):
    """A page whose reader is signed in, as JupyterLab's own address does it."""
    context = browser.new_context(viewport={"width": 1100, "height": 1000})
    opened = context.new_page()
    opened.goto(f"{formgrader.address}/lab?token={formgrader.token}")
    yield opened
    context.close()


@contextlib.contextmanager
def gradebook_of(course: Path):
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "pyramiding-and-scaling") as gradebook:
        yield gradebook


def submission(course: Path, student: str):
    """Number of a submitted notebook in the gradebook, its score, and a mark and comment.

    The last two are those of the first written answer.
    """
    with gradebook_of(course) as gradebook:
        found = gradebook.find_submission_notebook(NOTEBOOK, ASSIGNMENT, student)
        mark = gradebook.find_grade(ANSWER, NOTEBOOK, ASSIGNMENT, student)
        comment = gradebook.find_comment(ANSWER, NOTEBOOK, ASSIGNMENT, student)
        return found.id, found.score, mark.manual_score, mark.needs_manual_grade, comment.manual_comment


def open_submission(page, formgrader, student: str) -> None:
    """A student's notebook as a reader gets it, with points and comments filled in."""
    page.goto(f"{formgrader.address}/formgrader/submissions/{submission(formgrader.course, student)[0]}/")
    for field in (f"#{ANSWER}_extra_credit", f"#{ANSWER}-comment"):
        page.wait_for_function(f"document.querySelector('{field}').placeholder !== ''")


def test_the_formgrader_in_lab_shows_the_gradebooks_scores(page, formgrader):
    page.wait_for_function("window.jupyterapp && jupyterapp.commands.hasCommand('nbgrader:open-formgrader')", timeout=90_000)
    page.evaluate("jupyterapp.commands.execute('nbgrader:open-formgrader')")
    frame = page.wait_for_selector("iframe[src*=formgrader]").content_frame()
    for page_of in ("gradebook", f"gradebook/{ASSIGNMENT}", f"gradebook/{ASSIGNMENT}/{NOTEBOOK}"):
        # Until it comes, the page before it has a link of the same name, which opens a folder.
        frame.locator(f"a[href$='/formgrader/{page_of}']").first.click()
    frame.locator("tbody a", has_text="Submission #1").wait_for()
    frame.locator("text=Show All Names").click()
    rows = [row.split("\t") for row in frame.locator("tbody").inner_text().splitlines() if "/" in row]
    shown = {row[1].strip(): float(row[2].split("/")[0]) for row in rows}
    with gradebook_of(formgrader.course) as gradebook:
        expected = {one.student.id: one.score for one in gradebook.notebook_submissions(NOTEBOOK, ASSIGNMENT)}
    assert len(expected) == len(CLASS)
    assert shown == pytest.approx(expected)


def test_a_reader_sees_the_mark_scheme_and_gives_points_and_a_comment_that_stay(page, formgrader):
    course = formgrader.course
    open_submission(page, formgrader, "ada")
    panel = page.locator(".nbgrader_cell", has=page.locator(f"#{ANSWER}"))
    scheme = page.locator(".alert-info", has_text=SCHEME)
    assert scheme.count() == 1
    assert "Mark scheme." in scheme.inner_text()
    assert 0 < panel.bounding_box()["y"] - scheme.bounding_box()["y"] < 500
    assert "Each add-on pulls the stop up" in panel.inner_text()
    assert SCHEME not in panel.inner_text()
    assert page.locator(f"#{ANSWER}").input_value() == ""

    page.locator(f"#{ANSWER}").fill("1.5")
    page.locator(f"#{ANSWER}").blur()
    page.locator(f"#{ANSWER}-comment").fill("Name the *gap* as well.")
    page.locator(f"#{ANSWER}-comment").blur()
    marked = (1.5, False, "Name the *gap* as well.")
    until = time.monotonic() + 15
    while submission(course, "ada")[2:] != marked:
        assert time.monotonic() < until, submission(course, "ada")
        time.sleep(0.1)

    run(course, "proctor", "feedback", ASSIGNMENT)
    feedback = (course / "feedback" / "ada" / ASSIGNMENT / "feedback.html").read_text()
    assert "Name the <em>gap</em> as well." in feedback
    assert "1.5 / 2" in feedback
    assert "1 graded" in run(course, "proctor", "grade", ASSIGNMENT, "--force", "--student", "ada")
    assert submission(course, "ada")[2:] == marked
    open_submission(page, formgrader, "ada")
    assert page.locator(f"#{ANSWER}").input_value() == "1.5"
    assert page.locator(f"#{ANSWER}-comment").input_value() == "Name the *gap* as well."


@pytest.fixture(scope="module")
def pages(course) -> list[Path]:
    """Every page about what students handed in, made by nbgrader and by proctor."""
    run(course, "nbgrader", "generate_feedback", ASSIGNMENT, "--force")
    run(course, "proctor", "feedback", ASSIGNMENT)
    found = sorted(path for path in (course / "feedback").rglob("*.html") if path.stem in (NOTEBOOK, "feedback"))
    assert [path.name for path in found] == [f"{NOTEBOOK}.html", "feedback.html"] * len(CLASS)
    return found


def test_the_mark_scheme_is_in_nothing_that_a_student_or_a_students_kernel_gets(course, pages):
    kept = [path for folder in ("release", "submitted", "autograded") for path in (course / folder).rglob(f"{NOTEBOOK}.ipynb")]
    assert len(kept) == 1 + 2 * len(CLASS)
    for path in [*kept, *pages]:
        assert SCHEME not in path.read_text(), path
        assert "A model answer" not in path.read_text(), path


def test_what_is_tried_here_would_run(browser):
    opened = browser.new_page()
    opened.set_content(f"<p>{MARKDOWN}</p>")
    opened.wait_for_function("window.taken")
    opened.close()


def test_no_script_of_a_student_runs_on_a_feedback_page(browser, pages):
    for path in pages:
        if path.parts[-3] == "mallory":
            seen(browser.new_page(), path.as_uri())


def test_no_script_of_a_student_runs_where_a_reader_marks(page, formgrader):
    number = submission(formgrader.course, "mallory")[0]
    seen(page.context.new_page(), f"{formgrader.address}/formgrader/submissions/{number}/")


def seen(opened, address: str) -> None:
    """Open a page of mallory's and see that the text is there, and that nothing ran or asks to."""
    opened.goto(address)
    opened.wait_for_load_state("load")
    opened.wait_for_timeout(500)
    text = opened.locator("body").text_content()
    assert "Because of the stop." in text
    assert "BEGIN MARK SCHEME" in text
    assert opened.locator("td", has_text="cell").count() == 1
    assert opened.evaluate("window.taken") is None
    assert opened.locator("script", has_text="taken").count() == 0
    acting = "[...document.querySelectorAll('*')].flatMap(e => [...e.attributes]).filter(a => /^on/.test(a.name)).map(a => a.value)"
    assert [value for value in opened.evaluate(acting) if "taken" in value or value == "1"] == []
    assert opened.locator("iframe").count() == 0
    opened.close()
