"""What operators and subscripts give, from values alone."""

from __future__ import annotations

import ast

from mscli.migrate.walk.mappings import under
from mscli.migrate.walk.values import (
    Items,
    Outside,
    Pairs,
    Row,
    Rows,
    Text,
    Type,
    Value,
    join,
    text,
    vague,
)

LONGEST_TEXT = 20_000


def binary(operator: ast.operator, left: Value, right: Value) -> Value:
    """Texts and lists are put together; `"%s" % x` stays what it is; else either side."""
    if isinstance(operator, ast.Add):
        one, other = text(left), text(right)
        if one is not None or other is not None:
            known = (one if one is not None else "{}") + (other if other is not None else "{}")
            return (Text(known[:LONGEST_TEXT]),)
        return concatenated(left, right)
    if isinstance(operator, ast.Mod) and text(left) is not None:
        return left
    return join(left, right)


def item(value: Value, wanted: tuple[str, ...], index: ast.expr) -> Value:
    """`value[index]`; `wanted` are the keys that the index may be, where that is known."""
    found: list[Value] = []
    for atom in value:
        if isinstance(atom, Pairs):
            found.append(under(atom, wanted))
        elif isinstance(atom, Items):
            found.append(_place(atom, index))
        elif isinstance(atom, Rows):
            is_slice = isinstance(index, ast.Slice)
            found.append((atom,) if is_slice else (Row(atom.model, kept=True),))
        elif isinstance(atom, Type | Outside):
            found.append((atom,))
    return found[0] if len(found) == 1 else vague(join(*found))


def _place(atom: Items, index: ast.expr) -> Value:
    place = index.value if isinstance(index, ast.Constant) else None
    if isinstance(place, int) and -len(atom.items) <= place < len(atom.items):
        return atom.items[place]
    if isinstance(index, ast.Slice):
        return (atom,)
    return vague(join(*atom.items))


def concatenated(left: Value, right: Value) -> Value:
    """Two lists after one another."""
    items: list[Value] = []
    rest: list[Value] = []
    for atom in (*left, *right):
        if isinstance(atom, Items):
            items.extend(atom.items)
        else:
            rest.append((atom,))
    return join((Items(tuple(items)),), *rest) if items or not rest else join(*rest)
