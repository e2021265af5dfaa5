"""Which tables belong together: the application's own structure first, corrected by the coupling.

1. A table lives where its model is declared, if that says anything about the domain.
2. A table whose home says nothing (one `models.py` for all) goes where the code that uses it lives,
   and where the tables are that it hangs together with; the clearest case first.
3. A part that is large is divided where hardly anything ties its files to one another; one that is
   a single file, where hardly anything ties its tables. Smaller parts have their files whole.
4. Parts that more likely than not belong together are merged.
5. A structure of one file a table, or of one file for all, says nothing of services. There the data
   decides: of whole files, or with what the files say that use the tables. What it finds is cut
   where it is loose.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping

from mscli.migrate.boundaries.groups.communities import communities_of_atoms
from mscli.migrate.boundaries.groups.halves import divided
from mscli.migrate.boundaries.groups.merging import merged
from mscli.migrate.boundaries.groups.placing import Groups, placed
from mscli.migrate.boundaries.monolith import Monolith
from mscli.migrate.boundaries.ties import evidence, names
from mscli.migrate.boundaries.ties.coupling import Coupling, neighbours, with_evidence
from mscli.migrate.facts import Facts

SMALL = 2
LARGE, ALL = 1 / 3, 0.9
"""Shares of the tables: a part that may be several, and one that is the whole application."""
HINTED = 0.1
"""A part by path or name needs little more: so much chance, on average over all pairs."""
HARDLY = 0.33
"""The resolution at which a large part is divided: what is set apart is hardly tied to the rest."""
FEWEST = 2
"""A structure that says something of services has at least so many tables a part, and a file."""


def grouped(monolith: Monolith, coupling: Coupling) -> Groups:
    """Every table with its group, by the structure as a prior."""
    groups, files = placed(monolith, coupling), monolith.files
    if not any(monolith.homes.of_table.get(table) for table in groups):
        return _by_users(groups, coupling, monolith)
    coupling = with_evidence(coupling, [evidence.of_identity(groups)])
    _merge_satellites(groups, coupling, monolith)
    parts = min(len(set(groups.values())), len({files[table] for table in groups}))
    if len(groups) < FEWEST * parts:
        return _communities(groups, coupling, monolith.facts)
    structured = with_evidence(coupling, evidence.of_structure(monolith))
    for group, count in sorted(Counter(groups.values()).items()):
        inside = {table: files[table] for table, its in groups.items() if its == group}
        if count > LARGE * len(groups):
            groups.update(_divided(inside, coupling, structured, monolith.facts))
    return dict(sorted(merged(groups, structured).items()))


def _by_users(homes: Groups, coupling: Coupling, monolith: Monolith) -> Groups:
    """Communities by the data and by the files that use a table; `homes` gives them names."""
    coupling = with_evidence(coupling, [evidence.of_code(monolith)])
    groups = by_data(coupling, monolith.facts)
    names: dict[str, str] = {}
    for group, _ in Counter(groups.values()).most_common():
        ranked = Counter(homes[table] for table, its in groups.items() if its == group)
        [(home, _)] = ranked.most_common(1)
        names[group] = home if home not in names.values() else group
    return {table: names[group] for table, group in groups.items()}


def by_data(coupling: Coupling, facts: Facts) -> Groups:
    """Every table with its group, from the coupling alone."""
    return _communities({table: table for table in coupling.tables}, coupling, facts)


def _communities(atoms: Mapping[str, str], coupling: Coupling, facts: Facts) -> Groups:
    found = communities_of_atoms(atoms, coupling.pairs)
    groups = {table: str(number) for table, number in found.items()}
    return _named(divided(groups, coupling, atoms), coupling, facts)


def _named(numbers: Mapping[str, Hashable], coupling: Coupling, facts: Facts) -> Groups:
    """Communities under the names of their centres.

    The centre has the plainest of the names that begin as most do; of several it is tied most.
    """
    near, words = neighbours(coupling), names.of_tables(facts)
    members: dict[Hashable, list[str]] = defaultdict(list)
    for table, number in sorted(numbers.items()):
        members[number].append(table)
    groups: Groups = {}
    for tables in members.values():
        first = Counter(words[table][0] for table in tables)
        ranks = {
            table: (-first[words[table][0]], len(words[table]), -_pull(near[table], tables), table)
            for table in tables
        }
        groups.update(dict.fromkeys(tables, min(ranks.values())[-1]))
    return dict(sorted(groups.items()))


def _pull(near: Mapping[str, float], tables: Iterable[str]) -> float:
    return sum(near.get(table, 0.0) for table in tables)


def _divided(
    files: Mapping[str, str], coupling: Coupling, structured: Coupling, facts: Facts
) -> Groups:
    """What is set apart of a large part's tables; the largest community stays, and small ones."""
    if len(set(files.values())) > 1:
        found, least = communities_of_atoms(files, structured.pairs, HARDLY), 0
    else:
        found, least = communities_of_atoms({t: t for t in files}, coupling.pairs, HARDLY), SMALL
    sizes = Counter(found.values())
    [(largest, _)] = sizes.most_common(1)
    out = {t: n for t, n in found.items() if n != largest and sizes[n] > least}
    return _named(out, coupling, facts)


def _merge_satellites(groups: Groups, coupling: Coupling, monolith: Monolith) -> None:
    while (merge := _satellite(groups, coupling, monolith)) is not None:
        small, into = merge
        for table, group in groups.items():
            if group == small:
                groups[table] = into


def _satellite(groups: Groups, coupling: Coupling, monolith: Monolith) -> tuple[str, str] | None:
    """A small group and the one that it is a part of, the most closely tied pair first."""
    ties: Counter[tuple[str, str]] = Counter()
    for one, other in coupling.pairs:
        chance = coupling.chance(one, other)
        ties[groups[one], groups[other]] += chance  # type: ignore[assignment]
        ties[groups[other], groups[one]] += chance  # type: ignore[assignment]
    inherits = {
        (groups.get(r.source, ""), groups.get(r.target, ""))
        for r in monolith.facts.relations
        if r.kind == "inheritance"
    }
    sizes = Counter(groups.values())
    found = [
        (-tie, small, into)
        for (small, into), tie in ties.items()
        if small != into
        and sizes[small] <= SMALL
        and (
            (small, into) in inherits
            or (tie >= HINTED * sizes[small] * sizes[into] and monolith.homes.is_part(small, into))
        )
    ]
    return min(found)[1:] if found else None
