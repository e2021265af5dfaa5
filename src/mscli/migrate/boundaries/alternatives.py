"""Other boundaries than those proposed, by the same figures, so that one can argue."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from mscli.migrate.boundaries.costs.cuts import Cut, cuts
from mscli.migrate.boundaries.costs.measures import Measures, measures, total
from mscli.migrate.boundaries.groups.grouping import by_data
from mscli.migrate.boundaries.monolith import Monolith
from mscli.migrate.boundaries.services import Boundaries, Owners, named, services
from mscli.migrate.boundaries.ties.coupling import Coupling, neighbours

MOST_MERGES, MOST_TRIED = 3, 12


@dataclass(frozen=True, slots=True)
class Alternative:
    """Other boundaries, with their figures."""

    name: str
    measures: Measures


def alternatives(
    monolith: Monolith, coupling: Coupling, boundaries: Boundaries, severed: Sequence[Cut]
) -> tuple[Alternative, ...]:
    """Moves and merges that save most, partitions made in another way, and one monolith."""
    found = _moves(monolith, coupling, boundaries, total(severed))
    for pair in _merges(boundaries, severed):
        found.append(
            _alternative(monolith, f"{pair[0]} and {pair[1]} together", _merged(boundaries, pair))
        )
    structure = {t: monolith.homes.of_table.get(t) or "rest" for t in monolith.tables}
    others = {
        "by data alone": by_data(coupling, monolith.facts),
        "one part of the code, one service": structure,
    }
    for name, groups in others.items():
        other = services(monolith, named(groups))
        if _partition(other.tables) != _partition(boundaries.tables):
            found.append(_alternative(monolith, name, other))
    measured = measures(monolith, boundaries, severed)
    whole = replace(
        measured, services=1, cost=0.0, routes_within=measured.routes, transactions_split=0
    )
    found.append(Alternative("one modular monolith", whole))
    return tuple(found)


def _alternative(monolith: Monolith, name: str, boundaries: Boundaries) -> Alternative:
    severed = cuts(monolith, boundaries)
    return Alternative(name, measures(monolith, boundaries, severed))


def _partition(tables: Owners) -> set[frozenset[str]]:
    return {frozenset(t for t in tables if tables[t] == owner) for owner in set(tables.values())}


def _merges(boundaries: Boundaries, severed: Sequence[Cut]) -> list[tuple[str, str]]:
    """The pairs of services between which most is paid."""
    saved: Counter[tuple[str, str]] = Counter()
    for cut in severed:
        names = sorted(set(cut.between))
        for one, other in combinations(names, 2):
            saved[one, other] += cut.cost / (len(names) - 1)  # type: ignore[assignment]
    ranked = sorted(saved.items(), key=lambda item: (-item[1], item[0]))
    return [pair for pair, _ in ranked[:MOST_MERGES]] if len(boundaries.services) > 2 else []  # noqa: PLR2004


def _merged(boundaries: Boundaries, pair: tuple[str, str]) -> Boundaries:
    def new(owners: Owners) -> Owners:
        return {thing: pair[0] if owner == pair[1] else owner for thing, owner in owners.items()}

    b = boundaries
    return Boundaries(new(b.tables), new(b.routes), new(b.jobs), new(b.modules))


def _moves(
    monolith: Monolith, coupling: Coupling, boundaries: Boundaries, cost: float
) -> list[Alternative]:
    """Single tables that would be cheaper elsewhere; the most strongly drawn ones are tried."""
    near = neighbours(coupling)
    drawn = []
    for table, owner in boundaries.tables.items():
        pull: dict[str, float] = defaultdict(float)
        for other, weight in near[table].items():
            pull[boundaries.tables[other]] += weight
        home = pull.pop(owner, 0.0)
        drawn += [(weight - home, table, name) for name, weight in pull.items() if weight > 0]
    found = []
    for _, table, name in sorted(drawn, key=lambda item: (-item[0], item[1:]))[:MOST_TRIED]:
        tables = dict(sorted({**boundaries.tables, table: name}.items()))
        tried = _alternative(monolith, f"{table} in {name}", replace(boundaries, tables=tables))
        if tried.measures.cost < cost:
            found.append(tried)
    return sorted(found, key=lambda a: (a.measures.cost, a.name))[:MOST_MERGES]
