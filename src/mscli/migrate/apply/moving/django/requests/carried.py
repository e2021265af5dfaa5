"""Django: what the project's own middleware gives to views, and is not there in a service.

It puts something on the request (`request.tenant`), or keeps it at the top of a module while the
request lasts (`local.tenant`). A view that asks would get nothing, or what is another's.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from pathlib import Path

from mscli.migrate.apply.moving.django.requests.guards import OF_SITES
from mscli.migrate.apply.moving.django.settings.settings import Settings
from mscli.migrate.apply.moving.implied.answering import Answering
from mscli.migrate.apply.moving.implied.changing import Changes
from mscli.migrate.apply.moving.needs.closure import Closing
from mscli.migrate.apply.moving.pieces.pieces import Piece
from mscli.migrate.walk.project.index import (
    FunctionNode,
    ModuleSymbol,
    Project,
    last_name,
)

REQUEST = "request"
OF_IDENTITY = frozenset(["session", "user"])
"""These a service asks for itself, as Django does."""
NOT_REQUESTS = frozenset(["self", "cls", "get_response"])


@dataclass(slots=True)
class Carried:
    """Attributes of requests, and dotted names of modules: each with what middleware sets it."""

    on_requests: dict[str, str] = field(default_factory=dict)
    in_modules: dict[str, str] = field(default_factory=dict)

    def without(self, around: Set[str]) -> Carried:
        """What is lost where this middleware goes along."""
        return Carried(
            {name: by for name, by in self.on_requests.items() if by not in around},
            {name: by for name, by in self.in_modules.items() if by not in around},
        )

    def against(self, kept: Iterable[tuple[ModuleSymbol, Piece]]) -> Iterator[str]:
        """What moved code asks for of it."""
        for module, piece in kept if self.on_requests or self.in_modules else ():
            where = f"({module.file}:{piece.first})"
            for chain, name in sorted(_asked(piece)):
                if (setting := self.on_requests.get(name)) is not None:
                    yield f"it asks `{chain}`, which the middleware `{setting}` sets {where}"
            for name in sorted(piece.binds):
                if (setting := self.in_modules.get(f"{module.name}.{name}")) is not None:
                    yield f"the middleware `{setting}` sets what is in `{name}` {where}"

    def in_pages(self, files: Mapping[str, str], root: Path) -> Iterator[str]:
        """What templates show of it; `files` are paths by name."""
        for name, path in sorted(files.items()) if self.on_requests else ():
            text = (root / path).read_text(encoding="utf-8", errors="replace")
            for attribute, setting in self.on_requests.items():
                if re.search(rf"\b{REQUEST}\.{re.escape(attribute)}\b", text):
                    shown = f"its template `{name}` shows `request.{attribute}`"
                    yield f"{shown}, which the middleware `{setting}` sets"


def carried_by(project: Project, closing: Closing, settings: Settings) -> Carried:
    """What the middleware of a project gives to its views."""
    answering, changes, found = Answering(project, closing), Changes(project), Carried()
    kept = settings.middleware()
    listed = list(map(str, settings.listed("MIDDLEWARE")))
    found.on_requests |= {"site": OF_SITES} if OF_SITES in listed else {}
    for dotted in (name for name in listed if name not in kept):
        place = answering.definition(dotted)
        if place is None:
            continue
        module, node = place
        for name in set(_set(node)) - OF_IDENTITY:
            found.on_requests.setdefault(name, dotted)
        owner = module.classes.get(node.name) if isinstance(node, ast.ClassDef) else None
        for function in (n for n in ast.walk(node) if isinstance(n, FunctionNode)):
            for name in changes.of(function, module, owner):
                found.in_modules.setdefault(name, dotted)
    return found


def _set(node: ast.AST) -> Iterator[str]:
    """`request.tenant = ...`, `setattr(request, "tenant", ...)`."""
    functions = [n for n in ast.walk(node) if isinstance(n, FunctionNode)]
    given = {a.arg for f in functions for a in (*f.args.posonlyargs, *f.args.args)} - NOT_REQUESTS
    for part in ast.walk(node):
        match part:
            case ast.Attribute(value=ast.Name(id=of), attr=name, ctx=ast.Store()) if of in given:
                yield name
            case ast.Call(
                func=ast.Name(id="setattr"), args=[ast.Name(id=of), ast.Constant(value=key), *_]
            ) if of in given:
                yield str(key)


def _asked(piece: Piece) -> Iterator[tuple[str, str]]:
    """The attributes of requests that code takes: how it says so, and their names."""
    for chain in piece.attributes:
        before, _, name = chain.rpartition(".")
        if before.rpartition(".")[2] == REQUEST:
            yield chain, name
    for part in (n for node in piece.body for n in ast.walk(node)):
        match part:
            case ast.Call(func=ast.Name(id="getattr"), args=[of, ast.Constant(value=str(key)), *_]):
                if last_name(of) == REQUEST:
                    yield f"request.{key}", key
