"""The steps of a migration, in order: each with its command, its check and its way back.

After Newman (Monolith to Microservices) and Fowler's strangler fig: freeze the boundaries inside,
put a gateway in front, take out leaves first and identity last, code before data where the cut is
dear (the data of those is a phase of its own), and drop old tables as a separate last step.
"""

from __future__ import annotations

import re

from mscli.migrate.boundaries.propose import Proposal
from mscli.migrate.boundaries.steps.dropping import dropping
from mscli.migrate.boundaries.steps.moves import MONOLITH, Move, Phase
from mscli.migrate.boundaries.steps.taking_out import data_of, taking_out
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
        *([dropping(proposal, out)] if out else []),
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
