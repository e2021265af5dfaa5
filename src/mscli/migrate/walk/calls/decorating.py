"""What decorators make of functions."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mscli.migrate.walk.calls import calling
from mscli.migrate.walk.graph.nodes import Call
from mscli.migrate.walk.project.index import MANAGERS, FunctionSymbol, last_name
from mscli.migrate.walk.statements.nested import local
from mscli.migrate.walk.values.values import Function, Object, Type, Value

if TYPE_CHECKING:
    from mscli.migrate.walk.expressions.evaluate import Evaluation

DECORATORS = ("ContextDecorator", "AsyncContextDecorator")
INSIDE = "_decorated"


def decorated(frame: Evaluation, symbol: FunctionSymbol) -> Value:
    """What a function's decorators make of it; decorators from outside leave it as it is."""
    plain: Value = (Function(symbol),)
    value = plain
    assert not isinstance(symbol.node, ast.Lambda)  # noqa: S101
    for decorator in reversed(symbol.node.decorator_list):
        if last_name(decorator) == "wraps":
            continue  # it takes over a name, and calls nothing
        call = Call((value,), (), frame.site(decorator))
        found = frame.evaluate(decorator)
        if _is_manager(frame, decorator, found):
            value = _surrounded(frame, decorator, symbol, value)
            continue
        for atom in found:
            made = calling.apply(frame, (atom,), call)
            if isinstance(atom, Function | Type | Object):
                value = tuple(a for a in made if isinstance(a, Function)) or value
                _name_after(value, symbol)
    return value


def _is_manager(frame: Evaluation, decorator: ast.expr, value: Value) -> bool:
    """Whether a decorator is a context manager, which surrounds each call then."""
    makers = frame.evaluate(decorator.func) if isinstance(decorator, ast.Call) else ()
    return any(isinstance(a, Function) and a.fn.decorators & MANAGERS for a in makers) or any(
        isinstance(a, Object) and frame.engine.inherits(a.cls, *DECORATORS) for a in value
    )


def _surrounded(
    frame: Evaluation, decorator: ast.expr, symbol: FunctionSymbol, value: Value
) -> Value:
    """A function that enters what decorates it, calls the one that is decorated, and leaves."""
    around = frame.engine.surrounding
    if decorator not in around:
        around[decorator] = _written_out(decorator, symbol.node.lineno)
    made = local(frame, around[decorator])
    made.closure = {**(made.closure or {}), INSIDE: value}
    made.name, made.module_name = symbol.name, symbol.module.name
    return (Function(made),)


def _written_out(decorator: ast.expr, line: int) -> ast.FunctionDef:
    found = ast.parse(f"def {INSIDE}(*args, **kwargs):\n with x: return {INSIDE}(*args, **kwargs)")
    for node in ast.walk(found):
        if hasattr(node, "lineno"):
            node.lineno = line
        if isinstance(node, ast.withitem):
            node.context_expr = decorator
    (function,) = found.body
    assert isinstance(function, ast.FunctionDef)  # noqa: S101
    return function


def _name_after(value: Value, symbol: FunctionSymbol) -> None:
    """A wrapper goes by the name of what it wraps."""
    for atom in value:
        if isinstance(atom, Function) and atom.fn.closure is not None:
            atom.fn.name, atom.fn.module_name = symbol.name, symbol.module.name
