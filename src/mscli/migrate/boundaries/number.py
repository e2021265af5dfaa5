"""As many services as a person asks for: the likeliest merges, or the cleanest cuts, one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import chain, count

from mscli.migrate.boundaries.communities import communities_of_atoms
from mscli.migrate.boundaries.coupling import Coupling
from mscli.migrate.boundaries.merging import Groups, likelihood, merged

FINER = (1.0, 2.0, 4.0, 8.0)
"""Resolutions at which a group is divided: the first at which it is more than one."""


def towards(groups: Groups, coupling: Coupling, files: Mapping[str, str], wanted: int) -> Groups:
    """The groups merged or divided until there are as many as wanted, or as near as may be.

    What nothing ties is not merged. A group is cut between its files before a file is divided.
    """
    found = merged(groups, coupling, wanted)
    while len(set(found.values())) < wanted:
        parts = [_part(found, group, coupling, files) for group in sorted(set(found.values()))]
        cleanest = min((part for part in parts if part[1]), default=None)
        if cleanest is None:
            break
        found.update(dict.fromkeys(cleanest[1], _name(cleanest[1], found.values())))
    return dict(sorted(found.items()))


def _part(
    groups: Groups, group: str, coupling: Coupling, files: Mapping[str, str]
) -> tuple[float, tuple[str, ...]]:
    """The smaller half of a group, and how likely it is that it belongs to the other one."""
    tables = [table for table, its in groups.items() if its == group]
    atoms = {table: files.get(table, "") for table in tables}
    if len(set(atoms.values())) == 1:
        atoms = {table: table for table in tables}
    pieces: Groups = {}
    for resolution in FINER:
        found = communities_of_atoms(atoms, coupling.pairs, resolution)
        pieces = {table: str(number) for table, number in found.items()}
        if len(set(pieces.values())) > 1:
            break
    pieces = merged(pieces, coupling, 2)
    sizes = Counter(pieces.values()).most_common(2)
    if len(sizes) == 1:
        return 1.0, ()
    halves = {t: "part" if piece == sizes[1][0] else "rest" for t, piece in pieces.items()}
    part = tuple(table for table, half in halves.items() if half == "part")
    return likelihood("part", "rest", halves, coupling), part


def _name(part: Iterable[str], taken: Iterable[str]) -> str:
    """The shortest of the tables' names that no group has, or one with a number."""
    known = set(taken)
    ranked = sorted(part, key=lambda table: (len(table), table))
    numbered = (f"{ranked[0]}-{number}" for number in count(2))
    return next(name for name in chain(ranked, numbered) if name not in known)
