#!/bin/sh
# Everything that must hold: style, types, tests on two cores, the answer-key matrix, the lessons' saved outputs, the browser.
# `sh scripts/test.sh long` runs the tests marked `long` and more seeds instead: minutes, left out of the above.
set -u
cd "$(dirname "$0")/.."
unset PYTHONDONTWRITEBYTECODE
bin=.venv/bin
failed=""
mypy=""
found=$(mktemp)
MADE_ONCE=$(mktemp -d) # what several tests look at, such as a release
export MADE_ONCE
trap 'rm -rf "$found" "$MADE_ONCE"' EXIT
stage() {
    name=$1
    shift
    printf '\n== %s\n' "$name"
    began=$(date +%s)
    "$@" || failed="$failed, $name"
    printf -- '-- %s: %s s\n' "$name" "$(($(date +%s) - began))"
}
types() { # one process, so it runs beside the answer key
    wait "$mypy"
    code=$?
    cat "$found"
    return $code
}
tests() { # NUMBER OF PROCESSES, MARKS, FILES OR FOLDERS
    processes=${WORKERS:-$1}
    marks=$2
    shift 2
    $bin/python -m pytest -q -n "$processes" --dist $dist --durations 20 -m "$marks" "$@"
}
browser=$($bin/python scripts/browser.py ${1:+--firefox}) || true
if [ -n "$browser" ]; then
    export CHROMIUM="$browser"
fi
if [ "${1:-}" = long ]; then
    which="long and not slow"
    dist=loadfile # the sections of the guide follow one another
    rest=""
    seeds=5
    workers=2
else
    which="not long and not slow"
    dist=worksteal
    rest="; whole runs that take minutes: make test-long"
    workers=3 # tests wait for processes of their own now and then: with two, two cores are idle for an eighth of the time
    seeds=1 # a fresh one at every run, beside the tests' own; `make matrix` takes 30
    stage "style" $bin/ruff check .
    $bin/mypy > "$found" 2>&1 &
    mypy=$!
fi
stage "answer key: right and wrong answers" $bin/python -m answer_key.matrix --seeds $seeds
if [ -n "$mypy" ]; then
    stage "types" types
fi
stage "tests" tests $workers "$which and not browser" tests
if [ -n "$browser" ]; then
    # Every process reads every file that it is given, for seconds: only those with tests in a browser.
    # shellcheck disable=SC2046
    stage "browser" tests $workers "$which and browser" $(grep -rl --include='test_*.py' 'mark\.browser' tests | sort)
elif [ "${CI:-}" = true ]; then
    failed="$failed, browser (no Chromium)"
else
    echo "SKIPPED: every browser test, because no Chromium could be found or installed"
fi
if [ -n "$failed" ]; then
    printf '\nFAILED: %s\n' "${failed#, }"
    exit 1
fi
printf '\nEverything holds%s.\n' "$rest"
