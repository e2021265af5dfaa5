"""Modules of the monolith under their new names, and engines that are the service's own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import libcst as cst

from mscli.migrate.apply.moving.needs.by_text import FROM_OBJECT
from mscli.migrate.apply.moving.needs.closure import ENGINES
from mscli.migrate.walk.project.imports import absolute
from mscli.migrate.walk.project.index import ModuleSymbol, Project
from mscli.text.quoting import json_inline

IMPORT = re.compile(r"\bimport\b")


@dataclass(frozen=True, slots=True)
class Home:
    """Where moved code lives: `orders.moved`, for the modules below `shop`."""

    package: str
    below: str

    def module(self, name: str) -> str:
        """The new name of a module."""
        inside = name.removeprefix(self.below).lstrip(".")
        return f"{self.package}.moved.{inside}" if inside else f"{self.package}.moved"

    def file(self, symbol: ModuleSymbol) -> str:
        """The new path of a module, from the service's folder."""
        path = f"src/{self.module(symbol.name).replace('.', '/')}"
        return f"{path}/__init__.py" if symbol.is_package else f"{path}.py"


def home_of(package: str, modules: Iterable[str]) -> Home:
    """The top package of all modules is left out of their new names, if they share one."""
    tops = {name.partition(".")[0] for name in modules}
    top = next(iter(tops)) if len(tops) == 1 else ""
    is_package = any(name.startswith(f"{top}.") for name in modules)
    return Home(package, top if is_package else "")


class Engines(cst.CSTTransformer):
    """An engine is the service's own, wherever one is made."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: set[str] = set()

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:  # noqa: N802
        """`create_engine(url, ...)` is `open_engine()`."""
        name = _last(original_node.func)
        if name not in ENGINES:
            return updated_node
        self.opened.add(ENGINES[name])
        return cst.Call(cst.Name(ENGINES[name]))


class Rename(cst.CSTTransformer):
    """Imports of the monolith's modules, at the top and inside of functions."""

    def __init__(
        self, symbol: ModuleSymbol, project: Project, home: Home, named: Mapping[str, str]
    ) -> None:
        super().__init__()
        self.named = named
        self.symbol = symbol
        self.project = project
        self.home = home
        whole = {name for name, of in symbol.imports.items() if of == (name, "")}
        self.whole = whole & _parts(project)
        """Names that modules of the project may be bound by as a whole."""

    def may_change(self, code: str) -> bool:
        """Whether there is anything in a statement's code to look for: a visit takes long."""
        words = (FROM_OBJECT, *self.whole)
        is_asked = bool(self.named) or any(word in code for word in words)
        return is_asked or IMPORT.search(code) is not None

    def leave_ImportFrom(  # noqa: N802 - libcst's name
        self, original_node: cst.ImportFrom, updated_node: cst.ImportFrom
    ) -> cst.ImportFrom:
        """`from shop.models import X` is `from orders.moved.models import X`."""
        level = len(original_node.relative)
        target = absolute(self.symbol, dotted(original_node.module), level)
        if self.project.module(target) is None:
            return updated_node
        module = cst.parse_expression(self.home.module(target))
        assert isinstance(module, cst.Name | cst.Attribute)  # noqa: S101 - a dotted name is one
        space = cst.SimpleWhitespace(" ")
        return updated_node.with_changes(module=module, relative=[], whitespace_after_from=space)

    def leave_Import(self, _: cst.Import, updated_node: cst.Import) -> cst.Import:  # noqa: N802
        """`import shop.models as m` is `import orders.moved.models as m`."""
        return updated_node.with_changes(names=[self._renamed(n) for n in updated_node.names])

    def leave_Attribute(  # noqa: N802
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.BaseExpression:
        """`shop.models` where `import shop.models` bound `shop`: a module by its whole name."""
        name = dotted(original_node) if _first(original_node) in self.whole else ""
        if not name or self.project.module(name) is None:
            return updated_node
        return cst.parse_expression(self.home.module(name))

    def leave_SimpleString(  # noqa: N802
        self, _: cst.SimpleString, updated_node: cst.SimpleString
    ) -> cst.SimpleString:
        """A text that names a symbol, where texts do."""
        new = self.named.get(str(updated_node.evaluated_value))
        return updated_node.with_changes(value=json_inline(new)) if new else updated_node

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:  # noqa: N802
        """The object that a configuration is read from, where a text names it."""
        is_asked = isinstance(original_node.func, cst.Attribute)
        given = original_node.args[0].value if original_node.args else None
        if not is_asked or _last(original_node.func) != FROM_OBJECT:
            return updated_node
        if not isinstance(given, cst.SimpleString):
            return updated_node
        new = json_inline(self._moved(str(given.evaluated_value)))
        first = updated_node.args[0].with_changes(value=cst.SimpleString(new))
        return updated_node.with_changes(args=[first, *updated_node.args[1:]])

    def _moved(self, name: str) -> str:
        """The new name of a module, or of a symbol of one."""
        if (module := self.project.module(name)) is not None:
            return self.home.module(module.name)
        before, _, last = name.rpartition(".")
        return f"{self._moved(before)}.{last}" if before else name

    def _renamed(self, alias: cst.ImportAlias) -> cst.ImportAlias:
        target = dotted(alias.name)
        if self.project.module(target) is None:
            return alias
        return alias.with_changes(name=cst.parse_expression(self.home.module(target)))


@lru_cache(maxsize=4)
def _parts(project: Project) -> frozenset[str]:
    """What names of modules are made of."""
    names = (f"{module.name}.{module.file.replace('/', '.')}" for module in project.modules)
    return frozenset(part for name in names for part in name.split("."))


def _first(node: cst.BaseExpression) -> str:
    """The name that a chain of attributes begins with; nothing where it is none."""
    while isinstance(node, cst.Attribute):
        node = node.value
    return node.value if isinstance(node, cst.Name) else ""


def _last(node: cst.BaseExpression) -> str:
    """The last name of a dotted one, without making it text: this is asked of every call."""
    last = node.attr if isinstance(node, cst.Attribute) else node
    return last.value if isinstance(last, cst.Name) else ""


def dotted(node: cst.BaseExpression | None) -> str:
    """A dotted name as text; nothing for nothing."""
    return "" if node is None else code_of(node)


@lru_cache(maxsize=1 << 14)
def code_of(node: object) -> str:
    """The code of a node; services have many statements in common."""
    assert isinstance(node, cst.CSTNode)  # noqa: S101 - no visitor of ours takes a statement out
    return cst.Module([]).code_for_node(node)
