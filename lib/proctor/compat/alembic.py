"""nbgrader starts ``alembic`` by name for a new gradebook. Tried with nbgrader 0.9.5 and 0.9.6."""

import os
import sys
from pathlib import Path


def put_on_path() -> None:
    """Let ``alembic`` be found also where this environment is not activated."""
    tools, known = str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)
    if tools not in known.split(os.pathsep):
        os.environ["PATH"] = tools + os.pathsep + known
