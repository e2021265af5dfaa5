"""How sure it is that two tables belong together: all the evidence, added up.

Evidence of different kinds adds up as if independent: 1 - (1 - p)(1 - q). A weight is -log(1 - p),
so that weights can be added. Databases come first (after CARGO, Nitin et al., ASE 2022): a
partition of the code that ignores the database is no partition. Code follows its tables.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mscli.migrate.boundaries.monolith import Monolith
from mscli.migrate.boundaries.ties import evidence
from mscli.migrate.boundaries.ties.evidence import Evidence

Pair = tuple[str, str]

FAINT, SUREST = 0.1, 0.985
"""Two tables that nothing ties are in one service one time in ten: what all the evidence says with
less is noise, and there is much of it. Nothing is surer, so that one kind cannot outweigh all."""


@dataclass(slots=True)
class Coupling:
    """Weights between tables; `pairs` has each pair once, in alphabetical order."""

    tables: tuple[str, ...]
    pairs: dict[Pair, float] = field(default_factory=dict)

    def chance(self, one: str, other: str) -> float:
        """The chance that two tables belong together, by all the evidence."""
        return 1 - math.exp(-self.pairs.get((min(one, other), max(one, other)), 0.0))


def coupling(monolith: Monolith) -> Coupling:
    """Every weight, by the data and what is done to it. The structure of the code is not asked."""
    return with_evidence(Coupling(monolith.tables), evidence.of_data(monolith))


def with_evidence(coupling: Coupling, kinds: Iterable[Iterable[Evidence]]) -> Coupling:
    """The same, and what more kinds of evidence say."""
    found = Coupling(coupling.tables, dict(coupling.pairs))
    for kind in kinds:
        _add(found, kind)
    told = {pair: weight for pair, weight in found.pairs.items() if found.chance(*pair) >= FAINT}
    return Coupling(found.tables, told)


def beyond_expected(coupling: Coupling) -> Coupling:
    """What ties two tables more than any two that are tied so much to all (as modularity asks)."""
    tied = {table: sum(near.values()) for table, near in neighbours(coupling).items()}
    total = sum(tied.values())
    pairs = {
        (one, other): weight - tied[one] * tied[other] / total
        for (one, other), weight in coupling.pairs.items()
    }
    return Coupling(coupling.tables, {pair: more for pair, more in pairs.items() if more > 0})


def neighbours(coupling: Coupling) -> Mapping[str, Mapping[str, float]]:
    """Table -> table -> weight, both ways."""
    found: dict[str, dict[str, float]] = {table: {} for table in coupling.tables}
    for (one, other), weight in coupling.pairs.items():
        found[one][other] = found[other][one] = weight
    return found


def _add(found: Coupling, kind: Iterable[Evidence]) -> None:
    """Of one kind of evidence the strongest counts for a pair: it is often told twice."""
    strongest: dict[Pair, float] = {}
    known = frozenset(found.tables)
    for one, other, chance in kind:
        if one != other and chance > 0 and one in known and other in known:
            pair = (min(one, other), max(one, other))
            strongest[pair] = max(chance, strongest.get(pair, 0.0))
    for pair, chance in strongest.items():
        weight = -math.log1p(-min(chance, SUREST))
        found.pairs[pair] = found.pairs.get(pair, 0.0) + weight
