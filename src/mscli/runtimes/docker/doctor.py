"""What `mscli doctor` says of Docker: an engine that answers, Compose, and its builder."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence

from mscli.runtimes.processes.doctor import Check

Version = tuple[int, ...]

LEAST_ENGINE: Version = (20, 10)
LEAST_COMPOSE: Version = (2, 24)
BUILDS_BY_BUILDX: Version = (5,)
"""The first Compose that has no builder of its own."""
LEAST_BUILDX: Version = (0, 17)
PATIENCE = 20
_VERSION = re.compile(r"\d+(?:\.\d+)+")
_NEEDED = "mscli up --runtime docker and kubernetes need it"


def checks() -> Iterator[Check]:
    """What there is, what is too old, and what is missing; none of it is needed for processes."""
    if shutil.which("docker") is None:
        yield Check("docker", "warning", "not found", f"install it: {_NEEDED}")
        return
    engine = _said(["version", "--format", "{{.Server.Version}}"])
    compose = _said(["compose", "version", "--short"])
    unanswered = "no engine answers", f"start it: {_NEEDED}"
    yield _check("docker", engine, LEAST_ENGINE, *unanswered)
    how = "https://docs.docker.com/compose/install/ says how"
    absent = "not found", f"docker has no Compose plugin; {how}"
    yield _check("compose", compose, LEAST_COMPOSE, *absent)
    if _numbers(compose) >= BUILDS_BY_BUILDX:
        buildx = _said(["buildx", "version"])
        why = "docker has no buildx plugin, by which this Compose builds images"
        yield _check("buildx", buildx, LEAST_BUILDX, "not found", why)


def _check(name: str, said: str, least: Version, lack: str, remedy: str) -> Check:
    found = _numbers(said)
    if not found:
        return Check(name, "warning", lack, remedy)
    version = ".".join(map(str, found))
    if found < least:
        wanted = ".".join(map(str, least))
        return Check(name, "warning", version, f"{wanted} or later is needed")
    return Check(name, "ok", version)


def _numbers(said: str) -> Version:
    found = _VERSION.search(said)
    return tuple(int(number) for number in found[0].split(".")) if found else ()


def _said(arguments: Sequence[str]) -> str:
    try:
        done = subprocess.run(
            ["docker", *arguments], capture_output=True, text=True, timeout=PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""
