"""Where the engines' programs are on this machine: out of their wheels, or where the user says."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
import sysconfig
from pathlib import Path

from mscli.engines.catalogue import CATALOGUE, Row
from mscli.errors import MissingProgram
from mscli.model.stack import Program

INSTALL = "pip install 'mscli[engines]'"
ANOTHER_USER = 1000


def find(name: str) -> Path:
    """The program of engine `name`. Raises MissingProgram with the command that installs it."""
    row = CATALOGUE[name]
    override = os.environ.get(row.override, "")
    if override:
        return _overriding(row, override)
    path = from_wheel(row)
    if path is None:
        raise MissingProgram(
            f"{name} is not installed ({row.requirement})",
            f"{INSTALL}, or set {row.override} to a program of your own",
        )
    return path


def from_wheel(row: Row) -> Path | None:
    """The program that the wheel has installed, or None."""
    if not row.package:
        path = Path(sysconfig.get_path("scripts")) / row.program
        return path if path.is_file() else None
    spec = importlib.util.find_spec(row.package)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / row.program
        if path.is_file():
            return path
    return None


def _overriding(row: Row, override: str) -> Path:
    found = shutil.which(override)
    if found is None:
        raise MissingProgram(
            f"{row.override}={override} is no program that can be run",
            f"mend it, or unset it to use the wheel's own ({row.requirement})",
        )
    return Path(found).absolute()


def bind(name: str) -> Program:
    """The program with what has to stand before it: PostgreSQL refuses to run as root."""
    return Program(str(find(name)), wrap_for_root() if name == "postgres" and _is_root() else ())


def wrap_for_root() -> tuple[str, ...]:
    """What makes root look like somebody else: a user namespace, in which files stay root's."""
    unshare = shutil.which("unshare")
    if sys.platform != "linux" or unshare is None:
        raise MissingProgram(
            "PostgreSQL refuses to run as root, and there is no `unshare` to change that",
            "run mscli as another user, or install util-linux",
        )
    return (unshare, "--user", f"--map-user={ANOTHER_USER}", f"--map-group={ANOTHER_USER}", "--")


def _is_root() -> bool:
    return os.geteuid() == 0
