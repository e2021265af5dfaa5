"""Flask: extensions that are around every route of an application."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from mscli.migrate.walk.project.index import FunctionNode, Project, expression_name, last_name

HARMLESS = frozenset(
    ["flask_admin", "flask_alembic", "flask_apscheduler", "flask_assets", "flask_babel",
     "flask_babelex", "flask_bcrypt", "flask_bootstrap", "flask_cache", "flask_caching",
     "flask_compress", "flask_cors", "flask_debugtoolbar", "flask_httpauth", "flask_jwt_extended",
     "flask_login", "flask_mail", "flask_mailman", "flask_marshmallow", "flask_migrate",
     "flask_moment", "flask_paginate", "flask_redis", "flask_restful", "flask_restx",
     "flask_script", "flask_session", "flask_smorest", "flask_socketio", "flask_sqlalchemy"]
)  # fmt: skip
"""Extensions that refuse no request by themselves, but by what routes say."""
FORMS = "flask_wtf"
OF_FORMS = frozenset(["CSRFProtect", "CsrfProtect"])
"""What of it guards every route."""


def around_all(project: Project) -> Iterator[tuple[str, str, int]]:
    """Extensions that may refuse any request, whatever its route says: each with its place."""
    for module in project.modules:
        beside = _of_classes(module.tree) | _of_one_request(module.tree)
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.Call) or node in beside:
                continue
            name = expression_name(node.func)
            first, _, rest = name.partition(".")
            package, imported = module.imports.get(first, ("", ""))
            package = package.partition(".")[0]
            last = (rest or imported).rpartition(".")[2]
            is_class = package.startswith("flask_") and last[:1].isupper()
            is_guard = last in OF_FORMS if package == FORMS else package not in HARMLESS
            if is_class and is_guard:
                text = f"`{last}` is around every route of the application"
                yield text, module.file, node.lineno


def _of_classes(tree: ast.Module) -> set[ast.expr]:
    """What classes have of what packages make: a field of a form, which is no extension."""
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    own = (node for each in classes for node in each.body)
    return {node.value for node in own if isinstance(node, ast.Assign)}


def _of_one_request(tree: ast.Module) -> set[ast.expr]:
    """What is raised, and what a function makes for itself: it gives it to nobody.

    An extension is given an application, or is kept where `init_app` finds it.
    """
    raised = {n.exc for n in ast.walk(tree) if isinstance(n, ast.Raise) and n.exc is not None}
    functions = [node for node in ast.walk(tree) if isinstance(node, FunctionNode)]
    return raised | {call for function in functions for call in _kept_inside(function)}


def _kept_inside(function: FunctionNode) -> Iterator[ast.expr]:
    """The calls whose outcome is a name of a function's that it only takes attributes of."""
    nodes = list(ast.walk(function))
    taken = {id(node.value) for node in nodes if isinstance(node, ast.Attribute)}
    set_up = {n.value.id for n in nodes if _is_set_up(n)}  # type: ignore[attr-defined]
    away = {n.id for n in nodes if isinstance(n, ast.Name) and _is_read(n) and id(n) not in taken}
    away |= {name for n in nodes if isinstance(n, ast.Global | ast.Nonlocal) for name in n.names}
    for node in nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call):
                if name not in away | set_up and not _is_given(call):
                    yield call


def _is_given(call: ast.Call) -> bool:
    """Whether what is made is given something by name, which may be the application."""
    values = [*call.args, *(each.value for each in call.keywords)]
    return any(isinstance(each, ast.Name) or last_name(each) == "app" for each in values)


def _is_read(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Load)


def _is_set_up(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(), attr="init_app"):
            return True
    return False
