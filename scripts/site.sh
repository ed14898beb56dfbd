#!/bin/sh
# Runs `python -m website` with what it builds with: JupyterLite lives in .venv-site, pinned by requirements-site.lock, because its
# extensions would also be loaded by the JupyterLab of .venv.
set -eu
cd "$(dirname "$0")/.."
unset PYTHONDONTWRITEBYTECODE
if ! cmp -s requirements-site.lock .venv-site/installed; then
    echo "site: getting $(grep -c '==' requirements-site.lock) pinned packages into .venv-site, once"
    .venv/bin/python -m venv --without-pip .venv-site
    .venv/bin/python -m uv pip sync --quiet --python .venv-site/bin/python --require-hashes --compile-bytecode requirements-site.lock
    cp requirements-site.lock .venv-site/installed
fi
exec .venv/bin/python -m website "$@"
