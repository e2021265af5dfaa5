"""The steps of a migration, in order: each with its command, its check and its way back.

After Newman (Monolith to Microservices) and Fowler's strangler fig: freeze the boundaries inside,
put a gateway in front, take out leaves first and identity last, code before data where the cut is
dear (the data of those is a phase of its own), and drop old tables as a separate last step.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mscli.migrate.boundaries.measures import Step
from mscli.migrate.boundaries.moves import MONOLITH, Move, Phase
from mscli.migrate.boundaries.propose import Proposal
from mscli.migrate.boundaries.services import by_owner
from mscli.migrate.boundaries.taking_out import data_of, taking_out
from mscli.migrate.store import SHARED


def phases(proposal: Proposal) -> tuple[Phase, ...]:
    """Every step, in order."""
    out = proposal.steps[:-1]
    shared = [n for n, s in enumerate(out) if proposal.boundaries.store(s.service) == SHARED]
    return (
        Phase("Freeze the boundaries", "Nothing moves before no new edge can grow.", (_freeze(),)),
        Phase("A gateway in front", "Every route still goes to the monolith.", (_front(),)),
        *(taking_out(proposal, place) for place in range(len(out))),
        *(data_of(proposal, place) for place in shared),
        *([_drop(proposal, out)] if out else []),
    )


def is_implemented(command: str) -> bool:
    """Whether this version can do it: the monolith takes no step of a saga."""
    return not (command.startswith("mscli new saga ") and MONOLITH in re.split(r"[ ,:]", command))


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
        " monolith's folder; the other commands are for the system's folder that this makes.",
        (
            "mscli migrate apply PATH --monolith-only",
            "mscli up -d",
            "mscli migrate record --for 10m",
            "mscli migrate verify --to gateway",
        ),
        "let requests through while they are recorded: those of a day say more than those of tests",
        "every recorded request is answered as before: status, headers that matter, body",
        "point the name at the monolith again",
    )


def _scripts(proposal: Proposal) -> Iterator[Move]:
    """Commands and scripts that write tables of several services: no saga takes their place."""
    found = [cut for cut in proposal.cuts if cut.kind == "script"]
    if found:
        yield Move(
            "Write scripts anew that fill tables of several services, or drop them",
            "They run in the monolith until its tables are gone, and no request waits for them: "
            + "; ".join(f"{c.what.removeprefix('script: ')} ({c.evidence[0]})" for c in found),
            (),
            "a script for each service that writes its own tables, or calls of the services",
            "what the scripts are for works on services that have just been made",
            "they still run in the monolith, on its own tables",
        )


def _drop(proposal: Proposal, out: Sequence[Step]) -> Phase:
    moves = (*_scripts(proposal), *_tables(proposal, out))
    text = "Last, and separate: until here every step can be taken back."
    return Phase("Drop what nobody reads any more", text, moves)


def _tables(proposal: Proposal, out: Sequence[Step]) -> Iterator[Move]:
    for step in out:
        if tables := by_owner(proposal.boundaries.tables, step.service):
            yield Move(
                f"Drop the old tables of {step.service}",
                ", ".join(tables),
                (),
                "dump them, take all rights away for a week, then drop them",
                "nobody has asked for them in that week (the database's own statistics)",
                "restore the dump",
            )
