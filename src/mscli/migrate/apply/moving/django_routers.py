"""Django REST framework: where a router has a viewset registered, and below which prefix."""

from __future__ import annotations

import ast

from mscli.migrate.apply.moving.closure import Closing
from mscli.migrate.apply.moving.placing import Mount, Placed
from mscli.migrate.facts import RouteFact
from mscli.migrate.walk.index import ModuleSymbol

ROUTERS = frozenset(["DefaultRouter", "SimpleRouter"])


def registered(
    route: RouteFact, module: ModuleSymbol, node: ast.stmt, closing: Closing
) -> Placed | None:
    """By `router.register("orders", OrderViewSet)` at the top of a module, with all its routes."""
    match node:
        case ast.Expr(
            value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="register")) as call
        ):
            path = _path(call)
        case _:
            return None
    prefix = _before(route.path, path) if path else None
    place = closing.find(".".join(filter(None, module.imports.get(name, (module.name, name)))))
    if place is None or prefix is None or "{" in prefix:
        return None
    home, own = place
    pieces = closing.sources.of(module).pieces
    if closing.sources.of(home).by_name[own][0].makes not in ROUTERS:
        return None
    piece = next(p for p in pieces if p.first <= node.lineno <= p.last)
    symbols = (f"{home.name}.{own}",)
    return Placed(Mount(home.name, own, prefix), module.name, symbols, ((module, piece),))


def _path(call: ast.Call) -> str:
    """The literal prefix of a registration."""
    given = [*call.args[:1], *(k.value for k in call.keywords if k.arg == "prefix")]
    text = given[0].value if given and isinstance(given[0], ast.Constant) else ""
    return str(text).strip("/")


def _before(whole: str, path: str) -> str | None:
    """What stands before a registration's own path; None where that is not one place."""
    words, own = whole.strip("/").split("/"), path.split("/")
    places = [n for n in range(len(words)) if words[n : n + len(own)] == own]
    return "/".join(words[: places[0]]) if len(places) == 1 else None
