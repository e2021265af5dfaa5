"""Targets of assignments: names, unpacking, attributes, items."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mscli.migrate.walk.mappings import keys, mapping
from mscli.migrate.walk.merging import bounded, elements, merged, shallow
from mscli.migrate.walk.values import Items, Made, Object, Outside, Pairs, Row, Value, vague

if TYPE_CHECKING:
    from mscli.migrate.walk.evaluate import Evaluation


DEEP = 8
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
        _set_item(frame, target, value)


def _unpack(frame: Evaluation, targets: list[ast.expr], value: Value) -> None:
    known = next((a for a in value if isinstance(a, Items)), None)
    exact = known is not None and len(known.items) == len(targets)
    for place, target in enumerate(targets):
        if known is not None and exact:
            bind(frame, target, known.items[place])
        else:
            bind(frame, target, elements(value))


def _set_attribute(frame: Evaluation, target: ast.Attribute, value: Value) -> None:
    for atom in frame.evaluate(target.value):
        for semantics in frame.engine.semantics:
            semantics.assign(frame, atom, target.attr, frame.site(target))  # type: ignore[arg-type]
        if isinstance(atom, Object):
            frame.engine.set_on(atom, target.attr, value)
        elif isinstance(atom, Made) and atom.name.endswith(REQUEST):
            _set_on_request(frame, target.attr, vague(value))
        elif isinstance(atom, Made):
            key = (atom, target.attr)
            frame.engine.on_made[key] = bounded(
                merged(frame.engine.on_made.get(key, ()), vague(value))
            )
        elif isinstance(atom, Outside) and atom.name == "flask.g":
            _set_on_request(frame, f"flask.g.{target.attr}", vague(value))
        elif isinstance(atom, Row) and value:
            _set_on_row(frame, atom, target.attr, value)


def _set_on_request(frame: Evaluation, name: str, value: Value) -> None:
    known = frame.engine.on_requests.get(name, ())
    frame.engine.on_requests[name] = bounded(merged(known, value))


def _set_on_row(frame: Evaluation, atom: Row, name: str, value: Value) -> None:
    if atom.model.cls is not None and name not in atom.model.all_relations():
        frame.engine.set_attribute(atom.model.cls, name, value)


def _set_item(frame: Evaluation, target: ast.Subscript, value: Value) -> None:
    known = keys(frame.evaluate(target.slice))
    name = known[0] if len(known) == 1 else None
    if isinstance(target.value, ast.Name) and name is not None:
        before = frame.env.get(target.value.id, ())
        pairs = next((a.pairs for a in before if isinstance(a, Pairs)), ())
        rest = tuple(a for a in before if not isinstance(a, Pairs))
        frame.env[target.value.id] = shallow((mapping((*pairs, (name, value))), *rest), DEEP)
    elif isinstance(target.value, ast.Attribute):
        _set_item_of_attribute(frame, target.value, name or "", value)
    else:
        frame.evaluate(target.value)


def _set_item_of_attribute(
    frame: Evaluation, target: ast.Attribute, name: str, value: Value
) -> None:
    """`self.__dict__[name] = value` sets an attribute, `self.known[name] = value` an item."""
    for atom in frame.evaluate(target.value):
        if not isinstance(atom, Object):
            continue
        if target.attr != "__dict__":
            frame.engine.set_on(atom, target.attr, (Pairs(((name, value),)),))
        elif name:
            frame.engine.set_on(atom, name, value)
