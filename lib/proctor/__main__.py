"""``python -m proctor``."""

from proctor.cli import run

run()
