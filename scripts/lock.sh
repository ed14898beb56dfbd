#!/bin/sh
# Pins versions and hashes, no addresses: requirements.lock for instructors and tests, requirements-student.lock for the bundle.
set -eu
cd "$(dirname "$0")/.."
pin() { .venv/bin/python -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-header --no-annotate "$@"; }
pin pyproject.toml --group teach --group cluster --group test --extra real -o requirements.lock
pin pyproject.toml --group teach -c requirements.lock -o requirements-student.lock
