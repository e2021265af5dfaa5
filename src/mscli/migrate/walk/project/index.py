"""The project index: modules, classes, functions, and what an import means. Imports nothing."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mscli.migrate.sources import Source, Sources
from mscli.migrate.trees import every
from mscli.migrate.walk.project import included
from mscli.migrate.walk.project.imports import bind_import, lines
from mscli.migrate.walk.project.scopes import CHANGING, changed, statements, targets

if TYPE_CHECKING:
    from mscli.migrate.walk.calls.arguments import Parameters
    from mscli.migrate.walk.values.values import Site, Value

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


ACCESSORS = frozenset(["setter", "deleter", "comparator", "update_expression"])
"""Decorators of further methods of a property; what it is read by has its name alone."""
CLASS_METHODS = frozenset(["classmethod", "classonlymethod"])
"""Decorators of methods that get their class; the second is Django's."""
MANAGERS = frozenset(["contextmanager", "asynccontextmanager"])
"""Decorators that make context managers of functions."""


@dataclass(eq=False, slots=True, repr=False)
class ModuleSymbol:
    """One file. `imports` maps a name to (module, attribute); attribute "" is the module itself.

    `endless` are the lines of loops that end only from inside.
    """

    name: str
    file: str
    tree: ast.Module
    is_package: bool
    root: str
    imports: dict[str, tuple[str, str]] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    classes: dict[str, ClassSymbol] = field(default_factory=dict)
    functions: dict[str, FunctionSymbol] = field(default_factory=dict)
    assigned: set[str] = field(default_factory=set)
    import_lines: list[tuple[str, int]] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)
    endless: list[int] = field(default_factory=list)
    sites: dict[int, Site] = field(default_factory=dict)


@dataclass(eq=False, slots=True, repr=False)
class ClassSymbol:
    """One class: attributes as expressions, methods, inner classes; `closure` as of functions."""

    module: ModuleSymbol
    name: str
    node: ast.ClassDef
    closure: Mapping[str, Value] | None = None
    attributes: dict[str, ast.expr] = field(default_factory=dict)
    annotations: dict[str, ast.expr] = field(default_factory=dict)
    methods: dict[str, FunctionSymbol] = field(default_factory=dict)
    inner: dict[str, ClassSymbol] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The dotted name."""
        return f"{self.module.name}.{self.name}"


@dataclass(eq=False, slots=True, repr=False)
class FunctionSymbol:
    """One function; `closure` is the environment of the function that it was defined in."""

    module: ModuleSymbol
    name: str
    node: FunctionNode | ast.Lambda
    owner: ClassSymbol | None = None
    closure: Mapping[str, Value] | None = None
    decorators: frozenset[str] = frozenset()
    nests: bool = False
    wrapped: Value = ()
    guarded: str = ""
    module_name: str = ""
    parameters: Parameters | None = None

    @property
    def id(self) -> str:
        """The dotted name."""
        return f"{self.module_name or self.module.name}.{self.name}"


def function_symbol(
    module: ModuleSymbol,
    node: FunctionNode | ast.Lambda,
    owner: ClassSymbol | None = None,
    prefix: str = "",
    closure: Mapping[str, Value] | None = None,
) -> FunctionSymbol:
    """A symbol for a function that was met."""
    if isinstance(node, ast.Lambda):
        return FunctionSymbol(module, f"{prefix}lambda", node, owner, closure)
    decorators = frozenset(
        name.rsplit(".", 1)[-1] for name in map(expression_name, node.decorator_list) if name
    )
    nests = any(isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef) for part in node.body)
    return FunctionSymbol(module, prefix + node.name, node, owner, closure, decorators, nests)


def class_symbol(module: ModuleSymbol, node: ast.ClassDef, prefix: str = "") -> ClassSymbol:
    """A symbol for a class that was met."""
    cls = ClassSymbol(module, prefix + node.name, node)
    for part in statements(node.body):
        if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef):
            symbol = function_symbol(module, part, cls, f"{cls.name}.")
            if "expression" in symbol.decorators:
                cls.methods[f"{part.name}.expression"] = symbol
            elif "setter" in symbol.decorators:
                cls.methods[f"{part.name}.setter"] = symbol
            elif symbol.decorators.isdisjoint(ACCESSORS):
                cls.methods[part.name] = symbol
        elif isinstance(part, ast.ClassDef):
            cls.inner[part.name] = class_symbol(module, part, f"{cls.name}.")
        elif isinstance(part, ast.Assign):
            for target in targets(part):
                if isinstance(target, ast.Name):
                    cls.attributes[target.id] = part.value
        elif isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
            cls.annotations[part.target.id] = part.annotation
            if part.value is not None:
                cls.attributes[part.target.id] = part.value
    return cls


def expression_name(node: ast.expr) -> str:
    """`a.b.c` for a chain of names, the function's for a call; else nothing."""
    if isinstance(node, ast.Call):
        return expression_name(node.func)
    if isinstance(node, ast.Attribute):
        left = expression_name(node.value)
        return f"{left}.{node.attr}" if left else ""
    return node.id if isinstance(node, ast.Name) else ""


def last_name(node: ast.expr) -> str:
    """The last of a chain of names, the function's for a call; else nothing."""
    return expression_name(node).rpartition(".")[2]


class Project:
    """Every module by name, and the resolution of imports between them."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self.modules: list[ModuleSymbol] = []
        self._suffixes: dict[str, list[ModuleSymbol]] = {}
        self._nearest: dict[tuple[str, ModuleSymbol | None], ModuleSymbol | None] = {}
        packages = {
            source.path.rpartition("/")[0]
            for source in sources.files
            if source.path.rpartition("/")[2] == "__init__.py"
        }
        packages -= _starts(sources)
        above = _packages_above(sources) if "" in packages else ""
        for source in sources.files:
            self._add(source, packages, above)
        included.take_in(self.modules)
        self.classes = [cls for module in self.modules for cls in module.classes.values()]
        self.changed = {name for module in self.modules for name in module.changed}

    def _add(self, source: Source, packages: set[str], above: str) -> None:
        path = source.path.removesuffix(".py")
        is_package = path == "__init__" or path.endswith("/__init__")
        path = path.removesuffix("__init__").rstrip("/")
        folder = source.path.rpartition("/")[0]
        root = folder
        while root and root in packages:
            root = root.rpartition("/")[0]
        inside = path.removeprefix(root).lstrip("/") if root in ("", "src", "lib") else path
        if root == "" and above:
            inside = f"{above}/{inside}".rstrip("/")
        module = ModuleSymbol(
            inside.replace("/", ".") or "__init__", source.path, source.tree, is_package, root
        )
        self.modules.append(module)
        _Collector(module).collect(source.tree.body)
        parts = f"{above}/{path}".strip("/").split("/")
        for start in range(len(parts)):
            before, name = "/".join(parts[:start]).removeprefix(above), ".".join(parts[start:])
            is_inside = before.lstrip("/") in packages or (above and start <= above.count("/"))
            if start == 0 or not (is_inside or _is_imported_by(module, name)):
                self._suffixes.setdefault(name, []).append(module)

    def module(self, name: str, seen_from: ModuleSymbol | None = None) -> ModuleSymbol | None:
        """The module that an absolute import of `name` means, if it is the project's."""
        key = (name, seen_from)
        if key not in self._nearest:
            found = self._suffixes.get(name, [])
            if name.partition(".")[0] in sys.stdlib_module_names and seen_from is not None:
                found = [module for module in found if module.root == seen_from.root]
            near = seen_from.file.split("/") if seen_from else []
            self._nearest[key] = min(found, key=lambda m: _distance(m, near), default=None)
        return self._nearest[key]

    def ending(self, suffix: str) -> list[ModuleSymbol]:
        """The modules whose dotted name ends so."""
        return [m for m in self.modules if m.name == suffix or m.name.endswith(f".{suffix}")]


def _starts(sources: Sources) -> set[str]:
    """The folders with a program that Django's commands are run by; one may be a package.

    Python looks for modules in the folder of the program first, so what is in it has two names:
    `shop.orders.models` and `orders.models`.
    """
    program = "/manage.py"
    paths = (source.path for source in sources.files)
    return {path.removesuffix(program) for path in paths if path.endswith(program)}


def _is_imported_by(module: ModuleSymbol, name: str) -> bool:
    """Whether a file imports what it would be called itself: `from celery import` in `celery.py`.

    Then that is a package. A package of the project's own imports what is in itself, of course.
    """
    return not module.is_package and any(
        f"{line}.".startswith(f"{name}.") for line, _ in module.import_lines
    )


def _packages_above(sources: Sources) -> str:
    folder = sources.root.resolve()
    names: list[str] = []
    while (folder / "__init__.py").exists() and folder.parent != folder:
        names.insert(0, folder.name)
        folder = folder.parent
    return "/".join(names)


def _distance(module: ModuleSymbol, near: list[str]) -> tuple[int, str]:
    shared = 0
    for one, other in zip(module.file.split("/"), near, strict=False):
        if one != other:
            break
        shared += 1
    return -shared, module.file


def _grown(node: ast.stmt) -> Iterable[str]:
    """The list that a statement makes longer: `MIDDLEWARE.append(...)`."""
    match node:
        case ast.Expr(ast.Call(ast.Attribute(ast.Name(name), "append" | "extend" | "insert"))):
            return (name,)
        case _:
            return ()


class _Collector:
    def __init__(self, module: ModuleSymbol) -> None:
        self.module = module

    def collect(self, body: list[ast.stmt]) -> None:
        for node in statements(body):
            if isinstance(node, ast.ClassDef):
                self.module.classes[node.name] = class_symbol(self.module, node)
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                self.module.functions[node.name] = function_symbol(self.module, node)
            else:
                for target in targets(node):
                    if isinstance(target, ast.Name):
                        self.module.assigned.add(target.id)
                    elif isinstance(node, ast.Assign):
                        self._attribute(target, node.value)
        for part in every(self.module.tree):
            if isinstance(part, ast.Import | ast.ImportFrom):
                self.module.import_lines.extend(lines(self.module, part))
            elif isinstance(part, CHANGING):
                self.module.changed.update(changed(part))
            elif isinstance(part, ast.While) and isinstance(part.test, ast.Constant):
                self.module.endless += [part.lineno] if part.test.value else []
        for node in statements(body):
            bind_import(self.module, node, self.module.imports, self.module.stars)
        if self.module.stars:
            self.module.assigned.update(
                grown for node in statements(body) for grown in _grown(node)
            )

    def _attribute(self, target: ast.expr, value: ast.expr) -> None:
        """`Shelf.books = relationship(...)` below the class is as if it were in it."""
        if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
            cls = self.module.classes.get(target.value.id)
            if cls is not None and target.attr not in cls.methods:
                cls.attributes[target.attr] = value
