"""`mscli migrate route`: flip a route to a service, or back, while the system runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from mscli import console
from mscli.cli import changes, completion, here
from mscli.errors import NotReady, UsageError

if TYPE_CHECKING:
    from mscli.migrate.strangler.standing import Part
    from mscli.model.system import Share, System

SHOWN = 5


def route(
    path: Annotated[
        str | None,
        typer.Argument(
            help="The route's path: /orders.", show_default=False, autocompletion=completion.routes
        ),
    ] = None,
    to: Annotated[
        str | None,
        typer.Option("--to", help="The service that gets it.", autocompletion=completion.services),
    ] = None,
    percent: Annotated[
        int, typer.Option(min=0, max=100, help="How much of its requests; the others get the rest.")
    ] = 100,
    prefix: Annotated[
        Literal["strip", "keep"] | None,
        typer.Option(
            "--prefix", help="How it sees the path, if not as before.", show_default=False
        ),
    ] = None,
    drop: Annotated[
        bool, typer.Option("--drop", help="Forget who gets nothing now: no way back.")
    ] = False,
    force: Annotated[
        bool,
        typer.Option(
            "--force", help="Flip also to a service that is not ready, or lacks answers or rows."
        ),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would be written.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Give a service a route, or a part of its requests; a running gateway takes it up at once.

    The service that had it stays in the route with what is left, also with nothing: that is the
    way back, by the same command. A path below a route gets a route of its own. No request is
    lost: those under way end where they began.

    Example: mscli migrate route /orders --to orders --percent 10
    """
    from mscli.migrate.strangler.shares import WHOLE, covering, shares_after
    from mscli.scaffold.shares import share_route

    root = changes.root()
    where = changes.required(path, "PATH")
    service = changes.required(to, "--to SERVICE")

    def decide(system: System) -> tuple[Share, ...]:
        return shares_after(system, where, service, percent, prefix)

    before = here.system()
    wanted = decide(before)
    if drop and percent != WHOLE:
        raise UsageError("--drop is for a service that gets all of the route", "leave --percent")
    if percent and not (force or dry_run):
        _refuse_unready(root, service)
        _refuse_lost(root, before, service, where)
    outcome = share_route(root, where, decide, drop=drop, dry_run=dry_run)
    changes.show(outcome, root.name, dry_run=dry_run, json=json)
    if not outcome.changes:
        console.say("it is so already; nothing changed")
    elif _serving(wanted) != _serving(now.known if (now := covering(before, where)) else ()):
        changes.apply_live(root, dry_run=dry_run)


def _serving(shares: Iterable[Share]) -> set[Share]:
    return {share for share in shares if share.percent}


def _refuse_lost(root: Path, system: System, service: str, path: str) -> None:
    """Refuse a service of boundaries.yaml that lacks what the monolith answers with."""
    from mscli.migrate.strangler import parts

    file = parts.found(root, None)
    owned = parts.read(file) if file else {}
    if file is None or service not in owned:
        return
    every = {**owned, "the monolith": parts.staying(file)}
    _refuse_unanswered(root, system, every, service, path)
    _refuse_empty(system, service, owned[service], path)


def _refuse_unanswered(
    root: Path, system: System, parts: Mapping[str, Part], service: str, path: str
) -> None:
    """A path has routes below it; those that the service does not answer would be lost."""
    from mscli.migrate.strangler.unanswered import unanswered

    lost = unanswered(root, system, parts, service, path)
    if lost:
        more = f", and {len(lost) - SHOWN} more" if len(lost) > SHOWN else ""
        raise NotReady(
            f"below {path}, {service} has no answer to {', '.join(map(str, lost[:SHOWN]))}{more}",
            "write what is a 501, or flip a longer path; --force flips all the same",
        )


def _refuse_empty(system: System, service: str, part: Part, path: str) -> None:
    """Where the monolith has rows and the service has none, it would answer that there are none."""
    from mscli.cli.migrate_stores import counting
    from mscli.migrate.strangler import standing
    from mscli.migrate.strangler.shares import covering

    route = covering(system, path)
    sides = [share.service for share in route.serving if share.service != service] if route else []
    found = standing.tables({service: part}, (), counting(), sides[0]) if sides else []
    empty = [each.table for each in found if each.state == "monolith"]
    if empty:
        raise NotReady(
            f"{service} has no rows of {', '.join(empty[:SHOWN])}, and {sides[0]} has",
            f"mscli migrate backfill {' '.join(empty)} --to {service}; --force flips all the same",
        )


def _refuse_unready(root: Path, service: str) -> None:
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
