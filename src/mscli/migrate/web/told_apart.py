"""Which of several routes of one handler are there: those that are known, and on by default."""

from __future__ import annotations

from mscli.migrate.walk.graph.entries import Route
from mscli.migrate.walk.graph.nodes import Confidence
from mscli.migrate.web.mounts import has_unknown_prefix


def told_apart(routes: list[Route]) -> list[Route]:
    """The routes without those that another one stands for, each once."""
    found: dict[tuple[tuple[str, str, str], bool], Route] = {}
    for route in _known_paths(_surest(routes)):
        found.setdefault((_name(route), bool(route.only_if)), route)
    return list(found.values())


def _surest(routes: list[Route]) -> list[Route]:
    """Without those that a setting would turn on, or that a part has which may be mounted, and that
    are there all the same.
    """
    on = {_name(route) for route in routes if not route.only_if}
    mounted = {_name(route) for route in routes if route.confidence is not Confidence.POSSIBLE}
    return [
        route
        for route in routes
        if (not route.only_if or _name(route) not in on)
        and (route.confidence is not Confidence.POSSIBLE or _name(route) not in mounted)
    ]


def _name(route: Route) -> tuple[str, str, str]:
    return (route.method, route.path, route.handler)


def _known_paths(routes: list[Route]) -> list[Route]:
    """Where one registration gives paths that are known, one that is not is nobody's own.

    A class that others inherit from registers with a name that only they have, and one that is told
    its prefix has it on its objects, which are mounted, or may be.
    """
    known = {(route.site, route.method) for route in routes if not _is_vague(route)}
    told = {(route.site, route.method) for route in routes if not _is_untold(route)}
    return [
        route
        for route in routes
        if not (_is_vague(route) or _is_untold(route))
        or (route.site, route.method) not in (told if _is_untold(route) else known)
    ]


def _is_vague(route: Route) -> bool:
    return "{}" in route.path or route.confidence is Confidence.POSSIBLE


def _is_untold(route: Route) -> bool:
    """Whether its path is not known, or is that of a part whose prefix nobody has said yet."""
    return "{}" in route.path or any(has_unknown_prefix(part) for part in route.within)
