"""Which images have to be built: those that are missing, and those whose context has changed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from mscli.model.system import System
from mscli.runtimes.docker.engine import attempt

_SKIPPED = frozenset(
    {".venv", "__pycache__", ".git", ".mypy_cache", ".pytest_cache", ".ruff_cache"}
)


def fingerprints(root: Path, system: System) -> dict[str, str]:
    """For each service a hash of what its image is made of: names, sizes and times of files."""
    return {name: _fingerprint(root / s.path) for name, s in system.services.items()}


def stale(system_id: str, now: Mapping[str, str], built: Mapping[str, str]) -> list[str]:
    """The services whose images have to be built."""
    changed = [name for name, mark in now.items() if built.get(name) != mark]
    images = [image_of(system_id, name) for name in now if name not in changed]
    if images and not attempt(["image", "inspect", "--format", "{{.Id}}", *images]):
        return list(now)
    return changed


def image_of(system_id: str, service: str) -> str:
    """The name that compose.yaml gives a service's image."""
    return f"{system_id}-{service}:local"


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256()
    for line in sorted(_lines(folder)):
        digest.update(line.encode(errors="surrogateescape"))
    return digest.hexdigest()[:16]


def _lines(folder: Path) -> Iterator[str]:
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in _SKIPPED]
        for name in names:
            path = os.path.join(parent, name)  # noqa: PTH118 - thousands of files
            try:
                status = os.lstat(path)
            except OSError:
                continue
            yield f"{path}\0{status.st_size}\0{status.st_mtime_ns}\0{status.st_mode}\n"
