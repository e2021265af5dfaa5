"""Type arguments: what `M` stands for in `class Courses(Repository[Course])` (PEP 484, PEP 695)."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import TYPE_CHECKING

from mscli.migrate.walk.graph.nodes import Node
from mscli.migrate.walk.project.index import ClassSymbol
from mscli.migrate.walk.values.values import Atom, Made, Object, Type, Value, last

if TYPE_CHECKING:
    from mscli.migrate.walk.expressions.evaluate import Evaluation
    from mscli.migrate.walk.objects.names import Names

ROOTS = frozenset(["Generic", "Protocol"])
VARIABLES = frozenset(["TypeVar", "ParamSpec"])
Arguments = dict[tuple[ClassSymbol, str], Value]


def type_arguments(names: Names, cls: ClassSymbol) -> Arguments:
    """What each type parameter of the classes that a class inherits from stands for in it."""
    found: Arguments = {}
    _climb(names, cls, {}, found, {cls})
    return found


def argument(frame: Evaluation, name: str) -> Value:
    """What a type parameter stands for in the class of the frame's receiver."""
    if frame.cls is None:
        return ()
    for atom in frame.receiver:
        if isinstance(atom, Object | Type):
            value = frame.engine.type_arguments(atom.cls).get((frame.cls, name), ())
            if value:
                return value
    return ()


def within(frame: Evaluation, owner: ClassSymbol, receiver: Atom) -> Evaluation:
    """An evaluation in a class's body, for one of its objects."""
    inside = type(frame)(frame.engine, owner.module, frame.node, {})
    inside.cls, inside.receiver = owner, (receiver,)
    return inside


def _climb(
    names: Names,
    cls: ClassSymbol,
    own: Mapping[str, Value],
    found: Arguments,
    above: set[ClassSymbol],
) -> None:
    found.update({(cls, name): value for name, value in own.items()})
    frame = names.frame(cls.module, Node(cls.module, ("type arguments", cls)), {})
    for base in cls.node.bases:
        given = _told(base)
        for atom in frame.evaluate(base.value if isinstance(base, ast.Subscript) else base):
            if isinstance(atom, Type) and atom.cls not in above:
                above.add(atom.cls)
                values = [
                    own.get(part.id, ())
                    if isinstance(part, ast.Name) and part.id in own
                    else frame.evaluate(part)
                    for part in given
                ]
                inner = dict(zip(_parameters(names, atom.cls), values, strict=False))
                _climb(names, atom.cls, inner, found, above)


def _parameters(names: Names, cls: ClassSymbol) -> list[str]:
    """The names of a class's type parameters, in order: declared, of its root, or by their use."""
    declared = [str(part.name) for part in getattr(cls.node, "type_params", ())]
    roots = [base for base in cls.node.bases if last(ast.unparse(base).partition("[")[0]) in ROOTS]
    frame = names.frame(cls.module, Node(cls.module, ("type parameters", cls)), {})
    used = (
        part.id
        for base in roots or cls.node.bases
        for part in _told(base)
        if isinstance(part, ast.Name) and any(map(_is_variable, frame.evaluate(part)))
    )
    return declared or list(dict.fromkeys(used))


def _is_variable(atom: Atom) -> bool:
    return isinstance(atom, Made) and last(atom.name) in VARIABLES


def _told(base: ast.expr) -> list[ast.expr]:
    if not isinstance(base, ast.Subscript):
        return []
    return base.slice.elts if isinstance(base.slice, ast.Tuple) else [base.slice]
