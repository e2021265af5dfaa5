"""Annotations: `order: Order`, `db: Annotated[Session, Depends(...)]`, `-> QuerySet[Order]`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, TypeGuard

from mscli.migrate.walk.calls import builders
from mscli.migrate.walk.objects import generics
from mscli.migrate.walk.values.values import (
    Atom,
    Items,
    Made,
    Object,
    Outside,
    Row,
    Rows,
    Type,
    Value,
    join,
    last,
)
from mscli.migrate.words import words

if TYPE_CHECKING:
    from mscli.migrate.walk.expressions.evaluate import Evaluation

SEQUENCES = frozenset(
    words(
        "list List Sequence Iterable Iterator set Set tuple Tuple Generator AsyncGenerator "
        "AsyncIterator Collection frozenset"
    )
)
QUERIES = frozenset(["QuerySet", "Manager", "RelatedManager", "BaseManager"])
DEPENDING = frozenset(["Depends", "Security"])
"""By which FastAPI is told what to call for a parameter."""
CLASSES = frozenset(["type", "Type"])
OPAQUE = frozenset(["dict", "Dict", "Mapping", "Callable"])
TRANSPARENT = frozenset(
    ["Optional", "Union", "Annotated", "Mapped", "Final", "ClassVar", "Awaitable"]
)


def instance(frame: Evaluation, node: ast.expr | None) -> Value:
    """An instance of what the annotation says; nothing if it says nothing useful."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            node = ast.parse(node.value, mode="eval").body
        except SyntaxError:
            return ()
    if isinstance(node, ast.BinOp):
        return join(instance(frame, node.left), instance(frame, node.right))
    if isinstance(node, ast.Subscript):
        return _generic(frame, node)
    if isinstance(node, ast.Name):
        return _all_of(frame, generics.argument(frame, node.id) or frame.evaluate(node))
    if isinstance(node, ast.Attribute):
        return _all_of(frame, frame.evaluate(node))
    return ()


def _all_of(frame: Evaluation, value: Value) -> Value:
    return join(*(_of(frame, (atom,)) for atom in value))


def _of(frame: Evaluation, value: Value) -> Value:
    for atom in value:
        if isinstance(atom, Type):
            model = frame.engine.schema.by_class.get(atom.cls)
            return (Row(model),) if model else (Object(atom.cls),)
        if isinstance(atom, Outside) and not atom.name.startswith(("builtins.", "typing.")):
            model = frame.engine.schema.outside.get(atom.name)
            if model:
                return (Row(model),)
            return (Made(atom.name, frame.site(frame.module.tree), ("annotation",)),)
        if isinstance(atom, Items):
            return (Items(tuple(_all_of(frame, item) for item in atom.items)),)
        if isinstance(atom, Made | Row | Object):
            return (atom,)
    return ()


def _generic(frame: Evaluation, node: ast.Subscript) -> Value:
    name = last(ast.unparse(node.value))
    arguments = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if not arguments:
        return ()
    if name == "Annotated":
        return _with_dependency(frame, arguments)
    if name in TRANSPARENT:
        return join(*(instance(frame, argument) for argument in arguments))
    if name in SEQUENCES:
        return (Items((instance(frame, arguments[0]),)),)
    if name in QUERIES:
        rows = instance(frame, arguments[0])
        return tuple(Rows(atom.model) for atom in rows if isinstance(atom, Row))
    if name in builders.MAKES:
        return builders.builder(name, instance(frame, arguments[0]), frame.site(node))
    if name in CLASSES and isinstance(arguments[0], ast.Name):
        return generics.argument(frame, arguments[0].id)
    if name in OPAQUE or name in CLASSES:
        return ()
    return instance(frame, node.value)


def _with_dependency(frame: Evaluation, arguments: list[ast.expr]) -> Value:
    """`Annotated[T, Depends(f)]`: the dependency (or SQLAlchemy's column), and the type."""
    told = tuple(frame.evaluate(argument) for argument in arguments[1:])
    return (*_dependency(told), *instance(frame, arguments[0]))


def annotated(key: Value) -> Value:
    """The same under a name: `CurrentUser = Annotated[User, Depends(get_user)]`."""
    found = next((atom.items for atom in key if isinstance(atom, Items)), ())
    return join(_dependency(found[1:]), *found[:1])


def _dependency(told: tuple[Value, ...]) -> Value:
    """The first dependency in what an annotation tells beside the type."""
    for atom in (atom for value in told for atom in value):
        if is_dependency(atom):
            return (atom,)
    return ()


def is_dependency(atom: Atom) -> TypeGuard[Made]:
    """Whether it is `Depends(...)`, or `Security(...)`."""
    return isinstance(atom, Made) and last(atom.name) in DEPENDING
