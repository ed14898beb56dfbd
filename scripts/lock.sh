#!/bin/sh
# Pins versions and hashes, no addresses: requirements.lock for instructors and tests, requirements-student.lock for
# the bundle, requirements-bench.lock for the engines of others that `make bench-engine` times, requirements-site.lock for what
# builds the browser site.
set -eu
cd "$(dirname "$0")/.."
pin() { .venv/bin/python -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-header --no-annotate "$@"; }
pin pyproject.toml --group teach --group grading --group cluster --group test --extra real -o requirements.lock
pin pyproject.toml --group teach -c requirements.lock -o requirements-student.lock
pin pyproject.toml --extra bench -c requirements.lock -o requirements-bench.lock
pin --group site -o requirements-site.lock
