"""Flask's `g`, `session` and `current_app.config`: what code takes of them, and who fills it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from functools import lru_cache

from mscli.migrate.apply.moving.around import Around
from mscli.migrate.apply.moving.flask.config import Config
from mscli.migrate.apply.moving.needs.closed import Closure
from mscli.migrate.apply.moving.needs.closure import Closing
from mscli.migrate.apply.moving.pages.jinja import JinjaPages
from mscli.migrate.apply.moving.pages.url_names import meaning_of
from mscli.migrate.apply.moving.pieces.pieces import Piece
from mscli.migrate.apply.moving.pieces.scopes import Scope, scopes
from mscli.migrate.apply.moving.written import written
from mscli.migrate.walk.project.index import ModuleSymbol, Project, expression_name

G, CONFIG = "flask.g", "flask.current_app.config"
SESSION = frozenset(["flask.flash", "flask.get_flashed_messages", "flask.session"])
SHOWN = frozenset(["get_flashed_messages", "session"])
STORE = "flask_session"
READS = frozenset(["get", "pop", "setdefault"])
HOOKS = frozenset(["before_request", "url_value_preprocessor"])


@lru_cache(maxsize=1 << 14)
def keys(kind: str, module: ModuleSymbol, piece: Piece) -> frozenset[str]:
    """Names that a piece reads of `g`, or keys of the configuration; the empty one is not known."""
    return frozenset(_keys(kind, module, piece))


def _keys(kind: str, module: ModuleSymbol, piece: Piece) -> Iterator[str]:
    inner: set[int] = set()
    for node in (n for statement in piece.body for n in ast.walk(statement)):
        of, name = _taken(node)
        if of is None or (kind == CONFIG and isinstance(node, ast.Attribute)):
            continue
        if _means(of, kind, module, piece):
            inner.add(id(of))
            yield name
    for node in (n for statement in piece.body for n in ast.walk(statement)):
        is_whole = isinstance(node, ast.Name | ast.Attribute) and id(node) not in inner
        if is_whole and _means(node, kind, module, piece):  # type: ignore[arg-type]
            yield ""


def _taken(node: ast.AST) -> tuple[ast.expr | None, str]:
    """`of.name`, `of["name"]`, `of.get("name")`, `"name" in of`, `getattr(of, "name")`."""
    match node:
        case ast.Call(func=ast.Attribute(value=of, attr=attr), args=[ast.Constant(value=key), *_]):
            return (of, str(key)) if attr in READS else (None, "")
        case ast.Subscript(value=of, slice=ast.Constant(value=key)):
            return of, str(key)
        case ast.Compare(left=ast.Constant(value=key), comparators=[of]):
            return of, str(key)
        case ast.Call(
            func=ast.Name(id="getattr" | "hasattr"), args=[of, ast.Constant(value=key), *_]
        ):
            return of, str(key)
        case ast.Attribute(value=of, attr=attr) if attr not in READS:
            return of, attr
    return None, ""


def _means(node: ast.expr, kind: str, module: ModuleSymbol, piece: Piece) -> bool:
    return not isinstance(node, ast.Call) and meaning_of(node, module, piece) == kind


class Objects:
    """What code and its pages take of an application, and what that has to be given for it."""

    def __init__(self, project: Project, closing: Closing, pages: JinjaPages) -> None:
        self.project = project
        self.closing = closing
        self.pages = pages
        self._config: Config | None = None
        self._globals: Globals | None = None

    @property
    def config(self) -> Config:
        """Read when it is first asked for."""
        self._config = self._config or Config(self.project, self.closing)
        return self._config

    @property
    def globals(self) -> Globals:
        """Read when it is first asked for."""
        self._globals = self._globals or Globals(self.project, self.closing)
        return self._globals

    def around(self, closure: Closure) -> tuple[Around, ...]:
        """Its configuration, and the hooks that fill `g`."""
        asked = self._asked(closure, G)
        hooks = self.globals.hooks(asked) if asked else ()
        return (*self.config.around(self._asked(closure, CONFIG)), *hooks)

    def against(self, closure: Closure) -> Iterator[str]:
        """Keys that are put together, or whose value is not known; what somebody else fills."""
        asked, filled = self._asked(closure, CONFIG), self._asked(closure, G)
        if self.signs(closure):
            asked.add("SESSION_COOKIE_NAME")
            yield from self._against_session()
        if "" in asked:
            yield "it asks for a key of the application's configuration that is put together"
        yield from self.config.against(asked)
        yield from self.globals.against(closure, filled) if filled else ()

    def signs(self, closure: Closure) -> bool:
        """Whether code or its pages use the session, which is signed with the monolith's key."""
        used = {one.name for one in closure.outside}
        names = self.pages.of(closure).needs.names
        has_forms = any(name.startswith("flask_wtf") for name in used)
        return has_forms or not (SESSION.isdisjoint(used) and SHOWN.isdisjoint(names))

    @property
    def guards(self) -> bool:
        """Whether every request of the application is asked for a token of its session."""
        names = {name for module in self.project.modules for _, name in module.imports.values()}
        return not names.isdisjoint(("CSRFProtect", "CsrfProtect"))

    def _against_session(self) -> Iterator[str]:
        for module in self.project.modules:
            if any(target.startswith(STORE) for target, _ in module.imports.values()):
                yield f"`{STORE}` keeps sessions where the monolith has them ({module.file}:1)"

    def _asked(self, closure: Closure, kind: str) -> set[str]:
        found = {key for m, p in self.closing.kept(closure) for key in keys(kind, m, p)}
        last = kind.rpartition(".")[2]
        chains = self.pages.of(closure).needs.chains
        return found | {c.partition(".")[2] for c in chains if c.startswith(f"{last}.")}


@dataclass(frozen=True, slots=True)
class Filled:
    """A place that sets a name of `g`, and the call by which it is an application's hook."""

    name: str
    file: str
    first: int
    hook: tuple[Around, ...]


class Globals:
    """Who sets what of `g`."""

    def __init__(self, project: Project, closing: Closing) -> None:
        self.closing = closing
        hooks = dict(_hooks(project, closing))
        self.filled = [
            Filled(name, module.file, piece.first, hooks.get(f"{module.name}.{bound}", ()))
            for module in project.modules
            if ("flask", "g") in module.imports.values()
            for piece in closing.sources.of(module).pieces
            for name in _set(module, piece)
            for bound in (next(iter(sorted(piece.binds)), ""),)
        ]

    def hooks(self, asked: Set[str]) -> tuple[Around, ...]:
        """The application's hooks that set what is asked for."""
        found = (each.hook for each in self.filled if each.name in asked)
        return tuple(dict.fromkeys(around for hook in found for around in hook))

    def against(self, closure: Closure, asked: Set[str]) -> Iterator[str]:
        """What is set elsewhere, by code that does not go along."""
        for each in self.filled:
            is_here = each.first in closure.pieces.get(each.file, ())
            if (each.name in asked or "" in asked) and not is_here:
                yield f"it uses `g.{each.name}`, which is set elsewhere ({each.file}:{each.first})"


def _set(module: ModuleSymbol, piece: Piece) -> Iterator[str]:
    for node in (n for statement in piece.body for n in ast.walk(statement)):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            if _means(node.value, G, module, piece):
                yield node.attr
        elif isinstance(node, ast.Call) and expression_name(node.func) == "setattr":
            yield from ("" for of in node.args[:1] if _means(of, G, module, piece))


def _hooks(project: Project, closing: Closing) -> Iterator[tuple[str, tuple[Around, ...]]]:
    """Functions that an application calls before each request, with the call that says so."""
    for module in project.modules:
        for scope in scopes(module):
            for name, function in _hooked(scope):
                code = written([function], scope, closing)
                if code is not None:
                    yield code.symbols[0] if code.symbols else "", (Around(name, code),)


def _hooked(scope: Scope) -> Iterable[tuple[str, ast.expr]]:
    for statement in scope.owner.body:
        for each in getattr(statement, "decorator_list", []):
            if isinstance(each, ast.Attribute) and each.attr in HOOKS:
                yield each.attr, ast.Name(str(getattr(statement, "name", "")))
        match statement:
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr=name), args=[function])):
                if name in HOOKS:
                    yield name, function
