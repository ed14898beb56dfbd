#!/bin/sh
# Everything that must hold: style, types, tests on two cores, the answer-key matrix, the lessons' saved outputs, the browser.
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
stage "style" $bin/ruff check .
stage "types" $bin/mypy
browser=$($bin/python scripts/browser.py) || true
if [ -n "$browser" ]; then
    export CHROMIUM="$browser"
fi
stage "tests" $bin/python -m pytest -q -n "${WORKERS:-2}" -m "not slow and not browser" --dist worksteal --durations 20 tests
stage "answer key: right and wrong answers" $bin/python -m answer_key.matrix --seeds 5
if [ -n "$browser" ]; then
    stage "browser" $bin/python -m pytest -q -m "browser and not slow" --durations 20 tests
elif [ "${CI:-}" = true ]; then
    failed="$failed, browser (no Chromium)"
else
    echo "SKIPPED: every browser test, because no Chromium could be found or installed"
fi
if [ -n "$failed" ]; then
    printf '\nFAILED: %s\n' "${failed#, }"
    exit 1
fi
printf '\nEverything holds.\n'
