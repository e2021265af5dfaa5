"""The cleanest cut of a group of tables in two, and communities that are cut so.

Modularity finds too few communities where there are many tables: two that hang together loosely
are one in a large graph (Fortunato and Barthélemy, Resolution limit in community detection, 2007).
The chances do not depend on how many tables there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import chain, count

from mscli.migrate.boundaries.groups.communities import communities_of_atoms
from mscli.migrate.boundaries.groups.merging import Groups, likelihood, merged
from mscli.migrate.boundaries.ties.coupling import Coupling

APART = 0.15
"""Halves that are less likely one, on average over their pairs of tables, are two."""
FINER = (1.0, 2.0, 4.0, 8.0)
"""Resolutions at which a group is divided: the first at which it is more than one."""


def divided(groups: Groups, coupling: Coupling, atoms: Mapping[str, str]) -> Groups:
    """The groups, cut in two again and again while the halves of one are apart.

    Tables of one atom stay together.
    """
    found, left = dict(groups), sorted(set(groups.values()))
    while left:
        group = left.pop()
        if len({atoms[table] for table, its in found.items() if its == group}) > 1:
            likely, part = smaller_half(found, group, coupling, atoms)
            if part and likely < APART:
                name = free_name(part, found.values())
                found.update(dict.fromkeys(part, name))
                left += [group, name]
    return found


def smaller_half(
    groups: Groups, group: str, coupling: Coupling, atoms: Mapping[str, str]
) -> tuple[float, tuple[str, ...]]:
    """The smaller half of a group, and how likely it is that it belongs to the other one.

    Tables of one atom stay together, unless the group is of one atom. Nothing, where nothing
    comes apart.
    """
    tables = [table for table, its in groups.items() if its == group]
    inside = {table: atoms.get(table, "") for table in tables}
    if len(set(inside.values())) == 1:
        inside = {table: table for table in tables}
    pieces: Groups = {}
    for resolution in FINER:
        found = communities_of_atoms(inside, coupling.pairs, resolution)
        pieces = {table: str(number) for table, number in found.items()}
        if len(set(pieces.values())) > 1:
            break
    pieces = merged(pieces, coupling, wanted=2)
    sizes = Counter(pieces.values()).most_common(2)
    if len(sizes) == 1:
        return 1.0, ()
    halves = {t: "part" if piece == sizes[1][0] else "rest" for t, piece in pieces.items()}
    part = tuple(table for table, half in halves.items() if half == "part")
    return likelihood("part", "rest", halves, coupling), part


def free_name(part: Iterable[str], taken: Iterable[str]) -> str:
    """The shortest of the tables' names that no group has, or one with a number."""
    known = set(taken)
    ranked = sorted(part, key=lambda table: (len(table), table))
    numbered = (f"{ranked[0]}-{number}" for number in count(2))
    return next(name for name in chain(ranked, numbered) if name not in known)
