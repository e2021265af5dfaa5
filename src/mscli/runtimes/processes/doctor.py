"""What this machine has and lacks for running a system, each with a remedy."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from mscli.engines.catalogue import CATALOGUE, Row
from mscli.errors import MissingProgram, MscliError
from mscli.runtimes.processes import environments, programs

LEAST_DISK = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. `missing` means that something needed cannot work without it."""

    name: str
    state: Literal["ok", "warning", "missing"]
    finding: str
    remedy: str = ""


def checks() -> Iterator[Check]:
    """Everything worth looking at, in the order in which one would mend it."""
    yield _system()
    yield Check("python", "ok", f"{platform.python_version()} ({sys.executable})")
    for row in CATALOGUE.values():
        yield _engine(row)
    yield _root()
    yield _program("git", "templates from git and merges of generated code need it")
    yield _program("kubectl", "mscli up --runtime kubernetes needs it", "MSCLI_KUBECTL_BIN")
    yield _disk()
    yield _cache()


def _system() -> Check:
    name = f"{platform.system()} {platform.release()} {platform.machine()}"
    if os.name == "posix":
        return Check("system", "ok", name)
    return Check("system", "missing", name, "the processes runtime needs Linux or macOS: use WSL2")


def _engine(row: Row) -> Check:
    try:
        path = programs.find(row.name)
    except MissingProgram as error:
        return Check(row.name, "missing", error.message, error.hint)
    overridden = bool(os.environ.get(row.override))
    origin = row.override if overridden else row.requirement
    finding = f"{_version(path, row)} ({origin}: {path})"
    if not overridden and not _is_pinned(path, row):
        remedy = f"it is not the program of {row.requirement}: {programs.INSTALL} --force-reinstall"
        return Check(row.name, "warning", finding, remedy)
    return Check(row.name, "ok", finding)


def _version(path: Path, row: Row) -> str:
    try:
        done = subprocess.run(
            [path, *row.version_arguments], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"cannot be run: {error}"
    words = next((line for line in done.stdout.splitlines() if line.strip()), "no version")
    return " ".join(words.split())


def _is_pinned(path: Path, row: Row) -> bool:
    """Whether the program has the hash of the table; unknown platforms pass."""
    if (platform.system(), platform.machine()) != ("Linux", "x86_64") or not row.linux_x86_64:
        return True
    with path.open("rb") as program:
        return hashlib.file_digest(program, "sha256").hexdigest() == row.linux_x86_64


def _root() -> Check:
    if os.geteuid() != 0:
        return Check("user", "ok", "an ordinary user")
    try:
        wrap = programs.wrap_for_root()
        done = subprocess.run([*wrap, "true"], capture_output=True, check=False)
    except MscliError as error:
        return Check("user", "missing", error.message, error.hint)
    if done.returncode != 0:
        remedy = "run mscli as another user: PostgreSQL refuses root, and namespaces are forbidden"
        return Check("user", "missing", "root", remedy)
    return Check("user", "ok", "root (PostgreSQL runs in a user namespace)")


def _program(name: str, why: str, override: str = "") -> Check:
    path = shutil.which(os.environ.get(override) or name)
    if path is None:
        return Check(name, "warning", "not found", f"install it: {why}")
    return Check(name, "ok", path)


def _disk() -> Check:
    free = shutil.disk_usage(Path.cwd()).free
    finding = f"{free / 1024**3:.1f} GiB free here"
    if free < LEAST_DISK:
        return Check("disk", "warning", finding, "databases and environments need room")
    return Check("disk", "ok", finding)


def _cache() -> Check:
    folder = environments.cache_folder()
    count = len(list(folder.iterdir())) if folder.is_dir() else 0
    return Check("cache", "ok", f"{count} compiled environments in {folder}")
