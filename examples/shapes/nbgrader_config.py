"""An example course: nbgrader's usual settings, and two lines that have proctor grade it."""

import os
from pathlib import Path

import proctor

c = get_config()  # noqa: F821

c.CourseDirectory.course_id = "shapes"
c.CourseDirectory.root = os.environ.get("COURSE_ROOT") or str(Path.cwd())

proctor.configure(c)
