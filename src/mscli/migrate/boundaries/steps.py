"""The steps of a migration, in order: each with its command, its check and its way back.

After Newman (Monolith to Microservices) and Fowler's strangler fig: freeze the boundaries inside,
put a gateway in front, take out leaves first and identity last, code before data where the cut is
dear, and drop old tables as a separate last step.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from mscli.migrate.boundaries.cuts import Cut
from mscli.migrate.boundaries.document import why
from mscli.migrate.boundaries.measures import Step
from mscli.migrate.boundaries.propose import Proposal
from mscli.migrate.boundaries.services import by_owner
from mscli.migrate.strangler.paths import is_below, prefix_of
from mscli.migrate.words import counted

DEAR = 12.0
"""From this price on a service runs on the shared database first: code and data move apart."""
MOST_SHOWN = 12
"""Routes that are written out in a step; more are only counted."""
MONOLITH = "monolith"
"""The service that the monolith is in a system that `mscli migrate apply` makes."""
NOT_YET: frozenset[str] = frozenset()
"""Commands of `mscli migrate` that this version does not have; a test holds it against the CLI."""
LONGEST = 32


@dataclass(frozen=True, slots=True)
class Move:
    """One step. `commands` of this version can be typed as they stand."""

    title: str
    why: str
    commands: tuple[str, ...]
    by_hand: str
    check: str
    rollback: str


@dataclass(frozen=True, slots=True)
class Phase:
    """Steps that belong together."""

    title: str
    why: str
    moves: tuple[Move, ...]


def phases(proposal: Proposal) -> tuple[Phase, ...]:
    """Every step, in order."""
    out = proposal.steps[:-1]
    return (
        Phase("Freeze the boundaries", "Nothing moves before no new edge can grow.", (_freeze(),)),
        Phase("A gateway in front", "Every route still goes to the monolith.", (_front(),)),
        *(_service(proposal, place) for place in range(len(out))),
        *([_drop(proposal, out)] if out else []),
    )


def is_implemented(command: str) -> bool:
    """Whether this version can do it: it has the command, and the monolith is no part of it."""
    found = re.match(r"mscli migrate (\w+)", command)
    return (found is None or found[1] not in NOT_YET) and MONOLITH not in re.split(
        r"[ ,:]", command
    )


def _freeze() -> Move:
    return Move(
        "Forbid new imports across the boundaries, inside the monolith",
        "The contracts are at the end of this page. What crosses today is listed there as ignored:"
        " that list is the debt, and it may only shrink.",
        ("lint-imports",),
        "put the contracts into `.importlinter` beside the monolith's code, and into its CI",
        "`lint-imports` passes, and fails when an import across a boundary is added",
        "remove the file",
    )


def _front() -> Move:
    return Move(
        "Send every request through a gateway to the monolith as it is",
        "From here on a route can be flipped, and flipped back, without a release. PATH is the"
        " monolith's folder.",
        ("mscli migrate apply PATH --monolith-only", "mscli migrate verify"),
        "any gateway with the one route `/` to the monolith; record a day of requests",
        "every recorded request is answered as before: status, headers that matter, body",
        "point the name at the monolith again",
    )


def _service(proposal: Proposal, place: int) -> Phase:
    step = proposal.steps[place]
    name, out = step.service, {s.service for s in proposal.steps[: place + 1]}
    mine = [cut for cut in proposal.cuts if name in cut.between]
    moves = [_make(name), *_sagas(mine, out), *_ambient(mine), *_calls(name, mine, out)]
    if step.cost >= DEAR:
        moves.append(_shared(name))
    moves += [*_flips(proposal, name), _data(proposal, name, apart=step.cost >= DEAR)]
    text = why(step)
    return Phase(
        f"Take out {name}", f"{text[0].upper()}{text[1:]} ({step.cost:g} points).", tuple(moves)
    )


def _make(name: str) -> Move:
    return Move(
        f"Make the service {name}",
        "With its own database and migrations. Code is moved where that is clean; what is not says"
        " why, answers 501, and stays with the monolith, as every route does until it is flipped.",
        (f"mscli migrate apply PATH --service {name}", "mscli up -d"),
        "write what `migration/report.md` lists as to be written",
        f"`mscli ps` shows {name} ready, and its own tests pass",
        f"`mscli rm service {name}`",
    )


def _now(service: str, out: Set[str]) -> str:
    """Where a part is at this step: a service of its own, or still in the monolith."""
    return service if service in out else MONOLITH


def _sagas(mine: Sequence[Cut], out: Set[str]) -> Iterator[Move]:
    """One for each unit of work that is split at this step and was whole before."""
    for cut in mine:
        if cut.kind != "transaction":
            continue
        kind, _, rest = cut.what.partition(": ")
        function, _, tables = rest.partition(" writes ")
        owner = _now(cut.between[0], out)
        others = tuple(dict.fromkeys(_now(other, out) for other in cut.between[1:]))
        others = tuple(other for other in others if other != owner)
        title = f"Split the {kind} transaction in `{function}` ({cut.evidence[0]})"
        text = f"It writes {tables}, which {_and(cut.between)} will own."
        undo = "put the parts back into one transaction: no table has moved so far"
        if kind in ("cascade", "signal"):
            yield Move(
                title,
                text,
                (),
                f"let {owner} do its own part and then call {_and(others)}; repeat the call until"
                " it succeeds (an outbox)",
                "stop the called service between the two: after its start both sides agree",
                undo,
            )
            continue
        label = saga_of(function)
        steps = ",".join(f"{other}:{label}/undo-{label}" for other in others)
        saga = f"mscli new saga {label} --owner {owner} --steps {steps},{owner}:{label}"
        whole = MONOLITH not in (owner, *others)
        made = "`mscli migrate apply` has made the saga: write its steps, and " if whole else ""
        yield Move(
            title,
            text,
            () if whole else (saga,),
            f"{made}name the compensation of each: what undoes it when a later one fails",
            "fail each step once in a test: every earlier one is undone",
            undo,
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
    ends = {(_now(c.between[0], out), _now(c.between[1], out)) for c in mine if c.kind == "call"}
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


def _shared(name: str) -> Move:
    return Move(
        f"Run the code of {name} on the monolith's database first",
        "The cut is dear, so code and data move one at a time: a flip back loses nothing.",
        (),
        f"give {name} a role of its own that may use its tables only, through views where it reads"
        " others'",
        f"the role of {name} can use no other table; recorded reads give the same answers",
        "stop the service: the monolith still has code and data",
    )


def _flips(proposal: Proposal, name: str) -> Iterator[Move]:
    """A gateway flips a path with all below it: only where nobody else has a route there."""
    routes = by_owner(proposal.boundaries.routes, name)
    if not routes:
        return
    others = {f"{r.method} {r.path}": prefix_of(r.path) for r in proposal.facts.routes}
    for route in routes:
        others.pop(route, None)
    paths = dict.fromkeys(prefix_of(route.partition(" ")[2]) for route in routes)
    held = {path: [r for r, at in others.items() if is_below(at, path)] for path in paths}
    yield Move(
        f"Flip the routes of {name}, path by path",
        "\n".join([f"{_some(routes)}.", *_shared_paths({p: r for p, r in held.items() if r})]),
        tuple(
            f"mscli migrate route {path} --to {name} --percent {percent}"
            for path in paths
            if not held[path]
            for percent in (10, 100)
        ),
        "a weighted route at the gateway: 10, 50, 100 percent, a day each",
        f"errors and p95 of {name} are those of the monolith; `mscli migrate status` says flipped",
        "the route back to the monolith: `--to monolith`",
    )


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
    more = len(routes) - MOST_SHOWN
    shown = ", ".join(f"`{route}`" for route in routes[:MOST_SHOWN])
    return f"{shown} and {more} more" if more > 0 else shown


def _data(proposal: Proposal, name: str, *, apart: bool) -> Move:
    tables = by_owner(proposal.boundaries.tables, name)
    first = (
        "Now the data follows the code." if apart else "The cut is cheap: data right after code."
    )
    return Move(
        f"Move the tables of {name} into its own database",
        f"{first} {counted(len(tables), 'table')}: {', '.join(tables) or 'none'}.",
        ("mscli migrate verify",),
        "copy in the background while the monolith still writes, carry changes over by an outbox,"
        " and compare both stores until nothing differs; then let the service write its own",
        "row counts and checksums of both stores are equal for a day, also under writes",
        "let the service write to the shared database again; the outbox carries what was written",
    )


def _drop(proposal: Proposal, out: Sequence[Step]) -> Phase:
    moves = [
        Move(
            f"Drop the old tables of {step.service}",
            ", ".join(by_owner(proposal.boundaries.tables, step.service)) or "none",
            (),
            "dump them, take all rights away for a week, then drop them",
            "nobody has asked for them in that week (the database's own statistics)",
            "restore the dump",
        )
        for step in out
        if by_owner(proposal.boundaries.tables, step.service)
    ]
    text = "Last, and separate: until here every step can be taken back."
    return Phase("Drop what nobody reads any more", text, tuple(moves))


def label_of(name: str) -> str:
    """The name of a function as that of a saga or a step."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "step"


def saga_of(function: str) -> str:
    """The name of the saga for what a function did: `place`, and `topic-hide` of a class.

    With `undo-` before it and a number after it, it still is a name.
    """
    *_, before, last = ("", *function.split("."))
    words = f"{before}-{last}" if before[:1].isupper() else last
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", words)
    return label_of(words)[:LONGEST].strip("-")


def _and(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
