"""Functions that are chosen by the class of what they are given: `functools.singledispatch`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mscli.migrate.walk.graph.nodes import Node
from mscli.migrate.walk.project.index import (
    FunctionNode,
    FunctionSymbol,
    ModuleSymbol,
    function_symbol,
)
from mscli.migrate.walk.project.scopes import statements
from mscli.migrate.walk.values.values import Atom, Function, Object, Row, Type, Value

if TYPE_CHECKING:
    from mscli.migrate.walk.engine import Engine
    from mscli.migrate.walk.project.index import ClassSymbol
    from mscli.migrate.walk.statements.frame import Frame

DISPATCHED = frozenset(["singledispatch", "singledispatchmethod"])


@dataclass(frozen=True, slots=True)
class Case:
    """One function that was registered, and the classes that it is for."""

    fn: FunctionSymbol
    classes: tuple[ClassSymbol, ...]


class Dispatching:
    """What was registered for which function, anywhere in the project; read when one is called."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._cases: dict[FunctionSymbol, list[Case]] | None = None

    def chosen(self, fn: FunctionSymbol, given: Value) -> list[FunctionSymbol]:
        """The functions that a call may mean: those for its classes, or all if one is not known."""
        if not fn.decorators & DISPATCHED:
            return [fn]
        if self._cases is None:
            self._cases = {}
            for module in self.engine.project.modules:
                self._read(module, self._cases)
        cases = self._cases.get(fn, [])
        fitting = [self._nearest(cases, atom) for atom in given]
        if fitting and all(fitting):
            return list(dict.fromkeys(case.fn for case in fitting if case is not None))
        return [fn, *(case.fn for case in cases)]

    def _nearest(self, cases: list[Case], atom: Atom) -> Case | None:
        if not isinstance(atom, Object | Row):
            return None
        cls = atom.cls if isinstance(atom, Object) else atom.model.cls
        lineage = self.engine.lineage(cls) if cls is not None else ()
        return next((case for entry in lineage for case in cases if entry in case.classes), None)

    def _read(self, module: ModuleSymbol, into: dict[FunctionSymbol, list[Case]]) -> None:
        frame = self.engine.frame(module, Node(module, ("dispatching", module)), {})
        for owner, node in _functions(module):
            for decorator in node.decorator_list:
                given = decorator.args if isinstance(decorator, ast.Call) else []
                called = decorator.func if isinstance(decorator, ast.Call) else decorator
                if not isinstance(called, ast.Attribute) or called.attr != "register":
                    continue
                places = node.args.args[1:] if owner is not None else node.args.args
                wanted = given[0] if given else places[0].annotation if places else None
                prefix = f"{owner.name}." if owner is not None else ""
                case = Case(
                    function_symbol(module, node, owner, prefix), tuple(_classes(frame, wanted))
                )
                for to in _dispatchers(frame, owner, called.value):
                    into.setdefault(to, []).append(case)


def _dispatchers(
    frame: Frame, owner: ClassSymbol | None, node: ast.expr
) -> Iterator[FunctionSymbol]:
    if isinstance(node, ast.Name) and owner is not None and node.id in owner.methods:
        yield owner.methods[node.id]
        return
    for atom in frame.evaluate(node):
        if isinstance(atom, Function) and atom.fn.decorators & DISPATCHED:
            yield atom.fn


def _classes(frame: Frame, node: ast.expr | None) -> Iterator[ClassSymbol]:
    """The classes that are named, also in `A | B` and `Union[A, B]`."""
    for part in ast.walk(node) if node is not None else ():
        if isinstance(part, ast.Name | ast.Attribute):
            yield from (atom.cls for atom in frame.evaluate(part) if isinstance(atom, Type))


def _functions(module: ModuleSymbol) -> Iterator[tuple[ClassSymbol | None, FunctionNode]]:
    """Every function of a module and of its classes, also several of one name."""
    for node in statements(module.tree.body):
        if isinstance(node, FunctionNode):
            yield None, node
        elif isinstance(node, ast.ClassDef) and node.name in module.classes:
            inside = statements(node.body)
            owner = module.classes[node.name]
            yield from ((owner, part) for part in inside if isinstance(part, FunctionNode))
