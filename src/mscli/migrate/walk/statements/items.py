"""Items that are set: `known[key] = value`, `self.by_class[cls][name] = value`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mscli.migrate.walk.expressions.mappings import keys, mapping
from mscli.migrate.walk.objects import kept
from mscli.migrate.walk.objects.holding import names_with
from mscli.migrate.walk.values.merging import NAMED, merged, shallow
from mscli.migrate.walk.values.values import Function, Items, Object, Pairs, Row, Type, Value

if TYPE_CHECKING:
    from mscli.migrate.walk.expressions.evaluate import Evaluation


def set_item(frame: Evaluation, target: ast.Subscript, value: Value) -> None:
    """Put a value under a key of whatever is named."""
    _put(frame, target.value, _key(frame, target.slice), value)


def put(frame: Evaluation, place: ast.expr, key: Value, value: Value) -> None:
    """Put a value under a key that is known as a value."""
    known = keys(key)
    _put(frame, place, known[0] if len(known) == 1 else "", value)


def grow_item(frame: Evaluation, place: ast.Subscript | ast.Call, added: Value) -> None:
    """`known[key].append(one)`, `known.setdefault(key, []).append(one)`, while importing."""
    if not frame.engine.instances.is_importing and not _are_rows(added):
        return
    match place:
        case ast.Subscript(value=outer, slice=key):
            pass
        case ast.Call(func=ast.Attribute(attr="setdefault", value=outer), args=[key, *_]):
            pass
        case _:
            return
    name = _key(frame, key)
    before = tuple(atom for atom in _under(frame, outer, name) if isinstance(atom, Items))
    _put(frame, outer, name, merged(before, added))


def _under(frame: Evaluation, outer: ast.expr, key: str) -> Value:
    """What is under a key of a mapping so far."""
    found = frame.evaluate(outer)
    return next((atom.get(key) for atom in found if isinstance(atom, Pairs)), ())


def _key(frame: Evaluation, node: ast.expr) -> str:
    known = keys(frame.evaluate(node))
    return known[0] if len(known) == 1 else ""


def _put(frame: Evaluation, place: ast.expr, key: str, value: Value) -> None:
    """Put a value under a key of a name, of an attribute, or of what is itself an item."""
    inside: Value = (Pairs(((key, value),)),)
    match place:
        case ast.Name() if key or _is_registered(frame, value) or _are_rows(value):
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


def _is_registered(frame: Evaluation, value: Value) -> bool:
    """Whether handlers are put away while importing: under whatever key, somebody looks for them.

    Classes are kept under many such keys (a serializer for each version), and one of them is meant.
    """
    are_handlers = any(isinstance(atom, Function) for atom in value)
    return are_handlers and frame.engine.instances.is_importing


def _are_rows(value: Value) -> bool:
    """Whether these are rows, or lists of them: whatever the key, they are kept by it."""
    return bool(value) and all(
        bool(atom.items) and all(_are_rows(item) for item in atom.items)
        if isinstance(atom, Items)
        else isinstance(atom, Row)
        for atom in value
    )


def _put_in_name(frame: Evaluation, name: str, key: str, value: Value) -> None:
    names = names_with(frame, name)
    before = names.get(name, ())
    # Of what is not known to be a mapping there may be other keys, too.
    pairs = next((atom.pairs for atom in before if isinstance(atom, Pairs)), (("", ()),))
    rest = tuple(atom for atom in before if not isinstance(atom, Pairs))
    names[name] = shallow((mapping((*pairs, (key, value))), *rest), NAMED)


def _put_on(frame: Evaluation, place: ast.Attribute, name: str, value: Value) -> None:
    for atom in frame.evaluate(place.value):
        if isinstance(atom, Object) and name:
            frame.engine.set_on(atom, name, value)
        elif isinstance(atom, Type) and name == place.attr and frame.engine.instances.is_importing:
            frame.engine.grow_attribute(atom.cls, name, value)
