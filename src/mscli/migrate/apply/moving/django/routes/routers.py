"""Django REST framework: where a router has a viewset registered, and below which prefix."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from mscli.migrate import paths
from mscli.migrate.apply.moving.django.pages.views import lineage
from mscli.migrate.apply.moving.needs.closure import Closing
from mscli.migrate.apply.moving.pages.url_names import Urls
from mscli.migrate.apply.moving.pieces.pieces import Piece
from mscli.migrate.apply.moving.placing import Mount, Placed
from mscli.migrate.facts import RouteFact
from mscli.migrate.paths import LANGUAGE
from mscli.migrate.walk.project.index import ModuleSymbol, expression_name
from mscli.migrate.walk.project.scopes import statements

ROUTERS = frozenset(["DefaultRouter", "SimpleRouter"])
AT_ONCE = "path:"
"""The rule of a list that is included at the path of the one that includes it."""


def registered(
    route: RouteFact, module: ModuleSymbol, node: ast.stmt, closing: Closing, urls: Urls
) -> Placed | None:
    """By `router.register("orders", OrderViewSet)`, with all its routes.

    It is a statement at the top of a module, or one under a condition, which goes along as a whole.
    """
    line = route.evidence.line
    found = [call for each in statements([node]) if (call := _registration(each, line))]
    if len(found) != 1:
        return None
    name, path = expression_name(found[0].func).rpartition(".")[0], _path(found[0])
    place = closing.find(".".join(filter(None, module.imports.get(name, (module.name, name)))))
    if place is None:
        return None
    home, own = place
    made = closing.sources.of(home).by_name[own]
    prefix = _named(home, made, urls)
    if prefix is None:
        prefix = _before(route.path, path) if path else None
    if prefix is None or not _is_router(made, own, home, closing):
        return None
    piece = closing.sources.at(module, node.lineno)
    symbols, mount = (f"{home.name}.{own}",), Mount(home.name, own, prefix)
    if isinstance(node, ast.Expr):
        return Placed(mount, module.name, symbols, ((module, piece),))
    return Placed(mount, module.name, symbols, ((module, piece),), (found[0],))


def _registration(node: ast.stmt, line: int) -> ast.Call | None:
    match node:
        case ast.Expr(
            value=ast.Call(func=ast.Attribute(value=ast.Name(), attr="register")) as call
        ) if node.lineno <= line <= (node.end_lineno or line):
            return call
    return None


def _named(home: ModuleSymbol, made: Sequence[Piece], urls: Urls) -> str | None:
    """What stands before all that a router has names for, where that is one place."""
    lines = {line for piece in made for line in range(piece.first, piece.last + 1)}
    found = {
        tuple(part for part in fact.parts[:-1] if part != AT_ONCE)
        for fact in urls.facts
        if fact.evidence.file == home.file and fact.evidence.line in lines and fact.parts
    }
    if len(found) != 1:
        return None
    language, *rules = ("", *found.pop())
    if rules and rules[0].startswith("language:"):
        language = f"{LANGUAGE}/"
        rules = rules[1:]
    return f"{language}{paths.of_rules(rules)}".strip("/")


def _is_router(pieces: Sequence[Piece], name: str, home: ModuleSymbol, closing: Closing) -> bool:
    """Whether a name is given a router, and nothing else."""
    made = [
        expression_name(node.value.func)
        for piece in pieces
        for node in statements(list(piece.body))
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        if any(isinstance(target, ast.Name) and target.id == name for target in node.targets)
    ]
    cls = home.classes.get(made[0]) if len(made) == 1 else None
    kinds = made if cls is None else [c for _, c in lineage(cls.node, home, closing)]
    return len(made) == 1 and any(str(kind).rpartition(".")[2] in ROUTERS for kind in kinds)


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
