#!/usr/bin/env bash
# Makes .venv with mscli, the engines and the tools of development, all locked and compiled.
# Needs Python 3.11 or later with venv, and a package index. usage: scripts/setup.sh engines|dev
set -euo pipefail
cd "$(dirname "$0")/.."
what=${1:-dev}
mark=.venv/.setup-$what
stamp=$(cat "requirements/$what.txt" pyproject.toml | cksum)
if [ -f "$mark" ] && [ "$(cat "$mark")" = "$stamp" ]; then
    exit 0
fi
python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "mscli needs Python 3.11 or later; name one in PYTHON" >&2
    exit 4
}
[ -x .venv/bin/python ] || "$python" -m venv .venv
unset PYTHONDONTWRITEBYTECODE  # without bytecode every start takes seconds
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
    -r requirements/uv.txt
.venv/bin/uv pip install --quiet --python .venv/bin/python --compile-bytecode --require-hashes \
    -r "requirements/$what.txt"
.venv/bin/uv pip install --quiet --python .venv/bin/python --no-deps --editable .
echo "$stamp" >"$mark"
