"""The figures by which boundaries are judged, and the order in which services come out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mscli.migrate.boundaries.costs.cuts import Cut
from mscli.migrate.boundaries.monolith import IDENTITY, Monolith
from mscli.migrate.boundaries.services import Boundaries
from mscli.migrate.store import OWN, SHARED, Store

DEAR = 12.0
"""From this price on, in points of all cuts that a service has a part in, it is shared first."""


@dataclass(frozen=True, slots=True)
class Measures:
    """Of one partition: how much stays together, and the price of the rest."""

    services: int
    cost: float
    routes: int
    routes_within: int
    transactions: int
    transactions_split: int

    @property
    def within(self) -> float:
        """The share of routes that need one service's tables only."""
        return self.routes_within / self.routes if self.routes else 1.0

    @property
    def split(self) -> float:
        """The share of transactions over several tables that are split."""
        return self.transactions_split / self.transactions if self.transactions else 0.0


def measures(monolith: Monolith, boundaries: Boundaries, severed: Sequence[Cut]) -> Measures:
    """Counts every route that touches a table, and every transaction over more than one.

    What a script writes together is no transaction that anybody waits for.
    """
    routes = [e for e in monolith.entries if e.kind == "route"]
    owners = [{boundaries.tables[t] for t in e.tables if t in boundaries.tables} for e in routes]
    touching = [o for o in owners if o]
    units = [
        {boundaries.tables[t] for t in unit.tables if t in boundaries.tables}
        for unit in monolith.transactions
        if unit.kind != "script"
    ]
    return Measures(
        len(boundaries.services),
        total(severed),
        len(touching),
        sum(len(o) == 1 for o in touching),
        len(units),
        sum(len(u) > 1 for u in units),
    )


def total(severed: Iterable[Cut]) -> float:
    """The price of all of them."""
    return round(sum(cut.cost for cut in severed), 1)


def prices(services: Iterable[str], severed: Iterable[Cut]) -> dict[str, float]:
    """Of each service the price of all that is cut between it and others."""
    severed = tuple(severed)
    return {name: total(cut for cut in severed if name in cut.between) for name in services}


def proposed_stores(prices: Mapping[str, float]) -> Mapping[str, Store]:
    """Code first, then data, where what is cut between a service and others is dear."""
    return {name: SHARED if price >= DEAR else OWN for name, price in prices.items()}


@dataclass(frozen=True, slots=True)
class Step:
    """One extraction: what it costs while `left` are still in the monolith, and why now."""

    service: str
    cost: float
    transactions: int
    inbound: float
    outbound: float
    identity: bool
    last: bool


def order(monolith: Monolith, boundaries: Boundaries, severed: Sequence[Cut]) -> tuple[Step, ...]:
    """Leaf first: at each step the cheapest to cut from what is left; identity last of all."""
    left = list(boundaries.services)
    known = identity(monolith, boundaries)
    touching: dict[str, list[Cut]] = {service: [] for service in left}
    for cut in severed:
        for service in dict.fromkeys(cut.between):
            touching[service].append(cut)
    steps = []
    while left:
        ranked = [_step(service, left, touching[service], known) for service in left]
        best = min(ranked, key=lambda s: (s.identity, s.transactions, s.cost, s.service))
        steps.append(best)
        left.remove(best.service)
    return tuple(steps)


def _step(service: str, left: Sequence[str], touching: Sequence[Cut], known: str) -> Step:
    mine = [c for c in touching if _open(c, service, left)]
    inbound = [c for c in mine if len(c.between) > 1 and c.between[0] != service]
    outbound = [c for c in mine if c.between[0] == service]
    split = sum(c.kind == "transaction" for c in mine)
    cost, needed, needs = total(mine), total(inbound), total(outbound)
    return Step(service, cost, split, needed, needs, service == known, len(left) == 1)


def _open(cut: Cut, service: str, left: Sequence[str]) -> bool:
    """Whether a cut still leads into the monolith; the others were paid for before."""
    others = [name for name in cut.between if name != service]
    return not others or any(name in left for name in others)


def identity(monolith: Monolith, boundaries: Boundaries) -> str:
    """The service that knows who is logged in, if one of the application's own tables says so."""
    counts: dict[str, int] = defaultdict(int)
    for access in monolith.facts.accesses:
        if access.table in boundaries.tables and IDENTITY & set(access.operations):
            counts[boundaries.tables[access.table]] += 1
    return min(counts, key=lambda name: (-counts[name], name)) if counts else ""
