"""What a function puts under a key of a module's mapping, for whoever asks for it later.

`_parts = {}` at the top of a module, `_parts["logger"] = Logger()` where the application is set up.
Objects and code are followed so; what else is kept there is data.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from mscli.migrate.trees import every
from mscli.migrate.walk.graph.nodes import Call, Node
from mscli.migrate.walk.project.index import FunctionSymbol, ModuleSymbol, Project
from mscli.migrate.walk.values.merging import bounded, merged
from mscli.migrate.walk.values.values import Function, Member, Object, Type, Value, text

if TYPE_CHECKING:
    from mscli.migrate.walk.expressions.evaluate import Evaluation

Key = tuple[ModuleSymbol, str, str]


class PutLater:
    """Finds what was put, when it is asked for."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._known: dict[Key, Value] = {}
        self._puts: dict[Key, list[tuple[FunctionSymbol, ast.expr]]] | None = None

    def value(self, frame: Evaluation, place: ast.expr, key: str | None) -> Value:
        """What is under a key of a name that a module begins with an empty mapping."""
        if not isinstance(place, ast.Name) or not key or place.id in frame.env:
            return ()
        home = _home(self._project, frame.module, place.id)
        if home is None:
            return ()
        asked = (home, place.id, key)
        if asked not in self._known:
            self._known[asked] = ()
            for fn, expression in self._all().get(asked, ()):
                found = _objects(_evaluated(frame, fn, expression, asked))
                self._known[asked] = bounded(merged(self._known[asked], found))
        return self._known[asked]

    def got(self, frame: Evaluation, method: Member, call: Call) -> Value:
        """The same of `_parts.get("logger")`."""
        of = call.node.func if call.node is not None else None
        if method.name != "get" or not isinstance(of, ast.Attribute):
            return ()
        return self.value(frame, of.value, text(call.arg(0)))

    def forget(self) -> None:
        """What was concluded so far; not where it is written."""
        self._known.clear()

    def _all(self) -> dict[Key, list[tuple[FunctionSymbol, ast.expr]]]:
        if self._puts is None:
            self._puts = {}
            begun = {module: set(_begun(module)) for module in self._project.modules}
            names = set().union(*begun.values())
            for module in self._project.modules:
                if not names.isdisjoint({*begun[module], *module.imports}):
                    self._read(module, begun)
        return self._puts

    def _read(self, module: ModuleSymbol, begun: dict[ModuleSymbol, set[str]]) -> None:
        methods = (fn for cls in module.classes.values() for fn in cls.methods.values())
        for fn in (*module.functions.values(), *methods):
            for name, key, value in _put_in(fn.node):
                home = _home(self._project, module, name)
                if home is not None and name in begun[home] and self._puts is not None:
                    self._puts.setdefault((home, name, key), []).append((fn, value))


def _begun(module: ModuleSymbol) -> Iterator[str]:
    """The names that a module begins with an empty mapping."""
    for part in module.tree.body:
        match part:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Dict(keys=[])):
                yield name
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.Dict(keys=[])):
                yield name


def _put_in(node: ast.AST) -> Iterator[tuple[str, str, ast.expr]]:
    for part in every(node):
        match part:
            case ast.Assign(
                targets=[ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=str(key)))]
            ):
                yield name, key, part.value


def _home(project: Project, module: ModuleSymbol, name: str) -> ModuleSymbol | None:
    """The module that assigns a name: this one, or the one that it is imported from."""
    if name in module.assigned:
        return module
    target, own = module.imports.get(name, ("", ""))
    found = project.module(target, module) if own == name else None
    return found if found is not None and name in found.assigned else None


def _evaluated(frame: Evaluation, fn: FunctionSymbol, expression: ast.expr, key: Key) -> Value:
    """What is put there, by a function of which nothing else is known."""
    args = fn.node.args.args
    env: dict[str, Value] = {}
    if fn.owner is not None and args:
        env[args[0].arg] = (Object(fn.owner),)
    engine = frame.engine
    with engine.instances.importing():
        return engine.frame(fn.module, Node(fn, ("put", *key)), env, fn).evaluate(expression)


def _objects(value: Value) -> Value:
    return tuple(atom for atom in value if isinstance(atom, Object | Type | Function))
