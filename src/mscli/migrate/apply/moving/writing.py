"""Pieces of modules as modules of another package: order, layout and comments as they were."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Set

import libcst as cst

from mscli.migrate.apply.moving.django.routes.kept_names import texts_kept
from mscli.migrate.apply.moving.flask.making import Making
from mscli.migrate.apply.moving.implied.queues import known_by_name
from mscli.migrate.apply.moving.implied.shared_tasks import APPLICATION, default_for
from mscli.migrate.apply.moving.needs.closed import Closure
from mscli.migrate.apply.moving.needs.closure import ENGINES, RENDERER, Closing
from mscli.migrate.apply.moving.needs.renaming import Engines, Home, Rename, code_of, dotted
from mscli.migrate.apply.moving.pieces.instead import APPLICATIONS, NAMES
from mscli.migrate.apply.moving.pieces.pieces import Piece, Pieces, Sources
from mscli.migrate.newer_syntax import parsed
from mscli.migrate.walk.project.imports import absolute
from mscli.migrate.walk.project.index import ModuleSymbol, Project
from mscli.text.quoting import json_inline

HEAD = "# Moved by mscli migrate apply from {file}: yours to change.\n"
KEPT = "__name__ = {name}  # workers of the monolith know by it what comes"
DEFAULT = "\n{name}.set_default()  # for threads that have not made it, which answer requests\n"
AGAIN = "\n__name__ = __spec__.name\n"
OF_APPLICATIONS = frozenset(["exception_handler", "middleware"])
"""Decorators of an application; what they register is registered by the service's own."""
Statement = cst.SimpleStatementLine | cst.BaseCompoundStatement


def modules_of(
    closure: Closure,
    sources: Sources,
    closing: Closing,
    home: Home,
    places: Set[str] = frozenset(),
) -> dict[str, str]:
    """The moved modules by path, and an `__init__.py` in every folder.

    `places` are what code asks for of where an application's files are.
    """
    project = closing.project
    by_file = {module.file: module for module in project.modules}
    made: dict[str, str] = {}
    known, default = known_by_name(closing, closure), default_for(closing, closure)
    for file in sorted({*closure.pieces, *closure.handed, *closure.starred}):
        symbol = by_file[file]
        named = _named(sources.of(symbol), closing, home)
        writer = _Writer(sources.of(symbol), project, home, closure, named)
        writer.keeps_applications = closing.keeps_applications
        writer.making.places = places
        writer.known_by_name = {line for where, line in known if where == file}
        writer.default = (default or "").removeprefix(f"{symbol.name}.")
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
    texts -= texts_kept(module.pieces)
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
        self.starred = closure.starred.get(module.symbol.file, set())
        kept = closure.pieces.get(module.symbol.file, set())
        self.keeps_applications = False
        self.known_by_name: Set[int] = frozenset()
        self.default = ""
        self.kept = [piece for piece in module.pieces if piece.first in kept]
        self._engines = Engines()
        self.making = Making(module.symbol, project, home)

    def text(self) -> str:
        used = {use.name for p in self.kept if not self._is_made(p) for use in p.uses}
        used |= self.handed
        for piece in self.module.pieces:
            is_block = not isinstance(piece.node, cst.SimpleStatementLine)
            if is_block and not piece.binds and self._import(piece, used) is not None:
                used |= {use.name for use in piece.uses}  # such as `if TYPE_CHECKING:`
        rename = Rename(self.module.symbol, self.project, self.home, self.named)
        body: list[str] = []
        is_old = False
        for piece in self.module.pieces:
            if code := self._code(piece, used, rename):
                is_known = piece.first in self.known_by_name
                body += [self._its_name(is_old=is_known)] * (is_known is not is_old)
                body.append(code)
                is_old = is_known
        head = HEAD.format(file=self.module.symbol.file)
        text = head + "".join(body).lstrip("\n")
        text = _with_imports(text, list(self._added())).rstrip("\n") + "\n"
        return text + AGAIN if is_old else text

    def _code(self, piece: Piece, used: set[str], rename: Rename) -> str:
        """What stays of a statement; of one that does not go along its imports."""
        if piece in self.kept:
            code = self._renamed(self._replaced(piece), rename)
            is_default = self.default in piece.binds and piece.makes == APPLICATION
            return code + DEFAULT.format(name=self.default) if is_default else code
        if not piece.binds and (line := self._import(piece, used)) is not None:
            return code_of(line.visit(rename))
        is_head = piece is self.module.pieces[0] and _is_text(piece)
        return code_of(piece.node) if is_head else ""

    def _its_name(self, *, is_old: bool) -> str:
        """Around functions that workers know: the module has the name that it had."""
        return f"\n\n{KEPT.format(name=json_inline(self.module.symbol.name))}" if is_old else AGAIN

    def _renamed(self, own: cst.BaseStatement, rename: Rename) -> str:
        """The code of a statement; only what may change is visited, as this takes long."""
        code = code_of(own)
        visitors: list[cst.CSTTransformer] = []
        if any(name in code for name in ENGINES):
            visitors.append(self._engines)
        if self.making.names:
            visitors.append(self.making)
        if rename.may_change(code):
            visitors.append(rename)
        changed: object = own
        for visitor in visitors:
            changed = changed.visit(visitor) if isinstance(changed, cst.CSTNode) else changed
        return code_of(changed) if visitors else code

    def _added(self) -> Iterable[str]:
        made = {APPLICATIONS[p.makes][1] for p in self.kept if self._is_router(p)}
        yield from sorted(made)
        if any(piece.makes == RENDERER for piece in self.kept):
            yield "from importlib.resources import files"
            yield f"from fastapi.templating import {RENDERER}"
        if any(piece.needs_types for piece in self.kept):
            yield "import sqlalchemy as sa"
        as_they_are = [piece for piece in self.kept if not self._is_made(piece)]
        used = {use.name for piece in as_they_are for use in piece.uses} | self.making.uses
        for name in sorted(used & NAMES.keys()):
            if name not in self.module.by_name and name not in self.module.symbol.imports:
                yield NAMES[name].format(package=self.home.package)
        yield from self.making.imports
        if self._engines.opened:
            opened = ", ".join(sorted(self._engines.opened))
            yield f"from {self.home.package}.storage.engine import {opened}"

    def _is_made(self, piece: Piece) -> bool:
        return piece.makes in ENGINES or self._is_router(piece) or piece.makes == RENDERER

    def _is_router(self, piece: Piece) -> bool:
        """Whether it makes an application, which is a router of the service's."""
        return piece.makes in APPLICATIONS and not self.keeps_applications

    def _replaced(self, piece: Piece) -> cst.BaseStatement | cst.SimpleStatementLine:
        """An application is a router of the service's; pages are rendered of its own templates."""
        if isinstance(piece.node, cst.FunctionDef):
            return _without_decorators(piece.node)
        is_made = self._is_router(piece) or piece.makes == RENDERER
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
        if isinstance(statement, cst.ImportFrom) and dotted(statement.module) == "__future__":
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
        target = absolute(symbol, dotted(statement.module), len(statement.relative))
        module = self.project.module(target)
        own = {*symbol.imports, *self.module.by_name}
        there = {*module.functions, *module.classes, *module.assigned} if module else set()
        there |= set(module.imports if module else ())
        if module is None and not self._is_ours(target):
            return line
        names = sorted(((self.handed - own) & there) | self._starred(module, there))
        if not names:
            return None
        aliases = [cst.ImportAlias(cst.Name(name)) for name in names]
        return line.with_changes(body=[statement.with_changes(names=aliases)])

    def _is_ours(self, target: str) -> bool:
        top = target.partition(".")[0]
        return any(module.name.partition(".")[0] == top for module in self.project.modules)

    def _starred(self, module: ModuleSymbol | None, there: set[str]) -> set[str]:
        """Names that are had from a module by its star, or by one of its own."""
        through = bool(module and module.stars)
        return self.starred if through else self.starred & there


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


def _binds(alias: cst.ImportAlias) -> str:
    if alias.asname is not None and isinstance(alias.asname.name, cst.Name):
        return alias.asname.name.value
    return dotted(alias.name).partition(".")[0]


def _is_text(piece: Piece) -> bool:
    body = parsed(code_of(piece.node)).body
    is_one = bool(body) and isinstance(body[0], ast.Expr)
    return is_one and isinstance(body[0].value, ast.Constant)  # type: ignore[attr-defined]


def _with_imports(text: str, added: list[str]) -> str:
    """Lines of import after the others at the top of a module, or after its text."""
    last = 1  # the head
    for node in parsed(text).body if added else ():
        is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not (is_text or isinstance(node, ast.Import | ast.ImportFrom)):
            break
        last = node.end_lineno or last
    lines = text.splitlines(keepends=True)
    return "".join([*lines[:last], "\n" * bool(added), *(f"{a}\n" for a in added), *lines[last:]])
