"""FastAPI: where a handler's router is included, so that its routes have the paths they had."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import replace

from mscli.migrate.apply.moving.fastapi import state
from mscli.migrate.apply.moving.fastapi.around import Applications, Chain
from mscli.migrate.apply.moving.fastapi.startup import Startup
from mscli.migrate.apply.moving.implied.memory import places_in, states_of
from mscli.migrate.apply.moving.needs.closed import Closure
from mscli.migrate.apply.moving.needs.closure import RENDERER, Closing
from mscli.migrate.apply.moving.pages.jinja import JinjaPages
from mscli.migrate.apply.moving.pages.told import Pages
from mscli.migrate.apply.moving.pages.url_names import Urls
from mscli.migrate.apply.moving.pieces.pieces import Piece
from mscli.migrate.apply.moving.placing import Mount, Placed, plain, prefix_of
from mscli.migrate.facts import RouteFact
from mscli.migrate.store import OWN, SHARED, Store
from mscli.migrate.walk.project.index import (
    FunctionNode,
    ModuleSymbol,
    Project,
    last_name,
)

METHODS = frozenset(["get", "post", "put", "patch", "delete", "head", "options", "api_route"])
NEEDS = {
    "fastapi.staticfiles": "the monolith's files",
    "starlette.staticfiles": "the monolith's files",
}
OF_A_REQUEST = {
    "app": "its application, and what was left there",
    "auth": "who is logged in",
    "session": "the session",
    "state": "what middleware left there",
    "user": "who is logged in",
}


class FastApi:
    """Routes by decorators on a router or an application of a module."""

    packages: frozenset[str] = frozenset()

    def __init__(self, project: Project, closing: Closing, urls: Urls, store: Store = OWN) -> None:
        self.project = project
        self.store = store
        self.urls = urls
        self.closing = closing
        self.pages = JinjaPages(project, closing, urls)
        self._applications: Applications | None = None
        self._startup: Startup | None = None
        self._chains: dict[str, Chain] = {}
        self._goes: Callable[[Closure], bool] = lambda _: False
        """Whether code of middleware can go along: on the monolith's database, if it is clean."""

    def settle(self, is_clean: Callable[[Closure], bool]) -> None:
        """What is around routes goes with where they are declared, middleware if it can.

        What that keeps in memory is one process's own: such stays.
        """
        if self.store == SHARED:
            states = states_of(self.project)
            self._goes = lambda closure: (
                not places_in(self.closing, closure, states)
                and is_clean(closure)
                and not any(self.against(closure, Closure(), None))
            )

    def placed(self, route: RouteFact) -> Placed | None:
        """By the decorator of the handler."""
        mount = mount_of(route, self.project)
        if mount is None:
            return None
        chain = self._chain(f"{mount.module}.{mount.router}")
        asked = " and ".join(route.only_if)
        off = (f"it is there only if {asked}: the service would always have it",) if asked else ()
        return Placed(
            replace(mount, dependencies=tuple(chain.dependencies)),
            mount.module,
            (route.handler, *chain.symbols),
            around=tuple(chain.around),
            against=(*chain.reasons, *off),
            packages=chain.packages,
        )

    def _chain(self, router: str) -> Chain:
        if self._applications is None:
            self._applications = Applications(self.project, self.closing, self._goes)
        if router not in self._chains:
            self._chains[router] = self._applications.chain(router)
        return self._chains[router]

    has_every_page = False

    def asked(self, table: str) -> bool:
        """None is."""
        del table
        return False

    def also(self, closure: Closure) -> tuple[str, ...]:
        """What its pages are given."""
        return self.pages.also(closure)

    def shown(self, closure: Closure) -> Pages:
        """The pages that code renders."""
        return self.pages.of(closure)

    def against(self, closure: Closure, models: Closure, placed: Placed | None) -> Iterator[str]:
        """Files beside the code, and what is left at a request by what is not moved."""
        self._startup = self._startup or Startup(self.project, self.closing)
        yield from self._startup.against(closure)
        yield from self.pages.of(closure).reasons
        yield from self.urls.against(self.closing.kept(closure))
        for used in sorted(closure.outside - models.outside):
            needs = next((text for name, text in NEEDS.items() if used.name.startswith(name)), "")
            if needs:
                yield f"it uses {needs} ({used.where})"
        around = placed.around if placed else ()
        has_session = any("SessionMiddleware" in each.code.code for each in around)
        left = {name for _, piece in self.closing.kept(closure) for name in state.left(piece)}
        for module, piece in self.closing.kept(closure):
            if piece.first in models.pieces.get(module.file, ()):
                continue
            named = any(RENDERER in (use.name, use.attribute, use.rest) for use in piece.uses)
            if piece.makes != RENDERER and named and _makes_renderer(piece):
                yield f"it makes what renders its templates by itself ({module.file}:{piece.first})"
            for attribute in sorted(piece.attributes):
                before, _, name = attribute.rpartition(".")
                is_asked = before.rpartition(".")[2] in ("request", "websocket")
                is_left = name == "state" and left.issuperset(state.asked(piece))
                is_left |= name == "session" and has_session
                if is_asked and name in OF_A_REQUEST and not is_left:
                    where = f"({module.file}:{piece.first})"
                    yield f"it asks `{attribute}` for {OF_A_REQUEST[name]} {where}"


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


def _makes_renderer(piece: Piece) -> bool:
    calls = (n for s in piece.body for n in ast.walk(s) if isinstance(n, ast.Call))
    return any(last_name(call.func) == RENDERER for call in calls)
