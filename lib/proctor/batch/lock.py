"""One run at a time grades a course."""

import contextlib
from collections.abc import Iterator

from filelock import FileLock, Timeout

from proctor.course.folders import GROUP_WRITES, Course, make_folder
from proctor.errors import CannotGrade, writing


@contextlib.contextmanager
def alone(course: Course, wait: float = 0.0) -> Iterator[None]:
    """Hold the course's grading lock.

    Raises CannotGrade when another run keeps it longer than ``wait`` seconds, and where the folder
    of graded notebooks cannot be made.
    """
    with writing(course.autograded):
        folder = make_folder(course.autograded)
        mode = 0o664 if folder.stat().st_mode & GROUP_WRITES else 0o644
    try:
        with FileLock(folder / ".proctor.lock", timeout=wait, mode=mode):
            yield
    except Timeout:
        raise CannotGrade(f"another run is grading in {course.autograded}; wait for it, or end it") from None
    except PermissionError as error:
        raise CannotGrade(f"{error.filename or folder} cannot be written by you; its owner can give your group the right") from error
