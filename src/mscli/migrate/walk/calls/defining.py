"""What a `class` statement calls: decorators of methods, what hears of it above, decorators."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mscli.migrate.walk.calls.decorating import decorated
from mscli.migrate.walk.graph.nodes import Call
from mscli.migrate.walk.project.index import ClassSymbol
from mscli.migrate.walk.values.values import Function, Type

if TYPE_CHECKING:
    from mscli.migrate.walk.statements.frame import Frame

TOLD = "__init_subclass__"


def define(frame: Frame, cls: ClassSymbol) -> None:
    """Call all of them, in Python's order."""
    outer, frame.cls = frame.cls, cls
    for method in cls.methods.values():
        if isinstance(method.node, ast.Lambda) or not method.node.decorator_list:
            continue
        made = decorated(frame, method)
        method.wrapped = () if made == (Function(method),) else made
    frame.cls = outer
    tell(frame, cls)
    for decorator in cls.node.decorator_list:
        call = Call(((Type(cls),),), (), frame.site(decorator))
        frame.apply(frame.evaluate(decorator), call)


def tell(frame: Frame, cls: ClassSymbol) -> None:
    """A class above hears of each that inherits from it: `__init_subclass__`."""
    told = frame.engine.method(cls, TOLD, after=cls)
    if told is None:
        return
    words = cls.node.keywords
    given = tuple((w.arg, frame.evaluate(w.value)) for w in words if w.arg is not None)
    frame.apply((Function(told, (Type(cls),)),), Call((), given, frame.site(cls.node)))
