"""What pages of Flask and FastAPI are given, wherever an application says so."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from mscli.migrate.apply.moving.around import Around
from mscli.migrate.apply.moving.needs.closure import Closing
from mscli.migrate.apply.moving.pieces.scopes import Scope, scopes
from mscli.migrate.apply.moving.written import Written, written
from mscli.migrate.walk.project.index import FunctionNode, Project, expression_name, last_name

GIVING = {
    "filters": "add_template_filter",
    "globals": "add_template_global",
    "tests": "add_template_test",
}
"""A dictionary of `jinja_env`, and the application's method that adds to it."""
DECORATORS = {
    f"{before}template_{kind}": f"add_template_{kind}"
    for before in ("", "app_", "add_", "add_app_")
    for kind in ("filter", "global", "test")
}
PROCESSORS = frozenset(["context_processor", "app_context_processor"])


@dataclass(frozen=True, slots=True)
class Given:
    """What pages are given by a name: filters, tests, globals; `names` of a processor, or none.

    Without `code` it cannot be said elsewhere.
    """

    method: str
    names: frozenset[str]
    code: Written | None
    where: str

    @property
    def around(self) -> tuple[Around, ...]:
        """The call that gives it."""
        return (Around(self.method, self.code),) if self.code else ()


class Giving:
    """Everything that the applications of a project give to their pages."""

    def __init__(self, project: Project, closing: Closing) -> None:
        self.closing = closing
        self.found = [
            given
            for module in project.modules
            for scope in scopes(module)
            for given in self._in(scope)
        ]

    def _in(self, scope: Scope) -> Iterator[Given]:
        for statement in scope.owner.body:
            yield from self._decorated(statement, scope)
            for node in _own(statement):
                match node:
                    case ast.Assign(targets=[ast.Subscript(value=ast.Attribute() as to) as place]):
                        yield from self._set(to, place.slice, node.value, scope, node.lineno)
                    case ast.Call(func=ast.Attribute(attr="update", value=ast.Attribute() as to)):
                        for keyword in node.keywords:
                            name = ast.Constant(keyword.arg or "")
                            yield from self._set(to, name, keyword.value, scope, node.lineno)
                    case ast.Call(func=ast.Attribute(attr=str(name))):
                        yield from self._called(name, node, scope)

    def _set(
        self, to: ast.Attribute, key: ast.expr, value: ast.expr, scope: Scope, line: int
    ) -> Iterator[Given]:
        """`app.jinja_env.filters["price"] = price`."""
        if to.attr in GIVING and expression_name(to.value).endswith(("jinja_env", ".env")):
            yield self._given(GIVING[to.attr], value, key, scope, line)

    def _called(self, name: str, call: ast.Call, scope: Scope) -> Iterator[Given]:
        """`app.add_template_filter(price, "price")`."""
        if name in DECORATORS and name.startswith("add_") and call.args:
            said = [*call.args[1:2], *(k.value for k in call.keywords if k.arg == "name")]
            key = said[0] if said else ast.Constant(last_name(call.args[0]))
            yield self._given(DECORATORS[name], call.args[0], key, scope, call.lineno)
        elif name in PROCESSORS and call.args:
            yield self._processor(call.args[0], scope, call.lineno)

    def _decorated(self, node: ast.stmt, scope: Scope) -> Iterator[Given]:
        for each in getattr(node, "decorator_list", []):
            call = each if isinstance(each, ast.Call) else ast.Call(each, [], [])
            last, name = (
                last_name(call.func),
                str(getattr(node, "name", "")),
            )
            if last in DECORATORS and not last.startswith("add_"):
                said = [*call.args[:1], *(k.value for k in call.keywords if k.arg == "name")]
                key = said[0] if said else ast.Constant(name)
                yield self._given(DECORATORS[last], ast.Name(name), key, scope, node.lineno)
            elif last in PROCESSORS and not self._is_of_a_blueprint(call.func, scope):
                yield self._processor(ast.Name(name), scope, node.lineno)

    def _is_of_a_blueprint(self, function: ast.expr, scope: Scope) -> bool:
        """Whether it is a blueprint's own, which goes along with it."""
        if not isinstance(function, ast.Attribute) or function.attr != "context_processor":
            return False
        place = self.closing.find(scope.meaning(function.value))
        if place is None:
            return False
        module, name = place
        return self.closing.sources.of(module).by_name[name][0].makes == "Blueprint"

    def _given(self, method: str, value: ast.expr, key: ast.expr, scope: Scope, line: int) -> Given:
        name = key.value if isinstance(key, ast.Constant) else None
        code = written([value, key], scope, self.closing) if name else None
        names = frozenset([str(name)] if name else [])
        return Given(method, names, code, f"{scope.module.file}:{line}")

    def _processor(self, function: ast.expr, scope: Scope, line: int) -> Given:
        code = written([function], scope, self.closing)
        names = _returned(expression_name(function), scope)
        return Given("context_processor", names, code, f"{scope.module.file}:{line}")


def answering(project: Project, closing: Closing) -> dict[tuple[str, int], Around]:
    """Who answers errors of the whole application, by the place that says so, if all is closed."""
    found: dict[tuple[str, int], Around] = {}
    for module in project.modules:
        for scope in scopes(module):
            for call, handler in _answers(scope):
                code = written([call.args[0], handler], scope, closing)
                if code is not None:
                    place = (module.file, call.lineno)
                    found[place] = Around("register_error_handler", code)
    return found


def _answers(scope: Scope) -> Iterator[tuple[ast.Call, ast.expr]]:
    for statement in scope.owner.body:
        for each in getattr(statement, "decorator_list", []):
            name = last_name(each.func) if isinstance(each, ast.Call) and each.args else ""
            if name in ("errorhandler", "app_errorhandler"):
                yield each, ast.Name(str(getattr(statement, "name", "")))
        match statement:
            case ast.Expr(value=ast.Call(args=[_, handler]) as call):
                if last_name(call.func) == "register_error_handler":
                    yield call, handler


def _returned(name: str, scope: Scope) -> frozenset[str]:
    """The keys of what a function returns; none, where they are not all known."""
    functions = [
        node
        for node in ast.walk(scope.module.tree)
        if isinstance(node, FunctionNode) and node.name == name
    ]
    found: set[str] = set()
    for node in ast.walk(functions[0]) if len(functions) == 1 else ():
        if isinstance(node, ast.Return):
            keys = _keys(node.value)
            if keys is None:
                return frozenset()
            found |= keys
    return frozenset(found)


def _keys(node: ast.expr | None) -> set[str] | None:
    match node:
        case ast.Dict(keys=keys) if all(isinstance(key, ast.Constant) for key in keys):
            return {str(key.value) for key in keys if isinstance(key, ast.Constant)}
        case ast.Call(func=ast.Name(id="dict"), args=[], keywords=keywords):
            return {k.arg for k in keywords if k.arg} if all(k.arg for k in keywords) else None
    return None


def _own(node: ast.stmt) -> Iterator[ast.AST]:
    """The parts of a statement, but not those of functions and classes in it."""
    rest: list[ast.AST] = [node]
    while rest:
        part = rest.pop(0)
        if not isinstance(part, FunctionNode | ast.ClassDef | ast.Lambda):
            yield part
            rest += ast.iter_child_nodes(part)
