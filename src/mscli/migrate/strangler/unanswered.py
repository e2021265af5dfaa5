"""What a service would be asked after a flip, and does not answer: a gateway matches prefixes.

What is to be written is read from the service's own code: who writes a route takes it out there.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mscli.migrate.store import SHARED
from mscli.migrate.strangler.paths import is_below, prefix_of
from mscli.migrate.strangler.shares import covering
from mscli.migrate.strangler.standing import Part, RouteStanding
from mscli.model.system import System

UNWRITTEN = "src/*/api/unwritten.py"


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A route of the monolith, and why the service has no answer to it."""

    route: str
    why: str

    def __str__(self) -> str:
        """As in an error: `DELETE /orders/{id} (of billing)`."""
        return f"{self.route} ({self.why})"


def to_be_written(root: Path, system: System, service: str) -> dict[str, str]:
    """The routes for which a service says 501, as `GET /orders/{id}` -> file and line."""
    folder = root / system.services[service].path
    found = {}
    for file in sorted(folder.glob(UNWRITTEN)):
        for route, line in _declared(file.read_text(encoding="utf-8", errors="replace")):
            found[route] = f"{file.relative_to(root).as_posix()}:{line}"
    return found


def _declared(text: str) -> Iterator[tuple[str, int]]:
    """The endpoints of a module; one that cannot be parsed says nothing."""
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError):
        return
    for node in body:
        for call in getattr(node, "decorator_list", []):
            path = call.args[0] if isinstance(call, ast.Call) and call.args else None
            if isinstance(call, ast.Call) and isinstance(path, ast.Constant):
                listed = next((k.value for k in call.keywords if k.arg == "methods"), None)
                for method in getattr(listed, "elts", []):
                    yield f"{getattr(method, 'value', '')} {path.value!s}", call.lineno


def unanswered(
    root: Path, system: System, parts: Mapping[str, Part], service: str, path: str
) -> list[Unanswered]:
    """The monolith's routes that a flip of `path` would send to a service that has no answer.

    `parts` say whose each route is. Routes that the gateway has a longer path for are left out.
    """
    missing = to_be_written(root, system, service)
    longer = [r.path for r in system.routes if r.path != path and is_below(r.path, path)]
    found = []
    for owner, part in parts.items():
        for route in part.routes:
            prefix = prefix_of(route.partition(" ")[2])
            said = part.languages
            if not is_below(prefix, path, said) or any(is_below(prefix, each) for each in longer):
                continue
            if owner != service:
                found.append(Unanswered(route, f"of {owner}"))
            elif place := _place(missing, route):
                found.append(Unanswered(route, f"a 501: {place}"))
    return found


def still_writing(system: System, part: Part, service: str) -> list[str]:
    """What writes the service's tables in the monolith, which a flip leaves there.

    The service does not see it: the monolith writes its own tables. `system` is as it is after
    the flip.
    """
    if part.store == SHARED:
        return []
    return [writer for writer in part.writers if not _is_at(system, writer, service)]


def _is_at(system: System, writer: str, service: str) -> bool:
    """Whether a route is answered by the service alone."""
    _, slash, path = writer.partition(" writes ")[0].partition(" /")
    route = covering(system, prefix_of(f"/{path}")) if slash else None
    return route is not None and [share.service for share in route.serving] == [service]


def _place(missing: Mapping[str, str], route: str) -> str:
    """Where a route is to be written; `ANY` is each method of its path."""
    method, _, path = route.partition(" ")
    if method == "ANY":
        return next((place for each, place in missing.items() if each.endswith(f" {path}")), "")
    return missing.get(route, "")


def written(root: Path, system: System, routes: Sequence[RouteStanding]) -> list[RouteStanding]:
    """The same, with what each owner's code says of its routes."""
    owners = {each.owner for each in routes if each.owner in system.services}
    missing = {owner: to_be_written(root, system, owner) for owner in owners}
    return [
        replace(each, written=not _place(missing[each.owner], each.route))
        if each.owner in missing
        else each
        for each in routes
    ]
