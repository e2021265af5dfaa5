#!/usr/bin/env bash
# Sets up everything and runs the main job: a demo system up on real engines, broken, and down.
set -euo pipefail
cd "$(dirname "$0")/.."
bash scripts/setup.sh engines
exec .venv/bin/mscli demo "$@"
