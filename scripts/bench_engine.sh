#!/bin/sh
# Times the engines side by side. Those of others live in .venv-bench, pinned by requirements-bench.lock, with the same numpy and pandas
# as .venv: set-up stays quick for those who do not need them. Where they cannot be had, ours are timed alone.
set -eu
cd "$(dirname "$0")/.."
unset PYTHONDONTWRITEBYTECODE
python=.venv-bench/bin/python

get() {
    .venv/bin/python -m venv --without-pip .venv-bench &&
        .venv/bin/python -m uv pip sync --quiet --python "$python" --require-hashes --compile-bytecode requirements-bench.lock &&
        cp requirements-bench.lock .venv-bench/installed
}
if ! cmp -s requirements-bench.lock .venv-bench/installed; then
    echo "getting $(grep -c '==' requirements-bench.lock) pinned packages into .venv-bench, once"
    if ! get; then
        echo "vectorbt and backtesting.py could not be installed (see above); the other engines are timed without them" >&2
        python=.venv/bin/python
    fi
fi
PYTHONPATH=lib exec "$python" benchmarks/engine.py "$@"
