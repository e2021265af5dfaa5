"""Expressions of the monolith that are written down elsewhere, with what their names mean."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from mscli.migrate.apply.moving.needs.closure import Closing
from mscli.migrate.apply.moving.pieces.scopes import Scope


@dataclass(frozen=True, slots=True, order=True)
class Written:
    """Code whose names are long aliases; `names` has each alias, where it is from, and its name.

    Of a name that is the project's `ours` is set: its module moves.
    """

    code: str
    names: tuple[tuple[str, str, str, bool], ...] = ()

    @property
    def symbols(self) -> tuple[str, ...]:
        """The symbols of the project that it needs."""
        return tuple(f"{module}.{name}" for _, module, name, ours in self.names if ours)


def written(nodes: Sequence[ast.expr], scope: Scope, closing: Closing) -> Written | None:
    """Expressions, with commas between them; None where one needs what only its function has."""
    names = _Names(scope, closing)
    try:
        code = ", ".join(ast.unparse(names.visit(_copied(node))) for node in nodes)
    except _NotClosed:
        return None
    return Written(code, tuple(sorted(names.found)))


def _copied(node: ast.expr) -> ast.expr:
    return ast.parse(ast.unparse(node), mode="eval").body


class _NotClosed(Exception):
    """A name is a function's own."""


class _Names(ast.NodeTransformer):
    def __init__(self, scope: Scope, closing: Closing) -> None:
        self.scope = scope
        self.closing = closing
        self.found: set[tuple[str, str, str, bool]] = set()
        self.bound: set[str] = set()

    def visit_Lambda(self, node: ast.Lambda) -> ast.expr:
        """What it is given has names of its own."""
        outer, self.bound = self.bound, self.bound | {each.arg for each in node.args.args}
        body, self.bound = self.visit(node.body), outer
        return ast.Lambda(node.args, body)

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        """`settings.LIMIT` of a module is a name of its own."""
        own = {*self.scope.own, *self.bound}
        if isinstance(node.value, ast.Name) and node.value.id not in own:
            module = self.scope.meaning(node.value)
            if self.closing.project.module(module) is not None:
                return self._name(f"{module}.{node.attr}")
        return ast.Attribute(self.visit(node.value), node.attr, node.ctx)

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Every other name."""
        if node.id in self.bound:
            return node
        if node.id in self.scope.own:
            raise _NotClosed
        if node.id in self.scope.imports:
            return self._name(self.scope.meaning(node))
        if self.closing.find(dotted := f"{self.scope.module.name}.{node.id}"):
            return self._name(dotted)
        if not hasattr(builtins, node.id):
            raise _NotClosed
        return node

    def _name(self, dotted: str) -> ast.Name:
        dotted = self._handed_on(dotted)
        place = self.closing.find(dotted)
        module, _, name = dotted.rpartition(".")
        if place is not None:
            module, name = place[0].name, place[1]
        elif self.closing.project.module(dotted) is not None:
            raise _NotClosed  # a module as a whole
        alias = f"{module}.{name}".lstrip(".").replace(".", "_")
        self.found.add((alias, module, name, place is not None))
        return ast.Name(alias, ast.Load())

    def _handed_on(self, dotted: str) -> str:
        """A name of a package that a module of the project only hands on, by its own name."""
        seen: list[str] = []
        while self.closing.find(dotted) is None and dotted not in seen:
            seen.append(dotted)
            module, _, name = dotted.rpartition(".")
            symbol = self.closing.project.module(module)
            if symbol is not None and name in symbol.imports:
                dotted = ".".join(filter(None, symbol.imports[name]))
        return dotted


def shortened(all_written: Iterable[Written]) -> tuple[list[str], list[tuple[str, str, str, bool]]]:
    """The codes with names as short as they can be, and these names: alias, module, name, ours."""
    every = list(all_written)
    names = sorted({name for each in every for name in each.names})
    last = [name for _, _, name, _ in names]
    short = {a: n if last.count(n) == 1 else a for a, _, n, _ in names}
    codes = []
    for each in every:
        code = each.code
        for alias, *_ in each.names:
            code = re.sub(rf"\b{re.escape(alias)}\b", short[alias], code)
        codes.append(code)
    return codes, [(short[alias], module, name, ours) for alias, module, name, ours in names]


def imports_of(names: Iterable[tuple[str, str, str, bool]]) -> Iterator[str]:
    """Lines of import; modules of the project have their new names already."""
    for alias, module, name, _ in names:
        renamed = f" as {alias}" if alias != name else ""
        yield f"from {module} import {name}{renamed}" if module else f"import {name}{renamed}"
