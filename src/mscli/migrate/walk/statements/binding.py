"""Targets of assignments: names, unpacking, attributes, items."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, cast

from mscli.migrate.walk.calls import protocols
from mscli.migrate.walk.graph.nodes import Call
from mscli.migrate.walk.objects import kept
from mscli.migrate.walk.statements.items import set_item
from mscli.migrate.walk.values import newness
from mscli.migrate.walk.values.merging import bounded, elements, merged
from mscli.migrate.walk.values.values import (
    Function,
    Items,
    Made,
    Object,
    Outside,
    Row,
    Type,
    Value,
    vague,
)

if TYPE_CHECKING:
    from mscli.migrate.walk.expressions.evaluate import Evaluation
    from mscli.migrate.walk.statements.frame import Frame


REQUEST = ("HttpRequest", "rest_framework.request.Request", "WSGIRequest")


def bind(frame: Evaluation, target: ast.expr, value: Value) -> None:
    """Give names what is assigned to them."""
    if isinstance(target, ast.Name):
        frame.env[target.id] = value
    elif isinstance(target, ast.Starred):
        bind(frame, target.value, (Items((value,) if value else ()),))
    elif isinstance(target, ast.Tuple | ast.List):
        _unpack(frame, target.elts, value)
    elif isinstance(target, ast.Attribute):
        _set_attribute(frame, target, value)
    elif isinstance(target, ast.Subscript):
        set_item(frame, target, value)


def _unpack(frame: Evaluation, targets: list[ast.expr], value: Value) -> None:
    value = protocols.iterated(frame, value, frame.site(targets[0])) if targets else value
    known = next((a for a in value if isinstance(a, Items)), None)
    exact = known is not None and len(known.items) == len(targets)
    for place, target in enumerate(targets):
        if known is not None and exact:
            bind(frame, target, known.items[place])
        else:
            bind(frame, target, elements(value))


def _set_attribute(frame: Evaluation, target: ast.Attribute, value: Value) -> None:
    newness.after_assignment(frame, target, value)
    value = newness.put_away(value)
    if name := kept.state(target):
        kept.put(frame.engine, name, value)
    for atom in kept.behind(frame, frame.evaluate(target.value), frame.site(target)):
        for semantics in frame.engine.semantics:
            semantics.assign(cast("Frame", frame), atom, target.attr, value, frame.site(target))
        if isinstance(atom, Object | Row) and _set_by_property(frame, atom, target, value):
            continue
        if isinstance(atom, Object):
            frame.engine.set_on(atom, target.attr, value)
        elif isinstance(atom, Type):
            frame.engine.set_attribute(atom.cls, target.attr, value)
        elif isinstance(atom, Made) and atom.name.endswith(REQUEST):
            kept.put(frame.engine, target.attr, value)
        elif isinstance(atom, Made):
            key = (atom, target.attr)
            frame.engine.on_made[key] = bounded(
                merged(frame.engine.on_made.get(key, ()), vague(value))
            )
        elif isinstance(atom, Outside) and atom.name == "flask.g":
            kept.put(frame.engine, f"flask.g.{target.attr}", value)
        elif isinstance(atom, Row) and value:
            _set_on_row(frame, atom, target.attr, value)


def _set_by_property(
    frame: Evaluation, atom: Object | Row, target: ast.Attribute, value: Value
) -> bool:
    """`@name.setter`: what a class does when one of its properties is set."""
    cls = atom.cls if isinstance(atom, Object) else atom.model.cls
    method = frame.engine.method(cls, f"{target.attr}.setter") if cls is not None else None
    if method is None:
        return False
    frame.apply((Function(method, (atom,)),), Call((value,), (), frame.site(target)))
    return True


def _set_on_row(frame: Evaluation, atom: Row, name: str, value: Value) -> None:
    if atom.model.cls is not None and name not in atom.model.all_relations():
        frame.engine.set_attribute(atom.model.cls, name, value)
