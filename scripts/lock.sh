#!/usr/bin/env bash
# Writes requirements/*.txt, the locks of what scripts/setup.sh installs; --upgrade takes newer ones.
set -euo pipefail
cd "$(dirname "$0")/.."
export UV_CUSTOM_COMPILE_COMMAND="bash scripts/lock.sh"
lock() { .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-annotate "$@"; }
lock pyproject.toml --extra engines -o requirements/engines.txt "$@"
lock pyproject.toml --extra engines --group dev -o requirements/dev.txt "$@"
grep -A 30 '^uv==' requirements/engines.txt | awk 'NR > 1 && !/^ / { exit } { print }' >requirements/uv.txt
