"""Groups that more likely than not belong together become one (average linkage)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from mscli.migrate.boundaries.ties.coupling import Coupling

LIKELY = 0.5
Groups = dict[str, str]


def merged(groups: Groups, coupling: Coupling, wanted: int = 0) -> Groups:
    """The likeliest pair first, until no pair of tables is likely on average over two groups.

    The mean over all pairs of their tables is the likelihood of a merge: one strong tie does not
    make two large groups one. If a number of groups is `wanted`, that is the end, whatever is
    likely; what nothing ties stays apart.
    """
    least = 0.0 if wanted else LIKELY
    sizes = Counter(groups.values())
    ties = _ties(groups, coupling)
    now = {group: group for group in sizes}
    while len(sizes) > wanted and (pair := _likeliest(ties, sizes, least)) is not None:
        low, high = sorted(pair)
        into, small = (low, high) if sizes[low] >= sizes[high] else (high, low)
        for other, tie in ties.pop(small).items():
            del ties[other][small]
            if other != into:
                ties[into][other] = ties[other][into] = ties[into].get(other, 0.0) + tie
        sizes[into] += sizes.pop(small)
        now = {group: into if end == small else end for group, end in now.items()}
    return {table: now[group] for table, group in groups.items()}


def likelihood(one: str, other: str, groups: Mapping[str, str], coupling: Coupling) -> float:
    """The mean chance of the pairs of tables of two groups."""
    sizes = Counter(groups.values())
    tie = _ties(groups, coupling).get(one, {}).get(other, 0.0)
    return tie / (sizes[one] * sizes[other])


def _ties(groups: Mapping[str, str], coupling: Coupling) -> dict[str, dict[str, float]]:
    """Between each two groups, the sum of the chances of their tables."""
    ties: dict[str, dict[str, float]] = defaultdict(dict)
    for one, other in sorted(coupling.pairs):
        if one in groups and other in groups and groups[one] != groups[other]:
            mine, theirs = groups[one], groups[other]
            tie = ties[mine].get(theirs, 0.0) + coupling.chance(one, other)
            ties[mine][theirs] = ties[theirs][mine] = tie
    return ties


def _likeliest(
    ties: Mapping[str, Mapping[str, float]], sizes: Mapping[str, int], least: float
) -> tuple[str, str] | None:
    found = [
        (-tie / (sizes[one] * sizes[other]), one, other)
        for one, others in ties.items()
        for other, tie in others.items()
        if one < other and tie > 0 and tie >= least * sizes[one] * sizes[other]
    ]
    return min(found)[1:] if found else None
