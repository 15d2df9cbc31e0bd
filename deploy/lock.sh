#!/bin/sh
# Writes the three lock files from pyproject.toml: every version and hash, good for Python 3.11 to 3.13 on any machine.
set -eu
cd "$(dirname "$0")/.."
uv=${UV:-.venv/bin/uv}
[ -x "$uv" ] || { .venv/bin/python -m pip install --quiet uv && uv=.venv/bin/uv; }

compile() {
    out=$1; shift
    # No index address and no command line in the file: they would name the machine that wrote it.
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
        --no-emit-index-url --no-emit-find-links ${UPGRADE:+--upgrade} "$@" -o "$out"
    echo "$out: $(grep -c '==' "$out") packages"
}

compile requirements.lock pyproject.toml --group build
compile requirements-dev.lock pyproject.toml --group build --extra test --extra check --extra bench --constraint requirements.lock
compile requirements-fonts.lock --group fonts --no-deps
