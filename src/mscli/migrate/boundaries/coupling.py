"""How strongly tables hang together: foreign keys, transactions, and requests that use both.

After CARGO (Nitin et al., ASE 2022): a partition of the code that ignores transactions of the
database is no partition. So the tables are partitioned, and code follows its tables.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations

from mscli.migrate.boundaries.monolith import Monolith
from mscli.migrate.facts import Facts, RelationFact

Pair = tuple[str, str]

RELATIONS = {"inheritance": 6.0, "one-to-one": 3.0, "foreign-key": 1.0, "generic": 0.25}
CASCADE, THROUGH_OWNER = 2.0, 4.0
TRANSACTIONS = {"atomic": 3.0, "commit": 3.0, "signal": 2.0, "cascade": 1.0, "request": 0.5}
WRITE, READ = 1.0, 0.4
WIDEST = 12
"""A transaction over more tables than this is a hub's cascade: it joins everything and nothing."""


@dataclass(slots=True)
class Coupling:
    """Weights between tables; `pairs` has each pair once, in alphabetical order."""

    tables: tuple[str, ...]
    pairs: dict[Pair, float] = field(default_factory=dict)

    def add(self, one: str, other: str, weight: float) -> None:
        """Add weight between two tables; a table is not coupled to itself."""
        if one != other and one in self._known and other in self._known:
            pair = (one, other) if one < other else (other, one)
            self.pairs[pair] = self.pairs.get(pair, 0.0) + weight

    _known: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self._known = frozenset(self.tables)


def coupling(monolith: Monolith) -> Coupling:
    """Every weight, from the facts."""
    facts = monolith.facts
    found = Coupling(monolith.tables)
    _relations(found, facts)
    for tables, weight in _transactions(facts):
        for one, other in combinations(tables, 2):
            found.add(one, other, weight)
    _requests(found, monolith)
    return found


def _relations(found: Coupling, facts: Facts) -> None:
    """The strongest relation between two tables counts: ORMs often declare it from both sides."""
    referring = defaultdict(set)
    for r in facts.relations:
        referring[r.target].add(r.source)
    strongest: dict[Pair, float] = {}
    for r in facts.relations:
        share = 1 / math.sqrt(max(1, len(referring[r.target])))
        weights = {(r.source, r.target): _weight(r) * share}
        if r.through:
            weights = {(r.source, r.through): THROUGH_OWNER, (r.through, r.target): share}
        for (one, other), weight in weights.items():
            pair = (min(one, other), max(one, other))
            strongest[pair] = max(weight, strongest.get(pair, 0.0))
    for (one, other), weight in strongest.items():
        found.add(one, other, weight)


def _weight(relation: RelationFact) -> float:
    if relation.kind == "foreign-key" and relation.on_delete == "cascade":
        return CASCADE
    return RELATIONS.get(relation.kind, 1.0)


def _transactions(facts: Facts) -> Iterable[tuple[tuple[str, ...], float]]:
    kinds: dict[tuple[str, ...], float] = {}
    for transaction in facts.transactions:
        weight = TRANSACTIONS.get(transaction.kind, 1.0)
        kinds[transaction.tables] = max(weight, kinds.get(transaction.tables, 0.0))
    for tables, weight in kinds.items():
        if len(tables) <= WIDEST:
            yield tables, weight / (len(tables) - 1)


def _requests(found: Coupling, monolith: Monolith) -> None:
    used: dict[str, dict[str, float]] = {}
    for access in monolith.accesses:
        weights = used.setdefault(access.handler, {})
        weight = WRITE if access.kind == "write" else READ
        weights[access.table] = max(weight, weights.get(access.table, 0.0))
    spread = Counter(table for weights in used.values() for table in weights)
    rare = {t: math.log((len(used) + 1) / (count + 0.5)) for t, count in spread.items()}
    for weights in used.values():
        for one, other in combinations(sorted(weights), 2):
            weight = weights[one] * weights[other] * min(rare[one], rare[other])
            found.add(one, other, max(0.0, weight) / (len(weights) - 1))
