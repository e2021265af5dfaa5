"""Which Python a project's environment is made with: the running one, or another that it asks for.

`requires-python` says which it can have. Looked for are `python3.X` on PATH, what uv has installed,
and pyenv's versions; nothing is downloaded.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mscli.errors import MissingProgram

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet

PATIENCE = 10.0
"""Seconds within which an interpreter says its version."""
_NAME = re.compile(r"python3\.\d+")


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python: its program, and what tells it from another of the same minor version."""

    program: str
    version: str


def running() -> Interpreter:
    """The one that mscli runs with."""
    return Interpreter(sys.executable, sys.version)


def interpreter_for(folder: Path) -> Interpreter:
    """The running one, or of those that the project in a folder allows the one next to it.

    Raises MissingProgram where there is none such on this machine.
    """
    wanted = _wanted(folder)
    if wanted is None or wanted.contains(_plain(sys.version_info), prereleases=True):
        return running()
    found = [(_order(v), p, v) for p in _programs() if (v := _version(p)) and v in wanted]
    if not found:
        raise MissingProgram(
            f"{folder.name} asks for Python {wanted} (requires-python in its pyproject.toml): this"
            f" is {_plain(sys.version_info)}, and no other that it allows is on this machine",
            "install one, such as by `uv python install` or pyenv, or put its `python3.X` on PATH",
        )
    _, program, version = max(found)
    return Interpreter(program, version)


def _wanted(folder: Path) -> SpecifierSet | None:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        document = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
        return SpecifierSet(str(document.get("project", {}).get("requires-python", "")))
    except (OSError, ValueError, AttributeError, InvalidSpecifier):
        return None  # uv says what is wrong with it


def _programs() -> Iterator[str]:
    """Every `python3.X` that may be one; a shim that leads nowhere says no version."""
    for folder in filter(None, os.environ.get("PATH", "").split(os.pathsep)):
        yield from _in(Path(folder))
    kept = os.environ.get("UV_PYTHON_INSTALL_DIR")
    data = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    pyenv = os.environ.get("PYENV_ROOT") or str(Path.home() / ".pyenv")
    for place in (Path(kept) if kept else Path(data, "uv", "python"), Path(pyenv, "versions")):
        for binaries in sorted(place.glob("*/bin")):
            yield from _in(binaries)


def _in(folder: Path) -> Iterator[str]:
    try:
        names = sorted(path.name for path in folder.iterdir() if _NAME.fullmatch(path.name))
    except OSError:
        return
    yield from filter(None, (shutil.which(name, path=str(folder)) for name in names))


def _version(program: str) -> str:
    """Its version; empty where it does not run."""
    try:
        done = subprocess.run(
            [program, "-I", "-c", "import platform; print(platform.python_version())"],
            capture_output=True, text=True, check=False, timeout=PATIENCE,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _order(version: str) -> tuple[int, ...]:
    """More is better: the next minor version, which most packages know too, and its last patch."""
    major, minor, *patch = map(int, re.findall(r"\d+", version)[:3])
    return (major, -abs(minor - sys.version_info[1]), *patch)


def _plain(info: tuple[object, ...]) -> str:
    return ".".join(map(str, info[:3]))
