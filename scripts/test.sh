#!/bin/sh
# Everything that must hold: style, types, tests on two cores, the answer-key matrix, the lessons' saved outputs, the browser.
# `sh scripts/test.sh long` runs the tests marked `long` and more seeds instead: minutes, left out of the above.
set -u
cd "$(dirname "$0")/.."
unset PYTHONDONTWRITEBYTECODE
bin=.venv/bin
failed=""
stage() {
    name=$1
    shift
    printf '\n== %s\n' "$name"
    began=$(date +%s)
    "$@" || failed="$failed, $name"
    printf -- '-- %s: %s s\n' "$name" "$(($(date +%s) - began))"
}
pytest="$bin/python -m pytest -q -n ${WORKERS:-2} --durations 20"
# Browser tests wait for pages much of their time, so they run beside the others; what they print comes after.
beside=""
said=$(mktemp)
trap '[ -z "$beside" ] || kill "$beside" 2>/dev/null; rm -f "$said"' EXIT
trap 'exit 130' INT TERM
browser=$($bin/python scripts/browser.py ${1:+--firefox}) || true
if [ -n "$browser" ]; then
    export CHROMIUM="$browser"
fi
if [ "${1:-}" = long ]; then
    which="long and not slow"
    pytest="$pytest --dist loadfile" # the sections of the guide follow one another
    rest=""
    seeds=5
else
    which="not long and not slow"
    pytest="$pytest --dist worksteal"
    rest="; whole runs that take minutes: make test-long"
    seeds=3
    stage "style" $bin/ruff check .
    stage "types" $bin/mypy
fi
stage "answer key: right and wrong answers" $bin/python -m answer_key.matrix --seeds $seeds
if [ -n "$browser" ]; then
    $pytest -m "$which and browser" tests >"$said" 2>&1 &
    beside=$!
elif [ "${CI:-}" = true ]; then
    failed="$failed, browser (no Chromium)"
else
    echo "SKIPPED: every browser test, because no Chromium could be found or installed"
fi
stage "tests" $pytest -m "$which and not browser" tests
if [ -n "$beside" ]; then
    stage "browser, begun with the tests" wait "$beside"
    beside=""
    cat "$said"
fi
if [ -n "$failed" ]; then
    printf '\nFAILED: %s\n' "${failed#, }"
    exit 1
fi
printf '\nEverything holds%s.\n' "$rest"
