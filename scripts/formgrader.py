"""Opens JupyterLab on a course folder with nbgrader's formgrader configured for it.

It is in the menu Nbgrader, entry Formgrader.

    python scripts/formgrader.py [any option of `jupyter lab`]

The course folder is COURSE_ROOT, or this repository.
"""

import os
import subprocess
import sys
from pathlib import Path

from make_release import ROOT


def main() -> int:
    course = Path(os.environ.get("COURSE_ROOT") or ROOT).resolve()
    if not (course / "source").is_dir():
        print(f"{course} is no course folder: it has no source/ in it", file=sys.stderr)
        return 1
    environment = {**os.environ, "COURSE_ROOT": str(course)}
    # nbgrader reads nbgrader_config.py from the folder in which the server starts.
    command = [sys.executable, "-m", "jupyter", "lab", f"--ServerApp.root_dir={course}", *sys.argv[1:]]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
