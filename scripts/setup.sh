#!/bin/sh
# Makes .venv from requirements.lock: pinned, hashed, with compiled bytecode. Run by make; a second run does no work.
# PYTHON names another interpreter. An environment of another version, of another place or half made is made anew.
set -eu
cd "$(dirname "$0")/.."
here=$(pwd -P)
unset PYTHONDONTWRITEBYTECODE PYTHONPATH PYTHONHOME PIP_USER PIP_TARGET PIP_PREFIX PIP_REQUIRE_VIRTUALENV

say() { printf 'set-up: %s\n' "$1"; }
fail() {
    printf 'set-up: %s\n' "$1" >&2
    exit 1
}
version() { "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null; }
serves() {
    case $(version "$1") in
    3.11 | 3.12 | 3.13 | 3.14) return 0 ;;
    *) return 1 ;;
    esac
}

python=${PYTHON:-}
if [ -n "$python" ]; then
    command -v "$python" >/dev/null 2>&1 || fail "PYTHON is '$python', but there is no such program"
    serves "$python" || fail "PYTHON is '$python', which is Python $(version "$python" || echo of an unknown version); 3.11 to 3.14 is needed"
else
    for candidate in python3.11 python3.12 python3.13 python3.14 python3; do
        if command -v "$candidate" >/dev/null 2>&1 && serves "$candidate"; then
            python=$candidate
            break
        fi
    done
    [ -n "$python" ] || fail "Python 3.11 to 3.14 was not found on PATH; name one with: make setup PYTHON=/path/to/python3.11"
fi

# An environment that cannot serve is removed: nothing in it is anybody's work.
if [ -d .venv ]; then
    why=""
    if [ ! -x .venv/bin/python ] || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
        why="it was left half made"
    elif [ -n "${PYTHON:-}" ] && [ "$(version .venv/bin/python)" != "$(version "$python")" ]; then
        why="it has Python $(version .venv/bin/python), and PYTHON asks for $(version "$python")"
    elif [ -s .venv/installed ] && [ "$(cat .venv/installed)" != "$here" ]; then
        why="it was made for $(cat .venv/installed)"
    fi
    if [ -n "$why" ]; then
        say "making .venv anew: $why"
        rm -rf .venv
    fi
fi
if [ ! -d .venv ]; then
    say "environment in .venv with $("$python" --version)"
    "$python" -m venv .venv || {
        rm -rf .venv
        fail "Python could not make an environment; on Debian and Ubuntu: apt install python$(version "$python")-venv"
    }
fi

# uv installs the same lock several times faster than pip; where it cannot be had, pip does the work.
installer=$(mktemp)
trap 'rm -f "$installer"' EXIT
awk '/^uv==/{on=1} on{print} on && !/\\$/{exit}' requirements.lock >"$installer"
say "installing $(grep -c '==' requirements.lock) pinned packages"
if .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$installer" &&
    .venv/bin/python -m uv pip sync --quiet --python .venv/bin/python --require-hashes --compile-bytecode requirements.lock; then
    .venv/bin/python -m uv pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation \
        --editable . --editable lib/proctor --editable lib/answer_key
else
    say "the quick installer did not work here; using pip"
    .venv/bin/python -m pip install --disable-pip-version-check --quiet --require-hashes -r requirements.lock
    .venv/bin/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation \
        --editable . --editable lib/proctor --editable lib/answer_key
fi
.venv/bin/python -m compileall -q -x /build/ lib/phase6 lib/answer_key lib/proctor
# JupyterLab asks nobody about news, and looks for no update.
mkdir -p .venv/share/jupyter/lab/settings
printf '%s\n' '{"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": false}}' \
    >.venv/share/jupyter/lab/settings/overrides.json
printf '%s\n' "$here" >.venv/installed
say "done"
