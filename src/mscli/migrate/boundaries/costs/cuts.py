"""What a cut between services severs: each edge with its evidence and its price.

Prices are points, not days. They say what has to be built where one database did the work: a saga
for a transaction, a copy or a composition for a join, a call with a breaker for a read. The table
is in `prices.py`; docs/migrate.md shows it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from mscli.migrate.boundaries.monolith import Monolith, price
from mscli.migrate.boundaries.prices import PRICES, SCRIPT
from mscli.migrate.boundaries.services import Boundaries
from mscli.migrate.facts import AccessFact, TransactionFact, condition
from mscli.migrate.walk.values.values import Site

EACH_MORE, MOST_MORE, SHOWN = 0.25, 3.0, 3
"""A second handler over the same edge needs little more; past `MOST_MORE` times nothing."""
ORDER = ("transaction", "join", "foreign-key", "call", "ambient", "script", "import")


@dataclass(frozen=True, slots=True)
class Cut:
    """One edge that is severed. `between`: the dependent service first, then those it needs."""

    kind: str
    between: tuple[str, ...]
    what: str
    cost: float
    evidence: tuple[Site, ...]
    count: int = 1


def cuts(monolith: Monolith, boundaries: Boundaries) -> tuple[Cut, ...]:
    """Every severed edge, the kinds in the order of `ORDER`, the dearest first."""
    found = [
        *_transactions(monolith, boundaries),
        *_joins(monolith, boundaries),
        *_relations(monolith, boundaries),
        *_calls(monolith, boundaries),
        *_ambient(monolith, boundaries),
        *_imports(monolith, boundaries),
    ]
    return tuple(sorted(found, key=lambda c: (ORDER.index(c.kind), -c.cost, c.between, c.what)))


def _owners(tables: Iterable[str], boundaries: Boundaries) -> list[str]:
    return sorted({boundaries.tables[t] for t in tables if t in boundaries.tables})


def _transactions(monolith: Monolith, boundaries: Boundaries) -> Iterator[Cut]:
    for t in monolith.transactions:
        owners = _owners(t.tables, boundaries)
        if len(owners) > 1:
            first = _leader(t, monolith, boundaries, owners)
            between = (first, *(owner for owner in owners if owner != first))
            cost = price(t) * (1 + EACH_MORE * (len(owners) - 2))
            what = f"{t.kind}: {t.function} writes {', '.join(t.tables)}"
            kind = "script" if t.kind == "script" else "transaction"
            yield Cut(kind, between, what, cost, (t.evidence,))


def _leader(
    t: TransactionFact, monolith: Monolith, boundaries: Boundaries, owners: list[str]
) -> str:
    """The service that the transaction's code is in, or that owns most of its tables."""
    module = t.function.rpartition(".")[0]
    owner = boundaries.modules.get(module) or monolith.homes.of_file(t.evidence.file)
    if owner in owners:
        return owner
    counts = [boundaries.tables.get(table, "") for table in t.tables]
    return min(owners, key=lambda name: (-counts.count(name), name))


def _joins(monolith: Monolith, boundaries: Boundaries) -> Iterator[Cut]:
    """Raw SQL over several owners, and queries that cross a relation to another owner's table."""
    for sql in monolith.facts.sql:
        owners = _owners((*sql.reads, *sql.writes), boundaries)
        if len(owners) > 1:
            what = "raw SQL over " + ", ".join(sorted({*sql.reads, *sql.writes}))
            yield Cut("join", tuple(owners), what, PRICES["join"], (sql.evidence,))
    at: dict[Site, set[str]] = defaultdict(set)
    crossing = set()
    for access in monolith.accesses:
        if access.kind == "read" and access.table in boundaries.tables:
            at[access.evidence].add(access.table)
            if "join" in access.operations:
                crossing.add(access.evidence)
    raw = {sql.evidence for sql in monolith.facts.sql}
    for site in sorted(crossing - raw):
        owners = _owners(at[site], boundaries)
        if len(owners) > 1:
            what = "a query over " + ", ".join(sorted(at[site]))
            yield Cut("join", tuple(owners), what, PRICES["join"], (site,))


def _relations(monolith: Monolith, boundaries: Boundaries) -> Iterator[Cut]:
    keys = {(r.source, r.target): r for r in monolith.facts.relations if r.kind != "relationship"}
    others = {(r.source, r.target): r for r in monolith.facts.relations if r.kind == "relationship"}
    for key, other in others.items():
        if key not in keys and key[::-1] not in keys:  # else it is a foreign key, listed already
            keys[key] = other
    for (source, target), r in sorted(keys.items()):
        mine, theirs = boundaries.tables.get(source), boundaries.tables.get(target)
        if mine and theirs and mine != theirs:
            special = (
                r.kind if r.kind in ("inheritance", "many-to-many", "generic") else r.on_delete
            )
            cost = PRICES.get(f"foreign-key {special}", PRICES["foreign-key"])
            what = f"{source}.{r.name} -> {target}" + (f", {special}" if special else "")
            yield Cut("foreign-key", (mine, theirs), what, cost, (r.evidence,))


def _calls(monolith: Monolith, boundaries: Boundaries) -> Iterator[Cut]:
    owner_of = {e.handler: _entry_owner(e.kind, e.name, boundaries) for e in monolith.entries}
    found: dict[tuple[str, str, str], list[AccessFact]] = defaultdict(list)
    for access in monolith.accesses:
        mine, theirs = owner_of.get(access.handler), boundaries.tables.get(access.table)
        if mine and theirs and mine != theirs:
            found[mine, access.table, access.kind].append(access)
    commands = {job.handler for job in monolith.facts.jobs if job.kind == "command"}
    for (mine, table, kind), accesses in sorted(found.items()):
        handlers = sorted({a.handler for a in accesses})
        served = len({*handlers} - commands)
        more = min(MOST_MORE, EACH_MORE * (served - 1)) if served else SCRIPT - 1
        shown = ", ".join(handlers[:SHOWN]) + (" ..." if len(handlers) > SHOWN else "")
        sites = tuple(sorted({a.evidence for a in accesses}))[:SHOWN]
        off = {a.only_if for a in accesses}
        what = f"{kind}s {table}: {shown}{condition(off.pop()) if len(off) == 1 else ''}"
        between = (mine, boundaries.tables[table])
        yield Cut("call", between, what, PRICES[kind] * (1 + more), sites, len(handlers))


def _entry_owner(kind: str, name: str, boundaries: Boundaries) -> str:
    return (boundaries.routes if kind == "route" else boundaries.jobs).get(name, "")


def _ambient(monolith: Monolith, boundaries: Boundaries) -> Iterator[Cut]:
    """Code on every request that writes: every other service would have to do it too."""
    if len(boundaries.services) < 2:  # noqa: PLR2004
        return
    for ambient, access in monolith.ambient:
        owner = boundaries.tables.get(access.table)
        if owner and access.kind == "write":
            what = f"{ambient.kind} {ambient.name} writes {access.table} on every request"
            what += condition(access.only_if)
            yield Cut("ambient", (owner,), what, PRICES["ambient"], (access.evidence,))


def _imports(monolith: Monolith, boundaries: Boundaries) -> Iterator[Cut]:
    found: Mapping[tuple[str, str], list[Site]] = defaultdict(list)
    for i in monolith.facts.imports:
        mine, theirs = boundaries.modules.get(i.importer), boundaries.modules.get(i.imported)
        if mine and theirs and mine != theirs:
            found[mine, theirs].append(i.evidence)
    for (mine, theirs), sites in sorted(found.items()):
        cost = PRICES["import"] * len(sites)
        what = f"{len(sites)} imports of its modules"
        yield Cut("import", (mine, theirs), what, cost, tuple(sorted(sites))[:SHOWN], len(sites))
