"""Which names at the top of modules code changes: lists, mappings and objects that it adds to."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from mscli.migrate.apply.moving.pieces.uses import CHANGING
from mscli.migrate.walk.project.imports import bind_import
from mscli.migrate.walk.project.index import (
    ClassSymbol,
    FunctionNode,
    ModuleSymbol,
    Project,
    expression_name,
    last_name,
)
from mscli.migrate.walk.project.scopes import bound_in, statements, targets

ADDING = CHANGING | {"add", "appendleft", "difference_update", "popitem", "popleft", "put", "sort"}
"""Methods that change whatever has them."""
SETTING, VARIABLE = frozenset(["reset", "set"]), "ContextVar"
"""What changes such a variable."""
ITSELF = ""
"""What a method changes where it changes its own object."""
FURTHEST = 8


@dataclass(frozen=True, slots=True)
class Symbol:
    """A name at the top of a module, and what is taken of it."""

    module: ModuleSymbol
    name: str
    rest: tuple[str, ...] = ()

    @property
    def dotted(self) -> str:
        """The name with its module's."""
        return f"{self.module.name}.{self.name}"


def root_of(node: ast.expr) -> str:
    """The chain of names that `a.b["c"].d` begins with; nothing where it begins with a call."""
    names: list[str] = []
    while isinstance(node, ast.Attribute | ast.Subscript):
        names = [node.attr, *names] if isinstance(node, ast.Attribute) else []
        node = node.value
    return ".".join([node.id, *names]) if isinstance(node, ast.Name) else ""


def held_in(node: ast.expr) -> ast.expr:
    """The mapping that an item is of: `known` of `known[key]` and `known.setdefault(key, [])`."""
    match node:
        case ast.Subscript(value=value):
            return held_in(value)
        case ast.Call(func=ast.Attribute(value=value, attr="setdefault" | "get")):
            return held_in(value)
        case _:
            return node


def _assigned(node: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    """The names that a statement assigns to, each with its value."""
    value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
    if value is None:
        return
    names = targets(node)
    is_each = isinstance(value, ast.Tuple) and len(value.elts) == len(names) > 1
    values = value.elts if is_each else [value] * len(names)  # type: ignore[attr-defined]
    for name, each in zip(names, values, strict=True):
        if isinstance(name, ast.Name):
            yield name.id, each


class Changes:
    """Of a project; what a function changes is found once."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._known: dict[ast.AST, frozenset[str]] = {}
        self._values: dict[str, dict[str, ast.expr]] = {}

    def symbol(self, chain: str, module: ModuleSymbol, depth: int = 0) -> Symbol | None:
        """What a chain of names means in a module, if the project declares it."""
        first, *rest = chain.split(".")
        if first in module.classes or first in module.functions or first in module.assigned:
            return Symbol(module, first, tuple(rest))
        steps = [module.imports[first]] if first in module.imports else []
        for target, name in steps or [(star, first) for star in module.stars]:
            found = self.dotted(
                [*filter(None, f"{target}.{name}".split(".")), *rest], depth, module
            )
            if found is not None:
                return found
        return None

    def dotted(self, parts: list[str], depth: int, seen_from: ModuleSymbol) -> Symbol | None:
        """What an absolute name means; a package may hand it on."""
        for length in range(len(parts) - 1, 0, -1):
            target = self.project.module(".".join(parts[:length]), seen_from)
            if target is not None and depth < FURTHEST:
                return self.symbol(".".join(parts[length:]), target, depth + 1)
        return None

    def value(self, symbol: Symbol) -> ast.expr | None:
        """What is assigned to a name first."""
        file = symbol.module.file
        if file not in self._values:
            values = self._values[file] = {}
            for node in statements(symbol.module.tree.body):
                for name, value in _assigned(node):
                    values.setdefault(name, value)
        return self._values[file].get(symbol.name)

    def _varies(self, symbol: Symbol) -> bool:
        """Whether it is a variable that each request has a value of."""
        value = self.value(symbol)
        made = value.func if isinstance(value, ast.Call) else None
        return last_name(made) == VARIABLE if made else False

    def class_of(self, symbol: Symbol) -> ClassSymbol | None:
        """The project's class that an object at the top of a module is of."""
        value = self.value(symbol)
        made = expression_name(value) if isinstance(value, ast.Call) else ""
        found = self.symbol(made, symbol.module) if made else None
        return found.module.classes.get(found.name) if found and not found.rest else None

    def ancestry(self, cls: ClassSymbol, depth: int = 0) -> Iterator[ClassSymbol]:
        """A class and those of the project that it is derived from."""
        yield cls
        for base in cls.node.bases if depth < FURTHEST else ():
            node = base.value if isinstance(base, ast.Subscript) else base
            found = self.symbol(expression_name(node) or "", cls.module)
            above = found.module.classes.get(found.name) if found else None
            if above is not None and above is not cls:
                yield from self.ancestry(above, depth + 1)

    def method(self, cls: ClassSymbol, name: str) -> tuple[ClassSymbol, FunctionNode] | None:
        """A method of a class, and who declares it."""
        for each in self.ancestry(cls):
            found = each.methods.get(name)
            if found is not None and isinstance(found.node, FunctionNode):
                return each, found.node
        return None

    def by_call(self, called: ast.expr, module: ModuleSymbol) -> frozenset[str]:
        """What a call of a name changes, whether it is a function or a method of an object."""
        chain = root_of(called)
        symbol = self.symbol(chain, module) if chain else None
        return self._by(symbol) if symbol else frozenset()

    def _by(self, symbol: Symbol) -> frozenset[str]:
        module, name = symbol.module, symbol.name
        if not symbol.rest and name in module.functions:
            node = module.functions[name].node
            return self.of(node, module) if isinstance(node, FunctionNode) else frozenset()
        cls = module.classes.get(name) or self.class_of(symbol)
        method = self.method(cls, symbol.rest[0]) if cls and len(symbol.rest) == 1 else None
        if method is not None:
            found = self.of(method[1], method[0].module, method[0])
            own = method[0].id if name in module.classes else symbol.dotted
            return frozenset(own if each == ITSELF else each for each in found)
        is_changed = len(symbol.rest) > 0 and symbol.rest[-1] in ADDING and cls is None
        is_changed = is_changed and name not in module.functions
        is_changed |= len(symbol.rest) == 1 and symbol.rest[0] in SETTING and self._varies(symbol)
        return frozenset([symbol.dotted]) if is_changed else frozenset()

    def of(
        self, node: FunctionNode, module: ModuleSymbol, owner: ClassSymbol | None = None
    ) -> frozenset[str]:
        """What a function changes, itself or by what it calls."""
        if node not in self._known:
            self._known[node] = frozenset()  # of one that calls itself
            self._known[node] = frozenset(_Reader(self, node, module, owner).found())
        return self._known[node]


class _Reader:
    """One function."""

    def __init__(
        self, changes: Changes, node: FunctionNode, module: ModuleSymbol, owner: ClassSymbol | None
    ) -> None:
        self.changes = changes
        self.node = node
        self.module = module
        self.owner = owner
        first = [*node.args.posonlyargs, *node.args.args][:1] if owner else []
        self.own = first[0].arg if first else ""
        self.makes_classes = node.name in ("__init_subclass__", "__new__")

    @cached_property
    def _globals(self) -> frozenset[str]:
        parts = (part for part in ast.walk(self.node) if isinstance(part, ast.Global))
        return frozenset(name for part in parts for name in part.names)

    @cached_property
    def _imports(self) -> Mapping[str, tuple[str, str]]:
        found: dict[str, tuple[str, str]] = {}
        for part in ast.walk(self.node):
            if isinstance(part, ast.Import | ast.ImportFrom):
                bind_import(self.module, part, found)
        return found

    @cached_property
    def _local(self) -> frozenset[str]:
        return frozenset(bound_in(self.node)) - self._globals - self._imports.keys()

    def found(self) -> Iterator[str]:
        """What its body changes; its decorators run where it is defined."""
        for part in (part for statement in self.node.body for part in ast.walk(statement)):
            match part:
                case ast.Name(id=name, ctx=ast.Store() | ast.Del()) if name in self._globals:
                    yield f"{self.module.name}.{name}"
                case ast.Attribute(value=value, ctx=ast.Store() | ast.Del()):
                    if not (self.makes_classes and isinstance(value, ast.Name)):
                        yield from self._changed(root_of(value))
                case ast.Subscript(value=value, ctx=ast.Store() | ast.Del()):
                    yield from self._changed(root_of(value))
                case ast.Call(func=ast.Name(id="setattr"), args=[value, *_]):
                    if not self.makes_classes:
                        yield from self._changed(root_of(value))
                case ast.Call(func=ast.Attribute(attr=attr, value=value)) if (
                    attr in ADDING and held_in(value) is not value
                ):
                    yield from self._changed(root_of(held_in(value)))
                case ast.Call(func=ast.Attribute() | ast.Name() as called):
                    yield from self._called(called)

    def _called(self, called: ast.expr) -> Iterator[str]:
        chain = root_of(called)
        first, *rest = chain.split(".")
        if self.owner is not None and first == self.own and rest:
            method = self.changes.method(self.owner, rest[0]) if len(rest) == 1 else None
            if method is not None:
                yield from self.changes.of(method[1], method[0].module, method[0])
            elif len(rest) > 1 and rest[-1] in ADDING:
                yield from self._changed(chain.rpartition(".")[0])
        elif self._symbol(chain) is not None:
            yield from self.changes._by(self._symbol(chain))  # type: ignore[arg-type]

    def _changed(self, chain: str) -> Iterator[str]:
        """What is changed where something that begins with a chain of names is."""
        if self.owner is not None and chain.partition(".")[0] == self.own:
            yield self._declaring(self.owner, chain) if self.makes_classes else ITSELF
        elif (symbol := self._symbol(chain)) is not None:
            yield symbol.dotted

    def _declaring(self, owner: ClassSymbol, chain: str) -> str:
        """The class that declares what a class in the making has: a registry of its base."""
        name = chain.split(".")[1] if "." in chain else ""
        lines = list(self.changes.ancestry(owner))
        return next(
            (c.id for c in lines if name in c.attributes or name in c.annotations), owner.id
        )

    def _symbol(self, chain: str) -> Symbol | None:
        first, *rest = chain.split(".")
        if not first or first in self._local:
            return None
        if first in self._imports:
            parts = [*filter(None, ".".join(self._imports[first]).split(".")), *rest]
            return self.changes.dotted(parts, 0, self.module)
        return self.changes.symbol(chain, self.module)
