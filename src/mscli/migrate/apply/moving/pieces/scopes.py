"""What names mean where they are used: in a module, or inside of a function that has its own."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from mscli.migrate.walk.project.imports import bind_import, meaning
from mscli.migrate.walk.project.index import FunctionNode, ModuleSymbol, expression_name
from mscli.migrate.walk.project.scopes import statements

Owner = ast.Module | FunctionNode


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """A module, or a function of it, with the imports and the names that are its own."""

    module: ModuleSymbol
    owner: Owner
    imports: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    own: Mapping[str, ast.expr | None] = field(default_factory=dict)
    """Names that the function binds, and to what where that is one expression."""

    def meaning(self, node: ast.expr) -> str:
        """The dotted name of what an expression names; `file:line:name` for a function's own."""
        name = expression_name(node)
        first, _, rest = name.partition(".")
        if not first or isinstance(node, ast.Call):
            return ""
        if first in self.own:
            return f"{self.module.file}:{self.owner_line}:{first}" if not rest else ""
        return meaning(self.module, name, self.imports)

    @property
    def owner_line(self) -> int:
        """The line of the function; 0 for a module."""
        return 0 if isinstance(self.owner, ast.Module) else self.owner.lineno


def scopes(module: ModuleSymbol) -> Iterator[Scope]:
    """The module, and every function in it."""
    yield _scope(module, module.tree, module.imports)
    for node in ast.walk(module.tree):
        if isinstance(node, FunctionNode):
            yield _scope(module, node, module.imports)


def _scope(module: ModuleSymbol, owner: Owner, above: Mapping[str, tuple[str, str]]) -> Scope:
    imports: dict[str, tuple[str, str]] = dict(above)
    own: dict[str, ast.expr | None] = {}
    inside = not isinstance(owner, ast.Module)
    if isinstance(owner, FunctionNode):
        own |= dict.fromkeys(each.arg for each in ast.walk(owner.args) if isinstance(each, ast.arg))
    for node in statements(owner.body):
        bind_import(module, node, imports)
        for name, value in _bound(node):
            if inside or isinstance(node, ast.For):
                own[name] = None if name in own else value
    return Scope(module, owner, imports, own)


def _bound(node: ast.stmt) -> Iterator[tuple[str, ast.expr | None]]:
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            yield name, value
        case ast.AnnAssign(target=ast.Name(id=name), value=value):
            yield name, value
        case ast.For(target=ast.Name(id=name), iter=value):
            yield name, value
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name, None
        case ast.Assign() | ast.With() | ast.AsyncWith() | ast.For():
            for part in ast.walk(node):
                if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                    yield part.id, None
