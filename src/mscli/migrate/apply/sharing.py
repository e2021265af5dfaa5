"""What services share with the monolith: its database, its uploads and its files."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from mscli.errors import UsageError
from mscli.migrate.apply.monolith import FOLDER, Legacy
from mscli.migrate.apply.own_compose import workdir_of
from mscli.migrate.boundaries.services import Boundaries
from mscli.migrate.boundaries.steps.moves import MONOLITH
from mscli.migrate.store import ADDRESS, OWN, ROOT, SHARED, UPLOADS
from mscli.migrate.strangler import parts
from mscli.migrate.strangler.stores import SQLITE, address_in, sqlite_files
from mscli.model.system import System

if TYPE_CHECKING:
    from mscli.migrate.apply.part import Part

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


def told(system: System, part: Part) -> Mapping[str, str]:
    """The variables that a person, or `apply` before, has given a service."""
    known = system.services.get(part.name)
    return {**known.env, **known.secrets} if known else {}


def is_told(system: System, part: Part) -> bool:
    """Whether a person has said where the monolith's database is."""
    known = system.services.get(part.name)
    told = (*known.env, *(ADDRESS for owner in known.shares if owner == MONOLITH)) if known else ()
    return any(name.startswith(ADDRESS) for name in told)


def env_of(part: Part, system: System, address: str) -> dict[str, str]:
    """Where the monolith's database, uploads and files are, unless a person has said it."""
    given, found = told(system, part), dict[str, str]()
    if part.is_shared and address and not is_told(system, part):
        found[ADDRESS] = address
    if part.slice.django.media and UPLOADS not in given:
        found[UPLOADS] = beside(part.slice.django.media)
    if part.asks_files and ROOT not in given:
        found[ROOT] = beside("")
    return found


def volumes_of(
    source: Path, legacy: Legacy | None, system: System, made: Iterable[Part]
) -> dict[str, dict[str, str]]:
    """The volumes of the monolith, and of each service that reads its uploads.

    A service finds them by the same path as on this machine, from its folder beside the monolith's.
    """
    workdir, known = workdir_of(source), system.services.get(MONOLITH)
    own = dict(known.volumes if known else legacy.beside.volumes if legacy else {})
    found = {MONOLITH: own}
    for part in made:
        if not (media := part.slice.django.media):
            continue
        path = posixpath.normpath(posixpath.join(workdir, media))
        if legacy and path not in own.values():
            own["media"] = path
        name = next((name for name, place in own.items() if place == path), "")
        if name:
            found[part.name] = {name: beside(media)}
    return found
