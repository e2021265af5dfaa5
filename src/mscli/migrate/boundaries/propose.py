"""The one caller of the readers of this room: facts, and what a person decided -> a proposal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

from mscli.migrate.boundaries.coupling import coupling, own_tables
from mscli.migrate.boundaries.cuts import Cut, cuts
from mscli.migrate.boundaries.grouping import by_data, grouped
from mscli.migrate.boundaries.homes import Homes
from mscli.migrate.boundaries.measures import Measures, Step, measures, order, total
from mscli.migrate.boundaries.services import Boundaries, Owners, named, services
from mscli.migrate.boundaries.verdict import Verdict, verdict
from mscli.migrate.facts import Facts

MOST_MERGES = 3
MOST_PRICED = 40


@dataclass(frozen=True, slots=True)
class Decided:
    """What a person wrote into the file; it holds, whatever mscli would propose."""

    tables: Owners = field(default_factory=dict)
    routes: Owners = field(default_factory=dict)
    jobs: Owners = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Edit:
    """One thing that is elsewhere than mscli would put it; `cost` is the difference in points."""

    kind: str
    what: str
    service: str
    proposed: str
    cost: float | None


@dataclass(frozen=True, slots=True)
class Alternative:
    """Other boundaries, with their figures."""

    name: str
    measures: Measures


@dataclass(frozen=True, slots=True)
class Proposal:
    """Boundaries and all that is said of them."""

    facts: Facts
    boundaries: Boundaries
    cuts: tuple[Cut, ...]
    measures: Measures
    steps: tuple[Step, ...]
    verdict: Verdict
    alternatives: tuple[Alternative, ...]
    edits: tuple[Edit, ...]


def propose(facts: Facts, decided: Decided | None = None, *, hints: bool = True) -> Proposal:
    """Boundaries for a monolith. Raises MissingProgram where networkx is not installed."""
    homes = Homes(facts)
    weights = coupling(facts)
    groups = grouped(facts, weights, homes) if hints else by_data(weights)
    fresh = services(facts, homes, named(groups))
    mapped = _renamed(fresh, decided.tables) if decided else fresh
    boundaries = _overlaid(facts, homes, mapped, decided) if decided else fresh
    severed = cuts(facts, homes, boundaries)
    measured = measures(facts, boundaries, severed)
    steps = order(facts, boundaries, severed)
    others = {"by data alone": by_data(weights)} if hints else {}
    structure = {t: homes.of_table.get(t) or "rest" for t in own_tables(facts)}
    others["one part of the code, one service"] = structure
    return Proposal(
        facts,
        boundaries,
        severed,
        measured,
        steps,
        verdict(facts, measured, steps),
        _alternatives(facts, homes, boundaries, measured, others),
        _edits(facts, homes, boundaries, mapped, severed) if decided else (),
    )


def _renamed(fresh: Boundaries, tables: Owners) -> Boundaries:
    """The proposal under the names that a person gave to services of the same tables."""
    votes: dict[str, Counter[str]] = {}
    for table, owner in fresh.tables.items():
        if table in tables:
            votes.setdefault(owner, Counter())[tables[table]] += 1
    names: dict[str, str] = {}
    for owner in sorted(votes):
        ranked = sorted(
            votes[owner].items(), key=lambda item: (item[0] != owner, -item[1], item[0])
        )
        free = [name for name, _ in ranked if name not in names.values()]
        if owner not in tables.values() and free:
            names[owner] = free[0]

    def new(owners: Owners) -> Owners:
        return {thing: names.get(owner, owner) for thing, owner in owners.items()}

    return Boundaries(new(fresh.tables), new(fresh.routes), new(fresh.jobs), new(fresh.modules))


def _overlaid(facts: Facts, homes: Homes, mapped: Boundaries, decided: Decided) -> Boundaries:
    """What the file says; what it does not say follows its tables and its home."""
    tables = {**mapped.tables, **decided.tables}
    found = services(facts, homes, dict(sorted(tables.items())))
    return replace(
        found,
        routes=dict(sorted({**found.routes, **decided.routes}.items())),
        jobs=dict(sorted({**found.jobs, **decided.jobs}.items())),
    )


def _edits(
    facts: Facts, homes: Homes, mine: Boundaries, proposed: Boundaries, severed: Sequence[Cut]
) -> tuple[Edit, ...]:
    """Every difference, each with what taking it back would save."""
    found = []
    follows = services(facts, homes, mine.tables)
    for kind, owners, before in (
        ("table", mine.tables, proposed.tables),
        ("route", mine.routes, follows.routes),
        ("job", mine.jobs, follows.jobs),
    ):
        for what, owner in sorted(owners.items()):
            if before.get(what, "") != owner:
                found.append((kind, what, owner, before.get(what, "")))
    edits = []
    for kind, what, owner, was in found:
        cost = None
        if was and len(found) <= MOST_PRICED:
            back = _put(mine, kind, what, was)
            cost = round(total(severed) - total(cuts(facts, homes, back)), 1)
        edits.append(Edit(kind, what, owner, was, cost))
    return tuple(edits)


def _put(boundaries: Boundaries, kind: str, what: str, owner: str) -> Boundaries:
    if kind == "table":
        return replace(boundaries, tables={**boundaries.tables, what: owner})
    if kind == "route":
        return replace(boundaries, routes={**boundaries.routes, what: owner})
    return replace(boundaries, jobs={**boundaries.jobs, what: owner})


def _alternatives(
    facts: Facts,
    homes: Homes,
    boundaries: Boundaries,
    measured: Measures,
    others: Mapping[str, Mapping[str, str]],
) -> tuple[Alternative, ...]:
    """One monolith, the merges that save most, and partitions made in another way."""
    found = []
    for pair in _merges(facts, homes, boundaries):
        found.append(
            _alternative(
                facts, homes, f"{pair[0]} and {pair[1]} together", _merged(boundaries, pair)
            )
        )
    for name, groups in sorted(others.items()):
        other = services(facts, homes, named(groups))
        if _partition(other.tables) != _partition(boundaries.tables):
            found.append(_alternative(facts, homes, name, other))
    whole = replace(
        measured, services=1, cost=0.0, routes_within=measured.routes, transactions_split=0
    )
    found.append(Alternative("one modular monolith", whole))
    return tuple(found)


def _alternative(facts: Facts, homes: Homes, name: str, boundaries: Boundaries) -> Alternative:
    severed = cuts(facts, homes, boundaries)
    return Alternative(name, measures(facts, boundaries, severed))


def _partition(tables: Owners) -> set[frozenset[str]]:
    return {frozenset(t for t in tables if tables[t] == owner) for owner in set(tables.values())}


def _merges(facts: Facts, homes: Homes, boundaries: Boundaries) -> list[tuple[str, str]]:
    """The pairs of services between which most is paid."""
    saved: Counter[tuple[str, str]] = Counter()
    for cut in cuts(facts, homes, boundaries):
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
