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
passes() { .venv/bin/python -m pytest "$@" || .venv/bin/python -m pytest --last-failed "${@: -2}"; }
passes -n 3 --dist loadfile -m "not e2e or patient"
passes -m "e2e and not patient"
