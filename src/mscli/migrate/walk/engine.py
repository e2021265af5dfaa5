"""The walk: every function once a context, calls followed, types carried along.

A node's own effects are collected when it is walked; what it does through others is a question to
the graph (`closure.py`), so recursion needs no fixed point here.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from mscli.migrate.walk.index import (
    ClassSymbol,
    FunctionSymbol,
    ModuleSymbol,
    Project,
)
from mscli.migrate.walk.instances import Instances
from mscli.migrate.walk.nodes import Call, Node, OutsideCall, Unresolved
from mscli.migrate.walk.schema import Schema
from mscli.migrate.walk.values import (
    Atom,
    Function,
    Items,
    Made,
    Member,
    Module,
    Object,
    Outside,
    Pairs,
    Row,
    Rows,
    Site,
    Super,
    Text,
    Type,
    Value,
    bounded,
    dotted,
    join,
    merged,
    vague,
)

if TYPE_CHECKING:
    from mscli.migrate.walk.frame import Frame
    from mscli.migrate.walk.registries import Registries

DEEPEST, LOOKUPS = 40, 30
# How many contexts a function is walked in, by the lines of its body: a bound on the work.
CONTEXTS = ((15, 300), (40, 100), (120, 6))
CONTEXTS_OF_LARGE, CONTEXTS_OF_WRAPPERS = 2, 60
# What modules call while they are imported is called once a line: decorators, makers of columns.
CONTEXTS_OF_IMPORTING = 5000


class Semantics(Protocol):
    """What one framework means by attributes and calls; None where it has no opinion."""

    def attribute(self, frame: Frame, atom: Atom, name: str, site: Site) -> Value | None:
        """The value of an attribute."""

    def call(self, frame: Frame, atom: Atom, call: Call) -> Value | None:
        """The value of a call, its effects noted in the frame."""

    def assign(self, frame: Frame, atom: Atom, name: str, site: Site) -> None:
        """An attribute is set."""

    def unknown(self, frame: Frame, source: str, name: str, call: Call) -> Value | None:
        """A method of a receiver that is not known; `source` is how the receiver is written."""


class Engine:
    """Walks a project. `schema` may be filled in after the models were read."""

    def __init__(self, project: Project, schema: Schema) -> None:
        self.project = project
        self.schema = schema
        self.semantics: list[Semantics] = []
        self.nodes: dict[tuple[object, ...], Node] = {}
        self.contexts: dict[FunctionSymbol, int] = {}
        self.outside: list[OutsideCall] = []
        self.unresolved: dict[Unresolved, None] = {}
        self.resolved: set[Site] = set()
        self.model_names: dict[str, Value] = {}
        self.on_requests: dict[str, Value] = {}
        self.on_made: dict[tuple[Made, str], Value] = {}
        self.registries: Registries | None = None
        self._settings: dict[str, Value] = {}
        self.instances = Instances()
        self.attributes: dict[tuple[ClassSymbol, str], Value] = {}
        self.globals: dict[ModuleSymbol, dict[str, Value]] = {}
        self.symbols: dict[tuple[int, int], FunctionSymbol] = {}
        self.closing: dict[int, bool] = {}
        self.in_body = False
        self.depth = 0
        self.pending: list[tuple[Node, dict[str, Value]]] = []
        self._assigned: dict[ClassSymbol, frozenset[str]] = {}
        self._bases: dict[ClassSymbol, Value] = {}
        self._orders: dict[ClassSymbol, tuple[ClassSymbol | str, ...]] = {}
        self._attribute_values: dict[tuple[ClassSymbol, str], Value] = {}
        self._looking: set[tuple[ModuleSymbol, str]] = set()

    # -- names -------------------------------------------------------------------------------

    def lookup(self, module: ModuleSymbol, name: str) -> Value | None:
        """A global name of a module; None if the module has no such name."""
        key = (module, name)
        if key in self._looking or len(self._looking) > LOOKUPS * 4:
            return None
        self._looking.add(key)
        try:
            return self._lookup(module, name)
        finally:
            self._looking.discard(key)

    def _lookup(self, module: ModuleSymbol, name: str) -> Value | None:
        if name in module.classes and name not in module.assigned:
            return (Type(module.classes[name]),)
        if name in module.functions:
            found = self.globals.get(module, {}).get(name)
            return found if found is not None else (Function(module.functions[name]),)
        if name in module.assigned:
            values = self.module_globals(module).get(name, ())
            if name in module.classes:
                values = join((Type(module.classes[name]),), values)
            if values or name not in module.imports:
                return values
        if name in module.imports:
            return self.imported(module, *module.imports[name])
        for star in module.stars:
            source = self.project.module(star, module)
            found = self.lookup(source, name) if source else None
            if found is not None:
                return found
        if module.is_package:
            inner = self.project.module(f"{module.name}.{name}", module)
            return (Module(inner),) if inner is not None else None
        return None

    def imported(self, module: ModuleSymbol, target: str, name: str) -> Value:
        """What an import means: a module or name of the project, or a name from outside."""
        source = self.project.module(target, module)
        if not name:
            return (Module(source),) if source else (Outside(target),)
        inner = self.project.module(f"{target}.{name}", module)
        if source is not None and source is not module:
            found = self.lookup(source, name)
            if found is not None:
                return found
        if inner is not None:
            return (Module(inner),)
        return () if source is not None else (Outside(f"{target}.{name}"),)

    def module_globals(self, module: ModuleSymbol) -> dict[str, Value]:
        """A module's names after its body was walked; while it is walked, those so far."""
        from mscli.migrate.walk.frame import Frame

        if module not in self.globals:
            env = self.globals[module] = {}
            node = Node(module, (module,), done=True)
            self.nodes[(module,)] = node
            with self.instances.importing(), self._body(imported=True):
                Frame(self, module, node, env).run(module.tree.body)
        return self.globals[module]

    def dotted_name(self, name: str, seen_from: ModuleSymbol | None = None) -> Value:
        """What a dotted string such as `shop.orders.views.place` names."""
        parts = name.split(".")
        for cut in range(len(parts), 0, -1):
            module = self.project.module(".".join(parts[:cut]), seen_from)
            if module is None:
                continue
            value: Value | None = (Module(module),)
            for part in parts[cut:]:
                value = flat_lookup(self, value or (), part)
            if value:
                return value
        return ()

    def setting(self, name: str) -> Value:
        """A setting by its name, from settings modules and configuration classes."""
        if name not in self._settings:
            self._settings[name] = ()
            found: list[Value] = []
            for module in self.project.modules:
                like = module.name.rpartition(".")[2].lower()
                if name in module.assigned and (
                    "settings" in like or "config" in like or "INSTALLED_APPS" in module.assigned
                ):
                    found.append(self.module_globals(module).get(name, ()))
                for cls in module.classes.values():
                    if name in cls.attributes and ("onfig" in cls.name or "ettings" in cls.name):
                        found.append(self.own_attribute(cls, name))
            self._settings[name] = next((value for value in found if value), ())
        return self._settings[name]

    # -- classes -----------------------------------------------------------------------------

    def bases(self, cls: ClassSymbol) -> Value:
        """The base classes of a class, in order."""
        from mscli.migrate.walk.frame import Frame

        if cls not in self._bases:
            self._bases[cls] = ()
            frame = Frame(self, cls.module, Node(cls.module, ("bases", cls)), {})
            self._bases[cls] = tuple(
                atom for base in cls.node.bases for atom in frame.evaluate(base)
            )
        return self._bases[cls]

    def order(self, cls: ClassSymbol) -> tuple[ClassSymbol | str, ...]:
        """The class and what it inherits from, in the order of look-up; outside ones as names."""
        if cls not in self._orders:
            self._orders[cls] = (cls,)
            found: dict[ClassSymbol | str, None] = {}
            for atom in self.bases(cls):
                inherited = self.order(atom.cls) if isinstance(atom, Type) else (dotted(atom),)
                for entry in inherited:
                    found.pop(entry, None)
                    found[entry] = None
            found.pop(cls, None)
            self._orders[cls] = (cls, *found)
        return self._orders[cls]

    def inherits(self, cls: ClassSymbol, *endings: str) -> bool:
        """Whether a class has an outside ancestor whose name ends so."""
        return any(isinstance(entry, str) and entry.endswith(endings) for entry in self.order(cls))

    def method(
        self, cls: ClassSymbol, name: str, after: ClassSymbol | None = None
    ) -> FunctionSymbol | None:
        """A method, looked up in order; `after` starts behind a class, as `super()` does."""
        order = self.order(cls)
        start = order.index(after) + 1 if after in order else 0
        for entry in order[start:]:
            if isinstance(entry, ClassSymbol) and name in entry.methods:
                return entry.methods[name]
        return None

    def class_attribute(self, cls: ClassSymbol, name: str) -> Value:
        """The value of a class attribute, inherited ones included; not for methods."""
        for entry in self.order(cls):
            if isinstance(entry, ClassSymbol):
                if name in entry.attributes:
                    return self.own_attribute(entry, name)
                if name in entry.inner:
                    return (Type(entry.inner[name]),)
        return ()

    def own_attribute(self, cls: ClassSymbol, name: str) -> Value:
        """The value of an attribute that the class itself sets."""
        from mscli.migrate.walk.frame import Frame

        key = (cls, name)
        if key not in self._attribute_values:
            self._attribute_values[key] = ()
            env = {inner: (Type(symbol),) for inner, symbol in cls.inner.items()}
            frame = Frame(self, cls.module, Node(cls.module, ("class", cls, name)), dict(env))
            frame.cls = cls
            with self.instances.importing(), self._body(imported=True):
                self._attribute_values[key] = frame.evaluate(cls.attributes[name])
        return vague(self._attribute_values[key])

    def constant(self, cls: ClassSymbol, name: str) -> Value:
        """`True`, `False` or `None` that a class sets, if neither it nor an object changes it."""
        for entry in self.order(cls):
            if not isinstance(entry, ClassSymbol):
                continue
            if name in entry.annotations or name in self.assigned(entry):
                return ()
            if name in entry.attributes:
                self.own_attribute(entry, name)
                return self._attribute_values[entry, name]
        return ()

    def assigned(self, cls: ClassSymbol) -> frozenset[str]:
        """The names of `self.name = ...` in the methods of a class, its constructor left out."""
        if cls not in self._assigned:
            self._assigned[cls] = frozenset(
                part.attr
                for name, method in cls.methods.items()
                if name != "__init__"
                for part in ast.walk(method.node)
                if isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store)
            )
        return self._assigned[cls]

    def declared(self, atom: Object, name: str) -> Value:
        """An attribute as it was given to an object, or else as its class declares it."""
        own = atom.instance.attributes.get(name, ()) if atom.instance is not None else ()
        return vague(own) or self.class_attribute(atom.cls, name)

    def set_on(self, atom: Object, name: str, value: Value) -> None:
        """Note what an attribute of an object is set to."""
        if atom.instance is not None:
            atom.instance.set(name, value)
        self.set_attribute(atom.cls, name, value)

    def set_attribute(self, cls: ClassSymbol, name: str, value: Value) -> None:
        """Note what an attribute of the objects of a class is set to."""
        key = (cls, name)
        self.attributes[key] = bounded(merged(self.attributes.get(key, ()), vague(value)))

    # -- calls -------------------------------------------------------------------------------

    def enter(self, fn: FunctionSymbol, receiver: Value, env: dict[str, Value]) -> Node:
        """The node of a function with these arguments, walked now unless the walk is too deep."""
        env = {name: bounded(value) for name, value in env.items()}
        key: tuple[object, ...] = (
            fn,
            receiver,
            tuple(sorted(env.items(), key=lambda item: item[0])),
        )
        node = self.nodes.get(key)
        if node is not None:
            return self._again(node, fn, receiver, env)
        limit = CONTEXTS_OF_IMPORTING if self.in_body else _contexts(fn)
        if self.contexts.get(fn, 0) >= limit:
            key, env = (fn, "any"), {}
            site = Site(fn.module.file, fn.node.lineno)
            self.unresolved[Unresolved("contexts", f"{fn.id}: too many to tell apart", site)] = None
            if key in self.nodes:
                return self.nodes[key]
        self.contexts[fn] = self.contexts.get(fn, 0) + 1
        node = self.nodes[key] = Node(fn, key)
        if receiver:
            env = {**env, "": receiver}
        if self.depth >= DEEPEST:
            self.pending.append((node, env))
        else:
            self._walk(node, fn, env)
            self.instances.is_stale(node, receiver)
        return node

    def _again(
        self, node: Node, fn: FunctionSymbol, receiver: Value, env: dict[str, Value]
    ) -> Node:
        """The node of a method, walked once more if its object has grown since."""
        if node.done and self.instances.is_stale(node, receiver):
            node.done = False
            self._walk(node, fn, {**env, "": receiver})
        return node

    def _walk(self, node: Node, fn: FunctionSymbol, env: dict[str, Value]) -> None:
        from mscli.migrate.walk.frame import Frame

        self.depth += 1
        try:
            with self._body(imported=False):
                Frame(self, fn.module, node, dict(env), fn).run_function()
        except RecursionError:
            site = Site(fn.module.file, fn.node.lineno)
            self.unresolved[Unresolved("depth", fn.id, site)] = None
        finally:
            self.depth -= 1
            node.done = True

    @contextmanager
    def _body(self, *, imported: bool) -> Iterator[None]:
        """While the body of a module or of a class is walked, or that of a function."""
        before, self.in_body = self.in_body, imported
        try:
            yield
        finally:
            self.in_body = before

    def finish(self) -> None:
        """Walk what was put off because the walk was too deep."""
        while self.pending:
            node, env = self.pending.pop()
            if isinstance(node.symbol, FunctionSymbol):
                self._walk(node, node.symbol, env)


def _contexts(fn: FunctionSymbol) -> int:
    lines = (fn.node.end_lineno or fn.node.lineno) - fn.node.lineno
    allowed = next((count for most, count in CONTEXTS if lines <= most), CONTEXTS_OF_LARGE)
    return max(allowed, CONTEXTS_OF_WRAPPERS) if fn.nests and lines <= CONTEXTS[1][0] else allowed


def flat_lookup(engine: Engine, value: Value, name: str) -> Value:
    """An attribute of modules and classes, without a frame."""
    found: list[Value] = []
    for atom in value:
        if isinstance(atom, Module):
            known = engine.lookup(atom.module, name)
            if known is None:
                inner = engine.project.module(f"{atom.module.name}.{name}", atom.module)
                known = (Module(inner),) if inner else ()
            found.append(known)
        elif isinstance(atom, Type):
            method = engine.method(atom.cls, name)
            found.append((Function(method),) if method else engine.class_attribute(atom.cls, name))
        elif isinstance(atom, Outside):
            found.append((Outside(f"{atom.name}.{name}"),))
    return join(*found)


def elements(value: Value) -> Value:
    """What iterating gives."""
    found: list[Value] = []
    for atom in value:
        if isinstance(atom, Items):
            found.extend(atom.items)
        elif isinstance(atom, Rows):
            found.append((Row(atom.model),))
        elif isinstance(atom, Pairs):
            found.append(tuple(Text(key) for key, _ in atom.pairs))
        elif isinstance(atom, Member) and atom.name == "items()":
            found.append(())
    return vague(join(*found, widest=400))


Environment = Mapping[str, Value]
__all__ = ["Engine", "Function", "Object", "Semantics", "Super", "elements", "flat_lookup"]
