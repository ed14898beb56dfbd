"""Runs a rebuilt notebook: the student's cells in their kernel, the instructor's tests outside it.

What is seen becomes points.
"""

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader import utils

from proctor.grading.adjustments import Adjustment, counted_in, detach, given, in_proportion
from proctor.grading.kernel import GRACE, KernelLost, StudentKernel
from proctor.grading.matching import grade_id
from proctor.grading.process_state import ProcessState
from proctor.grading.rebuild import ADDED, Rebuilt
from proctor.grading.source_code import bound_names
from proctor.grading.test_cell import TrustedNamespace
from proctor.grading.time_limit import Overdue, time_limit
from proctor.grading.verdict import Verdict, write
from proctor.grading.working_folder import WorkingFolder
from proctor.sandbox.process import ForksKernels
from proctor.settings import Settings
from proctor.variants import STANDARD


@dataclass
class Examined:
    """A notebook after its examination, with a verdict for every test cell.

    ``failures`` says for locked cells that failed outside the student's kernel, by grade id, why.
    ``starved`` is whether points may have been lost because others kept the machine busy.
    ``failed_at`` says for tests that raised something, by grade id, in which line.
    """

    notebook: NotebookNode
    verdicts: list[Verdict]
    notes: list[str]
    failures: dict[str, str] = field(default_factory=dict)
    starved: bool = False
    failed_at: dict[str, int] = field(default_factory=dict)


def examine(
    rebuilt: Rebuilt,
    settings: Settings,
    *,
    data: Path | None = None,
    server: ForksKernels | None = None,
    seed: bytes = b"",
    kernel: StudentKernel | None = None,
    keys: tuple[str, ...] = (STANDARD,),
) -> Examined:
    """Run a rebuilt notebook and judge its tests.

    ``data`` is the folder of the assignment's files, ``seed`` makes cases repeatable. ``kernel`` is
    one that nothing has run in, made with the same settings and data; by default one is made with
    ``server``. ``keys`` are those whose numbers hidden tests may ask for (:mod:`proctor.variants`).

    The notebook that comes back has the student's outputs in the student's cells and the verdicts
    in the test cells, in the form that nbgrader reads scores from. Never raises for anything that a
    student wrote.
    """
    return _NotebookExamination(rebuilt, settings, data, kernel or StudentKernel(settings, data, server), seed, keys).run_all()


def is_test(cell: NotebookNode) -> bool:
    """Whether a code cell is a test: it gives points, and is not the student's to write."""
    return bool(utils.is_grade(cell) and not utils.is_solution(cell))


class _NotebookExamination:
    """One notebook's examination: the cells in order, with a fresh kernel after each loss."""

    def __init__(
        self,
        rebuilt: Rebuilt,
        settings: Settings,
        data: Path | None,
        kernel: StudentKernel,
        seed: bytes,
        keys: tuple[str, ...] = (STANDARD,),
    ) -> None:
        self.rebuilt, self.settings, self.data = rebuilt, settings, data
        self.spent, self.since, self.room = 0.0, 0.0, settings.notebook_output
        self.kernel = kernel
        kernel.budget = lambda: settings.notebook_timeout - self.elapsed
        self.folder = WorkingFolder(data)
        self.trusted = TrustedNamespace(settings, kernel, self.folder, seed, keys)
        source = rebuilt.source.cells if rebuilt.source is not None else []
        self.solutions = {name: cell.source for cell in source if (name := grade_id(cell)) and cell.cell_type == "code"}
        self.released = iter([cell.source for cell in source if cell.cell_type == "code" and not grade_id(cell)])
        self.failures: dict[str, str] = {}
        self.done: list[str] = []
        self.lost: str | None = None
        self.verdicts: list[Verdict] = []

    def run_all(self) -> Examined:
        notebook = self.rebuilt.notebook
        if not self.rebuilt.readable:
            self.mark_absent()
            return Examined(notebook, self.verdicts, list(self.rebuilt.notes))
        with ProcessState(), self.folder, self.kernel:
            for cell in notebook.cells:
                if cell.cell_type == "code":
                    self.take(cell)
        starved = self.kernel.starved and self.lost_points
        return Examined(notebook, self.verdicts, list(self.rebuilt.notes), self.failures, starved, self.trusted.failed_at)

    @property
    def lost_points(self) -> bool:
        return any(verdict.points < verdict.most for verdict in self.verdicts)

    def mark_absent(self) -> None:
        """No points for the tests of a notebook that is not there or cannot be read."""
        for cell in self.rebuilt.notebook.cells:
            if cell.cell_type == "code" and is_test(cell):
                why = " ".join(self.rebuilt.notes)
                verdict = Verdict(grade_id(cell) or "", 0.0, float(cell.metadata.nbgrader["points"]), "missing", why)
                verdict = given(verdict) if detach(cell).full else verdict
                write(cell, verdict)
                self.verdicts.append(verdict)

    def take(self, cell: NotebookNode) -> None:
        """One code cell: judged when it is a test, run otherwise."""
        self.since = time.monotonic()
        try:
            if is_test(cell):
                self.judge(cell)
            else:
                self.run(cell)
        finally:
            self.spent, self.since = self.elapsed, 0.0

    @property
    def elapsed(self) -> float:
        """Seconds that this notebook has taken, with those of the cell that is at work."""
        return self.spent + (time.monotonic() - self.since if self.since else 0.0)

    @property
    def exhausted(self) -> bool:
        return self.elapsed >= self.settings.notebook_timeout

    def run(self, cell: NotebookNode) -> None:
        """A cell in the student's kernel; an instructor's cell also in the trusted namespace."""
        if utils.is_solution(cell):
            self.lost = None
            solution = self.solutions.get(grade_id(cell) or "", "")
            with self.for_a_cells_time():
                self.trusted.run_imports(solution)
            self.trusted.expect(bound_names(solution))
        if self.exhausted:
            self.lost = self.out_of_time()
        else:
            self.run_in_kernel(cell)
        if utils.is_locked(cell):
            self.run_outside(cell)
        elif not grade_id(cell) and cell.metadata.get("proctor", {}).get("role") != ADDED:
            with self.for_a_cells_time():
                self.trusted.run_open(next(self.released, ""))

    @contextlib.contextmanager
    def for_a_cells_time(self) -> Iterator[None]:
        """A limit on code of the instructor's that decides no points, which is cut off then."""
        seconds = min(self.settings.cell_timeout, self.settings.notebook_timeout - self.elapsed)
        with contextlib.suppress(Overdue), time_limit(max(seconds, GRACE)):
            yield

    def run_in_kernel(self, cell: NotebookNode) -> None:
        self.trusted.link.cache.forget()
        try:
            ran = self.kernel.run(cell.source)
        except KernelLost as error:
            self.lost = str(error)
            text = f"While this cell ran, {error}."
            cell.outputs = [new_output("error", ename="KernelLost", evalue=text, traceback=[text])]
            self.fresh()
            return
        self.room -= ran.size
        left_out = "(This output is left out: all of this notebook's together are larger than is kept.)"
        cell.outputs = ran.outputs if self.room >= 0 else [new_output("stream", name="stdout", text=left_out)]
        self.done.append(cell.source)

    def run_outside(self, cell: NotebookNode) -> None:
        """A locked cell in the trusted namespace; what it needs of the student's is asked for."""
        if why := self.in_trusted_namespace(cell.source):
            self.failures[grade_id(cell) or ""] = why
        if self.kernel.lost:
            self.fresh()

    def in_trusted_namespace(self, source: str) -> str:
        """Run a locked cell; returns why that failed, or ""."""
        try:
            with time_limit(GRACE + max(self.settings.notebook_timeout - self.elapsed, 0.0)):
                return self.trusted.run_locked(source)
        except KernelLost as error:
            self.kernel.give_up()
            self.trusted.holding.pop(source, None)
            return str(error)

    def judge(self, cell: NotebookNode) -> None:
        most, decided = float(cell.metadata.nbgrader["points"]), detach(cell)
        asked = counted_in(cell, decided)
        if self.exhausted:
            verdict = Verdict(grade_id(cell) or "", 0.0, most, "lost", f"Not tested: {self.out_of_time()}.")
        else:
            verdict = self.trusted.judge(asked, self.kernel, self.lost, self.settings.notebook_timeout - self.elapsed)
        verdict = in_proportion(self.adjusted(asked, verdict, decided), most)
        write(cell, verdict, self.trusted.printed)
        self.verdicts.append(verdict)
        if self.kernel.lost:
            self.fresh()

    def adjusted(self, cell: NotebookNode, verdict: Verdict, decided: Adjustment) -> Verdict:
        """The verdict after what the instructor decided about the cell.

        That is further tests of which one is enough, or all points.
        """
        for code in decided.accept:
            if verdict.points < verdict.most and not self.exhausted:
                if self.kernel.lost:
                    self.fresh()
                other = NotebookNode({**cell, "source": code})
                found = self.trusted.judge(other, self.kernel, self.lost, self.settings.notebook_timeout - self.elapsed)
                verdict = found if found.points > verdict.points else verdict
        if decided.full:
            return given(verdict)
        return verdict

    def out_of_time(self) -> str:
        return f"the code of this notebook took longer than {self.settings.notebook_timeout:.3g} seconds in all"

    def fresh(self) -> None:
        """A fresh kernel in which the cells that did no harm are run again.

        So are the locked cells that hold objects of the student's classes, which are gone with the
        kernel that they were in.
        """
        self.trusted.link.cache.forget()
        self.kernel.stop()
        self.kernel.start()
        place = 0
        while place < len(self.done) and not self.exhausted:
            try:
                self.kernel.run(self.done[place])
                place += 1
            except KernelLost:
                del self.done[place]
                self.kernel.stop()
                self.kernel.start()
                place = 0
        for source in list(self.trusted.holding):
            if not self.exhausted:
                self.in_trusted_namespace(source)
            if self.kernel.lost:
                self.fresh()
                break
