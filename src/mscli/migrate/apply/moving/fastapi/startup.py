"""FastAPI: what is filled when the application starts, which no service does for moved code."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from mscli.migrate.apply.moving.implied.changing import Changes
from mscli.migrate.apply.moving.needs.closed import Closure
from mscli.migrate.apply.moving.needs.closure import Closing
from mscli.migrate.apply.moving.pieces.instead import APPLICATIONS
from mscli.migrate.walk.project.index import (
    FunctionNode,
    ModuleSymbol,
    Project,
    expression_name,
    last_name,
)


class Startup:
    """The names at the top of modules that a project's start changes, and where that is said."""

    def __init__(self, project: Project, closing: Closing) -> None:
        self.closing = closing
        self.changed: dict[str, str] = {}
        changes = Changes(project)
        for module in project.modules:
            for node in ast.walk(module.tree):
                for name in _starting(node):
                    self._note(changes, module, name)

    def _note(self, changes: Changes, module: ModuleSymbol, name: str) -> None:
        symbol = changes.symbol(name, module) if name else None
        declared = symbol.module.functions.get(symbol.name) if symbol else None
        if symbol is None or declared is None or not isinstance(declared.node, FunctionNode):
            return
        where = f"{symbol.module.file}:{declared.node.lineno}"
        of_modules = _of_modules(declared.node, symbol.module)
        for each in (*changes.of(declared.node, symbol.module), *of_modules):
            self.changed.setdefault(each, where)

    def against(self, closure: Closure) -> Iterator[str]:
        """What moved code has that is filled elsewhere."""
        for dotted, where in sorted(self.changed.items()):
            place = self.closing.find(dotted)
            pieces = self.closing.sources.of(place[0]).by_name[place[1]] if place else ()
            kept = closure.pieces.get(place[0].file, ()) if place else ()
            if any(p.first in kept and p.makes not in APPLICATIONS for p in pieces):
                yield f"`{dotted}` is set when the application starts, by what stays ({where})"


def _of_modules(node: FunctionNode, module: ModuleSymbol) -> Iterator[str]:
    """`state.client = ...`, where `state` is a module."""
    for part in ast.walk(node):
        match part:
            case ast.Attribute(value=ast.Name(id=name), attr=attr, ctx=ast.Store()):
                yield ".".join(filter(None, (*module.imports.get(name, (name, "")), attr)))


def _starting(node: ast.AST) -> Iterator[str]:
    """The functions that run when an application starts, by name."""
    if isinstance(node, FunctionNode):
        for each in node.decorator_list:
            if isinstance(each, ast.Call) and last_name(each) == "on_event" and _is_start(each):
                yield node.name
    elif isinstance(node, ast.Call):
        if last_name(node) == "add_event_handler" and _is_start(node) and len(node.args) > 1:
            yield expression_name(node.args[1])
        for keyword in node.keywords:
            if keyword.arg == "lifespan":
                yield expression_name(keyword.value)
            elif keyword.arg == "on_startup" and isinstance(keyword.value, ast.List | ast.Tuple):
                yield from map(expression_name, keyword.value.elts)


def _is_start(call: ast.Call) -> bool:
    first = call.args[0] if call.args else None
    return isinstance(first, ast.Constant) and first.value == "startup"
