"""Functions and classes inside functions, with the names that they see."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import TYPE_CHECKING

from mscli.migrate.walk.project.index import (
    ClassSymbol,
    FunctionSymbol,
    class_symbol,
    function_symbol,
)
from mscli.migrate.walk.project.scopes import bound_in, free_in
from mscli.migrate.walk.values.values import Type, Value

if TYPE_CHECKING:
    from mscli.migrate.walk.expressions.evaluate import Evaluation


def local(
    frame: Evaluation, node: ast.Lambda | ast.FunctionDef | ast.AsyncFunctionDef
) -> FunctionSymbol:
    """A function that is defined here, with the names that it sees.

    One that uses no name of the function around it is the same each time.
    """
    closing = frame.engine.closing
    if id(node) not in closing:
        seen = bound_in(frame.fn.node) | {*(frame.fn.closure or ())} if frame.fn else None
        closing[id(node)] = seen is None or not seen.isdisjoint(free_in(node))
    key = (id(node), id(frame.whole) if closing[id(node)] else 0)
    if key not in frame.engine.symbols:
        prefix = f"{frame.fn.name}." if frame.fn else ""
        closure = _seen(frame) if frame.fn else None
        frame.engine.symbols[key] = function_symbol(frame.module, node, None, prefix, closure)
    symbol = frame.engine.symbols[key]
    if frame.fn is not None:
        symbol.closure = _seen(frame)
    return symbol


def local_class(frame: Evaluation, node: ast.ClassDef) -> ClassSymbol:
    """A class that is made here: another one each time that the function is called otherwise."""
    key = (id(node), id(frame.whole))
    known = frame.engine.local_classes
    if key not in known:
        prefix = f"{frame.fn.name}.<locals>." if frame.fn else ""
        known[key] = class_symbol(frame.module, node, prefix)
    cls = known[key]
    _close(cls, {**_seen(frame), node.name: (Type(cls),)})
    return cls


def _close(cls: ClassSymbol, closure: Mapping[str, Value]) -> None:
    """Let a class see names, with its methods and the classes in it (`class Meta`)."""
    cls.closure = closure
    for method in cls.methods.values():
        method.closure = closure
    for inner in cls.inner.values():
        _close(inner, closure)


def _seen(frame: Evaluation) -> Mapping[str, Value]:
    """The names of the functions around, and of this one."""
    around = frame.fn.closure if frame.fn is not None else None
    return {**(around or {}), **frame.env}
