"""Names: what a global name or an import stands for."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from mscli.migrate.walk.graph.nodes import Node
from mscli.migrate.walk.objects.instances import Instances
from mscli.migrate.walk.project.index import FunctionSymbol, ModuleSymbol, Project
from mscli.migrate.walk.values.values import Function, Module, Text, Type, Value, from_outside, join

if TYPE_CHECKING:
    from mscli.migrate.walk.engine import Engine
    from mscli.migrate.walk.statements.frame import Frame

MOST_LOOKUPS = 120


class Names:
    """The modules of a project, each walked when somebody asks for one of its names."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.nodes: dict[tuple[object, ...], Node] = {}
        self.globals: dict[ModuleSymbol, dict[str, Value]] = {}
        self.instances = Instances()
        self.in_body = False
        self.reading = 0  # modules whose bodies are being walked: their names are not all known
        self._looking: set[tuple[ModuleSymbol, str]] = set()

    def frame(
        self,
        module: ModuleSymbol,
        node: Node,
        env: dict[str, Value],
        fn: FunctionSymbol | None = None,
    ) -> Frame:
        """An evaluation of code of a module."""
        from mscli.migrate.walk.statements.frame import Frame

        return Frame(cast("Engine", self), module, node, env, fn)

    @contextmanager
    def body(self, *, imported: bool) -> Iterator[None]:
        """While the body of a module or of a class is walked, or that of a function."""
        before, self.in_body = self.in_body, imported
        try:
            yield
        finally:
            self.in_body = before

    def lookup(self, module: ModuleSymbol, name: str) -> Value | None:
        """A global name of a module; None if the module has no such name.

        Of a module that is being walked for that name, what it is so far.
        """
        key = (module, name)
        if key in self._looking or len(self._looking) > MOST_LOOKUPS:
            return self.globals.get(module, {}).get(name)
        self._looking.add(key)
        try:
            return self._lookup(module, name)
        finally:
            self._looking.discard(key)

    def _lookup(self, module: ModuleSymbol, name: str) -> Value | None:
        if name in module.classes and name not in module.assigned:
            return (Type(module.classes[name]),)
        if name in module.functions:
            function = module.functions[name]
            if function.decorators and module not in self.globals:
                self.module_globals(module)  # what decorators make of it is known then
            found = self.globals.get(module, {}).get(name)
            return found if found is not None else (Function(function),)
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
            return (Module(source),) if source else from_outside(target)
        inner = self.project.module(f"{target}.{name}", module)
        if source is not None and source is not module:
            found = self.lookup(source, name)
            if found is not None:
                return found
        if inner is not None:
            return (Module(inner),)
        return self.brought(source, name) if source else from_outside(f"{target}.{name}")

    def unbound(self, module: ModuleSymbol, name: str) -> Value:
        """A name that nothing in a module binds: Python's own, or of a package."""
        if name == "__name__":
            return (Text(module.name),)
        brought = () if hasattr(builtins, name) else self.brought(module, name)
        return brought or from_outside(f"builtins.{name}")

    def brought(self, module: ModuleSymbol, name: str) -> Value:
        """What a module does not define itself, but takes with all else from one package."""
        return from_outside(f"{star}.{name}") if (star := self._star(module, set())) else ()

    def _star(self, module: ModuleSymbol, seen: set[ModuleSymbol]) -> str:
        """The one package that a module takes everything from, by itself or by way of others."""
        seen.add(module)
        found: set[str] = set()
        for star in module.stars:
            source = self.project.module(star, module)
            if source is None:
                found.add(star)
            elif source not in seen:
                found.add(self._star(source, seen))
        found.discard("")
        return found.pop() if len(found) == 1 else ""

    def member(self, module: ModuleSymbol, name: str) -> Value:
        """What `module.name` is: a name of it, a module in it, or what a package brings along."""
        found = self.lookup(module, name)
        if found is not None:
            return found
        inner = self.project.module(f"{module.name}.{name}", module)
        return (Module(inner),) if inner else self.brought(module, name)

    def module_globals(self, module: ModuleSymbol) -> dict[str, Value]:
        """A module's names after its body was walked; while it is walked, those so far."""
        if module not in self.globals:
            env = self.globals[module] = {}
            node = Node(module, (module,), done=True)
            self.nodes[(module,)] = node
            self.reading += 1
            with self.instances.importing(), self.body(imported=True):
                self.frame(module, node, env).run(module.tree.body)
            self.reading -= 1
        return self.globals[module]
