"""`value[key]`: items, keys of mappings, slices of queries, and what a class says of itself."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mscli.migrate.walk.calls import protocols
from mscli.migrate.walk.expressions import texts
from mscli.migrate.walk.expressions.annotations import annotated
from mscli.migrate.walk.expressions.mappings import is_untold, under, wanted_of
from mscli.migrate.walk.objects import kept
from mscli.migrate.walk.values.values import (
    Items,
    Outside,
    Pairs,
    Row,
    Rows,
    Text,
    Type,
    Value,
    join,
    last,
    text,
    vague,
)
from mscli.migrate.words import words

if TYPE_CHECKING:
    from mscli.migrate.walk.expressions.evaluate import Evaluation

GENERIC = frozenset(
    words(
        "builtins.list typing.List typing.Sequence typing.Optional typing.Union typing.Iterable "
        "collections.abc.Sequence builtins.set builtins.tuple typing.Tuple"
    )
)


def subscript(frame: Evaluation, node: ast.Subscript) -> Value:
    """What a subscript gives."""
    value, key = frame.evaluate(node.value), frame.evaluate(node.slice)
    if isinstance(node.value, ast.Attribute) and node.value.attr == "config":
        return frame.engine.setting_or_flag(text(key) or "")
    if found := frame.engine.on_requests.get(kept.extension(node.value, text(key))):
        return found
    if put := frame.engine.put_later.value(frame, node.value, text(key)):
        return put
    if key and any(isinstance(a, Outside) and a.name in GENERIC for a in value):
        return (Items((key,)),)
    if any(isinstance(a, Outside) and last(a.name) == "Annotated" for a in value):
        return annotated(key)
    if own := protocols.called(frame, value, "__getitem__", frame.site(node), (key,)):
        return own
    wanted = wanted_of(frame.engine, value, key)
    if is_untold(value, wanted):
        frame.lost("dynamic", "what is kept for a class that is not known", frame.site(node))
    return _item(value, wanted, node.slice)


def _item(value: Value, wanted: tuple[str, ...], index: ast.expr) -> Value:
    """What is there; `wanted` are the keys that the index may be, where that is known."""
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
        elif isinstance(atom, Text):
            found.append(texts.taken(atom, index))
    return found[0] if len(found) == 1 else vague(join(*found))


def _place(atom: Items, index: ast.expr) -> Value:
    """An item. What grew has no last one that is known; texts that were split have."""
    match index:
        case ast.Constant(value=int(place)) if place < len(atom.items):
            return atom.items[place]
        case ast.UnaryOp(ast.USub(), ast.Constant(value=int(place))) if 0 < place <= len(
            atom.items
        ) and all(text(item) is not None for item in atom.items):
            return atom.items[-place]
    if isinstance(index, ast.Slice):
        return (atom,)
    return vague(join(*atom.items))
