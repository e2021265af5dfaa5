"""What operators give, from values alone."""

from __future__ import annotations

import ast

from mscli.migrate.walk.expressions import texts
from mscli.migrate.walk.values.values import Items, Text, Value, join, text

LONGEST_TEXT = 20_000


def binary(operator: ast.operator, left: Value, right: Value) -> Value:
    """Texts and lists are put together; `"%s" % x` stays what it is; else either side."""
    if isinstance(operator, ast.Add):
        if text(left) is None and text(right) is None:
            return concatenated(left, right)
        whole = texts.combined([texts.parts(left), texts.parts(right)])
        return tuple(Text(one.text[:LONGEST_TEXT]) for one in whole if isinstance(one, Text))
    if isinstance(operator, ast.Mod) and text(left) is not None:
        return _filled(left, right) or left
    return join(left, right)


def _filled(left: Value, right: Value) -> Value:
    """`"/pages/%s" % name`, `"%s/%s" % (base, name)`, where all that is put in is known."""
    template = text(left) or ""
    places = template.count("%s")
    if len(left) > 1 or not places or template.count("%") != places:
        return ()
    items = next((atom.items for atom in right if isinstance(atom, Items)), (right,))
    given = [texts.parts(one) for one in items]
    if len(given) != places or any("{}" in one for part in given for one in part):
        return ()
    found = [(piece,) for piece in template.split("%s")]
    between = [part for pair in zip(found, [*given, ("",)], strict=True) for part in pair]
    return texts.combined(between)


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
