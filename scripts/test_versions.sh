#!/bin/sh
# The core of the suite against the newest or the oldest versions that pyproject.toml allows, in an environment of its own.
#     scripts/test_versions.sh newest|oldest
set -eu
cd "$(dirname "$0")/.."
unset PYTHONDONTWRITEBYTECODE
case ${1:-} in
newest) resolution=highest ;;
oldest) resolution=lowest-direct ;;
*)
    echo "usage: scripts/test_versions.sh newest|oldest" >&2
    exit 2
    ;;
esac
home=.venv-$1
uv=".venv/bin/python -m uv"
$uv venv --quiet --allow-existing --python .venv/bin/python "$home"
# What tests run with stays at the lock's versions; what the packages declare is resolved anew.
tools=$(mktemp)
trap 'rm -f "$tools"' EXIT
grep -E '^(pytest|pytest-timeout|pytest-xdist|hypothesis|setuptools|wheel|build)==' requirements.lock | sed 's/ .*//' >"$tools"
echo "resolving: $resolution"
$uv pip install --quiet --python "$home/bin/python" --upgrade --resolution "$resolution" \
    -r "$tools" --editable . --editable lib/proctor --editable lib/answer_key
$uv pip list --quiet --python "$home/bin/python" | grep -iE '^(numpy|pandas|matplotlib|ipykernel|ipython|jupyter.client|nbgrader|nbconvert|ipywidgets|anywidget) '
"$home/bin/python" -m pytest -q -n "${WORKERS:-2}" -m "not slow and not browser" --dist loadfile \
    tests/phase6 tests/answer_key tests/proctor tests/grading
