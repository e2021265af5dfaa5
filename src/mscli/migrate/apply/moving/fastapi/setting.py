"""FastAPI: what a project makes, includes and sets up, and to whom each is done."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from mscli.migrate.apply.moving.fastapi.looping import rounds
from mscli.migrate.apply.moving.needs.closure import Closing
from mscli.migrate.apply.moving.pieces.scopes import Scope, scopes
from mscli.migrate.walk.expressions.annotations import DEPENDING
from mscli.migrate.walk.project.index import FunctionNode, Project, expression_name, last_name
from mscli.migrate.walk.project.scopes import statements

APPLICATIONS = frozenset(["FastAPI", "Starlette"])
ROUTER = "APIRouter"
NAMES = frozenset(
    ["include_router", "mount", "add_middleware", "add_exception_handler", "exception_handler",
     "middleware"]
)  # fmt: skip
LISTS = frozenset(["append", "clear", "extend", "insert", "pop", "remove", "update"])
SET = frozenset(
    ["app", "default_response_class", "dependant", "dependencies", "endpoint", "middleware_stack",
     "route_class", "routes", "user_middleware"]
)  # fmt: skip
"""Attributes of applications, routers and routes that change what a route answers."""
OVERRIDES = "dependency_overrides"
ALL = "*"
"""Of what is done to routes whose router is not known."""


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
    is_own: bool = False
    """Whether it is made by a class of the project's own."""

    @property
    def where(self) -> str:
        """File and line."""
        return f"{self.scope.module.file}:{self.call.lineno}"

    def given(self, place: int, name: str) -> ast.expr | None:
        """An argument by its place or its name."""
        if len(self.call.args) > place:
            return self.call.args[place]
        return next((k.value for k in self.call.keywords if k.arg == name), None)


@dataclass(frozen=True, slots=True)
class Altered:
    """An attribute of an application, router or route that is set to something else later."""

    whom: str
    what: str
    where: str


class Setting:
    """Everything that is made, done and set, of a whole project."""

    def __init__(self, project: Project, closing: Closing) -> None:
        self.closing = closing
        self.made: dict[str, Done] = {}
        self.done: list[Done] = []
        self.altered: list[Altered] = []
        self.same: dict[str, list[str]] = {}
        """What a parameter is given, and what a function returns that a name is bound to."""
        every = [scope for module in project.modules for scope in scopes(module)]
        self.scopes = every
        self.functions: dict[str, list[Scope]] = {}
        for scope in every:
            if isinstance(scope.owner, FunctionNode):
                self.functions.setdefault(scope.owner.name, []).append(scope)
        for scope in every:
            self._read(scope)
        self.below: dict[str, list[Done]] = {}
        for done in self.done:
            if done.name in ("include_router", "mount"):
                part = done.given(*((0, "router") if done.name == "include_router" else (1, "app")))
                for meaning in self._each(part, done.scope) if part is not None else ():
                    self.below.setdefault(meaning, []).append(done)
        self._follow(every)

    def is_application(self, whom: str) -> bool:
        """Whether a meaning is an application that is made somewhere."""
        return whom in self.made and self.made[whom].name in APPLICATIONS

    def meaning(self, node: ast.expr, scope: Scope) -> str:
        """What an expression names, where it is made."""
        dotted = scope.meaning(node)
        place = self.closing.find(dotted) if dotted and ":" not in dotted else None
        return f"{place[0].name}.{place[1]}" if place else dotted

    def meanings(self, whom: str) -> list[str]:
        """All that a name may be: itself, and what is handed to it."""
        found = [whom]
        for each in found:
            found += [other for other in self.same.get(each, ()) if other not in found]
        return found

    def _each(self, part: ast.expr, scope: Scope) -> Iterator[str]:
        """The meanings of what is included; in a loop over a list, those of its elements."""
        rows = rounds(part, scope, self.closing)
        for node, home in [(part, scope)] if rows is None else rows:
            called = self._called(node, home) if isinstance(node, ast.Call) else None
            yield from self._returned(called) if called else [self.meaning(node, home)]

    def _read(self, scope: Scope) -> None:
        before = len(self.done)
        for node in scope.owner.body:
            for part in _own(node):
                if isinstance(part, ast.Assign | ast.AnnAssign):
                    self._application(part, scope)
                elif isinstance(part, ast.Call):
                    sure = isinstance(node, ast.Expr | ast.For)
                    self._call(part, scope, is_sure=sure, condition=_condition(node, part))
                self._altered(part, scope)
        for node in statements(scope.owner.body):
            for decorator in getattr(node, "decorator_list", []):
                if isinstance(decorator, ast.Call):
                    sure, handler = node in scope.owner.body, str(getattr(node, "name", ""))
                    self._call(decorator, scope, is_sure=sure, handler=handler)
        self.done[before:] = sorted(self.done[before:], key=lambda done: done.call.lineno)

    def _application(self, node: ast.Assign | ast.AnnAssign, scope: Scope) -> None:
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        if isinstance(node.value, ast.Call) and isinstance(target, ast.Name):
            name = self._class(node.value.func, scope)
            if name:
                whom = self.meaning(target, scope)
                is_own = name != last_name(node.value.func)
                self.made[whom] = Done(name, whom, scope, node.value, is_own=is_own)

    def _class(self, function: ast.expr, scope: Scope, depth: int = 0) -> str:
        """Which of FastAPI's own classes something is an object of."""
        place = self.closing.find(self.meaning(function, scope)) if depth < 5 else None  # noqa: PLR2004
        if place is None:
            last = last_name(function)
            return last if last in APPLICATIONS or last == ROUTER else ""
        module, name = place
        nodes = [n for n in module.tree.body if isinstance(n, ast.ClassDef) and n.name == name]
        bases = [base for node in nodes for base in node.bases]
        home = next(scopes(module)) if bases else scope
        found = (self._class(base, home, depth + 1) for base in bases)
        return next(filter(None, found), "")

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
            whom = self.meaning(node.func.value, scope)
            done = Done(node.func.attr, whom, scope, node, is_sure, handler, condition)
            self.done.append(done)

    def _altered(self, part: ast.AST, scope: Scope) -> None:
        """`router.dependencies.append(...)`, `app.router.route_class = ...`, and of each route."""
        of: list[ast.expr] = []
        if isinstance(part, ast.Assign):
            of = part.targets
        elif isinstance(part, ast.AugAssign):
            of = [part.target]
        elif isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute):
            of = [part.func.value] if part.func.attr in LISTS else []
        for each in of:
            target = each.value if isinstance(each, ast.Subscript) else each
            if not isinstance(target, ast.Attribute) or target.attr not in SET | {OVERRIDES}:
                continue
            where = f"{scope.module.file}:{target.lineno}"
            for whom in self._whose(target, part, scope):
                self.altered.append(Altered(whom, expression_name(target), where))

    def _whose(self, target: ast.Attribute, part: ast.AST, scope: Scope) -> Iterator[str]:
        """Whose attribute it is; `ALL` where it is that of a route, or what a route depends on."""
        owner = _without(target.value, "dependant", "router")
        looped = _looped(owner, scope)
        if looped is not None:
            whom = self.meaning(_without(looped, "routes", "router"), scope)
            yield whom if whom in self.made else ALL
        elif isinstance(owner, ast.Name | ast.Attribute):
            yield self.meaning(owner, scope)
            if target.attr != OVERRIDES and any(
                isinstance(n, ast.Name) and n.id in DEPENDING for n in ast.walk(part)
            ):
                yield ALL if self.meaning(owner, scope) not in self.made else ""

    def _follow(self, every: list[Scope]) -> None:
        """What is handed to those who include, and what those return who make."""
        asked = {done.whom for done in self.done} | set(self.below)
        for scope in every:
            for node in (n for statement in scope.owner.body for n in _own(statement)):
                if isinstance(node, ast.Call):
                    self._handed(node, scope, asked)
                elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                    self._bound(node.targets[0], node.value, scope)

    def _called(self, call: ast.Call, scope: Scope) -> Scope | None:
        """The function of the project that is called."""
        last = last_name(call.func)
        found = self.functions.get(last, ())
        place = self.closing.find(self.meaning(call.func, scope)) if found else None
        if place is None or place[1] != last:
            return None
        return next((each for each in found if each.module.file == place[0].file), None)

    def _handed(self, call: ast.Call, scope: Scope, asked: set[str]) -> None:
        called = self._called(call, scope)
        if called is None or not isinstance(called.owner, FunctionNode):
            return
        args = [each.arg for each in (*called.owner.args.posonlyargs, *called.owner.args.args)]
        given = [*zip(args, call.args, strict=False)]
        given += [(keyword.arg, keyword.value) for keyword in call.keywords if keyword.arg]
        for name, value in given:
            key = f"{called.module.file}:{called.owner_line}:{name}"
            if key in asked:
                for meaning in self._each(value, scope):
                    self.same.setdefault(key, []).append(meaning)
                    self.below.setdefault(meaning, []).extend(self.below.get(key, ()))

    def _bound(self, target: ast.expr, call: ast.Call, scope: Scope) -> None:
        called = self._called(call, scope)
        if called is not None and isinstance(target, ast.Name | ast.Attribute):
            made = [whom for whom in self._returned(called) if whom in self.made]
            self.same.setdefault(self.meaning(target, scope), []).extend(made)

    def _returned(self, called: Scope) -> list[str]:
        """What a function returns by name."""
        returned = (n.value for n in ast.walk(called.owner) if isinstance(n, ast.Return))
        return [self.meaning(each, called) for each in returned if isinstance(each, ast.Name)]


def _looped(node: ast.expr, scope: Scope) -> ast.expr | None:
    """`app.routes`, for the variable of a loop over them."""
    bound = scope.own.get(node.id) if isinstance(node, ast.Name) else None
    if isinstance(bound, ast.Call) and bound.args:
        bound = bound.args[0]
    return bound if isinstance(bound, ast.Attribute) and bound.attr == "routes" else None


def _without(node: ast.expr, *names: str) -> ast.expr:
    """A chain without the last of these names."""
    while isinstance(node, ast.Attribute) and node.attr in names:
        node = node.value
    return node


def _condition(statement: ast.stmt, call: ast.Call) -> ast.expr | None:
    """The test of an `if` without `else`, of which a call is a statement."""
    if not isinstance(statement, ast.If) or statement.orelse:
        return None
    calls = [line.value for line in statement.body if isinstance(line, ast.Expr)]
    return statement.test if any(line is call for line in calls) else None


def _own(node: ast.stmt) -> Iterator[ast.AST]:
    """The parts of a statement, but not those of functions and classes in it."""
    rest: list[ast.AST] = [node]
    while rest:
        part = rest.pop(0)
        if isinstance(part, FunctionNode | ast.ClassDef | ast.Lambda):
            continue
        yield part
        rest += ast.iter_child_nodes(part)
