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
exec .venv/bin/python -m pytest "$@"
