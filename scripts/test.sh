#!/usr/bin/env bash
# Sets up everything and passes the tests: style, types, layers, then every test, engines included.
set -euo pipefail
cd "$(dirname "$0")/.."
bash scripts/setup.sh dev
bash scripts/helm.sh
unset PYTHONDONTWRITEBYTECODE
.venv/bin/ruff check
.venv/bin/ruff format --check
.venv/bin/mypy
.venv/bin/lint-imports
if [ "$#" -gt 0 ]; then
    exec .venv/bin/python -m pytest "$@"
fi
# Where time tells, a test has the machine for itself; the rest shares the cores. What has failed is
# asked once more, with nothing beside it: a busy moment is over then, and a fault is there still.
passes() { # MARKS [OPTION...]
    .venv/bin/python -m pytest -m "$@" || .venv/bin/python -m pytest -m "$1" --last-failed
}
passes "not e2e or patient" -n 3 --dist loadfile
passes "e2e and not patient"
