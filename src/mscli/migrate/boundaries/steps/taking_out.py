"""The steps that take one service out: code, transactions, calls, rows, routes.

The rows are carried over before the first route is flipped, because a service with tables of its
own answers from them. A service on the shared database needs neither rows nor sagas nor calls: all
that is a phase of its own, when the code of every service is out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from mscli.migrate.boundaries.costs.cuts import Cut
from mscli.migrate.boundaries.document.document import why
from mscli.migrate.boundaries.propose import Proposal
from mscli.migrate.boundaries.services import by_owner
from mscli.migrate.boundaries.steps.moves import MONOLITH, Move, Phase
from mscli.migrate.boundaries.steps.sagas import now, sagas
from mscli.migrate.store import OWN, SHARED
from mscli.migrate.strangler.paths import is_below, prefix_of
from mscli.migrate.words import first
from mscli.wording import counted

DAYS = "10, 50, 100 percent, a day each"
CARRIED = f"{DAYS}; carry rows over once more right before the first"
BACK = "the route back to the monolith: `--to monolith`"
MOST_SHOWN = 12
"""Routes that are written out in a step; more are only counted."""


def taking_out(proposal: Proposal, place: int) -> Phase:
    """The phase of the service that comes out at this place in the order."""
    step = proposal.steps[place]
    name = step.service
    mine = [cut for cut in proposal.cuts if name in cut.between]
    routes = _Routes.of(proposal, name)
    if proposal.boundaries.store(name) == SHARED:
        days, moves = DAYS, [_share(name), _role(name), *_ambient(mine)]
    else:
        earlier = (s.service for s in proposal.steps[: place + 1])
        out = {each for each in earlier if proposal.boundaries.store(each) == OWN}
        days, moves = CARRIED, [_make(name), *_ambient(mine), *_data(proposal, name, out)]
    moves += [*_verified(name, routes), *_flips(name, routes, days)]
    text = why(step)
    return Phase(
        f"Take out {name}", f"{text[0].upper()}{text[1:]} ({step.cost:g} points).", tuple(moves)
    )


def data_of(proposal: Proposal, place: int) -> Phase:
    """The phase in which the tables of a service follow its code."""
    b, steps = proposal.boundaries, proposal.steps
    name = steps[place].service
    first = {s.service for s in steps[:-1] if b.store(s.service) == OWN}
    out = first | {s.service for s in steps[: place + 1]}
    routes = _Routes.of(proposal, name)
    moves = [_own(name, routes), *_data(proposal, name, out)]
    back = f"carry back what it wrote; {BACK}"
    moves += [*_verified(name, routes), *_flips(name, routes, CARRIED, back)]
    text = "Its code is out: until here all was one database, and one transaction."
    return Phase(f"Move the data of {name}", text, tuple(moves))


def _data(proposal: Proposal, name: str, out: Set[str]) -> Iterator[Move]:
    """What has to be there before a service answers from a database of its own."""
    mine = [cut for cut in proposal.cuts if name in cut.between]
    yield from (*sagas(mine, out), *_calls(name, mine, out))
    if tables := by_owner(proposal.boundaries.tables, name):
        yield _rows(name, tables)


def _make(name: str) -> Move:
    return Move(
        f"Make the service {name}",
        "With its own database and migrations. Code is moved where that is clean; what is not says"
        " why, answers 501, and stays with the monolith, as every route does until it is flipped.",
        (f"mscli migrate apply PATH --service {name}", "mscli up -d"),
        "write what `migration/report.md` lists as to be written, and give the service the"
        " variables that it names (the monolith's `SECRET_KEY`)",
        f"`mscli ps` shows {name} ready, and its own tests pass",
        f"`mscli rm service {name}`",
    )


def _share(name: str) -> Move:
    return Move(
        f"Make the service {name}, on the monolith's database",
        "The cut is dear, so code and data move one at a time: a flip back loses nothing. Tables of"
        " others are there, transactions stay whole, and nobody but the monolith makes tables.",
        (f"mscli migrate apply PATH --service {name}", "mscli up -d"),
        "give it the address, `MONOLITH_DATABASE_URL`, if the command could not know it, and what"
        " else `migration/report.md` names (the monolith's `SECRET_KEY`); write what it lists as to"
        " be written",
        f"`mscli ps` shows {name} ready: it reaches the monolith's database",
        f"`mscli rm service {name}`: the monolith still has code and data",
    )


def _role(name: str) -> Move:
    return Move(
        f"Give {name} a role of its own in the monolith's database",
        "What it may touch is then what it does touch, and the list is what the data step has to"
        " carry over or to ask for.",
        (),
        "a role that may use the tables that its code touches and no others, and owns none, in"
        " `MONOLITH_DATABASE_URL`; SQLite has no roles",
        f"the role of {name} can use no other table; recorded requests give the same answers",
        "the monolith's own role again",
    )


def _own(name: str, routes: _Routes) -> Move:
    return Move(
        f"Make the service {name} anew, on a database of its own",
        f"Take `database: shared` of {name} out of boundaries.yaml first. What of its code needs"
        " tables of others is a 501 again, with its reasons.",
        (
            *(f"mscli migrate route {path} --to monolith" for path in routes.alone),
            "mscli migrate plan PATH",
            f"mscli rm service {name}",
            f"mscli migrate apply PATH --service {name}",
            "mscli up -d",
        ),
        f"move `services/{name}` away between `rm` and `apply`, and take over what you wrote there"
        " and what its `env` had",
        f"`mscli migrate status` shows the routes of {name} in the monolith, and its tables empty",
        f"write `database: shared` again, and make {name} anew in the same way: its rows are still"
        " the monolith's",
    )


def _ambient(mine: Sequence[Cut]) -> Iterator[Move]:
    for cut in mine:
        if cut.kind == "ambient":
            yield Move(
                f"Move what runs on every request: {cut.what} ({cut.evidence[0]})",
                "A request that another service answers will not run it any more.",
                (),
                "write it from the gateway's log, or by a message from each service",
                "a request to each service leaves the same row",
                "put it back into the monolith",
            )


def _calls(name: str, mine: Sequence[Cut], out: Set[str]) -> Iterator[Move]:
    ends = {(now(c.between[0], out), now(c.between[1], out)) for c in mine if c.kind == "call"}
    pairs = sorted(pair for pair in ends if pair[0] != pair[1])
    reads = [c for c in mine if c.kind in ("join", "foreign-key")]
    if pairs:
        yield Move(
            "Replace reads and writes of foreign tables by calls",
            "; ".join(f"{c.between[0]} {c.what}" for c in mine if c.kind == "call"),
            tuple(f"mscli new call {one} {other}" for one, other in pairs if other != MONOLITH),
            "give the called service an operation for each (`clients/monolith.py` has what the"
            " monolith answers already), and say what the caller does when it does not answer (a"
            " fallback, a copy)",
            "stop the called service: the caller answers within its deadline",
            "call the function instead of the service: both read the same tables so far",
        )
    if reads:
        yield Move(
            f"Cut foreign keys and joins of {name}",
            "; ".join(f"{c.what} ({c.evidence[0]})" for c in reads),
            (),
            "keep the column and drop the constraint; replace a join by a call, a copy that events"
            " keep fresh, or a view",
            "the same queries give the same rows; a nightly count of dangling keys is 0",
            "add the constraint again",
        )


def _rows(name: str, tables: Sequence[str]) -> Move:
    return Move(
        f"Carry the rows of {name} over",
        f"{counted(len(tables), 'table')}: {', '.join(tables)}. The monolith goes on writing its"
        " own; run both again at any time.",
        _row_commands(name, tables),
        "for other databases than PostgreSQL and SQLite: copy in the background, and compare both"
        " stores until nothing differs",
        "`compare` finds no row that differs",
        "nothing reads the copies yet: they may stay, or be carried over again",
    )


def _row_commands(name: str, tables: Sequence[str]) -> tuple[str, ...]:
    words = f"{' '.join(tables)} --to {name}"
    return (f"mscli migrate backfill {words}", f"mscli migrate compare {words}")


def _verified(name: str, routes: _Routes) -> Iterator[Move]:
    """Before a request of a user is answered by the service, a recorded one is."""
    if not routes.names:
        return
    paths = [f" --path {path}" for path in routes.alone]
    asked = [f"mscli migrate verify --to {name}{path}" for path in paths]
    yield Move(
        f"Ask the monolith and {name} the same, and compare",
        "Recorded requests are asked of both, with `--writes` on copies of both databases.",
        ("mscli migrate record --for 10m", *asked, *(f"{each} --writes" for each in asked)),
        "give `--ignore` what may differ, and `--header` the credentials of a test user",
        "every request is equal; what differs is named",
        "nothing was changed: the recording is removed after a day",
    )


def _flips(name: str, routes: _Routes, days: str, back: str = BACK) -> Iterator[Move]:
    """A gateway flips a path with all below it: only where nobody else has a route there."""
    if not routes.names:
        return
    yield Move(
        f"Flip the routes of {name}, path by path",
        "\n".join([f"{_some(routes.names)}.", *_shared_paths(routes.shared)]),
        tuple(
            f"mscli migrate route {path} --to {name} --percent {percent}"
            for path in routes.alone
            for percent in (10, 100)
        ),
        days,
        f"errors and p95 of {name} are those of the monolith; `mscli migrate status` says flipped",
        back,
    )


@dataclass(frozen=True, slots=True)
class _Routes:
    """Routes of one service, and the gateway's paths that lead to them.

    `alone` are the paths below which nobody else has a route, `shared` the others, with those
    routes. A path comes before those above it: whoever has a path by the one above it would get a
    part of it back when a share of it is flipped.
    """

    names: Sequence[str]
    alone: Sequence[str]
    shared: Mapping[str, Sequence[str]]

    @classmethod
    def of(cls, proposal: Proposal, name: str) -> _Routes:
        others = {f"{r.method} {r.path}": prefix_of(r.path) for r in proposal.facts.routes}
        stay = {f"{r.method} {r.path}" for r in proposal.facts.routes if r.is_of_admin}
        routes = [r for r in by_owner(proposal.boundaries.routes, name) if r not in stay]
        for route in routes:
            others.pop(route, None)
        paths = dict.fromkeys(prefix_of(route.partition(" ")[2]) for route in routes)
        held = {path: [r for r, at in others.items() if is_below(at, path)] for path in paths}
        shared = {path: found for path, found in held.items() if found}
        alone = [path for path in paths if path not in shared]
        return cls(routes, sorted(alone, key=lambda path: -path.rstrip("/").count("/")), shared)


def _shared_paths(held: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """What cannot be flipped by its path, and what to do about it."""
    for path, routes in held.items():
        yield ""
        yield (
            f"`{path}` has {counted(len(routes), 'route')} of others, too ({_some(routes)}). To"
            " flip it would take these along: give the routes a path of their own first, or let the"
            " service that gets it hand the others on to the monolith."
        )


def _some(routes: Sequence[str]) -> str:
    """The first of them; boundaries.yaml has all."""
    return first([f"`{route}`" for route in routes], MOST_SHOWN)
