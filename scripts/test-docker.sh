#!/usr/bin/env bash
# The tests in containers, on a machine that may have no Docker yet: see scripts/docker.sh.
set -euo pipefail
cd "$(dirname "$0")/.."
bash scripts/setup.sh dev
unset PYTHONDONTWRITEBYTECODE
trap 'bash scripts/docker.sh stop' EXIT
variables=$(bash scripts/docker.sh start)
eval "$variables"
# What has failed is asked once more, as in scripts/test.sh.
.venv/bin/python -m pytest --docker tests/docker "$@" ||
    .venv/bin/python -m pytest --docker --last-failed tests/docker "$@"
