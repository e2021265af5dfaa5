"""What a new service has to ask the monolith for: an anti-corruption client's methods."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator
from dataclasses import dataclass

from mscli.migrate.apply.part import Part
from mscli.migrate.boundaries.propose import Proposal
from mscli.migrate.facts import Facts, RouteFact
from mscli.migrate.store import SHARED
from mscli.text.quoting import json_inline

_PARAMETER = re.compile(r"\{(\w+)[^}]*\}")
_PLAIN = re.compile(r"[\w\-./{}~:@!,+=%]*")


@dataclass(frozen=True, slots=True)
class Ask:
    """One method: a GET of the monolith, and the tables that it reads for it."""

    name: str
    path: str
    parameters: tuple[str, ...]
    tables: tuple[str, ...]

    def as_context(self) -> dict[str, object]:
        """For the template of the client."""
        tables = ", ".join(self.tables)
        return {
            "name": self.name,
            "path": self.path,
            "parameters": self.parameters,
            "tables": tables,
            "url": self._url(),
        }

    def _url(self) -> str:
        if not self.parameters:
            return json_inline(self.path)
        names = iter(self.parameters)
        filled = _PARAMETER.sub(lambda _: f"{{quote(str({next(names)}), safe='')}}", self.path)
        return f'f"{filled}"'


def needed_by(part: Part, proposal: Proposal) -> set[str]:
    """Tables of others that handlers of a part touch, so that they cannot be moved as they are.

    Not those of the framework: who is logged in is no answer of a route.
    """
    if part.store == SHARED:
        return set()
    frame = {fact.table for fact in proposal.facts.tables if fact.origin == "framework"}
    handlers = {fate.route.handler for fate in part.fates if not fate.is_moved}
    ambient = {f"{found.kind} {found.name}" for found in proposal.facts.ambient}
    owners = proposal.boundaries.tables
    return {
        access.table
        for access in proposal.facts.accesses
        if access.handler in handlers
        and access.through not in ambient
        and owners.get(access.table, "") != part.name
        and access.table not in frame
    }


def asks_of(part: Part, proposal: Proposal) -> list[Ask]:
    """The monolith's own GETs that answer with what a part needs of others' tables."""
    needed = needed_by(part, proposal)
    mine = {fate.route for fate in part.fates}
    taken: set[str] = set()
    return [
        Ask(_name(route, taken), route.path, _parameters(route), tables)
        for route in sorted(proposal.facts.routes)
        if route not in mine and _is_asked(route)
        if (tables := tuple(sorted(needed & _read(proposal.facts, route))))
    ]


def _is_asked(route: RouteFact) -> bool:
    is_page = route.is_of_admin
    return route.method in ("GET", "ANY") and bool(_PLAIN.fullmatch(route.path)) and not is_page


def _read(facts: Facts, route: RouteFact) -> set[str]:
    ambient = {f"{found.kind} {found.name}" for found in facts.ambient}
    return {
        access.table
        for access in facts.accesses
        if access.is_of(route) and access.through not in ambient
    }


def _parameters(route: RouteFact) -> tuple[str, ...]:
    return tuple(_words(_PARAMETER.findall(route.path)))


def _words(names: list[str]) -> Iterator[str]:
    for number, name in enumerate(names):
        yield name if name.isidentifier() and not keyword.iskeyword(name) else f"value_{number}"


def _name(route: RouteFact, taken: set[str]) -> str:
    """The handler's name; of a class's `get` the class's."""
    *_, before, last = ("", *route.handler.split("."))
    return free_name(before if last == "get" else last, taken)


def free_name(handler: str, taken: set[str]) -> str:
    """A function's name out of a handler's, which is no name yet, and is taken then."""
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", handler).lower()
    name = re.sub(r"\W", "_", name)
    name = name if name.isidentifier() else f"route_{name}"
    chosen, number = name, 2
    while chosen in taken or keyword.iskeyword(chosen):
        chosen, number = f"{name}_{number}", number + 1
    taken.add(chosen)
    return chosen
