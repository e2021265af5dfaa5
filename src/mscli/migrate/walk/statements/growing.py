"""Lists, sets and mappings that grow: `kept.append(one)`, `known.update(more)`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mscli.migrate.walk.expressions.mappings import mapping
from mscli.migrate.walk.graph.nodes import Call
from mscli.migrate.walk.objects.holding import names_with
from mscli.migrate.walk.statements.items import grow_item, put
from mscli.migrate.walk.values.merging import NAMED, elements, join_pairs, merged, shallow
from mscli.migrate.walk.values.values import Items, Module, Object, Pairs, Type, Value, text

if TYPE_CHECKING:
    from mscli.migrate.walk.expressions.evaluate import Evaluation

ONE_MORE = ("append", "add")
GROWING = frozenset(["append", "extend", "insert", "add", "update", "appendleft", "setdefault"])
TAKING = frozenset(["pop", "popleft"])


def grow(frame: Evaluation, target: ast.Attribute, call: Call) -> None:
    """Put what is given into what the target names."""
    if target.attr == "setdefault":
        if _is_there(frame, target.value, call.arg(0)):
            return
        put(frame, target.value, call.arg(0), call.arg(1))
        return
    added = call.arg(1) if target.attr == "insert" else call.arg(0)
    if target.attr in ("append", "insert", "add", "appendleft"):
        added = (Items((added,)),)
    if isinstance(target.value, ast.Name):
        names = names_with(frame, target.value.id)
        before = names.get(target.value.id, ())
        if target.attr == "update" and any(isinstance(atom, Pairs) for atom in before):
            names[target.value.id] = shallow(_updated(before, call), NAMED)
        elif any(isinstance(atom, Items) for atom in before) or _brought(frame, target.value.id):
            names[target.value.id] = shallow(merged(before, added), NAMED)
    elif isinstance(target.value, ast.Attribute):
        for atom in frame.evaluate(target.value.value):
            if isinstance(atom, Object):
                before = frame.engine.attributes.get((atom.cls, target.value.attr), ())
                if any(isinstance(part, Items) for part in before):
                    frame.engine.set_on(atom, target.value.attr, added)
            elif isinstance(atom, Module):
                names = frame.engine.module_globals(atom.module)
                known = names.get(target.value.attr, ())
                names[target.value.attr] = shallow(merged(known, added), NAMED)
            elif isinstance(atom, Type):
                frame.engine.grow_attribute(atom.cls, target.value.attr, added)

    elif isinstance(target.value, ast.Subscript | ast.Call) and target.attr in ONE_MORE:
        grow_item(frame, target.value, added)


def _is_there(frame: Evaluation, place: ast.expr, key: Value) -> bool:
    """Whether something is under a key of what a name stands for: it stays."""
    known = frame.env.get(place.id, ()) if isinstance(place, ast.Name) else ()
    name = text(key)
    return bool(name) and any(isinstance(a, Pairs) and a.get(name or "") for a in known)


def _brought(frame: Evaluation, name: str) -> bool:
    """Whether a module adds to what it takes from another with all else, as with `+=`."""
    return frame.is_module and name in frame.module.assigned and name not in frame.env


def is_collection(frame: Evaluation, node: ast.expr) -> bool:
    """Whether a name stands for a list or a set, and for nothing else."""
    value = frame.env.get(node.id, ()) if isinstance(node, ast.Name) else ()
    return bool(value) and all(isinstance(atom, Items) for atom in value)


def taken(frame: Evaluation, method: ast.Attribute) -> Value:
    """What a method of a list gives: one of its items, or the same again."""
    value = frame.evaluate(method.value)
    if method.attr in TAKING:
        return elements(value)
    return value if method.attr == "copy" else ()


def _updated(before: Value, call: Call) -> Value:
    """A mapping with the names of another one, too."""
    added = dict(join_pairs(*(atom for atom in call.arg(0) if isinstance(atom, Pairs))).pairs)
    added.update(call.kwargs)
    known = [pair for atom in before if isinstance(atom, Pairs) for pair in atom.pairs]
    rest = tuple(atom for atom in before if not isinstance(atom, Pairs))
    return (mapping((*known, *added.items())), *rest)
