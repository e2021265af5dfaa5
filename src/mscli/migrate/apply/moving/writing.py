"""Pieces of modules as modules of another package: order, layout and comments as they were."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import libcst as cst

from mscli.migrate.apply.moving.closure import APPLICATIONS, ENGINES, RENDERER, Closing, Closure
from mscli.migrate.apply.moving.pieces import Piece, Pieces, Sources
from mscli.migrate.newer_syntax import parsed
from mscli.migrate.walk.index import ModuleSymbol, Project, absolute
from mscli.text.quoting import json_inline

HEAD = "# Moved by mscli migrate apply from {file}: yours to change.\n"
OF_APPLICATIONS = frozenset(["exception_handler"])
"""Decorators of an application; what they register is registered by the service's own."""
Statement = cst.SimpleStatementLine | cst.BaseCompoundStatement


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


def modules_of(closure: Closure, sources: Sources, closing: Closing, home: Home) -> dict[str, str]:
    """The moved modules by path, and an `__init__.py` in every folder."""
    project = closing.project
    by_file = {module.file: module for module in project.modules}
    made: dict[str, str] = {}
    for file in sorted({*closure.pieces, *closure.handed}):
        symbol = by_file[file]
        named = _named(sources.of(symbol), closing, home)
        writer = _Writer(sources.of(symbol), project, home, closure, named)
        made[home.file(symbol)] = writer.text()
    for path in list(made):
        parts = path.split("/")
        for depth in range(3, len(parts)):
            folder = "/".join(parts[:depth])
            made.setdefault(f"{folder}/__init__.py", _package(home))
    return made


def _named(module: Pieces, closing: Closing, home: Home) -> dict[str, str]:
    """The new names of symbols that texts of a module name, where texts do."""
    if module.symbol.name not in closing.texts_in:
        return {}
    texts = {text for piece in module.pieces for text in piece.texts if "." in text}
    places = {text: closing.find(text) for text in sorted(texts)}
    return {
        text: f"{home.module(place[0].name)}.{place[1]}" for text, place in places.items() if place
    }


def _package(home: Home) -> str:
    below = f" {home.below}" if home.below else ""
    return (
        "# Scaffolded by mscli migrate apply: yours to change.\n"
        f'"""Code of the monolith{below}, moved as it is."""\n'
    )


class _Writer:
    def __init__(
        self,
        module: Pieces,
        project: Project,
        home: Home,
        closure: Closure,
        named: Mapping[str, str],
    ) -> None:
        self.module = module
        self.named = named
        self.project = project
        self.home = home
        self.handed = closure.handed.get(module.symbol.file, set())
        kept = closure.pieces.get(module.symbol.file, set())
        self.kept = [piece for piece in module.pieces if piece.first in kept]
        self._engines = _Engines()

    def text(self) -> str:
        used = {use.name for p in self.kept if not self._is_made(p) for use in p.uses}
        used |= self.handed
        for piece in self.module.pieces:
            is_block = not isinstance(piece.node, cst.SimpleStatementLine)
            if is_block and not piece.binds and self._import(piece, used) is not None:
                used |= {use.name for use in piece.uses}  # such as `if TYPE_CHECKING:`
        rename = _Rename(self.module.symbol, self.project, self.home, self.named)
        body: list[str] = []
        for piece in self.module.pieces:
            if piece in self.kept:
                own = self._replaced(piece).visit(self._engines)
                body.append(_code(own.visit(rename) if isinstance(own, cst.CSTNode) else own))
            elif not piece.binds and (line := self._import(piece, used)) is not None:
                body.append(_code(line.visit(rename)))
            elif piece is self.module.pieces[0] and _is_text(piece):
                body.append(_code(piece.node))
        head = HEAD.format(file=self.module.symbol.file)
        text = head + "".join(body).lstrip("\n")
        return _with_imports(text, list(self._added())).rstrip("\n") + "\n"

    def _added(self) -> Iterable[str]:
        made = {APPLICATIONS[p.makes][1] for p in self.kept if p.makes in APPLICATIONS}
        yield from sorted(made)
        if any(piece.makes == RENDERER for piece in self.kept):
            yield "from importlib.resources import files"
            yield f"from fastapi.templating import {RENDERER}"
        if any(piece.needs_types for piece in self.kept):
            yield "import sqlalchemy as sa"
        if self._engines.opened:
            opened = ", ".join(sorted(self._engines.opened))
            yield f"from {self.home.package}.storage.engine import {opened}"

    def _is_made(self, piece: Piece) -> bool:
        return piece.makes in ENGINES or piece.makes in APPLICATIONS or piece.makes == RENDERER

    def _replaced(self, piece: Piece) -> cst.BaseStatement | cst.SimpleStatementLine:
        """An application is a router of the service's; pages are rendered of its own templates."""
        if isinstance(piece.node, cst.FunctionDef):
            return _without_decorators(piece.node)
        is_made = piece.makes in APPLICATIONS or piece.makes == RENDERER
        if not is_made or not isinstance(piece.node, cst.SimpleStatementLine):
            return piece.node
        name = json_inline(self.module.symbol.name.replace(".", "_"))
        folder = f'files("{self.home.package}") / "templates"'
        renderer = f"{RENDERER}(directory={folder})", ""
        made = APPLICATIONS.get(piece.makes, renderer)[0].format(module=name)
        statement = piece.node.body[0]
        return piece.node.with_changes(
            body=[statement.with_changes(value=cst.parse_expression(made))]
        )

    def _import(
        self, piece: Piece, used: set[str]
    ) -> cst.SimpleStatementLine | cst.BaseCompoundStatement | None:
        """An import with the names that are used; nothing if there are none."""
        if not isinstance(piece.node, cst.SimpleStatementLine):
            names_in = {one.name or one.module.partition(".")[0] for one in piece.imports}
            return piece.node if names_in & used else None
        statement = piece.node.body[0]
        if not isinstance(statement, cst.Import | cst.ImportFrom):
            return None
        if isinstance(statement, cst.ImportFrom) and _dotted(statement.module) == "__future__":
            return piece.node
        if isinstance(statement.names, cst.ImportStar):
            return self._handed_by_star(piece.node, statement)
        names = [alias for alias in statement.names if _binds(alias) in used]
        if not names:
            return None
        names[-1] = names[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
        changes: dict[str, object] = {"names": names}
        if isinstance(statement, cst.ImportFrom) and len(names) < len(statement.names):
            changes |= {"lpar": None, "rpar": None}
            changes["names"] = [n.with_changes(comma=cst.MaybeSentinel.DEFAULT) for n in names]
        return piece.node.with_changes(body=[statement.with_changes(**changes)])

    def _handed_by_star(
        self, line: cst.SimpleStatementLine, statement: cst.ImportFrom
    ) -> cst.SimpleStatementLine | None:
        """`from .orders import *` with the names that are handed on from there."""
        symbol = self.module.symbol
        target = absolute(symbol, _dotted(statement.module), len(statement.relative))
        module = self.project.module(target)
        own = {*symbol.imports, *self.module.by_name}
        there = {*module.functions, *module.classes, *module.assigned} if module else set()
        names = sorted((self.handed - own) & (there | set(module.imports if module else ())))
        if not names:
            return None
        aliases = [cst.ImportAlias(cst.Name(name)) for name in names]
        return line.with_changes(body=[statement.with_changes(names=aliases)])


def _without_decorators(node: cst.FunctionDef) -> cst.FunctionDef:
    kept = [
        decorator
        for decorator in node.decorators
        if not (
            isinstance(decorator.decorator, cst.Call)
            and isinstance(decorator.decorator.func, cst.Attribute)
            and decorator.decorator.func.attr.value in OF_APPLICATIONS
        )
    ]
    return node.with_changes(decorators=kept) if len(kept) < len(node.decorators) else node


class _Engines(cst.CSTTransformer):
    """An engine is the service's own, wherever one is made."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: set[str] = set()

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:  # noqa: N802
        """`create_engine(url, ...)` is `open_engine()`."""
        name = _dotted(original_node.func).rpartition(".")[2]
        if name not in ENGINES:
            return updated_node
        self.opened.add(ENGINES[name])
        return cst.Call(cst.Name(ENGINES[name]))


class _Rename(cst.CSTTransformer):
    """Imports of the monolith's modules, at the top and inside of functions."""

    def __init__(
        self, symbol: ModuleSymbol, project: Project, home: Home, named: Mapping[str, str]
    ) -> None:
        super().__init__()
        self.named = named
        self.symbol = symbol
        self.project = project
        self.home = home

    def leave_ImportFrom(  # noqa: N802 - libcst's name
        self, original_node: cst.ImportFrom, updated_node: cst.ImportFrom
    ) -> cst.ImportFrom:
        """`from shop.models import X` is `from orders.moved.models import X`."""
        level = len(original_node.relative)
        target = absolute(self.symbol, _dotted(original_node.module), level)
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
        name = _dotted(original_node)
        first = name.partition(".")[0]
        is_whole = self.symbol.imports.get(first) == (first, "")
        if not is_whole or self.project.module(name) is None:
            return updated_node
        return cst.parse_expression(self.home.module(name))

    def leave_SimpleString(  # noqa: N802
        self, _: cst.SimpleString, updated_node: cst.SimpleString
    ) -> cst.SimpleString:
        """A text that names a symbol, where texts do."""
        new = self.named.get(str(updated_node.evaluated_value))
        return updated_node.with_changes(value=json_inline(new)) if new else updated_node

    def _renamed(self, alias: cst.ImportAlias) -> cst.ImportAlias:
        target = _dotted(alias.name)
        if self.project.module(target) is None:
            return alias
        return alias.with_changes(name=cst.parse_expression(self.home.module(target)))


def _binds(alias: cst.ImportAlias) -> str:
    if alias.asname is not None and isinstance(alias.asname.name, cst.Name):
        return alias.asname.name.value
    return _dotted(alias.name).partition(".")[0]


def _dotted(node: cst.BaseExpression | None) -> str:
    return "" if node is None else _code(node)


def _code(node: object) -> str:
    assert isinstance(node, cst.CSTNode)  # noqa: S101 - no visitor of ours takes a statement out
    return cst.Module([]).code_for_node(node)


def _is_text(piece: Piece) -> bool:
    body = parsed(_code(piece.node)).body
    is_one = bool(body) and isinstance(body[0], ast.Expr)
    return is_one and isinstance(body[0].value, ast.Constant)  # type: ignore[attr-defined]


def _with_imports(text: str, added: list[str]) -> str:
    """Lines of import after the others at the top of a module, or after its text."""
    last = 0
    for node in parsed(text).body if added else ():
        is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not (is_text or isinstance(node, ast.Import | ast.ImportFrom)):
            break
        last = node.end_lineno or last
    lines = text.splitlines(keepends=True)
    return "".join([*lines[:last], "\n" * bool(added), *(f"{a}\n" for a in added), *lines[last:]])
