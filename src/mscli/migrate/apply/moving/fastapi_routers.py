"""FastAPI: where a handler's router is included, so that its routes have the paths they had."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from mscli.migrate.apply.moving.closure import Closure
from mscli.migrate.apply.moving.placing import Mount, Placed, plain, prefix_of
from mscli.migrate.facts import RouteFact
from mscli.migrate.walk.index import FunctionNode, ModuleSymbol, Project, expression_name

METHODS = frozenset(["get", "post", "put", "patch", "delete", "head", "options", "api_route"])
OF_AN_APPLICATION = frozenset(["dependencies", "root_path", "default_response_class"])
HARMLESS = frozenset(["prefix", "tags", "include_in_schema", "router"])


class FastApi:
    """Routes by decorators on a router or an application of a module."""

    packages: frozenset[str] = frozenset()

    def __init__(self, project: Project) -> None:
        self.project = project
        self.guarded = guarded(project)

    def placed(self, route: RouteFact) -> Placed | None:
        """By the decorator of the handler."""
        mount = mount_of(route, self.project)
        return Placed(mount, mount.module, (route.handler,)) if mount else None

    def against(self, closure: Closure, models: Closure) -> Iterator[str]:
        """What the application does to whole routers."""
        del closure, models  # the code itself may use whatever it likes
        yield from self.guarded


def mount_of(route: RouteFact, project: Project) -> Mount | None:
    """How the router of a route has to be included; None where that cannot be told."""
    module_name, _, name = route.handler.rpartition(".")
    module = project.module(module_name)
    function = module.functions.get(name) if module else None
    if module is None or function is None or isinstance(function.node, ast.Lambda):
        return None
    for router, path in _decorated(function.node):
        own = _own_prefix(module, router)
        if own is None:
            continue
        prefix = prefix_of(plain(route.path), plain(f"{own}{path}"))
        if prefix is not None:
            return Mount(module.name, router, prefix)
    return None


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


@lru_cache(maxsize=1)
def guarded(project: Project) -> tuple[str, ...]:
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
    return tuple(found)
