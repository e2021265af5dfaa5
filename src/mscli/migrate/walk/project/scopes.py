"""What code binds in a scope, and what it changes behind the back of whoever reads it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import lru_cache

from mscli.migrate.trees import every

CHANGING = (ast.Attribute, ast.Call, ast.Global, ast.Nonlocal)
"""What may change a name or an attribute of others."""


def statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a scope, those in branches and blocks included."""
    for node in body:
        yield node
        if isinstance(node, ast.If | ast.Try | ast.With | ast.For | ast.While | ast.AsyncWith):
            for name in ("body", "orelse", "finalbody"):
                yield from statements(getattr(node, name, []))
            for handler in getattr(node, "handlers", []):
                yield from statements(handler.body)


def targets(node: ast.stmt) -> list[ast.expr]:
    """What a statement assigns to."""
    if isinstance(node, ast.Assign):
        found: list[ast.expr] = []
        for target in node.targets:
            found.extend(target.elts if isinstance(target, ast.Tuple | ast.List) else [target])
        return found
    if isinstance(node, ast.AnnAssign | ast.AugAssign | ast.For):
        return [node.target]
    if type(node).__name__ == "TypeAlias":  # from Python 3.12 on
        return [node.name]  # type: ignore[attr-defined]
    return []


@lru_cache(maxsize=64)
def bound_in(node: ast.AST) -> frozenset[str]:
    """The names that a function binds, its parameters included, those of functions in it too."""
    found: set[str] = set()
    for part in every(node):
        if isinstance(part, ast.arg):
            found.add(part.arg)
        elif isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            found.add(part.id)
        elif isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef) and part is not node:
            found.add(part.name)
        elif isinstance(part, ast.alias):
            found.add(part.asname or part.name.partition(".")[0])
    return frozenset(found)


def free_in(node: ast.AST) -> set[str]:
    """The names that a function uses and does not bind."""
    used = {part.id for part in every(node) if isinstance(part, ast.Name)}
    return used - bound_in(node)


def changed(node: ast.AST) -> Iterable[str]:
    """`x.name = ...` on anything but `self`, `setattr(x, "name", ...)`, `global` and `nonlocal`.

    Attributes begin with a dot.
    """
    match node:
        case ast.Attribute(ctx=ast.Store(), value=ast.Name(id="self")):
            return ()  # the class knows what its methods set
        case ast.Attribute(ctx=ast.Store()):
            return (f".{node.attr}",)
        case ast.Call(func=ast.Name(id="setattr"), args=[_, ast.Constant(value=str(name)), *_]):
            return (f".{name}",)
        case ast.Global() | ast.Nonlocal():
            return node.names
        case _:
            return ()
