"""The course's configuration: where things lie, and that `proctor` does the grading.

Four settings come from the environment, so that one checkout serves several classes:

``COURSE_ROOT``    folder that holds source/, release/, submitted/ and what is made from them
                   (default: this folder)
``EXCHANGE_ROOT``  nbgrader's exchange, a folder that instructors and students share
                   (default: exchange/ in the course folder)
``GRADEBOOK_URL``  an SQLAlchemy address, such as ``postgresql+psycopg://user:password@host/phase6``
                   (default: the SQLite file gradebook.db in the course folder)
``PHASE6_SECRET``  makes students' own numbers in 6.4 depend on codes (default: on their ids)
"""

import os
from pathlib import Path

import proctor
from phase6 import validate

c = get_config()  # noqa: F821

root = Path(os.environ.get("COURSE_ROOT") or Path(__file__).parent).resolve()

c.CourseDirectory.course_id = "pyramiding-and-scaling"
c.CourseDirectory.root = str(root)
c.CourseDirectory.db_url = os.environ.get("GRADEBOOK_URL") or f"sqlite:///{root / 'gradebook.db'}"

c.Exchange.root = os.environ.get("EXCHANGE_ROOT") or str(root / "exchange")

# A cell of this course runs in well under a second; a minute is for a slow machine, not for a slow
# answer.
c.ExecutePreprocessor.timeout = 60
c.Execute.timeout = 60

validate.configure(c)

# What the notebooks import.
library = ("market", "metrics", "portfolio", "pyramiding", "showcase")
checks = ("comprehension", "conviction", "portfolio", "pyramiding", "scaling")
preload = [*(f"phase6.{name}" for name in library), *(f"phase6.checks.{name}" for name in checks)]
start = ["numpy", "pandas", "matplotlib.pyplot", *preload]
proctor.configure(c, packages=["phase6"], test_packages=["answer_key"], preload=start)

# Numbers for each student in 6.4: those of the student's id count, and the standard ones
# ("required": only the own; "off": only the standard). With PHASE6_SECRET a student's numbers
# depend on a code instead of the id; `proctor codes` lists the codes to hand out.
c.Proctor.variants = "offered"
c.Proctor.variant_secret = os.environ.get("PHASE6_SECRET", "")
