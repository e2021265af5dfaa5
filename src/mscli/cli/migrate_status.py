"""`mscli migrate status`: where each route and each table stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mscli import console
from mscli.cli import here
from mscli.cli.migrate_stores import Stores, counting
from mscli.errors import MscliError
from mscli.wording import counted

CODE = {True: "moved", False: "501", None: "-"}
"""Whether a service has the code of a route, or refuses it, or is not there itself."""

if TYPE_CHECKING:
    from mscli.migrate.strangler.standing import Part, RouteStanding, TableStanding


def status(
    boundaries: Annotated[
        Path | None,
        typer.Option("-b", "--boundaries", help="The file of boundaries.", show_default=False),
    ] = None,
    monolith: Annotated[str, typer.Option(help="The service that the monolith is.")] = "monolith",
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show where each route and each table stands: in the monolith, on its way, or taken out.

    Routes stand as mscli.yaml says: monolith, split, flipped (the monolith still has its place in
    the route), dropped. Tables stand as both databases say: monolith, shared (the code of
    their service uses them there), mirrored, flipped (mirrored, and all routes of their service are
    flipped), dropped. boundaries.yaml says what is to go where.

    Example: mscli migrate status --json
    """
    from mscli.migrate.strangler import parts, standing
    from mscli.migrate.strangler.unanswered import written

    root, system = here.root(), here.system()
    if monolith not in system.services:
        there = f"there is: {', '.join(system.services)}" if system.services else ""
        raise MscliError(f"no service '{monolith}'", f"--monolith NAME; {there}")
    file = parts.found(root, boundaries)
    owned: Mapping[str, Part] = parts.read(file) if file else {}
    routes = written(root, system, standing.routes(system, owned, monolith))
    stores = Stores()
    tables = standing.tables(owned, routes, counting(stores), monolith, system.services)
    if json:
        console.out_json({"routes": list(map(asdict, routes)), "tables": list(map(asdict, tables))})
        return
    _show(routes, tables)
    if file is None:
        console.say("no boundaries.yaml here: routes only; `mscli migrate plan` writes one")
    elif any(table.state == "unknown" for table in tables):
        why = stores.several(monolith) or (
            "it is not where it is looked for (is that the monolith's database?), or no database"
            " answers (is the system up?)"
        )
        console.say(f"unknown: {why}")


def _show(routes: Sequence[RouteStanding], tables: Sequence[TableStanding]) -> None:
    if routes:
        lines = [
            (r.state, f"{r.percent} %", r.owner, CODE[r.written], r.route, r.at) for r in routes
        ]
        console.columns(("STATE", "SHARE", "SERVICE", "CODE", "ROUTE", "AT"), lines)
    if routes and tables:
        console.out("")
    if tables:
        rows = [(t.state, t.owner, t.table, _rows(t.monolith), _rows(t.service)) for t in tables]
        console.columns(("STATE", "SERVICE", "TABLE", "MONOLITH", "SERVICE'S"), rows)


def _rows(count: int | None) -> str:
    return "-" if count is None else counted(count, "row")
