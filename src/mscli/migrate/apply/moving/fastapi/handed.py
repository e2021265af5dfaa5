"""FastAPI: what functions do with an application that they are given, `add_pagination(app)`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Set

from mscli.migrate.apply.moving.around import Around
from mscli.migrate.apply.moving.fastapi.setting import Setting
from mscli.migrate.apply.moving.needs.closure import Closing
from mscli.migrate.apply.moving.pieces.scopes import Scope, scopes
from mscli.migrate.apply.moving.written import Written, written
from mscli.migrate.walk.project.index import expression_name
from mscli.migrate.walk.project.scopes import statements

LOOKING_ON = frozenset(
    ["asgi_correlation_id", "ddtrace", "elasticapm", "hypercorn", "logfire", "newrelic",
     "opentelemetry", "prometheus_fastapi_instrumentator", "sentry_sdk", "uvicorn"]
)  # fmt: skip
"""Packages that serve an application, or measure it."""


def handed(setting: Setting, applications: Set[str]) -> Iterator[Around | str]:
    """What is done to these applications: a call that the service does, too, or a reason."""
    for scope in setting.scopes:
        for node in statements(scope.owner.body):
            match node:
                case ast.Expr(value=ast.Call() as call) if _package(call, scope, setting):
                    if any(_is_one(each, scope, setting, applications) for each in _given(call)):
                        yield _done(call, scope, setting, is_sure=node in scope.owner.body)


def only_handlers(scope: Scope, closing: Closing) -> Written | None:
    """A function of the project's that says who answers errors, and does nothing else."""
    owner = scope.owner
    if isinstance(owner, ast.Module) or owner not in scope.module.tree.body:
        return None
    given = [*owner.args.posonlyargs, *owner.args.args]
    if isinstance(owner, ast.AsyncFunctionDef) or len(given) != 1 or _takes_more(owner.args):
        return None
    is_only = all(_is_handler(node, given[0].arg) for node in owner.body)
    home = next(scopes(scope.module))
    return written([ast.Name(owner.name)], home, closing) if is_only else None


def _takes_more(given: ast.arguments) -> bool:
    return bool(given.vararg or given.kwarg or given.kwonlyargs or given.defaults)


def _is_handler(node: ast.stmt, app: str) -> bool:
    match node:
        case (
            ast.FunctionDef(decorator_list=[ast.Call(func=said)])
            | ast.AsyncFunctionDef(decorator_list=[ast.Call(func=said)])
        ):
            return expression_name(said) == f"{app}.exception_handler"
        case ast.Expr(value=ast.Call(func=said)):
            return expression_name(said) == f"{app}.add_exception_handler"
        case ast.Expr(value=ast.Constant()) | ast.Import() | ast.ImportFrom():
            return True
    return False


def _done(call: ast.Call, scope: Scope, setting: Setting, *, is_sure: bool) -> Around | str:
    code = written([call.func], scope, setting.closing)
    if is_sure and code is not None and len(_given(call)) == 1:
        return Around("", code)
    text = f"`{ast.unparse(call.func)}` is given the application"
    return f"{text}, and is not moved ({scope.module.file}:{call.lineno})"


def _given(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(keyword.value for keyword in call.keywords)]


def _package(call: ast.Call, scope: Scope, setting: Setting) -> str:
    """The package whose function is called, if it is one that changes what is answered."""
    dotted = setting.meaning(call.func, scope)
    top, _, rest = dotted.partition(".")
    is_ours = ":" in dotted or setting.closing.project.module(top) is not None
    return top if rest and not is_ours and top not in LOOKING_ON else ""


def _is_one(node: ast.expr, scope: Scope, setting: Setting, applications: Set[str]) -> bool:
    if not isinstance(node, ast.Name | ast.Attribute):
        return False
    return not applications.isdisjoint(setting.meanings(setting.meaning(node, scope)))
