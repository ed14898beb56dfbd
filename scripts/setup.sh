#!/bin/sh
# Makes .venv from requirements.lock: pinned, hashed, with compiled bytecode. Run by make; a second run does no work.
set -eu
cd "$(dirname "$0")/.."
unset PYTHONDONTWRITEBYTECODE PYTHONPATH

python=${PYTHON:-}
if [ -z "$python" ]; then
    for candidate in python3.11 python3.12 python3.13 python3; do
        if command -v "$candidate" >/dev/null 2>&1 &&
            "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
            python=$candidate
            break
        fi
    done
fi
if [ -z "$python" ]; then
    echo "set-up: Python 3.11 to 3.13 was not found on PATH; name one with: make PYTHON=/path/to/python3.11" >&2
    exit 1
fi

say() { printf 'set-up: %s\n' "$1"; }
say "environment in .venv with $("$python" --version)"
[ -x .venv/bin/python ] || "$python" -m venv .venv

# uv installs the same lock several times faster than pip; where it cannot be had, pip does the work.
installer=$(mktemp)
trap 'rm -f "$installer"' EXIT
awk '/^uv==/{on=1} on{print} on && !/\\$/{exit}' requirements.lock >"$installer"
say "installing $(grep -c '==' requirements.lock) pinned packages"
if .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$installer" &&
    .venv/bin/python -m uv pip sync --quiet --python .venv/bin/python --require-hashes --compile-bytecode requirements.lock; then
    .venv/bin/python -m uv pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation \
        --editable . --editable lib/proctor
else
    say "the quick installer did not work here; using pip"
    .venv/bin/python -m pip install --disable-pip-version-check --quiet --require-hashes -r requirements.lock
    .venv/bin/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation \
        --editable . --editable lib/proctor
fi
.venv/bin/python -m compileall -q lib/phase6 lib/answer_key lib/proctor
touch .venv/installed
say "done"
