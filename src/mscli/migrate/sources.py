"""Reads a monolith's Python files and parses them. Nothing of it is ever imported or run.

Left out, and said so: what is no part of the application (virtual environments, tests, migrations),
links (so no loop and no way out of the tree), files too large to have been written by hand, and
files that neither this Python nor libcst can parse.
"""

from __future__ import annotations

import ast
import os
import warnings
from dataclasses import dataclass, field
from pathlib import Path

from mscli.errors import MscliError, UsageError
from mscli.migrate.trees import slim
from mscli.migrate.words import words

LARGEST = 2_000_000
FOREIGN = frozenset(
    words(
        "node_modules venv env site-packages __pycache__ build dist htmlcov eggs bower_components"
    )
)
NOT_APPLICATION = frozenset(
    words("tests test testing migrations testsuite project_template app_template cookiecutter")
)
VERSIONS, REVISION = "versions", b"down_revision"
"""Where Alembic's migrations are, and what each of them says."""


@dataclass(frozen=True, slots=True)
class Source:
    """One parsed file; `path` is relative to the scanned folder, with slashes."""

    path: str
    tree: ast.Module
    lines: int


@dataclass(slots=True)
class Sources:
    """Every file of a monolith, and what could not be read."""

    root: Path
    files: list[Source] = field(default_factory=list)
    other: list[str] = field(default_factory=list)
    unparsed: list[tuple[str, int, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    left_out: int = 0


def read(root: Path) -> Sources:
    """Every Python file below a folder. Raises UsageError if there is none to read."""
    if not root.is_dir():
        raise UsageError(f"{root} is no folder", "give the folder that holds the application")
    found = Sources(root)
    for folder, names, files in os.walk(root, onerror=_refuse):
        here = Path(folder)
        names[:] = sorted(name for name in names if _enter(found, here / name))
        for name in sorted(files):
            _take(found, here / name)
    if not found.files and not found.unparsed:
        raise MscliError(f"no Python file below {root}", "give the folder that holds the code")
    return found


def _refuse(error: OSError) -> None:
    if error.filename is not None:
        raise MscliError(f"{error.filename}: {error.strerror}", "make the folder readable")
    raise error


def _enter(found: Sources, folder: Path) -> bool:
    if folder.is_symlink():
        found.warnings.append(f"{_relative(found, folder)}: a link to a folder, not followed")
        return False
    if folder.name in NOT_APPLICATION or _has_migrations(folder):
        found.left_out += 1
        return False
    if folder.name.startswith(".") or folder.name in FOREIGN or folder.name.endswith(".egg-info"):
        return False
    return not (folder / "pyvenv.cfg").exists()


def _has_migrations(folder: Path) -> bool:
    """Whether it is one of Alembic's; a package of that name may be of the application."""
    files = (
        [path for path in folder.glob("*.py") if path.is_file()] if folder.name == VERSIONS else []
    )
    return any(REVISION in path.read_bytes() for path in files)


def _take(found: Sources, path: Path) -> None:
    name = _relative(found, path)
    if path.suffix in (".sql", ".html", ".txt", ".jinja", ".jinja2") or path.name == "Procfile":
        if not path.is_symlink():
            found.other.append(name)
        return
    if path.suffix != ".py":
        return
    if path.name.startswith("test_") or path.name in ("tests.py", "conftest.py"):
        found.left_out += 1
    elif path.is_symlink():
        found.warnings.append(f"{name}: a link, not followed")
    elif not path.is_file():
        found.warnings.append(f"{name}: no regular file, left out")
    elif path.stat().st_size > LARGEST:
        found.warnings.append(f"{name}: more than {LARGEST // 1_000_000} MB, left out")
    else:
        _parse(found, path, name)


def _parse(found: Sources, path: Path, name: str) -> None:
    try:
        content = path.read_bytes()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = slim(_tree(content))
    except SyntaxError as error:
        found.unparsed.append((name, error.lineno or 1, error.msg))
    except (ValueError, RecursionError, MemoryError, OSError) as error:
        found.unparsed.append((name, 1, str(error) or type(error).__name__))
    else:
        found.files.append(Source(name, tree, content.count(b"\n") + 1))


def _tree(content: bytes) -> ast.Module:
    """The tree; what this Python cannot parse may be syntax of a newer one."""
    try:
        return ast.parse(content)
    except SyntaxError as error:
        try:
            from mscli.migrate import newer_syntax
        except ImportError:
            error.msg += " (newer syntax is read with: pip install 'mscli[migrate]')"
            raise
        try:
            return newer_syntax.parse(content)
        except SyntaxError:
            raise error from None


def _relative(found: Sources, path: Path) -> str:
    return path.relative_to(found.root).as_posix()
