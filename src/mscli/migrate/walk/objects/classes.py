"""Classes: what they inherit, their methods, and what their attributes are."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from mscli.migrate.trees import every
from mscli.migrate.walk.graph.nodes import Node
from mscli.migrate.walk.objects.generics import Arguments, type_arguments
from mscli.migrate.walk.objects.names import Names
from mscli.migrate.walk.project.index import ClassSymbol, FunctionSymbol, Project
from mscli.migrate.walk.values.merging import bounded, elements, merged
from mscli.migrate.walk.values.values import Atom, Made, Member, Object, Type, Value, dotted, vague

MADE_OF = ("cls", "model_class")


class Order(NamedTuple):
    """A class and what it inherits from, in the order of look-up.

    `own` are the classes of the project among them, `outside` the names of the others.
    """

    whole: tuple[ClassSymbol | str, ...]
    own: tuple[ClassSymbol, ...]
    outside: tuple[str, ...]


class Classes(Names):
    """The classes of a project, and what was set on their objects."""

    def __init__(self, project: Project) -> None:
        super().__init__(project)
        self.attributes: dict[tuple[ClassSymbol, str], Value] = {}
        self._assigned: dict[ClassSymbol, frozenset[str]] = {}
        self._bases: dict[ClassSymbol, Value] = {}
        self._type_arguments: dict[ClassSymbol, Arguments] = {}
        self._orders: dict[ClassSymbol, Order] = {}
        self._methods: dict[tuple[ClassSymbol, str], FunctionSymbol | None] = {}
        self._ordering: set[ClassSymbol] = set()
        self._attribute_values: dict[tuple[ClassSymbol, str], Value] = {}

    def bases(self, cls: ClassSymbol) -> Value:
        """The base classes of a class, in order."""
        if cls in self._bases:
            return self._bases[cls]
        self._bases[cls] = ()
        node = Node(cls.module, ("bases", cls))
        frame = self.frame(cls.module, node, {**(cls.closure or {}), **self._namesake(cls)})
        parts = [frame.evaluate(base) for base in cls.node.bases]
        found = self._bases[cls] = tuple(atom for part in parts for atom in part)
        if self.reading and not all(parts):
            del self._bases[cls]  # a module that is walked may be about to say it
        return found

    def _namesake(self, cls: ClassSymbol) -> dict[str, Value]:
        """What a class's own name means while it is made, `class ListView(Mixin, ListView)`: what
        was imported by that name.
        """
        module, name = cls.module, cls.node.name
        if name not in module.imports or module.classes.get(name) is not cls:
            return {}
        return {name: self.imported(module, *module.imports[name])}

    def order(self, cls: ClassSymbol) -> tuple[ClassSymbol | str, ...]:
        """The class and what it inherits from, in the order of look-up; outside ones as names."""
        return self._order(cls).whole

    def lineage(self, cls: ClassSymbol) -> tuple[ClassSymbol, ...]:
        """The class and what it inherits from that is the project's, in the order of look-up."""
        return self._order(cls).own

    def outsiders(self, cls: ClassSymbol) -> tuple[str, ...]:
        """What a class inherits from that is not the project's, by name."""
        return self._order(cls).outside

    def _order(self, cls: ClassSymbol) -> Order:
        if cls not in self._orders:
            self._orders[cls] = Order((cls,), (cls,), ())
            self._ordering.add(cls)
            found: dict[ClassSymbol | str, None] = {}
            for atom in self.bases(cls):
                for entry in self._above(atom):
                    found.pop(entry, None)
                    found[entry] = None
            found.pop(cls, None)
            own = (entry for entry in found if isinstance(entry, ClassSymbol))
            outside = (entry for entry in found if isinstance(entry, str))
            order = self._orders[cls] = Order((cls, *found), (cls, *own), tuple(outside))
            self._ordering.discard(cls)
            if not self._is_settled(cls):
                del self._orders[cls]
            return order
        return self._orders[cls]

    def _is_settled(self, cls: ClassSymbol) -> bool:
        """Whether all that a class inherits from is known, and known for sure."""
        above = [atom.cls for atom in self._bases.get(cls, ()) if isinstance(atom, Type)]
        is_open = any(one not in self._orders or one in self._ordering for one in above)
        return cls in self._bases and not is_open

    def _above(self, base: Atom) -> Iterator[ClassSymbol | str]:
        """A base with what it inherits; one that is made (`declarative_base(cls=Model)`) has what
        it was made of.
        """
        if isinstance(base, Type):
            yield from self.order(base.cls)
            return
        maker = base.of if isinstance(base, Member) else base
        for name in MADE_OF:
            given = maker.arg(-1, name) if isinstance(maker, Made) else ()
            for atom in (*elements(given), *given):
                yield from self.order(atom.cls) if isinstance(atom, Type) else ()
        yield dotted(base)

    def type_arguments(self, cls: ClassSymbol) -> Arguments:
        """What the type parameters of a class and of its ancestors stand for in it."""
        if cls not in self._type_arguments:
            self._type_arguments[cls] = {}
            self._type_arguments[cls] = type_arguments(self, cls)
        return self._type_arguments[cls]

    def inherits(self, cls: ClassSymbol, *endings: str) -> bool:
        """Whether a class has an outside ancestor whose name ends so."""
        return any(entry.endswith(endings) for entry in self.outsiders(cls))

    def method(
        self, cls: ClassSymbol, name: str, after: ClassSymbol | None = None
    ) -> FunctionSymbol | None:
        """A method, looked up in order; `after` starts behind a class, as `super()` does."""
        if after is not None or self._ordering:
            return self._method(cls, name, after)
        key = (cls, name)
        if key not in self._methods:
            found = self._method(cls, name, None)
            if self._ordering or cls not in self._orders:
                return found
            self._methods[key] = found
        return self._methods[key]

    def _method(
        self, cls: ClassSymbol, name: str, after: ClassSymbol | None
    ) -> FunctionSymbol | None:
        own = self.lineage(cls)
        start = own.index(after) + 1 if after in own else 0
        found = (entry.methods[name] for entry in own[start:] if name in entry.methods)
        return next(found, None)

    def class_attribute(self, cls: ClassSymbol, name: str) -> Value:
        """The value of a class attribute, inherited ones included; not for methods."""
        for entry in self.lineage(cls):
            if name in entry.attributes:
                return self.own_attribute(entry, name)
            if name in entry.inner:
                return (Type(entry.inner[name]),)
        return ()

    def declarations(self, cls: ClassSymbol) -> Iterator[tuple[str, Atom]]:
        """What each attribute of a class may be, and then those of what it inherits from."""
        for entry in self.lineage(cls):
            for name in entry.attributes:
                yield from ((name, atom) for atom in self.own_attribute(entry, name))

    def own_attribute(self, cls: ClassSymbol, name: str) -> Value:
        """The value of an attribute that the class itself sets."""
        key = (cls, name)
        if key not in self._attribute_values:
            self._attribute_values[key] = ()
            env: dict[str, Value] = dict(cls.closure or {})
            env.update((inner, (Type(symbol),)) for inner, symbol in cls.inner.items())
            env.update(self._beside(cls, name))
            frame = self.frame(cls.module, Node(cls.module, ("class", cls, name)), env)
            frame.cls = cls
            with self.instances.importing(), self.body(imported=True):
                self._attribute_values[key] = frame.evaluate(cls.attributes[name])
        return vague(self._attribute_values[key])

    def _beside(self, cls: ClassSymbol, name: str) -> Iterator[tuple[str, Value]]:
        """The other attributes of the class that one is made of: `ALL = {LIST, SHOW}`."""
        for part in every(cls.attributes[name]):
            if isinstance(part, ast.Name) and part.id != name and part.id in cls.attributes:
                yield part.id, self.own_attribute(cls, part.id)

    def grow_attribute(self, cls: ClassSymbol, name: str, added: Value) -> None:
        """What is put into a collection that a class keeps for all its objects."""
        for entry in self.lineage(cls):
            if name in entry.attributes:
                before = self.own_attribute(entry, name)
                self._attribute_values[entry, name] = bounded(merged(before, added))
                return

    def constant(self, cls: ClassSymbol, name: str) -> Value:
        """`True`, `False` or `None` that a class sets, if neither it nor an object changes it."""
        for entry in self.lineage(cls):
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
                for part in every(method.node)
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
            self.instances.set(atom.instance, name, value)
        self.set_attribute(atom.cls, name, value)

    def set_attribute(self, cls: ClassSymbol, name: str, value: Value) -> None:
        """Note what an attribute of the objects of a class is set to."""
        key = (cls, name)
        self.attributes[key] = bounded(merged(self.attributes.get(key, ()), vague(value)))
