"""Values put together: what may be one or the other, and bounds on what is nested or large."""

from __future__ import annotations

from mscli.migrate.walk.values.newness import put_away
from mscli.migrate.walk.values.shapes import Shape, Shaped
from mscli.migrate.walk.values.values import (
    Atom,
    Items,
    Member,
    Pairs,
    Row,
    Rows,
    Text,
    Value,
    join,
    vague,
)

DEEPEST, MOST, LARGEST, HUGE = 4, 400, 1500, 20_000
NAMED = 8
"""How deep a value may be that a name in a function or module stands for."""


def merged(one: Value, other: Value) -> Value:
    """As `join`, but two lists (or mappings) become one with the items of both."""
    if one == other or not other:
        return one
    if not one:
        return other
    mappings = [atom for atom in (*one, *other) if isinstance(atom, Pairs)]
    if len(mappings) > 1:
        rest = tuple(atom for atom in other if not isinstance(atom, Pairs))
        one = (join_pairs(*mappings), *(atom for atom in one if not isinstance(atom, Pairs)))
        other = rest
    lists = [atom for atom in (*one, *other) if isinstance(atom, Items)]
    if len(lists) < 2:  # noqa: PLR2004
        return join(one, other)
    items = join_items(*lists)
    return join((items,), tuple(atom for atom in (*one, *other) if not isinstance(atom, Items)))


def either(one: Value, other: Value) -> Value:
    """What may be one or the other, where one of both may be unknown."""
    return merged(one, other) if one and other else vague(one or other)


def join_items(*lists: Items) -> Items:
    """One list with every item of the lists, each once."""
    seen: dict[Value, None] = {}
    for atom in lists:
        seen.update(dict.fromkeys(atom.items))
    return Items(tuple(seen))


def join_pairs(*mappings: Pairs) -> Pairs:
    """One mapping with what is under a key in any of them."""
    found: dict[str, Value] = {}
    for atom in mappings:
        for key, value in atom.pairs:
            found[key] = either(found[key], value) if key in found else value
    return Pairs(tuple(found.items()))


def shallow(value: Value, depth: int = DEEPEST) -> Value:
    """The value without what is nested deeper: data that is put into itself must not grow.

    What is very large loses its lists and mappings at once: parts that are shared are counted, and
    would be visited, once for each place that they are in.
    """
    shapes = _shapes(value)
    if not shapes:
        return value
    if _size(value) >= HUGE:
        depth = 0
    elif all(shape.height <= depth and shape.length <= MOST for shape in shapes):
        return value
    return tuple(_shallow(atom, depth) for atom in value if depth or not isinstance(atom, Shaped))


def bounded(value: Value) -> Value:
    """As `shallow`; a value that is large all the same loses its lists and mappings."""
    if not _shapes(value):
        return value
    value = shallow(value)
    return value if _size(value) < LARGEST else shallow(value, 0)


def _size(value: Value) -> int:
    """How many atoms there are in all."""
    return len(value) + sum(shape.size for shape in _shapes(value))


def _shapes(value: Value) -> list[Shape]:
    """The shapes of the lists and mappings that a value may be."""
    return [atom.shape for atom in value if isinstance(atom, Shaped)]


def _shallow(atom: Atom, depth: int) -> Atom:
    if isinstance(atom, Items):
        return Items(tuple(shallow(item, depth - 1) for item in atom.items[:MOST]))
    if isinstance(atom, Pairs):
        return Pairs(tuple((key, shallow(v, depth - 1)) for key, v in atom.pairs[:MOST]))
    return atom


def elements(value: Value) -> Value:
    """What iterating gives."""
    found: list[Value] = []
    for atom in value:
        if isinstance(atom, Items):
            found.extend(atom.items)
        elif isinstance(atom, Rows):
            found.append((Row(atom.model, kept=True),))
        elif isinstance(atom, Pairs):
            found.append(tuple(Text(key) for key, _ in atom.pairs))
        elif isinstance(atom, Member) and atom.name == "items()":
            found.append(())
    return put_away(vague(join(*found, widest=400)))
