"""Why a route is not flipped: who would get it does not answer, or answers with less."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from mscli import console
from mscli.cli import here
from mscli.errors import MscliError, NotReady
from mscli.migrate.store import OWN
from mscli.migrate.strangler.paths import is_below, prefix_of
from mscli.migrate.strangler.shares import covering
from mscli.migrate.words import first

if TYPE_CHECKING:
    from mscli.migrate.strangler.standing import Part
    from mscli.model.system import System

SHOWN = 5
"""Names in a sentence; of more only the number is said."""


def warn_of_writers(root: Path, service: str) -> None:
    """Say what in the monolith goes on writing tables that the service now answers from."""
    from mscli.migrate.strangler.unanswered import still_writing

    part = _owned(root).get(service)
    found = still_writing(here.system(), part, service) if part else []
    if found:
        console.warn(
            f"tables of {service} are still written in the monolith's database, which it does not"
            f" see: {first(found, SHOWN, '; ')}. Move these too, or let them call {service}"
        )


@cache  # it is asked before and after a flip, and a fault is told once
def _owned(root: Path) -> Mapping[str, Part]:
    """What each service is to own, and what stays.

    Nothing without such a file, nor by one with a fault: that is no reason to refuse the way back.
    """
    from mscli.migrate.strangler import parts

    file = parts.found(root, None)
    if file is None:
        return {}
    try:
        return {**parts.read(file), "the monolith": parts.staying(file)}
    except MscliError as error:
        console.warn(f"what a flip would lose was not looked for: {error}")
        return {}


def languages_of(root: Path) -> tuple[str, ...]:
    """What a path that begins with `{language}` may begin with, as boundaries.yaml says."""
    return next((part.languages for part in _owned(root).values()), ())


def warn_of_written(root: Path, system: System, service: str, path: str) -> None:
    """Say that rows which others have written into databases of their own are not taken along."""
    for name, part in _owners(root, system, service, path).items():
        writing = (route for route in part.routes if not route.startswith("GET "))
        if any(is_below(prefix_of(r.partition(" ")[2]), path, part.languages) for r in writing):
            console.warn(
                f"what {name} has written is not in the database of {service}: `mscli migrate"
                f" compare {' '.join(part.tables)} --to {name}` shows it"
            )


def _owners(root: Path, system: System, service: str, path: str) -> dict[str, Part]:
    """Who answers at a path beside a service, on a database of its own."""
    route, owned = covering(system, path), _owned(root)
    names = [share.service for share in route.serving] if route else []
    parts = {name: owned[name] for name in names if name in owned and name != service}
    return {name: part for name, part in parts.items() if part.tables and part.store == OWN}


def refuse_lost(root: Path, system: System, service: str, path: str) -> None:
    """Refuse a service of boundaries.yaml that lacks what the monolith answers with.

    And the monolith, for a route that was dropped there, when its tables were, too.
    """
    owned = _owned(root)
    if service in owned:
        _refuse_unanswered(root, system, owned, service, path)
        _refuse_empty(system, service, owned[service], path)
        return
    route = covering(system, path)
    if route is not None and service not in [share.service for share in route.known]:
        for name, part in _owners(root, system, service, path).items():
            _refuse_gone(system, service, name, part)


def _refuse_gone(system: System, service: str, name: str, part: Part) -> None:
    from mscli.cli.migrate_stores import Stores, counting
    from mscli.migrate.strangler import standing

    found = standing.tables({name: part}, (), counting(Stores()), service, system.services)
    gone = [each.table for each in found if each.state == "dropped"]
    if gone:
        raise NotReady(
            f"{service} has no table {', '.join(gone[:SHOWN])} any more: what asks for it fails",
            "restore the dump, and what was written since; --force flips all the same",
        )


def _refuse_unanswered(
    root: Path, system: System, parts: Mapping[str, Part], service: str, path: str
) -> None:
    """A path has routes below it; those that the service does not answer would be lost."""
    from mscli.migrate.strangler.unanswered import unanswered

    lost = unanswered(root, system, parts, service, path)
    if lost:
        named = first([str(each) for each in lost], SHOWN)
        raise NotReady(
            f"below {path}, {service} has no answer to {named}",
            "write what is a 501, or flip a longer path; --force flips all the same",
        )


def _refuse_empty(system: System, service: str, part: Part, path: str) -> None:
    """Where the monolith has rows and the service has none, it would answer that there are none."""
    from mscli.cli.migrate_stores import Stores, counting
    from mscli.migrate.strangler import standing

    route = covering(system, path)
    sides = [share.service for share in route.serving if share.service != service] if route else []
    if not sides:
        return
    count = counting(Stores())
    found = standing.tables({service: part}, (), count, sides[0], system.services)
    empty = [each.table for each in found if each.state == "monolith"]
    if empty:
        raise NotReady(
            f"{service} has no rows of {', '.join(empty[:SHOWN])}, and {sides[0]} has",
            f"mscli migrate backfill {' '.join(empty)} --to {service}; --force flips all the same",
        )


def refuse_unready(root: Path, service: str) -> None:
    """A route to a service that does not answer would fail every request: say so before."""
    from mscli.cli import containers
    from mscli.runtimes import readiness_of

    runtime = containers.of()
    if runtime is None:
        ready = readiness_of(root, service)
    else:
        replicas = runtime.replicas()
        ready = None if not replicas else any(r.workload == service and r.ready for r in replicas)
    if ready is False:
        raise NotReady(
            f"{service} is not ready, so every request to it would fail",
            "`mscli up -d` brings it up; --force flips all the same",
        )
