"""Values with what is in their lists."""

from __future__ import annotations

from mscli.migrate.walk.values import Atom, Items, Value


def flat(value: Value) -> list[Atom]:
    """A value with what is in its lists."""
    found: list[Atom] = []
    for atom in value:
        if isinstance(atom, Items):
            for item in atom.items:
                found.extend(flat(item))
        else:
            found.append(atom)
    return found
