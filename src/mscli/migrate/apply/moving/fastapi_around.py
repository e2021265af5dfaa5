"""FastAPI: what applications do around the routes of a router, found from where it is included."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

from mscli.migrate.apply.moving.around import ALWAYS, Around
from mscli.migrate.apply.moving.closure import Closing
from mscli.migrate.apply.moving.hidden import HIDDEN
from mscli.migrate.apply.moving.scopes import Scope, scopes
from mscli.migrate.apply.moving.written import Written, written
from mscli.migrate.walk.index import FunctionNode, Project, expression_name

APPLICATIONS = frozenset(["FastAPI", "Starlette"])
OF_DOCUMENTS = frozenset(
    ["contact", "debug", "deprecated", "description", "docs_url", "generate_unique_id_function",
     "include_in_schema", "lifespan", "license_info", "on_shutdown", "on_startup", "openapi_prefix",
     "openapi_tags", "openapi_url", "operation_id", "prefix", "redoc_url", "responses", "router",
     "servers", "summary", "swagger_ui_init_oauth", "swagger_ui_oauth2_redirect_url",
     "swagger_ui_parameters", "tags", "terms_of_service", "title", "version", "webhooks"]
)  # fmt: skip
"""Arguments that change no answer of a route; `dependencies` go along."""
MOVED = frozenset(
    ["CORSMiddleware", "GZipMiddleware", "HTTPSRedirectMiddleware", "SessionMiddleware",
     "TrustedHostMiddleware"]
)  # fmt: skip
"""Middleware of Starlette that is set up in the service, too."""
NAMES = frozenset(
    ["include_router", "mount", "add_middleware", "add_exception_handler", "exception_handler"]
)
DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Done:
    """One call that sets something up: whom it is done to, by its meaning."""

    name: str
    whom: str
    scope: Scope
    call: ast.Call
    is_sure: bool = True
    """Whether it is done in any case; a branch may not be taken."""
    handler: str = ""
    """The function that it decorates."""
    condition: ast.expr | None = None
    """Of a branch that stands alone: when it is taken."""

    @property
    def where(self) -> str:
        """File and line."""
        return f"{self.scope.module.file}:{self.call.lineno}"

    def given(self, place: int, name: str) -> ast.expr | None:
        """An argument by its place or its name."""
        if len(self.call.args) > place:
            return self.call.args[place]
        return next((k.value for k in self.call.keywords if k.arg == name), None)


@dataclass(slots=True)
class Chain:
    """All that is around a router: what goes along, and what cannot."""

    around: list[Around] = field(default_factory=list)
    dependencies: list[Written] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)

    @property
    def symbols(self) -> tuple[str, ...]:
        """Symbols that go along."""
        return tuple(dict.fromkeys(s for code in self._codes() for s in code.symbols))

    @property
    def packages(self) -> frozenset[str]:
        """Packages that it needs, by the names of their modules."""
        names = {
            f"{module}.{name}".lstrip(".")
            for code in self._codes()
            for _, module, name, ours in code.names
            if not ours
        }
        hidden = {HIDDEN[name] for name in names if name in HIDDEN}
        tops = {name.partition(".")[0] for name in names} - sys.stdlib_module_names
        return frozenset(tops | hidden)

    def _codes(self) -> Iterator[Written]:
        yield from (code for each in self.around for code in (each.code, each.when))
        yield from self.dependencies


class Applications:
    """Every application of a project, and what is done to it."""

    def __init__(self, project: Project, closing: Closing) -> None:
        self.closing = closing
        self.made: dict[str, Done] = {}
        self.done: list[Done] = []
        self.below: dict[str, list[Done]] = {}
        for module in project.modules:
            for scope in scopes(module):
                self._read(scope)
        for done in self.done:
            if done.name in ("include_router", "mount"):
                part = done.given(*((0, "router") if done.name == "include_router" else (1, "app")))
                for each in done.scope.each(part) if part is not None else ():
                    self.below.setdefault(self._meaning(each, done.scope), []).append(done)

    def _read(self, scope: Scope) -> None:
        for node in scope.owner.body:
            for part in _own(node):
                if isinstance(part, ast.Assign | ast.AnnAssign):
                    self._application(part, scope)
                elif isinstance(part, ast.Call):
                    sure = isinstance(node, ast.Expr | ast.For)
                    self._call(part, scope, is_sure=sure, condition=_condition(node, part))
            for decorator in getattr(node, "decorator_list", []):
                if isinstance(decorator, ast.Call):
                    self._call(decorator, scope, handler=str(getattr(node, "name", "")))

    def _application(self, node: ast.Assign | ast.AnnAssign, scope: Scope) -> None:
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        if isinstance(node.value, ast.Call) and isinstance(target, ast.Name):
            name = expression_name(node.value.func).rpartition(".")[2]
            if name in APPLICATIONS:
                whom = self._meaning(target, scope)
                self.made[whom] = Done(name, whom, scope, node.value)

    def _call(
        self,
        node: ast.Call,
        scope: Scope,
        *,
        is_sure: bool = True,
        handler: str = "",
        condition: ast.expr | None = None,
    ) -> None:
        if isinstance(node.func, ast.Attribute) and node.func.attr in NAMES:
            whom = self._meaning(node.func.value, scope)
            done = Done(node.func.attr, whom, scope, node, is_sure, handler, condition)
            self.done.append(done)

    def _meaning(self, node: ast.expr, scope: Scope) -> str:
        dotted = scope.meaning(node)
        place = self.closing.find(dotted) if dotted and ":" not in dotted else None
        return f"{place[0].name}.{place[1]}" if place else dotted

    def chain(self, router: str) -> Chain:
        """What is around a router's routes, the outermost dependency first."""
        found = Chain()
        nearest, includes = self._nearest(router)
        every = self._above(nearest)
        for done in includes:
            self._arguments(found, done)
        for whom in nearest:
            if whom in self.made:
                self._arguments(found, self.made[whom])
        for done in self.done:
            if done.name.endswith("exception_handler") and self._is_of(done, nearest):
                self._handler(found, done)
        middleware = [d for d in self.done if d.name == "add_middleware" and self._is_of(d, every)]
        for done in sorted(middleware, key=lambda d: (*every, d.whom).index(d.whom)):
            self._middleware(found, done)
        return found

    def _nearest(self, router: str) -> tuple[list[str], list[Done]]:
        """The applications that a router is included in, and by which calls; all, if by none."""
        rest, found, includes = [router], list[str](), list[Done]()
        for current in _growing(rest):
            if current in self.made:
                found.append(current)
                continue
            for done in self.below.get(current, ()):
                if done.name == "include_router":
                    includes.append(done)
                    rest.append(done.whom)
        return found or list(self.made), includes

    def _above(self, nearest: list[str]) -> list[str]:
        """The applications, and those that they are mounted in."""
        rest = list(nearest)
        for current in _growing(rest):
            rest += [done.whom for done in self.below.get(current, ()) if done.whom in self.made]
        return list(dict.fromkeys(rest))

    def _is_of(self, done: Done, nearest: list[str]) -> bool:
        """Whether it is done to one of these, or to one that is not known."""
        return done.whom in nearest or done.whom not in self.made

    def _arguments(self, found: Chain, done: Done) -> None:
        for keyword in done.call.keywords:
            if keyword.arg == "dependencies":
                code = written([keyword.value], done.scope, self.closing)
                if code is not None:
                    found.dependencies.insert(0, code)
                    continue
            if keyword.arg not in OF_DOCUMENTS:
                what = f"the application gives its routes `{keyword.arg}`"
                found.reasons.append(f"{what}, which is not moved ({done.where})")

    def _handler(self, found: Chain, done: Done) -> None:
        error = done.given(0, "exc_class_or_status_code")
        handler = ast.Name(done.handler) if done.handler else done.given(1, "handler")
        both = [part for part in (error, handler) if part is not None]
        code = written(both, done.scope, self.closing) if done.is_sure else None
        if code is None or len(both) < 2:  # noqa: PLR2004 - an error and who answers it
            text = "the application answers errors by what cannot be moved"
            found.reasons.append(f"{text} ({done.where})")
        else:
            found.around.append(Around("add_exception_handler", code))

    def _middleware(self, found: Chain, done: Done) -> None:
        """What is the project's own stays, and is listed with what runs on every request."""
        kind = done.given(0, "middleware_class")
        meaning = self._meaning(kind, done.scope) if kind is not None else ""
        if ":" in meaning or self.closing.find(meaning):
            return
        name = meaning.rpartition(".")[2]
        code = _keywords(done, self.closing)
        when = written([done.condition], done.scope, self.closing) if done.condition else None
        if name in MOVED and code is not None and (done.is_sure or when):
            found.around.append(Around("add_middleware", code, when or ALWAYS))
        else:
            text = f"`{name}` is around the application's routes, and is not moved"
            found.reasons.append(f"{text} ({done.where})")


def _keywords(done: Done, closing: Closing) -> Written | None:
    """The arguments of a call as code, by their names where they have one."""
    plain = written(done.call.args, done.scope, closing)
    codes, names = [plain.code if plain else ""], set(plain.names if plain else ())
    for keyword in done.call.keywords:
        value = written([keyword.value], done.scope, closing) if keyword.arg else None
        if value is None:
            return None
        codes.append(f"{keyword.arg}={value.code}")
        names |= set(value.names)
    return Written(", ".join(codes), tuple(sorted(names))) if plain else None


def _condition(statement: ast.stmt, call: ast.Call) -> ast.expr | None:
    """The test of an `if` without `else`, of which a call is a statement."""
    if not isinstance(statement, ast.If) or statement.orelse:
        return None
    calls = [line.value for line in statement.body if isinstance(line, ast.Expr)]
    return statement.test if any(line is call for line in calls) else None


def _growing(rest: list[str]) -> Iterator[str]:
    """Each element once, with those that are added meanwhile."""
    seen: set[str] = set()
    place = 0
    while place < len(rest) and len(seen) < DEEPEST:
        if rest[place] and rest[place] not in seen:
            seen.add(rest[place])
            yield rest[place]
        place += 1


def _own(node: ast.stmt) -> Iterator[ast.AST]:
    """The parts of a statement, but not those of functions and classes in it."""
    rest: list[ast.AST] = [node]
    while rest:
        part = rest.pop(0)
        if isinstance(part, FunctionNode | ast.ClassDef | ast.Lambda):
            continue
        yield part
        rest += ast.iter_child_nodes(part)
