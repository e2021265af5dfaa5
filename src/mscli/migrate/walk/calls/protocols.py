"""What Python calls without being told: how an object is iterated, counted, indexed, entered."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, cast

from mscli.migrate.walk.calls import records
from mscli.migrate.walk.graph.nodes import Call
from mscli.migrate.walk.values.merging import elements
from mscli.migrate.walk.values.values import Atom, Items, Object, Row, Rows, Site, Value, join

if TYPE_CHECKING:
    from mscli.migrate.walk.expressions.evaluate import Evaluation
    from mscli.migrate.walk.project.index import ClassSymbol
    from mscli.migrate.walk.statements.frame import Frame

ENTERED, ITERATED, NEXT = (
    ("__enter__", "__aenter__"),
    ("__iter__", "__aiter__"),
    ("__next__", "__anext__"),
)


def _classes(atom: Atom) -> tuple[ClassSymbol, ...]:
    if isinstance(atom, Object):
        return (atom.cls,)
    if isinstance(atom, Row):
        return (atom.model.cls,) if atom.model.cls is not None else ()
    return atom.classes if isinstance(atom, Rows) else ()


def special(
    frame: Evaluation, atom: Atom, name: str, site: Site, args: tuple[Value, ...] = ()
) -> Value | None:
    """What a special method of the project's own gives; None, if the class has none."""
    if not any(frame.engine.method(cls, name) is not None for cls in _classes(atom)):
        return None
    method = frame.attribute((atom,), name, site)
    return cast("Frame", frame).apply(method, Call(args, (), site))


def called(
    frame: Evaluation, value: Value, name: str, site: Site, args: tuple[Value, ...] = ()
) -> Value:
    """The same of whatever a value may be."""
    found = (special(frame, atom, name, site, args) for atom in value)
    return join(*(given for given in found if given is not None))


def compared(frame: Evaluation, node: ast.Compare, parts: tuple[Value, ...]) -> None:
    """`one in other`: by what the other's class says, or else by going through it."""
    site = frame.site(node)
    for operator, one, other in zip(node.ops, parts, parts[1:], strict=False):
        if isinstance(operator, ast.In | ast.NotIn):
            for atom in other:
                if special(frame, atom, "__contains__", site, (one,)) is None:
                    iterated(frame, (atom,), site)


def entered(frame: Evaluation, value: Value, site: Site) -> Value:
    """What `with ... as` gives: the object itself, if it does not say otherwise."""
    return join(*(_first(frame, atom, ENTERED, site) or (atom,) for atom in value))


def iterated(frame: Evaluation, value: Value, site: Site) -> Value:
    """The value, and instead of an object with `__iter__` what that gives."""
    if not any(isinstance(atom, Object | Row) for atom in value):
        return value
    return join(*(_iterated(frame, atom, site) for atom in value))


def _iterated(frame: Evaluation, atom: Atom, site: Site) -> Value:
    given = _first(frame, atom, ITERATED, site)
    if given is None and isinstance(atom, Object):
        given = records.unpacked(frame, atom, site) or None
    return (atom,) if given is None else join(*(_turns(frame, one, site) for one in given))


def _turns(frame: Evaluation, atom: Atom, site: Site) -> Value:
    """What an iterator gives at each turn, where it is an object of the project's own."""
    given = _first(frame, atom, NEXT, site)
    return (atom,) if given is None else (Items((given,)),)


def _first(frame: Evaluation, atom: Atom, names: tuple[str, ...], site: Site) -> Value | None:
    found = (special(frame, atom, name, site) for name in names)
    return next((given for given in found if given is not None), None)


def parts(frame: Evaluation, value: Value, site: Site) -> Value:
    """What iterating gives, with the project's own iterators."""
    return elements(iterated(frame, value, site))
