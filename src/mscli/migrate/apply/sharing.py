"""Services on the monolith's database: where that is, and when one gets a database of its own."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from mscli.errors import UsageError
from mscli.migrate.apply.monolith import FOLDER, Legacy
from mscli.migrate.boundaries.services import Boundaries
from mscli.migrate.boundaries.steps.moves import MONOLITH
from mscli.migrate.store import OWN, SHARED
from mscli.migrate.strangler import parts
from mscli.migrate.strangler.stores import SQLITE, address_in, sqlite_files
from mscli.model.system import System

APPLIED = "migration/boundaries.yaml"


def address_of(root: Path, system: System, legacy: Legacy | None) -> str:
    """The monolith's database as its services reach it; empty where that is not known.

    A variable of the monolith names it, or it is the one SQLite file in its folder: services run
    in folders beside that.
    """
    known = system.services.get(MONOLITH)
    if known.database if known else legacy and legacy.told:
        return ""  # services share it, by a role of theirs
    env = known.env if known else legacy.env if legacy else {}
    if given := address_in(env):
        return _beside(given)
    if legacy:
        files = legacy.databases
    else:
        folder = root / (known.path if known else FOLDER)
        files = [path.relative_to(folder).as_posix() for path in sqlite_files(folder)]
    return f"{SQLITE}../{MONOLITH}/{files[0]}" if len(files) == 1 else ""


def _beside(address: str) -> str:
    """A file is named from the monolith's folder; from one beside it is reached otherwise."""
    path = address.removeprefix(SQLITE)
    if path == address or path.startswith("/"):
        return address
    return f"{SQLITE}{beside(path)}"


def beside(path: str) -> str:
    """A path from the monolith's folder as one from a service's, which is beside it."""
    return os.path.normpath(PurePosixPath("..", MONOLITH, path))


def check_stores(root: Path, boundaries: Boundaries, names: Iterable[str], path: Path) -> None:
    """A service is on the database that it was made for. Raises UsageError with what to type."""
    file = root / APPLIED
    before = parts.read(file) if file.is_file() else {}
    for name in names:
        was, now = before[name].store if name in before else OWN, boundaries.store(name)
        if was == now:
            continue
        runs = "the monolith's database" if was == SHARED else "a database of its own"
        wants = "its own" if now == OWN else "the monolith's"
        raise UsageError(
            f"{name} was made for {runs}, and the boundaries say {wants} now: make it anew",
            f"in {root.name} give its routes back (`mscli migrate route PATH --to {MONOLITH}`), say"
            f" `mscli rm service {name} --purge`, or without --purge and move its folder away if"
            f" you wrote in it; then `mscli migrate apply {path} --service {name}`",
        )
