"""What fills or changes a name from elsewhere when modules are imported, and so goes along with it.

`rules.add(...)` below `rules`, `Part.label = ...` in another module, what a decorator puts into a
mapping, classes that their base lists.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Set

from mscli.migrate.apply.moving.implied.changing import Changes, Symbol, held_in, root_of
from mscli.migrate.apply.moving.implied.scripts import scripts
from mscli.migrate.apply.moving.needs.closed import Closure
from mscli.migrate.apply.moving.needs.closure import Closing
from mscli.migrate.apply.moving.pieces.patterns import URLS
from mscli.migrate.apply.moving.pieces.pieces import Piece
from mscli.migrate.apply.moving.pieces.uses import Definition
from mscli.migrate.walk.project.index import (
    ClassSymbol,
    FunctionNode,
    ModuleSymbol,
    Project,
    expression_name,
    last_name,
)
from mscli.migrate.walk.project.scopes import statements, targets

Place = tuple[ModuleSymbol, int]
"""A module, and a line of a statement at its top."""
PUT_TOGETHER = frozenset(
    ["Admin", "Api", "Blueprint", "FastAPI", "Flask", "Namespace", "NinjaAPI", "Quart",
     "Starlette"]
)  # fmt: skip
ROUTER = "Router"
"""What routes are registered with: who reads the framework knows what goes along."""
MAKING = frozenset(["create_all", "drop_all", "init_app"])
"""Methods that make tables, which migrations do, or tell an application of something."""
TAKING = frozenset(["error_handler", "get_password", "get_user_roles", "hash_password", "register"])
TAKING_ENDS = ("_loader", "_callback", "selector")
VERIFYING = "verify_"
"""Methods of a package's objects that keep the function that they decorate."""
MADE_BY = ("__init_subclass__",)
META = ("__new__", "__init__")


def filling(project: Project, settings: Set[str] = frozenset()) -> dict[str, list[Place]]:
    """The statements that change a dotted name, beside the one that declares it.

    What is in modules of `settings` only these change: others are for tests, or another machine.
    """
    return {
        dotted: [
            (module, line)
            for module, line in places
            if dotted.rpartition(".")[0] not in settings or module.name in settings
        ]
        for dotted, places in _Filling(project).all().items()
    }


def filled_in(closing: Closing, closure: Closure) -> list[tuple[ModuleSymbol, Piece]]:
    """The statements of a closure that change what another module declares."""
    lines: dict[str, set[int]] = {}
    for dotted, found in closing.filling.items():
        for module, line in found:
            if dotted.rpartition(".")[0] != module.name:
                lines.setdefault(module.file, set()).add(line)
    return [
        (module, piece)
        for module, piece in closing.kept(closure)
        if any(piece.first <= line <= piece.last for line in lines.get(module.file, ()))
    ]


class _Filling:
    def __init__(self, project: Project) -> None:
        self.project = project
        self.changes = Changes(project)
        self.found: dict[str, list[Place]] = {}

    def all(self) -> dict[str, list[Place]]:
        for module in self.project.modules:
            if not is_test(module):
                for node in module.tree.body:
                    self._read(module, node)
        self._listed()
        return self.found

    def _read(self, module: ModuleSymbol, node: ast.stmt) -> None:
        if isinstance(node, ast.Import | ast.ImportFrom) or _is_script(node):
            return
        own = {f"{module.name}.{node.name}"} if isinstance(node, Definition) else set()
        is_apart = module.name in scripts(self.project)
        for dotted in set(self._changed(module, node)) - own:
            if is_apart and dotted.rpartition(".")[0] != module.name:
                continue  # nobody who answers requests runs it
            self.found.setdefault(dotted, []).append((module, node.lineno))

    def _changed(self, module: ModuleSymbol, node: ast.stmt) -> Iterator[str]:
        """The dotted names that a statement at the top of a module changes."""
        if isinstance(node, Definition):
            for each in node.decorator_list:
                yield from self._decorated(module, each)
            if isinstance(node, ast.ClassDef):
                yield from self._made(module.classes.get(node.name))
        elif not self._is_put_together(module, node):
            for part in statements([node]):
                yield from self._by_statement(module, part)

    def _by_statement(self, module: ModuleSymbol, node: ast.stmt) -> Iterator[str]:
        if isinstance(node, Definition):
            yield from (d for each in node.decorator_list for d in self._decorated(module, each))
        changed = node.targets if isinstance(node, ast.Delete) else targets(node)
        for target in changed:
            if isinstance(target, ast.Attribute | ast.Subscript):
                yield from self._dotted(module, root_of(target.value))
        if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Call):
            return
        call = node.value
        if last_name(call.func) in MAKING:
            return
        yield from self.changes.by_call(call.func, module)
        if isinstance(call.func, ast.Attribute):
            yield from self._dotted(module, root_of(held_in(call.func.value)))
        elif expression_name(call.func) == "setattr" and call.args:
            yield from self._dotted(module, root_of(call.args[0]))

    def _dotted(self, module: ModuleSymbol, chain: str) -> Iterator[str]:
        symbol = self.changes.symbol(chain, module) if chain else None
        if symbol and symbol.name != URLS:
            yield symbol.dotted

    def _decorated(self, module: ModuleSymbol, decorator: ast.expr) -> Iterator[str]:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        chain = root_of(called)
        symbol = self.changes.symbol(chain, module) if chain else None
        if symbol is None or assembles(self.changes, symbol):
            return
        yield from self.changes.by_call(called, module)
        is_packages = self.changes.class_of(symbol) is None and symbol.name not in module.classes
        if len(symbol.rest) == 1 and is_packages and _takes(symbol.rest[0]):
            yield symbol.dotted

    def _made(self, cls: ClassSymbol | None) -> Iterator[str]:
        """What lists a class when it is made: a base, or its class's class."""
        above = list(self.changes.ancestry(cls))[1:] if cls else []
        for base in above:
            yield from self._by_methods(base, MADE_BY)
        for base in [*([cls] if cls else []), *above]:
            for keyword in base.node.keywords:
                name = expression_name(keyword.value) if keyword.arg == "metaclass" else ""
                symbol = self.changes.symbol(name, base.module) if name else None
                meta = symbol.module.classes.get(symbol.name) if symbol else None
                if meta is not None:
                    yield from self._by_methods(meta, META)

    def _by_methods(self, cls: ClassSymbol, names: tuple[str, ...]) -> Iterator[str]:
        for name in names:
            symbol = cls.methods.get(name)
            if symbol is not None and isinstance(symbol.node, FunctionNode):
                yield from filter(None, self.changes.of(symbol.node, cls.module, cls))

    def _listed(self) -> None:
        """Who asks a class for its subclasses needs them."""
        for module in self.project.modules:
            for node in module.tree.body:
                for part in ast.walk(node) if isinstance(node, Definition) else ():
                    if isinstance(part, ast.Attribute) and part.attr == "__subclasses__":
                        self._subclasses(module, node, part.value)  # type: ignore[arg-type]

    def _subclasses(self, module: ModuleSymbol, node: ast.ClassDef, of: ast.expr) -> None:
        chain = root_of(of)
        symbol = self.changes.symbol(chain, module) if chain else None
        asked = symbol.module.classes.get(symbol.name) if symbol else None
        if asked is None and isinstance(node, ast.ClassDef):
            asked = module.classes.get(node.name)
        for cls in self.project.classes if asked else ():
            if asked in list(self.changes.ancestry(cls))[1:] and not is_test(cls.module):
                place = cls.module, cls.node.lineno
                self.found.setdefault(f"{module.name}.{node.name}", []).append(place)

    def _is_put_together(self, module: ModuleSymbol, node: ast.stmt) -> bool:
        """Whether an application or a router is told something, or somebody is told of it."""
        names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
        symbols = (self.changes.symbol(name, module) for name in sorted(names))
        return any(symbol is not None and assembles(self.changes, symbol) for symbol in symbols)


def assembles(changes: Changes, symbol: Symbol) -> bool:
    """Whether an object is an application, or something that routes are registered with."""
    value = changes.value(symbol)
    made = expression_name(value) if isinstance(value, ast.Call) else ""
    cls = changes.class_of(symbol)
    bases = [b for c in changes.ancestry(cls) for b in c.node.bases] if cls else []
    names = {name.rpartition(".")[2] for name in (made, *map(expression_name, bases))}
    return not PUT_TOGETHER.isdisjoint(names) or any(name.endswith(ROUTER) for name in names)


def _takes(method: str) -> bool:
    return method in TAKING or method.endswith(TAKING_ENDS) or method.startswith(VERIFYING)


def is_test(module: ModuleSymbol) -> bool:
    """Whether a module is one of tests."""
    return any(part.startswith(("test", "conftest")) for part in module.name.split("."))


def _is_script(node: ast.stmt) -> bool:
    """`if __name__ == "__main__":`, which no import runs."""
    parts = ast.walk(node.test) if isinstance(node, ast.If) else ()
    return any(isinstance(part, ast.Name) and part.id == "__name__" for part in parts)
