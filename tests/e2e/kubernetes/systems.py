"""A tiny system that runs in a real cluster, too: a front that calls a back with a database."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from tests.e2e.checkouts import SERVER, Checkout

DOCKERFILE = """FROM python:3.13-slim
COPY server.py /app/
WORKDIR /app
USER 10001
CMD ["python", "-S", "-E", "server.py"]
"""
FILES = {"files": "files"}
COMMAND = ["python", "-S", "-E", "server.py"]


def trio(folder: Path, port: int, environment: Mapping[str, str]) -> Checkout:
    """The system in a folder of its own, not up."""
    for name in ("front", "back"):
        service = folder / "services" / name
        service.mkdir(parents=True)
        shutil.copy(SERVER, service / "server.py")
        (service / "Dockerfile").write_text(DOCKERFILE)
    document = {
        "version": 1,
        "name": "trio",
        "gateway": {"engine": "traefik", "port": port},
        "services": {
            "front": {"command": COMMAND, "calls": ["back"], "volumes": FILES},
            "back": {"command": COMMAND, "replicas": 2, "database": "postgres", "volumes": FILES},
        },
        "routes": [{"path": "/front", "service": "front"}],
    }
    (folder / "mscli.yaml").write_text(json.dumps(document, indent=1))  # JSON is YAML
    return Checkout(folder, environment)
