"""What decorators make of functions."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mscli.migrate.walk import calling
from mscli.migrate.walk.index import FunctionSymbol, expression_name
from mscli.migrate.walk.nodes import Call
from mscli.migrate.walk.values import Function, Type, Value

if TYPE_CHECKING:
    from mscli.migrate.walk.evaluate import Evaluation


def decorated(frame: Evaluation, symbol: FunctionSymbol) -> Value:
    """What a function's decorators make of it; decorators from outside leave it as it is."""
    plain: Value = (Function(symbol),)
    value = plain
    assert not isinstance(symbol.node, ast.Lambda)  # noqa: S101
    for decorator in reversed(symbol.node.decorator_list):
        if expression_name(decorator).rpartition(".")[2] == "wraps":
            continue  # it takes over a name, and calls nothing
        call = Call((value,), (), frame.site(decorator))
        for atom in frame.evaluate(decorator):
            if isinstance(atom, Function | Type):
                made = frame.apply((atom,), call)
                value = tuple(a for a in made if isinstance(a, Function)) or value
                _name_after(value, symbol)
            else:
                calling.apply(frame, (atom,), call)
    return value


def _name_after(value: Value, symbol: FunctionSymbol) -> None:
    """A wrapper goes by the name of what it wraps."""
    for atom in value:
        if isinstance(atom, Function) and atom.fn.closure is not None:
            atom.fn.name, atom.fn.module_name = symbol.name, symbol.module.name
