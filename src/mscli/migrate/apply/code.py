"""The monolith's own files: what is copied into the system, and what is not.

Copied, because an image is built from the system's folder and a team commits the system as one.
The original is only read. What is there already is the user's and stays.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from mscli.errors import MscliError
from mscli.migrate.words import words

LEFT_OUT = frozenset(
    words(
        ".git .hg .svn .venv venv env node_modules __pycache__ .tox .nox .mypy_cache .pytest_cache"
        " .ruff_cache .idea .vscode .mscli .eggs"
    )
)
MOST = 200 * 1024**2
"""Bytes of all files together."""


@dataclass(slots=True)
class Code:
    """Files by their path in the monolith's folder: content, and whether it is a program."""

    files: dict[str, tuple[bytes, bool]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def code_of(root: Path, *, inside: Path) -> Code:
    """Every file of the monolith, but caches, environments, links, and `inside`, its copy's place.

    Raises MscliError where they are too many bytes to belong into a repository.
    """
    found, size = Code(), 0
    for path in _walk(root, inside.resolve(), found):
        name = path.relative_to(root).as_posix()
        about = path.stat()
        size += about.st_size
        if size > MOST:
            raise MscliError(
                f"{root} has more than {MOST // 1024**2} MB of files; {name} is one of them",
                "move data out of the folder (an upload folder, a dump), and say it by `env`",
            )
        found.files[name] = (path.read_bytes(), bool(about.st_mode & stat.S_IXUSR))
    return found


def _walk(root: Path, inside: Path, found: Code) -> Iterator[Path]:
    for folder, names, files in os.walk(root):
        here = Path(folder)
        names[:] = sorted(name for name in names if _enters(here / name, inside, root, found))
        for name in sorted(files):
            path = here / name
            if path.is_symlink():
                found.warnings.append(f"{path.relative_to(root)}: a link, not copied")
            elif path.is_file() and not name.endswith((".pyc", ".pyo")):
                yield path


def _enters(folder: Path, inside: Path, root: Path, found: Code) -> bool:
    if folder.is_symlink():
        found.warnings.append(f"{folder.relative_to(root)}: a link, not copied")
        return False
    is_environment = (folder / "pyvenv.cfg").exists() or folder.name.endswith(".egg-info")
    return folder.name not in LEFT_OUT and not is_environment and folder.resolve() != inside
