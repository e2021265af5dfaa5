"""Catalogues of Django's translations: those of the project, in the order in which it asks them."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path, PurePosixPath

from mscli.migrate.apply.code import LEFT_OUT
from mscli.migrate.apply.moving.django.files.folders import folder_of
from mscli.migrate.apply.moving.django.settings.settings import Settings

FOLDER = "locale"
"""Of an application; and of a service's package, for the monolith's other ones, by number."""
MESSAGES, KINDS = "LC_MESSAGES", (".mo", ".po")


def catalogues(root: Path, settings: Settings) -> tuple[str, ...]:
    """Folders with catalogues: those of LOCALE_PATHS, then those of the project's applications."""
    known = _folders(root)
    named = [folder.as_posix() for folder in named_folders(settings) or ()]
    of_apps = [str(PurePosixPath(app.folder) / FOLDER) for app in settings.apps]
    return tuple(name for name in dict.fromkeys([*named, *of_apps]) if name in known)


def named_folders(settings: Settings) -> list[PurePosixPath] | None:
    """What LOCALE_PATHS has; None where its text does not say it."""
    if "LOCALE_PATHS" not in settings.written:
        return None if settings.values.get("LOCALE_PATHS") else []
    module, node = settings.written["LOCALE_PATHS"]
    if not isinstance(node, ast.List | ast.Tuple):
        return None
    found = [folder_of(part, module) for part in node.elts]
    known = [part for part in found if part is not None and not part.is_absolute()]
    return known if len(known) == len(found) else None


def files(root: Path, folders: Iterable[tuple[str, str]]) -> Iterator[tuple[str, bytes]]:
    """The catalogues by their new path, and what is in them; folders with where they are then."""
    for folder, target in folders:
        for path in sorted((root / folder).rglob(f"{MESSAGES}/*")):
            if path.suffix in KINDS and path.is_file() and not path.is_symlink():
                yield f"{target}/{path.relative_to(root / folder).as_posix()}", path.read_bytes()


@lru_cache(maxsize=4)
def _folders(root: Path) -> frozenset[str]:
    """Every folder below the monolith's that has catalogues in it."""
    found = set()
    for path, names, _ in os.walk(root):
        names[:] = [name for name in names if name not in LEFT_OUT]
        if MESSAGES in names:
            found.add(Path(path).parent.relative_to(root).as_posix())
    return frozenset(found)
