"""Registries that are keyed by strings: `@hooks.register("urls")` here, `get_hooks("urls")` there.

A module that has a decorator with a string for its first argument is such a registry; what its
other functions give for that string is what was registered under it, by whatever module, also by
one that is read later.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from mscli.migrate.walk.project.index import FunctionSymbol, ModuleSymbol, expression_name
from mscli.migrate.walk.values.values import Function, Items, Module, Type, Value, text

if TYPE_CHECKING:
    from mscli.migrate.walk.engine import Engine
    from mscli.migrate.walk.graph.nodes import Call


class Registries:
    """What is registered under which string, by the module that keeps it."""

    def __init__(self, engine: Engine, leaves_out: Callable[[ModuleSymbol], bool]) -> None:
        self.engine = engine
        self._kept: dict[tuple[ModuleSymbol, str], list[Value]] = {}
        self._registering: set[FunctionSymbol] = set()
        for module in engine.project.modules:
            if leaves_out(module):
                continue
            for fn in module.functions.values():
                self._read(module, fn.node, (Function(fn),))
            for cls in module.classes.values():
                self._read(module, cls.node, (Type(cls),))

    def _read(self, module: ModuleSymbol, node: ast.AST, value: Value) -> None:
        for decorator in getattr(node, "decorator_list", ()):
            if not isinstance(decorator, ast.Call) or not decorator.args:
                continue
            key = decorator.args[0]
            if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
                continue
            keeper = self._keeper(module, expression_name(decorator.func))
            if keeper is not None:
                self._kept.setdefault((keeper, key.value), []).append(value)

    def _keeper(self, module: ModuleSymbol, name: str) -> ModuleSymbol | None:
        """The module of the project that a decorator comes from."""
        first, *rest = name.split(".")
        value = self.engine.lookup(module, first) if first in module.imports else None
        for part in rest:
            inner = [atom.module for atom in value or () if isinstance(atom, Module)]
            value = self.engine.lookup(inner[0], part) if inner else None
        for atom in value or ():
            if isinstance(atom, Function) and isinstance(atom.fn, FunctionSymbol):
                self._registering.add(atom.fn)
                return atom.fn.module
        return None

    def given(self, fn: FunctionSymbol, call: Call) -> Value:
        """What a registry's function gives for a string, if it is not the one that registers."""
        key = text(call.arg(0)) if call.args and fn not in self._registering else None
        found = self._kept.get((fn.module, key)) if key is not None else None
        return (Items(tuple(found)),) if found else ()
