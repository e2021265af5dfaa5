"""Functions inside functions, with the names that they see."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mscli.migrate.walk.index import FunctionSymbol, function_symbol
from mscli.migrate.walk.scopes import bound_in, free_in

if TYPE_CHECKING:
    from mscli.migrate.walk.evaluate import Evaluation


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
        closure = frame.env if frame.fn else None
        if frame.fn is not None and frame.fn.closure is not None:
            closure = {**frame.fn.closure, **frame.env}
        frame.engine.symbols[key] = function_symbol(frame.module, node, None, prefix, closure)
    symbol = frame.engine.symbols[key]
    if frame.fn is not None:
        symbol.closure = {**(frame.fn.closure or {}), **frame.env}
    return symbol
