"""A monolith under analysis: its facts, and what follows from them whatever the boundaries are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from mscli.migrate.boundaries.homes import Homes
from mscli.migrate.boundaries.prices import PRICES
from mscli.migrate.facts import AccessFact, AmbientFact, Facts, TransactionFact
from mscli.migrate.walk.graph.cascades import TAKEN_ALONG

IDENTITY = frozenset(["request.user", "current_user", "login", "authenticate"])
"""Operations that ask who is logged in. Everybody does: they say nothing of who owns the table."""
NOBODYS = IDENTITY | TAKEN_ALONG
"""Operations that are nobody's intent, and so say nothing of who owns the table."""
TOUCHED = {"write": 2.0, "read": 1.0}


@dataclass(frozen=True, slots=True)
class Entry:
    """A way in: a route or a job, by its name in the file, and its handler in the facts."""

    kind: str
    name: str
    handler: str
    file: str
    tables: Mapping[str, float] = field(default_factory=dict)


class Monolith:
    """The facts, with what several readers ask again and again."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.homes = Homes(facts)

    @cached_property
    def tables(self) -> tuple[str, ...]:
        """The application's own; a framework's tables exist in every service that uses it."""
        return tuple(t.table for t in self.facts.tables if t.origin != "framework")

    @cached_property
    def files(self) -> Mapping[str, str]:
        """Table -> the file that declares it; for a many-to-many's own table, the relation."""
        declared = {t.table: t.evidence.file if t.evidence else "" for t in self.facts.tables}
        automatic = {t.table for t in self.facts.tables if t.origin == "auto"}
        declared.update(
            {r.through: declared[r.source] for r in self.facts.relations if r.through in automatic}
        )
        return declared

    @cached_property
    def accesses(self) -> tuple[AccessFact, ...]:
        """Those that are not due to code that runs on every request."""
        ambient = {f"{a.kind} {a.name}" for a in self.facts.ambient}
        return tuple(
            access
            for access in self.facts.accesses
            if access.through not in ambient and not access.handler.startswith("ambient:")
        )

    @cached_property
    def meant(self) -> tuple[AccessFact, ...]:
        """Those of them that are somebody's intent."""
        return tuple(a for a in self.accesses if not set(a.operations) <= NOBODYS)

    @cached_property
    def fame(self) -> Mapping[str, float]:
        """Table -> the share of the handlers and jobs that touch it, of those that touch any."""
        touching: dict[str, set[str]] = defaultdict(set)
        for access in self.meant:
            touching[access.table].add(access.handler)
        of = len(set().union(*touching.values()))
        return {table: len(handlers) / of for table, handlers in touching.items()}

    @cached_property
    def ambient(self) -> tuple[tuple[AmbientFact, AccessFact], ...]:
        """What code that runs on every request does itself."""
        names = {f"ambient:{a.name}": a for a in self.facts.ambient}
        return tuple((names[a.handler], a) for a in self.facts.accesses if a.handler in names)

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """Every route and job, each name once, with the tables it touches and how much."""
        touching: dict[str, list[AccessFact]] = defaultdict(list)
        for access in self.accesses:
            touching[access.handler].append(access)
        found: dict[tuple[str, str], Entry] = {}
        for r in self.facts.routes:
            touched = _touched(a for a in touching.get(r.handler, ()) if a.is_of(r))
            entry = Entry("route", r.name, r.handler, r.evidence.file, touched)
            found.setdefault(("route", r.name), entry)
        for job in self.facts.jobs:
            touched = _touched(touching.get(job.handler, ()))
            entry = Entry("job", job.name, job.handler, job.evidence.file, touched)
            found.setdefault(("job", job.name), entry)
        return tuple(found[key] for key in sorted(found))

    @cached_property
    def transactions(self) -> tuple[TransactionFact, ...]:
        """Each unit of work once: a commit whose rows cascade is one transaction, not two."""
        best: dict[tuple[str, tuple[str, ...]], TransactionFact] = {}
        for t in self.facts.transactions:
            key = (t.evidence.file if t.kind == "request" else t.function, t.tables)
            known = best.get(key)
            if known is None or price(t) > price(known):
                best[key] = t
        return tuple(sorted(best.values()))


def _touched(accesses: Iterable[AccessFact]) -> dict[str, float]:
    found: dict[str, float] = defaultdict(float)
    for access in accesses:
        found[access.table] += TOUCHED[access.kind]
    return found


def price(transaction: TransactionFact) -> float:
    """What splitting a transaction costs between two services, in points."""
    return PRICES.get(f"transaction {transaction.kind}", 4.0)
