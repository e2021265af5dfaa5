"""Values with what is in their lists and mappings, at any depth."""

from __future__ import annotations

from mscli.migrate.walk.values.values import Atom, Items, Pairs, Value, texts


def flat(value: Value) -> list[Atom]:
    """What a value may be, and instead of lists what is in them."""
    found: list[Atom] = []
    for atom in value:
        if isinstance(atom, Items):
            for item in atom.items:
                found.extend(flat(item))
        else:
            found.append(atom)
    return found


def texts_within(value: Value) -> list[str]:
    """The strings in a value, those in lists and under keys included, each once."""
    found = list(texts(value))
    for atom in value:
        if isinstance(atom, Items):
            for item in atom.items:
                found.extend(texts_within(item))
        elif isinstance(atom, Pairs):
            for _, inner in atom.pairs:
                found.extend(texts_within(inner))
    return list(dict.fromkeys(found))
