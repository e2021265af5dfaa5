"""What every picture shows: services, and between them one arrow for all that is severed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from mscli.migrate.boundaries.propose import Proposal
from mscli.migrate.boundaries.services import by_owner


@dataclass(frozen=True, slots=True)
class Box:
    """One service; `place` is its place in the order of extraction, from 1."""

    name: str
    tables: tuple[str, ...]
    routes: tuple[str, ...]
    jobs: tuple[str, ...]
    place: int


@dataclass(frozen=True, slots=True)
class Arrow:
    """Everything by which `source` depends on `target`; `transactions` are those it splits."""

    source: str
    target: str
    cost: float
    transactions: int
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """The services in the order of extraction, and the arrows, the dearest first."""

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def picture(proposal: Proposal) -> Picture:
    """The picture of a proposal. What three services share is drawn from the first to each."""
    b = proposal.boundaries
    boxes = tuple(
        Box(
            step.service,
            tuple(by_owner(b.tables, step.service)),
            tuple(by_owner(b.routes, step.service)),
            tuple(by_owner(b.jobs, step.service)),
            place,
        )
        for place, step in enumerate(proposal.steps, start=1)
    )
    costs: dict[tuple[str, str], float] = defaultdict(float)
    split: dict[tuple[str, str], int] = defaultdict(int)
    kinds: dict[tuple[str, str], set[str]] = defaultdict(set)
    for cut in proposal.cuts:
        for target in cut.between[1:]:
            pair = (cut.between[0], target)
            costs[pair] += cut.cost / (len(cut.between) - 1)
            split[pair] += cut.kind == "transaction"
            kinds[pair].add(cut.kind)
    arrows = [
        Arrow(*pair, round(cost, 1), split[pair], tuple(sorted(kinds[pair])))
        for pair, cost in costs.items()
    ]
    return Picture(boxes, tuple(sorted(arrows, key=lambda a: (-a.cost, a.source, a.target))))
