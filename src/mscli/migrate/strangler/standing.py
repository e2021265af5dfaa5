"""Where each route and each table stands: derived from what is, not from what was once done.

A route stands as the gateway's routes say. A table stands as both databases say: `monolith` has it
alone, `shared` has it alone and the code of its service uses it there, `mirrored` both have rows of
it, `flipped` both do and every route of its service is flipped, `dropped` the service has it alone.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from mscli.migrate.store import OWN, SHARED, Store
from mscli.migrate.strangler.paths import prefix_of
from mscli.migrate.strangler.shares import WHOLE, covering
from mscli.model.system import System

State = Literal["monolith", "split", "mirrored", "flipped", "dropped", "shared", "unknown"]
GONE = frozenset({"flipped", "dropped"})


@dataclass(frozen=True, slots=True)
class Part:
    """What `boundaries.yaml` says that one service is to own."""

    tables: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    store: Store = OWN
    writers: tuple[str, ...] = ()
    """Routes and jobs of the monolith that write its tables: `POST /orders/ writes stock`."""
    languages: tuple[str, ...] = ()
    """What the `{language}` of a route may be."""


@dataclass(frozen=True, slots=True)
class RouteStanding:
    """A route of the monolith: `at` is the gateway's that answers for it, `percent` its owner's.

    `written` says whether its owner has more than a 501 for it; None where it is no service yet.
    """

    route: str
    owner: str
    at: str
    state: State
    percent: int
    written: bool | None = None


@dataclass(frozen=True, slots=True)
class TableStanding:
    """A table, with its rows on both sides; None is no such table, or a side nobody could ask."""

    table: str
    owner: str
    state: State
    monolith: int | None
    service: int | None


Count = Callable[[str, str], "int | None"]
"""Service and table -> rows. Raises LookupError where the service's database cannot be asked."""


def routes(system: System, parts: Mapping[str, Part], monolith: str) -> list[RouteStanding]:
    """Every route that a service is to own; without any, the gateway's that the monolith has."""
    wanted = [(name, route) for name, part in parts.items() for route in part.routes]
    if parts:
        return [_route(system, owner, route, monolith) for owner, route in wanted]
    found = []
    for route in system.routes:
        owners = [share.service for share in route.known if share.service != monolith]
        if len(owners) < len(route.known) or route.shares:
            found += [_route(system, owner, route.path, monolith) for owner in owners or [monolith]]
    return found


def _route(system: System, owner: str, route: str, monolith: str) -> RouteStanding:
    path = prefix_of(route.rpartition(" ")[2])
    at = covering(system, path)
    if at is None:
        return RouteStanding(route, owner, "", "unknown", 0)
    known = {share.service: share.percent for share in at.known}
    percent = known.get(owner, 0)
    if owner == monolith or not percent:
        state: State = "monolith" if known.get(monolith) else "unknown"
    elif percent < WHOLE:
        state = "split"
    else:
        state = "flipped" if monolith in known else "dropped"
    return RouteStanding(route, owner, at.path, state, percent)


def tables(
    parts: Mapping[str, Part],
    standings: Sequence[RouteStanding],
    count: Count,
    monolith: str,
    made: Container[str],
) -> list[TableStanding]:
    """Every table that a service is to own; `made` are the services that there are."""
    found = []
    for owner, part in parts.items():
        states = [standing.state for standing in standings if standing.owner == owner]
        if part.store == SHARED:
            state: State = "shared" if owner in made else "monolith"
            found += [_shared(owner, table, count, monolith, state) for table in part.tables]
            continue
        gone = None if not states else all(state in GONE for state in states)
        found += [_table(owner, table, count, monolith, gone) for table in part.tables]
    return found


def _shared(owner: str, table: str, count: Count, monolith: str, state: State) -> TableStanding:
    """`state` is what it is where the monolith has the table."""
    try:
        rows = count(monolith, table)
    except LookupError:
        rows = None
    return TableStanding(table, owner, "unknown" if rows is None else state, rows, None)


def _table(owner: str, table: str, count: Count, monolith: str, gone: bool | None) -> TableStanding:
    """`gone`: whether all routes of the service are; None, if it has none."""
    sides: list[int | None] = []
    unknown = False
    for name in (monolith, owner):
        try:
            sides.append(count(name, table))
        except LookupError:
            sides.append(None)
            unknown = unknown or name == monolith
    theirs, ours = sides
    if unknown:
        return TableStanding(table, owner, "unknown", theirs, ours)
    if theirs is None:
        # What still answers from a table has it somewhere: it is not where it is looked for.
        known = ours is not None and gone is not False
        return TableStanding(table, owner, "dropped" if known else "unknown", theirs, ours)
    has_rows = ours is not None and (ours > 0 or theirs == 0)
    state: State = ("flipped" if gone else "mirrored") if has_rows else "monolith"
    return TableStanding(table, owner, state, theirs, ours)
