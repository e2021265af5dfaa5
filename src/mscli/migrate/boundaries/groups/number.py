"""As many services as a person asks for: the likeliest merges, or the cleanest cuts, one by one."""

from __future__ import annotations

from collections.abc import Mapping

from mscli.migrate.boundaries.groups.halves import free_name, smaller_half
from mscli.migrate.boundaries.groups.merging import Groups, merged
from mscli.migrate.boundaries.ties.coupling import Coupling


def towards(groups: Groups, coupling: Coupling, files: Mapping[str, str], wanted: int) -> Groups:
    """The groups merged or divided until there are as many as wanted, or as near as may be.

    What nothing ties is not merged. A group is cut between its files before a file is divided.
    """
    found = merged(groups, coupling, wanted)
    while len(set(found.values())) < wanted:
        halves = [
            smaller_half(found, group, coupling, files) for group in sorted(set(found.values()))
        ]
        cleanest = min((half for half in halves if half[1]), default=None)
        if cleanest is None:
            break
        found.update(dict.fromkeys(cleanest[1], free_name(cleanest[1], found.values())))
    return dict(sorted(found.items()))
