"""Functions that put something on the request (`g.user = ...`): walked first, so that whoever asks
finds it, in whatever order the walk comes by.
"""

from __future__ import annotations

import ast

from mscli.migrate.trees import every
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.objects import kept
from mscli.migrate.walk.project.index import FunctionSymbol
from mscli.migrate.walk.values.values import Function

ON = frozenset(["g", "request"])
DEEPEST = 3


def walk_first(engine: Engine) -> None:
    """Every one of them, also inside of decorators, and of what makes decorators."""
    for module in engine.project.modules:
        methods = (fn for cls in module.classes.values() for fn in cls.methods.values())
        for fn in (*module.functions.values(), *methods):
            if _fills(fn):
                _enter(engine, fn, 0)


def _enter(engine: Engine, fn: FunctionSymbol, depth: int) -> None:
    node = engine.enter(fn, (), {})
    for atom in node.returns if depth < DEEPEST else ():
        if isinstance(atom, Function) and atom.fn is not fn and _fills(atom.fn):
            _enter(engine, atom.fn, depth + 1)


def _fills(fn: FunctionSymbol) -> bool:
    return any(_puts(part) for part in every(fn.node))


def _puts(part: ast.AST) -> bool:
    match part:
        case ast.Attribute(ctx=ast.Store(), value=ast.Name(id=name)):
            return name in ON
        case ast.Attribute(ctx=ast.Store()):
            return bool(kept.state(part))
        case ast.Subscript(ctx=ast.Store(), value=ast.Attribute(attr="extensions")):
            return True
        case ast.Call(func=ast.Attribute(attr="set", value=ast.Name() | ast.Attribute())):
            return True  # maybe a `ContextVar`
    return False
