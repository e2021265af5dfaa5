"""FastAPI: functions inside of another that are one expression, so that they stand alone."""

from __future__ import annotations

import ast

from mscli.migrate.apply.moving.pieces.scopes import Scope
from mscli.migrate.walk.project.index import FunctionNode, last_name


def alone(name: str, scope: Scope) -> ast.Lambda | None:
    """A function that is defined in another, without a name: it gives one expression back.

    Where several have its name, or something else is around it, it is not known which one that is.
    Starlette asks it in a thread then, where it would have been asked in the loop.
    """
    if not isinstance(scope.owner, FunctionNode):
        return None
    defined = (each for each in scope.owner.body if isinstance(each, FunctionNode))
    named = [each for each in defined if each.name == name]
    found = named[0] if len(named) == 1 and all(map(_is_plain, named)) else None
    body = [each for each in found.body if not _is_text(each)] if found else []
    if found is None or len(body) != 1 or not isinstance(body[0], ast.Return):
        return None
    value, given = body[0].value, found.args
    is_plain = not (given.vararg or given.kwarg or given.kwonlyargs or given.defaults)
    if value is None or not is_plain or any(isinstance(n, ast.Await) for n in ast.walk(value)):
        return None
    names = [ast.arg(each.arg) for each in (*given.posonlyargs, *given.args)]
    return ast.Lambda(ast.arguments([], names, None, [], [], None, []), value)


def _is_plain(defined: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether nothing is around it: it is only said what it answers."""
    names = [last_name(d.func) for d in defined.decorator_list if isinstance(d, ast.Call)]
    return names == ["exception_handler"] * len(defined.decorator_list)


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
