"""What a service would be asked after a flip, and does not answer: a gateway matches prefixes.

What is to be written is read from the service's own code: who writes a route takes it out there.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mscli.migrate.store import SHARED
from mscli.migrate.strangler.paths import is_below, prefix_of
from mscli.migrate.strangler.shares import covering
from mscli.migrate.strangler.standing import Part, RouteStanding
from mscli.model.system import System

UNWRITTEN = "src/*/api/unwritten.py"
_REASON = re.compile(r"^- (.+(?:\n  .+)*)", re.M)
"""The first of a list in a docstring, with the lines that it goes on in."""


@dataclass(frozen=True, slots=True)
class Unwritten:
    """A 501: its place, and the first reason that stands beside it, if one still does."""

    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A route of the monolith, and why the service has no answer to it."""

    route: str
    why: str

    def __str__(self) -> str:
        """As in an error: `DELETE /orders/{id} (of billing)`."""
        return f"{self.route} ({self.why})"


def to_be_written(root: Path, system: System, service: str) -> dict[str, Unwritten]:
    """The routes for which a service says 501, as `GET /orders/{id}`."""
    folder = root / system.services[service].path
    found = {}
    for file in sorted(folder.glob(UNWRITTEN)):
        for route, line, reason in _declared(file.read_text(encoding="utf-8", errors="replace")):
            found[route] = Unwritten(f"{file.relative_to(root).as_posix()}:{line}", reason)
    return found


def _declared(text: str) -> Iterator[tuple[str, int, str]]:
    """The endpoints of a module, and why each is one; one that cannot be parsed says nothing."""
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
                    name = f"{getattr(method, 'value', '')} {path.value!s}"
                    yield name, call.lineno, _reason(node)


def _reason(node: ast.stmt) -> str:
    said = ast.get_docstring(node) if isinstance(node, ast.AsyncFunctionDef) else None
    found = _REASON.search(said or "")
    return " ".join(found[1].split()) if found else ""


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
            elif each := _of(missing, route):
                found.append(Unanswered(route, f"a 501: {each.place}"))
    return found


def unwritten(root: Path, system: System, part: Part | None, service: str) -> dict[str, str]:
    """Of the routes that a service is to own those that are a 501, and why each is."""
    missing = to_be_written(root, system, service)
    found = ((route, _of(missing, route)) for route in (part.routes if part else ()))
    return {route: each.reason or each.place for route, each in found if each}


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


def _of(missing: Mapping[str, Unwritten], route: str) -> Unwritten | None:
    """The 501 of a route; `ANY` is each method of its path."""
    method, _, path = route.partition(" ")
    if method == "ANY":
        return next((each for name, each in missing.items() if name.endswith(f" {path}")), None)
    return missing.get(route)


def written(root: Path, system: System, routes: Sequence[RouteStanding]) -> list[RouteStanding]:
    """The same, with what each owner's code says of its routes."""
    owners = {each.owner for each in routes if each.owner in system.services}
    missing = {owner: to_be_written(root, system, owner) for owner in owners}
    return [
        replace(each, written=_of(missing[each.owner], each.route) is None)
        if each.owner in missing
        else each
        for each in routes
    ]
