"""Django: where a view's URL is declared, and what stands before the list that it is in."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from mscli.migrate import paths
from mscli.migrate.apply.moving.django.routes.languages import Languages
from mscli.migrate.apply.moving.django.routes.routers import registered
from mscli.migrate.apply.moving.implied.listeners import dotted_in
from mscli.migrate.apply.moving.needs.closure import Closing
from mscli.migrate.apply.moving.pages.url_names import Urls, are_known
from mscli.migrate.apply.moving.pieces.patterns import URLS, Way, patterns_in, ways_to
from mscli.migrate.apply.moving.pieces.pieces import Piece
from mscli.migrate.apply.moving.placing import Mount, Placed, module_in, prefix_of, statement_at
from mscli.migrate.facts import RouteFact
from mscli.migrate.paths import LANGUAGE
from mscli.migrate.walk.project.index import ModuleSymbol, expression_name

OF_LANGUAGES = "language:"
"""A rule that is a language; of the root's list, where it is said by that list itself."""


def placed_by(
    route: RouteFact, closing: Closing, urls: Urls, languages: Languages
) -> Placed | None:
    """By its element of a list of URLs, or by its router."""
    module = module_in(closing.project, route.evidence.file)
    node = statement_at(module, route.evidence.line) if module else None
    if module is None or node is None:
        return None
    ways = _leading(route, module, ways_to(module.tree, route.evidence.line))
    found = _listed(route, module, ways, closing, urls) if ways else None
    found = found or (None if ways else registered(route, module, node, closing, urls))
    if found is None:
        return None
    begins = languages.begins(route, module)
    rules = _rules(found.mount, route, urls, begins)
    if any(way.by_language for way in ways):
        rules = (OF_LANGUAGES,) if begins and len(rules or ()) == 1 else None
    if rules is None:
        return None
    prefix = found.mount.prefix.removeprefix(f"{LANGUAGE}/")
    prefix = f"{LANGUAGE}/{prefix}" if begins else prefix
    return replace(found, mount=replace(found.mount, prefix=prefix, rules=rules))


def _leading(route: RouteFact, module: ModuleSymbol, ways: list[Way]) -> list[Way]:
    """Of several ways by one line those that name the handler, and say most of the path."""
    if len({way.steps[-1].node for way in ways}) <= 1:
        return ways
    named = [way for way in ways if _names(way.steps[-1].view, route.handler, module)] or ways
    said = {way: len(own) for way in named if (own := way.path) is not None and _ends(route, own)}
    return [way for way in named if said.get(way) == max(said.values(), default=None)]


def _names(view: ast.expr | None, handler: str, module: ModuleSymbol) -> bool:
    """Whether a view, or what is in it (`login_required(view)`), is a handler or its class."""
    parts = [part for part in ast.walk(view) if isinstance(part, ast.expr)] if view else []
    dotted = (dotted_in(expression_name(part), module) for part in parts)
    return any(f"{handler}.".startswith(f"{name}.") for name in dotted if name)


def _ends(route: RouteFact, own: str) -> bool:
    return prefix_of(route.path.lstrip("/"), own.lstrip("/")) is not None


def _listed(
    route: RouteFact, module: ModuleSymbol, ways: list[Way], closing: Closing, urls: Urls
) -> Placed | None:
    """By the one way in its module, which says the end of its path."""
    befores = {_before(route, way, urls) for way in ways}
    begun = closing.sources.of(module).by_name.get(URLS, [])
    first, before = ways[0].steps[0].statement, befores.pop()
    if befores or before is None or not begun:
        return None
    is_first = begun[0].first <= first.lineno <= begun[0].last
    if not is_first and patterns_in(begun[0].body[0]) is None:
        return None
    named = (f"{module.name}.app_name",) if "app_name" in module.assigned else ()
    statements = tuple((module, piece) for piece in _pieces(module, ways[0], closing))
    elements = tuple(step.node for step in ways[0].steps)
    return Placed(Mount(module.name, URLS, before), module.name, named, statements, elements)


def _before(route: RouteFact, way: Way, urls: Urls) -> str | None:
    """What stands before what the elements of a module say of a path."""
    own = way.path
    if own is None:
        found = [fact.parts for fact in urls.facts if fact.evidence == route.evidence]
        ends = {paths.of_rules(parts[-way.rules :]) for parts in found if len(parts) >= way.rules}
        own = ends.pop() if len(ends) == 1 else None
    return None if own is None else prefix_of(route.path.lstrip("/"), own.lstrip("/"))


def _pieces(module: ModuleSymbol, way: Way, closing: Closing) -> Iterator[Piece]:
    """The statements of the elements, each with these alone."""
    pieces = closing.sources.of(module).pieces
    elements: dict[int, set[ast.expr]] = {}
    for step in way.steps:
        at = step.statement.lineno
        place = next(n for n, piece in enumerate(pieces) if piece.first <= at <= piece.last)
        elements.setdefault(place, set()).add(step.node)
    yield from (closing.sources.pattern(module, place, kept) for place, kept in elements.items())


def _rules(mount: Mount, route: RouteFact, urls: Urls, begins: str) -> tuple[str, ...] | None:
    """The prefix as rules, after the language that it `begins` with; None if not all are known."""
    begun = (f"{OF_LANGUAGES}{begins}",) if begins else ()
    rest = mount.prefix.removeprefix(f"{LANGUAGE}/") if begins else mount.prefix
    if mount.router != URLS and rest:
        rest = f"{rest}/"
    if "{" not in rest:
        return (*begun, f"path:{rest}") if rest else begun
    for fact in urls.facts if "{}" not in rest else ():
        parts = fact.parts[bool(begins) :]
        for count in range(1, len(parts)):
            is_it = not parts[0].startswith(OF_LANGUAGES) and (
                paths.of_rules(parts[:count]) == rest and are_known(parts[:count])
            )
            if is_it and fact.evidence.file == route.evidence.file:
                return (*begun, *parts[:count])
    return None
