"""`mscli migrate route`: flip a route to a service, or back, while the system runs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from mscli import console
from mscli.cli import changes, completion, here
from mscli.cli.migrate_refusals import (
    languages_of,
    refuse_lost,
    refuse_unready,
    warn_of_writers,
    warn_of_written,
)
from mscli.errors import UsageError

if TYPE_CHECKING:
    from mscli.model.system import Share, System


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
    from mscli.migrate.strangler.paths import spelt_out
    from mscli.migrate.strangler.shares import WHOLE, covering, shares_after
    from mscli.scaffold.shares import share_route

    root = changes.root()
    where = spelt_out(changes.required(path, "PATH"), languages_of(root))
    service = changes.required(to, "--to SERVICE")

    def decide(system: System) -> tuple[Share, ...]:
        return shares_after(system, where, service, percent, prefix)

    before = here.system()
    wanted = decide(before)
    if drop and percent != WHOLE:
        raise UsageError("--drop is for a service that gets all of the route", "leave --percent")
    if percent and not (force or dry_run):
        refuse_unready(root, service)
        refuse_lost(root, before, service, where)
    if percent == WHOLE and not drop and _is_above(before, where, service):
        console.say(f"it is so already: {service} has the route above; nothing changed")
        return
    outcome = share_route(root, where, decide, drop=drop, dry_run=dry_run)
    changes.show(outcome, root.name, dry_run=dry_run, json=json)
    if not outcome.changes:
        console.say("it is so already; nothing changed")
    elif _serving(wanted) != _serving(now.known if (now := covering(before, where)) else ()):
        changes.apply_live(root, dry_run=dry_run)
    if percent and outcome.changes:
        warn_of_writers(root, service)
        warn_of_written(root, before, service, where)


def _is_above(system: System, path: str, service: str) -> bool:
    """Whether the route above a path, which has none of its own, gives all to the service."""
    from mscli.migrate.strangler.shares import covering, route_at

    above = None if route_at(system, path) else covering(system, path)
    return above is not None and [share.service for share in above.serving] == [service]


def _serving(shares: Iterable[Share]) -> set[Share]:
    return {share for share in shares if share.percent}
