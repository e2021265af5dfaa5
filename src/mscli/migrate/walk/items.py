"""Items that are set: `known[key] = value`, `self.by_class[cls][name] = value`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mscli.migrate.walk import kept
from mscli.migrate.walk.mappings import keys, mapping
from mscli.migrate.walk.merging import shallow
from mscli.migrate.walk.values import Object, Pairs, Value

if TYPE_CHECKING:
    from mscli.migrate.walk.evaluate import Evaluation

DEEP = 8


def set_item(frame: Evaluation, target: ast.Subscript, value: Value) -> None:
    """Put a value under a key of whatever is named."""
    _put(frame, target.value, _key(frame, target.slice), value)


def _key(frame: Evaluation, node: ast.expr) -> str:
    known = keys(frame.evaluate(node))
    return known[0] if len(known) == 1 else ""


def _put(frame: Evaluation, place: ast.expr, key: str, value: Value) -> None:
    """Put a value under a key of a name, of an attribute, or of what is itself an item."""
    inside: Value = (Pairs(((key, value),)),)
    match place:
        case ast.Name() if key:
            _put_in_name(frame, place.id, key, value)
        case ast.Attribute(attr="__dict__"):
            _put_on(frame, place, key, value)
        case ast.Attribute():
            if name := kept.extension(place, key) or kept.converter(place, key):
                kept.put(frame.engine, name, value)
            _put_on(frame, place, place.attr, inside)
        case ast.Subscript():
            _put(frame, place.value, _key(frame, place.slice), inside)
        case ast.Call(func=ast.Attribute(attr="setdefault", value=outer), args=[first, *_]):
            frame.evaluate(place)
            _put(frame, outer, _key(frame, first), inside)
        case _:
            frame.evaluate(place)


def _put_in_name(frame: Evaluation, name: str, key: str, value: Value) -> None:
    before = frame.env.get(name, ())
    pairs = next((atom.pairs for atom in before if isinstance(atom, Pairs)), ())
    rest = tuple(atom for atom in before if not isinstance(atom, Pairs))
    frame.env[name] = shallow((mapping((*pairs, (key, value))), *rest), DEEP)


def _put_on(frame: Evaluation, place: ast.Attribute, name: str, value: Value) -> None:
    for atom in frame.evaluate(place.value):
        if isinstance(atom, Object) and name:
            frame.engine.set_on(atom, name, value)
