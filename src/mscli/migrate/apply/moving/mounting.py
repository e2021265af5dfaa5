"""Where a handler's router is mounted, so that its routes have the paths that they had."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from mscli.migrate.facts import RouteFact
from mscli.migrate.index import FunctionNode, ModuleSymbol, Project, expression_name

METHODS = frozenset(["get", "post", "put", "patch", "delete", "head", "options", "api_route"])
OF_AN_APPLICATION = frozenset(["dependencies", "root_path", "default_response_class"])
HARMLESS = frozenset(["prefix", "tags", "include_in_schema", "router"])
_CONVERTER = re.compile(r"\{(\w+):\w+\}")


@dataclass(frozen=True, slots=True, order=True)
class Mount:
    """A router by its module and name, and the prefix that it is included with."""

    module: str
    router: str
    prefix: str


def mount_of(route: RouteFact, project: Project) -> Mount | None:
    """How the router of a route has to be included; None where that cannot be told."""
    module_name, _, name = route.handler.rpartition(".")
    module = project.module(module_name)
    function = module.functions.get(name) if module else None
    if module is None or function is None or isinstance(function.node, ast.Lambda):
        return None
    for router, path in _decorated(function.node):
        own = _own_prefix(module, router)
        suffix = _plain(f"{own}{path}")
        if own is not None and _plain(route.path).endswith(suffix):
            return Mount(module.name, router, route.path[: len(_plain(route.path)) - len(suffix)])
    return None


def _plain(path: str) -> str:
    return _CONVERTER.sub(r"{\1}", path)


def _decorated(node: FunctionNode) -> Iterator[tuple[str, str]]:
    """The router and path of each decorator that is a route."""
    for decorator in node.decorator_list:
        if not isinstance(decorator, ast.Call) or not isinstance(decorator.func, ast.Attribute):
            continue
        said = [*decorator.args[:1], *(k.value for k in decorator.keywords if k.arg == "path")]
        router, path = decorator.func.value, said[0] if said else None
        is_route = decorator.func.attr in METHODS and isinstance(path, ast.Constant)
        if is_route and isinstance(router, ast.Name) and isinstance(path, ast.Constant):
            yield router.id, str(path.value)


def _own_prefix(module: ModuleSymbol, router: str) -> str | None:
    """The prefix that a router of the module gives itself; None where it is not the module's."""
    for node in module.tree.body:
        if not isinstance(node, ast.Assign | ast.AnnAssign) or not isinstance(node.value, ast.Call):
            continue
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if router in [target.id for target in targets if isinstance(target, ast.Name)]:
            given = [k.value for k in node.value.keywords if k.arg == "prefix"]
            if not given:
                return ""
            known = isinstance(given[0], ast.Constant)
            return str(given[0].value) if known else None  # type: ignore[attr-defined]
    return None


def guarded(project: Project) -> list[str]:
    """What the application does to whole routers: a moved route would be without it."""
    found = []
    for module in project.modules:
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.Call):
                continue
            last = expression_name(node.func).rpartition(".")[2]
            given = {k.arg for k in node.keywords if k.arg}
            is_guard = (last == "include_router" and given - HARMLESS) or (
                last == "FastAPI"
                and given & {"dependencies", "root_path", "default_response_class"}
            )
            if is_guard:
                text = f"the application does more to its router ({module.file}:{node.lineno})"
                found.append(text)
    return found
