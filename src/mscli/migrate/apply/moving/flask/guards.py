"""Flask: what runs around a route that its blueprint does not bring along, and may answer for it.

A moved blueprint has the hooks that are said to it at the top of a module. Those of blueprints that
it is nested in, those that a function adds, and what is around the whole application are not there.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mscli.migrate.apply.moving.around import Around
from mscli.migrate.apply.moving.flask.extensions import around_all
from mscli.migrate.apply.moving.implied.answering import Answering, Definition, named
from mscli.migrate.apply.moving.implied.asked import GUARDS
from mscli.migrate.apply.moving.needs.closed import Closure
from mscli.migrate.apply.moving.needs.closure import Closing
from mscli.migrate.apply.moving.pieces.scopes import Scope, scopes
from mscli.migrate.apply.moving.placing import statement_at
from mscli.migrate.walk.project.index import FunctionNode, Project, expression_name, last_name
from mscli.migrate.walk.project.scopes import statements

BEFORE = frozenset(["before_request", "url_value_preprocessor"])
BEFORE_ALL = frozenset(["app_url_value_preprocessor", "before_app_request"])
HOOKS = BEFORE | {
    "after_request",
    "context_processor",
    "errorhandler",
    "register_error_handler",
    "teardown_request",
    "url_defaults",
}
MACHINERY = frozenset(
    ["before_request_funcs", "dispatch_request", "full_dispatch_request", "preprocess_request",
     "url_value_preprocessors", "view_functions", "wsgi_app"]
)  # fmt: skip
"""What of an application calls its routes."""
CHANGING = frozenset(["append", "extend", "insert", "pop", "setdefault", "update"])
SERVING = frozenset(["DebuggedApplication", "LintMiddleware", "ProfilerMiddleware", "ProxyFix"])
"""Of Werkzeug's, which hand every request on."""


@dataclass(frozen=True, slots=True)
class Hook:
    """What is called around the routes of a blueprint, or of all where `owner` is not known."""

    name: str
    owner: str
    function: ast.expr
    scope: Scope
    line: int
    is_at_top: bool

    @property
    def where(self) -> str:
        """File and line."""
        return f"{self.scope.module.file}:{self.line}"

    @property
    def text(self) -> str:
        """The function, as it is named."""
        return expression_name(self.function) or ast.unparse(self.function)


@dataclass(frozen=True, slots=True)
class Reason:
    """What is around every route, and where that is said."""

    text: str
    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.text}, and is not moved ({self.file}:{self.line})"


class Guards:
    """All that may stand before a route, of a whole project."""

    def __init__(self, project: Project, closing: Closing) -> None:
        self.project = project
        self.closing = closing
        self.answering = Answering(project, closing)
        self.hooks: list[Hook] = []
        self.parents: dict[str, set[str]] = {}
        self.reasons: list[Reason] = []
        for module in project.modules:
            for scope in scopes(module):
                self._read(scope)
        self.reasons += [*self._put_around(), *self._derived()]
        self.reasons += [Reason(*each) for each in around_all(project)]

    def against(self, module: str, blueprint: str, done: Iterable[Around]) -> Iterator[str]:
        """What is around a blueprint's routes; `done` is what the service's application does."""
        whom = f"{module}.{blueprint}"
        above = self._above(whom)
        moved = {(each.method, symbol) for each in done for symbol in each.code.symbols}
        for hook in self.hooks:
            is_own = hook.owner == whom and not hook.is_at_top
            if (is_own or hook.owner in above) and hook.name in HOOKS:
                text = f"`{hook.text}` is its blueprint's `{hook.name}`, and is not moved"
                yield f"{text} ({hook.where})"
            is_moved = ("before_request", hook.scope.meaning(hook.function)) in moved
            if not is_moved and self._is_of_all(hook):
                yield str(_before(hook))
        yield from map(str, self.reasons)

    def outside(self, closure: Closure) -> Iterator[str]:
        """What is around every route beside what goes along."""
        hooks = (_before(hook) for hook in self.hooks if self._is_of_all(hook))
        for reason in (*hooks, *self.reasons):
            if not self._is_in(closure, reason):
                yield str(reason)

    def _is_in(self, closure: Closure, reason: Reason) -> bool:
        kept = closure.pieces.get(reason.file, ())
        module = next(m for m in self.project.modules if m.file == reason.file)
        pieces = self.closing.sources.of(module).pieces if kept else ()
        node = statement_at(module, reason.line) if kept else None
        line = max(reason.line, node.lineno if node else 0)  # below what it is decorated with
        return any(p.first in kept and p.first <= line <= p.last for p in pieces)

    def _is_of_all(self, hook: Hook) -> bool:
        """Whether it may answer any request of the application."""
        is_of_all = hook.name in BEFORE_ALL or (not hook.owner and hook.name in BEFORE)
        return is_of_all and self._answers(hook)

    def _above(self, whom: str) -> set[str]:
        """The blueprints that one is nested in."""
        found: set[str] = set()
        rest = [whom]
        while rest:
            rest += self.parents.get(rest.pop(), set()) - found
            found |= set(rest)
        return found

    def _read(self, scope: Scope) -> None:
        is_module = isinstance(scope.owner, ast.Module)
        for statement in statements(scope.owner.body):
            is_top = is_module and statement in scope.owner.body
            for each in getattr(statement, "decorator_list", []):
                function = each.func if isinstance(each, ast.Call) else each
                if isinstance(function, ast.Attribute):
                    name = ast.Name(str(getattr(statement, "name", "")))
                    self._hook(function, name, scope, is_at_top=is_top)
            if isinstance(statement, Definition):
                continue
            for node in ast.walk(statement):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                    self._call(node, node.func, scope, is_at_top=is_top)
            self._set(statement, scope)

    def _call(
        self, call: ast.Call, function: ast.Attribute, scope: Scope, *, is_at_top: bool
    ) -> None:
        if function.attr == "register_blueprint" and call.args:
            owner, child = (
                self._blueprint(function.value, scope),
                self._meaning(call.args[0], scope),
            )
            if owner:
                self.parents.setdefault(child, set()).add(owner)
        elif function.attr in CHANGING and (machinery := _machinery(function.value)):
            self.reasons.append(_sets(machinery, scope, call))
        elif call.args:
            self._hook(function, call.args[-1], scope, is_at_top=is_at_top)

    def _hook(
        self, function: ast.Attribute, called: ast.expr, scope: Scope, *, is_at_top: bool
    ) -> None:
        if function.attr in HOOKS | BEFORE_ALL:
            owner = self._blueprint(function.value, scope)
            line = function.lineno
            self.hooks.append(Hook(function.attr, owner, called, scope, line, is_at_top))

    def _set(self, node: ast.stmt, scope: Scope) -> None:
        """`app.wsgi_app = Guard(app.wsgi_app)`, `app.view_functions[name] = guarded`."""
        targets = node.targets if isinstance(node, ast.Assign) else []
        for target in targets:
            machinery = _machinery(target)
            if machinery and not (machinery.attr == "wsgi_app" and self._serves(node, scope)):
                self.reasons.append(_sets(machinery, scope, node))

    def _serves(self, node: ast.stmt, scope: Scope) -> bool:
        """Whether an application is put into something that hands every request on."""
        value = getattr(node, "value", None)
        if not isinstance(value, ast.Call):
            return False
        found = self.answering.definition(scope.meaning(value.func))
        if found is None:
            return last_name(value.func) in SERVING
        return self.answering.middleware(*found) != GUARDS

    def _answers(self, hook: Hook) -> bool:
        found = self.answering.definition(hook.scope.meaning(hook.function))
        name = expression_name(hook.function)
        found = found or named(hook.scope.module, hook.scope.owner.body, name)
        return found is None or self.answering.hook(*found)

    def _meaning(self, node: ast.expr, scope: Scope) -> str:
        dotted = scope.meaning(node)
        place = self.closing.find(dotted) if dotted and ":" not in dotted else None
        return f"{place[0].name}.{place[1]}" if place else dotted

    def _blueprint(self, node: ast.expr, scope: Scope) -> str:
        """The blueprint that an expression means; empty for an application, and what is unknown."""
        dotted = self._meaning(node, scope)
        place = self.closing.find(dotted) if dotted and ":" not in dotted else None
        if place is None:
            return ""
        pieces = self.closing.sources.of(place[0]).by_name[place[1]]
        return dotted if any(piece.makes == "Blueprint" for piece in pieces) else ""

    def _put_around(self) -> Iterator[Reason]:
        for name, file, line in self.answering.put_around():
            yield Reason(f"`{name}` is around the application and may answer by itself", file, line)

    def _derived(self) -> Iterator[Reason]:
        """An application of a class that calls routes in its own way."""
        for module in self.project.modules:
            for node in module.tree.body:
                bases = node.bases if isinstance(node, ast.ClassDef) else []
                if any(last_name(base) == "Flask" for base in bases):
                    for method in node.body:  # type: ignore[attr-defined]
                        if isinstance(method, FunctionNode) and method.name in MACHINERY:
                            text = f"the application's class has its own `{method.name}`"
                            yield Reason(text, module.file, method.lineno)


def _before(hook: Hook) -> Reason:
    text = f"`{hook.text}` runs before every route and may answer by itself"
    return Reason(text, hook.scope.module.file, hook.line)


def _machinery(node: ast.expr) -> ast.Attribute | None:
    """What calls routes, in `app.view_functions[...]`, `app.before_request_funcs.setdefault()`."""
    while isinstance(node, ast.Subscript | ast.Call):
        node = node.value if isinstance(node, ast.Subscript) else node.func
        if isinstance(node, ast.Attribute) and node.attr in CHANGING:
            node = node.value
    return node if isinstance(node, ast.Attribute) and node.attr in MACHINERY else None


def _sets(machinery: ast.Attribute, scope: Scope, node: ast.stmt | ast.expr) -> Reason:
    text = f"the application sets `{expression_name(machinery)}`"
    return Reason(text, scope.module.file, node.lineno)
