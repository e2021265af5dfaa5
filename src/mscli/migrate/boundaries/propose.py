"""The one caller of the readers of this room: facts, and what a person decided -> a proposal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from mscli.migrate.boundaries.alternatives import Alternative, alternatives
from mscli.migrate.boundaries.costs.cuts import Cut, cuts
from mscli.migrate.boundaries.costs.measures import (
    Measures,
    Step,
    measures,
    order,
    prices,
    proposed_stores,
    total,
)
from mscli.migrate.boundaries.costs.verdict import Verdict, verdict
from mscli.migrate.boundaries.groups.grouping import by_data, grouped
from mscli.migrate.boundaries.groups.merging import Groups
from mscli.migrate.boundaries.groups.number import towards
from mscli.migrate.boundaries.monolith import Monolith
from mscli.migrate.boundaries.services import Boundaries, Owners, named, services
from mscli.migrate.boundaries.since import Gone, Since, added
from mscli.migrate.boundaries.ties import evidence
from mscli.migrate.boundaries.ties.coupling import (
    Coupling,
    beyond_expected,
    coupling,
    with_evidence,
)
from mscli.migrate.facts import Facts
from mscli.migrate.store import OWN, Store

MOST_PRICED = 40


@dataclass(frozen=True, slots=True)
class Decided:
    """What a person wrote into the file; it holds, whatever mscli would propose.

    A service of the file whose store it does not say has its own database. `gone` is what the file
    has, too, and the code has no more.
    """

    tables: Owners = field(default_factory=dict)
    routes: Owners = field(default_factory=dict)
    jobs: Owners = field(default_factory=dict)
    stores: Mapping[str, Store] = field(default_factory=dict)
    gone: tuple[Gone, ...] = ()

    @property
    def services(self) -> frozenset[str]:
        """Every service that the file has."""
        return frozenset((*self.tables.values(), *self.routes.values(), *self.jobs.values()))


@dataclass(frozen=True, slots=True)
class Edit:
    """One thing that is elsewhere than mscli would put it; `cost` is the difference in points."""

    kind: str
    what: str
    service: str
    proposed: str
    cost: float | None


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
    since: Since = field(default_factory=Since)


def propose(
    facts: Facts,
    decided: Decided | None = None,
    *,
    hints: bool = True,
    wanted: int = 0,
    store: Store | None = None,
) -> Proposal:
    """Boundaries for a monolith; `wanted` is how many services, if a person says so.

    `store` is where the rows of every service are, whatever the file says.

    Raises MissingProgram where networkx is not installed.
    """
    monolith = Monolith(facts)
    weights = coupling(monolith)
    groups = grouped(monolith, weights) if hints else by_data(weights, facts)
    if wanted:
        groups = _towards(groups, monolith, weights, wanted, hints=hints)
    fresh = services(monolith, named(groups))
    mapped = _renamed(fresh, decided) if decided else fresh
    boundaries = _overlaid(monolith, mapped, decided) if decided else fresh
    severed = cuts(monolith, boundaries)
    stores = proposed_stores(prices(boundaries.services, severed))
    boundaries = replace(boundaries, stores=_stores(stores, decided, store))
    measured = measures(monolith, boundaries, severed)
    steps = order(monolith, boundaries, severed)
    return Proposal(
        facts,
        boundaries,
        severed,
        measured,
        steps,
        verdict(facts, measured, steps),
        alternatives(monolith, weights, boundaries, severed),
        _edits(monolith, boundaries, mapped, severed, stores) if decided else (),
        _since(boundaries, decided) if decided else Since(),
    )


def _towards(
    groups: Groups, monolith: Monolith, weights: Coupling, wanted: int, *, hints: bool
) -> Groups:
    """As many groups as a person wants. Those that the data found stand out from it already."""
    if not hints:
        return towards(groups, weights, {}, wanted)
    identity = evidence.of_identity(monolith.homes.of_table)
    structured = with_evidence(weights, (*evidence.of_structure(monolith), identity))
    return towards(groups, beyond_expected(structured), monolith.files, wanted)


def _stores(
    proposed: Mapping[str, Store], decided: Decided | None, store: Store | None
) -> Mapping[str, Store]:
    if store is not None:
        return dict.fromkeys(proposed, store)
    said = {**dict.fromkeys(decided.services, OWN), **decided.stores} if decided else {}
    return {name: said.get(name, of) for name, of in proposed.items()}


def _since(boundaries: Boundaries, decided: Decided) -> Since:
    kinds = {"table": "tables", "route": "routes", "job": "jobs"}
    mine, theirs = (
        {kind: getattr(owners, name) for kind, name in kinds.items()}
        for owners in (boundaries, decided)
    )
    return Since(decided.gone, added(mine, theirs))


def _renamed(fresh: Boundaries, decided: Decided) -> Boundaries:
    """The proposal under the new names that a person gave to services of the same tables."""
    written = decided.services
    votes: dict[str, Counter[str]] = {}
    for table, owner in fresh.tables.items():
        name = decided.tables.get(table, "")
        if name and owner not in written and name not in fresh.services:
            votes.setdefault(owner, Counter())[name] += 1
    names: dict[str, str] = {}
    for owner in sorted(votes):
        ranked = sorted(votes[owner], key=lambda name: (-votes[owner][name], name))
        free = [name for name in ranked if name not in names.values()]
        if free:
            names[owner] = free[0]

    def new(owners: Owners) -> Owners:
        return {thing: names.get(owner, owner) for thing, owner in owners.items()}

    return Boundaries(new(fresh.tables), new(fresh.routes), new(fresh.jobs), new(fresh.modules))


def _overlaid(monolith: Monolith, mapped: Boundaries, decided: Decided) -> Boundaries:
    """What the file says; what it does not say follows its tables and its home."""
    tables = {**mapped.tables, **decided.tables}
    found = services(monolith, dict(sorted(tables.items())))
    return replace(
        found,
        routes=dict(sorted({**found.routes, **decided.routes}.items())),
        jobs=dict(sorted({**found.jobs, **decided.jobs}.items())),
    )


def _edits(
    monolith: Monolith,
    mine: Boundaries,
    proposed: Boundaries,
    severed: Sequence[Cut],
    stores: Mapping[str, Store],
) -> tuple[Edit, ...]:
    """Every difference, each with what taking it back would save."""
    found = []
    follows = services(monolith, mine.tables)
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
            cost = round(total(severed) - total(cuts(monolith, back)), 1)
        edits.append(Edit(kind, what, owner, was, cost))
    edits += [
        Edit("database", mine.store(name), name, store, None)
        for name, store in stores.items()
        if mine.store(name) != store
    ]
    return tuple(edits)


def _put(boundaries: Boundaries, kind: str, what: str, owner: str) -> Boundaries:
    if kind == "table":
        return replace(boundaries, tables={**boundaries.tables, what: owner})
    if kind == "route":
        return replace(boundaries, routes={**boundaries.routes, what: owner})
    return replace(boundaries, jobs={**boundaries.jobs, what: owner})
