"""Where a table lives whose own file does not say: where its users and its relatives live."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping

from mscli.migrate.boundaries.monolith import Monolith
from mscli.migrate.boundaries.ties.coupling import Coupling, neighbours

Groups = dict[str, str]
"""Table -> name of its group."""

VOTES = {"write": 2.0, "read": 1.0}


def placed(monolith: Monolith, coupling: Coupling) -> Groups:
    """Every table with its group, by the structure of the application."""
    groups = {t: home for t in coupling.tables if (home := monolith.homes.of_table.get(t, ""))}
    founded = _place(groups, coupling, _votes(monolith))
    _adopt(groups, founded, monolith)
    return groups


def _votes(monolith: Monolith) -> Mapping[str, Counter[str]]:
    """Table -> home -> how much code there uses the table; cascades are nobody's intent."""
    homes = monolith.homes
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for access in monolith.meant:
        home = homes.of_file(access.evidence.file)
        if home:
            votes[access.table][home] += VOTES[access.kind]  # type: ignore[assignment]
    for ambient, access in monolith.ambient:
        home = homes.of_file(ambient.evidence.file)
        if home:
            votes[access.table][home] += VOTES[access.kind]  # type: ignore[assignment]
    return votes


def _place(groups: Groups, coupling: Coupling, votes: Mapping[str, Counter[str]]) -> set[str]:
    """Give each homeless table a group; one that nothing speaks for founds its own (returned)."""
    near = neighbours(coupling)
    founded: set[str] = set()
    homeless = [table for table in coupling.tables if table not in groups]
    while homeless:
        ranked = []
        for table in homeless:
            scores = _scores(votes.get(table, Counter()), near[table], groups)
            best = sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:2]
            if best:
                second = best[1][1] if len(best) > 1 else 0.0
                doubt = second + _pending(near[table], groups)
                ranked.append((doubt - best[0][1], table, best[0][0]))
        table, group = min(ranked)[1:] if ranked else (homeless[0], homeless[0])
        founded |= set() if ranked else {group}
        groups[table] = group
        homeless.remove(table)
    return founded


def _scores(
    votes: Mapping[str, float], near: Mapping[str, float], groups: Groups
) -> Mapping[str, float]:
    """Group -> its share of the code that uses a table, and of what the table is tied to."""
    scores: dict[str, float] = defaultdict(float)
    for group, count in votes.items():
        scores[group] += count / sum(votes.values())
    tied = sum(near.values())
    sure = 1 - math.exp(-tied)  # of a table that is hardly tied at all its ties say little
    for other, weight in near.items():
        if other in groups and weight > 0:
            scores[groups[other]] += sure * weight / tied
    return scores


def _pending(near: Mapping[str, float], groups: Groups) -> float:
    """The share of a table's ties that lead to tables without a group as yet."""
    total = sum(near.values())
    return sum(w for other, w in near.items() if other not in groups) / total if total else 0.0


def _adopt(groups: Groups, founded: set[str], monolith: Monolith) -> None:
    """Tables that only ambient code uses join the one part that has routes and no tables."""
    routed = {monolith.homes.of_name(route.handler) for route in monolith.facts.routes}
    routed -= {*groups.values(), ""}
    used = {groups[access.table] for access in monolith.accesses if access.table in groups}
    orphans = founded - used
    if len(routed) == 1 and len(orphans) == 1:
        home = routed.pop()
        for table, group in groups.items():
            if group in orphans:
                groups[table] = home
