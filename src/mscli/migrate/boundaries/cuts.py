"""What a cut between services severs: each edge with its evidence and its price.

Prices are points, not days. They say what has to be built where one database did the work: a saga
for a transaction, a copy or a composition for a join, a call with a breaker for a read. The table
is `PRICES`; docs/migrate.md shows it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from mscli.migrate.boundaries.coupling import direct
from mscli.migrate.boundaries.homes import Homes
from mscli.migrate.boundaries.services import Boundaries, entries
from mscli.migrate.facts import AccessFact, Facts, TransactionFact
from mscli.migrate.values import Site

PRICES = {
    "transaction atomic": 8.0,
    "transaction commit": 8.0,
    "transaction request": 3.0,
    "transaction cascade": 4.0,
    "transaction signal": 3.0,
    "foreign-key": 2.0,
    "foreign-key cascade": 3.0,
    "foreign-key inheritance": 6.0,
    "foreign-key many-to-many": 3.0,
    "foreign-key generic": 1.0,
    "join": 4.0,
    "write": 3.0,
    "read": 1.0,
    "ambient": 3.0,
    "import": 0.1,
}
EACH_MORE, MOST_MORE, SHOWN = 0.25, 3.0, 3
"""A second handler over the same edge needs little more; past `MOST_MORE` times nothing."""
ORDER = ("transaction", "join", "foreign-key", "call", "ambient", "import")


@dataclass(frozen=True, slots=True)
class Cut:
    """One edge that is severed. `between`: the dependent service first, then those it needs."""

    kind: str
    between: tuple[str, ...]
    what: str
    cost: float
    evidence: tuple[Site, ...]
    count: int = 1


def cuts(facts: Facts, homes: Homes, boundaries: Boundaries) -> tuple[Cut, ...]:
    """Every severed edge, the kinds in the order of `ORDER`, the dearest first."""
    found = [
        *_transactions(facts, homes, boundaries),
        *_joins(facts, boundaries),
        *_relations(facts, boundaries),
        *_calls(facts, boundaries),
        *_ambient(facts, boundaries),
        *_imports(facts, boundaries),
    ]
    return tuple(sorted(found, key=lambda c: (ORDER.index(c.kind), -c.cost, c.between, c.what)))


def _owners(tables: Iterable[str], boundaries: Boundaries) -> list[str]:
    return sorted({boundaries.tables[t] for t in tables if t in boundaries.tables})


def dearest(facts: Facts) -> tuple[TransactionFact, ...]:
    """Each unit of work once: a commit whose rows cascade is one transaction, not two."""
    best: dict[tuple[str, tuple[str, ...]], TransactionFact] = {}
    for t in facts.transactions:
        key = (t.evidence.file if t.kind == "request" else t.function, t.tables)
        known = best.get(key)
        if known is None or _price(t) > _price(known):
            best[key] = t
    return tuple(sorted(best.values()))


def _price(transaction: TransactionFact) -> float:
    return PRICES.get(f"transaction {transaction.kind}", 4.0)


def _transactions(facts: Facts, homes: Homes, boundaries: Boundaries) -> Iterator[Cut]:
    for t in dearest(facts):
        owners = _owners(t.tables, boundaries)
        if len(owners) > 1:
            first = _leader(t, homes, boundaries, owners)
            between = (first, *(owner for owner in owners if owner != first))
            cost = _price(t) * (1 + EACH_MORE * (len(owners) - 2))
            what = f"{t.kind}: {t.function} writes {', '.join(t.tables)}"
            yield Cut("transaction", between, what, cost, (t.evidence,))


def _leader(t: TransactionFact, homes: Homes, boundaries: Boundaries, owners: list[str]) -> str:
    """The service that the transaction's code is in, or that owns most of its tables."""
    module = t.function.rpartition(".")[0]
    owner = boundaries.modules.get(module) or homes.of_file(t.evidence.file)
    if owner in owners:
        return owner
    counts = [boundaries.tables.get(table, "") for table in t.tables]
    return min(owners, key=lambda name: (-counts.count(name), name))


def _joins(facts: Facts, boundaries: Boundaries) -> Iterator[Cut]:
    """Raw SQL over several owners, and queries that cross a relation to another owner's table."""
    for sql in facts.sql:
        owners = _owners((*sql.reads, *sql.writes), boundaries)
        if len(owners) > 1:
            what = "raw SQL over " + ", ".join(sorted({*sql.reads, *sql.writes}))
            yield Cut("join", tuple(owners), what, PRICES["join"], (sql.evidence,))
    at: dict[Site, set[str]] = defaultdict(set)
    crossing = set()
    for access in direct(facts):
        if access.kind == "read" and access.table in boundaries.tables:
            at[access.evidence].add(access.table)
            if "join" in access.operations:
                crossing.add(access.evidence)
    raw = {sql.evidence for sql in facts.sql}
    for site in sorted(crossing - raw):
        owners = _owners(at[site], boundaries)
        if len(owners) > 1:
            what = "a query over " + ", ".join(sorted(at[site]))
            yield Cut("join", tuple(owners), what, PRICES["join"], (site,))


def _relations(facts: Facts, boundaries: Boundaries) -> Iterator[Cut]:
    keys = {(r.source, r.target): r for r in facts.relations if r.kind != "relationship"}
    others = {(r.source, r.target): r for r in facts.relations if r.kind == "relationship"}
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


def _calls(facts: Facts, boundaries: Boundaries) -> Iterator[Cut]:
    owner_of = {e.handler: _entry_owner(e.kind, e.name, boundaries) for e in entries(facts)}
    found: dict[tuple[str, str, str], list[AccessFact]] = defaultdict(list)
    for access in direct(facts):
        mine, theirs = owner_of.get(access.handler), boundaries.tables.get(access.table)
        if mine and theirs and mine != theirs:
            found[mine, access.table, access.kind].append(access)
    for (mine, table, kind), accesses in sorted(found.items()):
        handlers = sorted({a.handler for a in accesses})
        more = min(MOST_MORE, EACH_MORE * (len(handlers) - 1))
        shown = ", ".join(handlers[:SHOWN]) + (" ..." if len(handlers) > SHOWN else "")
        sites = tuple(sorted({a.evidence for a in accesses}))[:SHOWN]
        what = f"{kind}s {table}: {shown}"
        between = (mine, boundaries.tables[table])
        yield Cut("call", between, what, PRICES[kind] * (1 + more), sites, len(handlers))


def _entry_owner(kind: str, name: str, boundaries: Boundaries) -> str:
    return (boundaries.routes if kind == "route" else boundaries.jobs).get(name, "")


def _ambient(facts: Facts, boundaries: Boundaries) -> Iterator[Cut]:
    """Code on every request that writes: every other service would have to do it too."""
    names = {f"ambient:{a.name}": a for a in facts.ambient}
    for access in facts.accesses:
        ambient = names.get(access.handler)
        owner = boundaries.tables.get(access.table)
        others = [s for s in boundaries.services if s != owner]
        if ambient is not None and owner and others and access.kind == "write":
            what = f"{ambient.kind} {ambient.name} writes {access.table} on every request"
            yield Cut("ambient", (owner,), what, PRICES["ambient"], (access.evidence,))


def _imports(facts: Facts, boundaries: Boundaries) -> Iterator[Cut]:
    found: Mapping[tuple[str, str], list[Site]] = defaultdict(list)
    for i in facts.imports:
        mine, theirs = boundaries.modules.get(i.importer), boundaries.modules.get(i.imported)
        if mine and theirs and mine != theirs:
            found[mine, theirs].append(i.evidence)
    for (mine, theirs), sites in sorted(found.items()):
        cost = PRICES["import"] * len(sites)
        what = f"{len(sites)} imports of its modules"
        yield Cut("import", (mine, theirs), what, cost, tuple(sorted(sites))[:SHOWN], len(sites))
