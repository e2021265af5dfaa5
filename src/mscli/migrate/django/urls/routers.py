"""Routers of REST framework: viewsets by their actions, and routers below routers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from mscli.migrate import paths
from mscli.migrate.django.rest import actions
from mscli.migrate.django.urls.nested_routers import above, key_of, registered_with, with_registries
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.nodes import OutsideCall
from mscli.migrate.walk.project.index import ClassSymbol
from mscli.migrate.walk.values.values import (
    Known,
    Made,
    Member,
    Object,
    Site,
    Type,
    last,
    text,
    texts,
)

DEEPEST = 12


class Adding(Protocol):
    """Adds one route of a class: its action, its HTTP method, its path."""

    def __call__(self, view: Object, name: str, verb: str, path: str, site: Site) -> object:
        """Add it."""


def registered(engine: Engine, belongs: Callable[[Made], bool]) -> list[OutsideCall]:
    """What is registered with a router, or below something that is."""
    return [
        call
        for call in engine.outside.named("register")
        if isinstance(call.callee, Member)
        and isinstance(call.callee.of, Made)
        and belongs(call.callee.of)
    ]


class Routers:
    """Reads what is registered with a router."""

    def __init__(self, engine: Engine, add: Adding) -> None:
        self.engine = engine
        self.add = add
        self.slash = True

    def read(self, router: Made, prefix: str) -> None:
        """Every viewset of a router, below a prefix."""
        prefix += paths.from_regex(above(self.engine, router))
        self.slash = router.arg(0, "trailing_slash") != (Known(value=False),)
        for each in with_registries(self.engine, router):
            for call in registered_with(self.engine, each):
                self._registration(call, f"{prefix}{_below(call)}", 0)

    def _registration(self, call: OutsideCall, prefix: str, depth: int) -> None:
        """One viewset, and those that are registered below it."""
        for atom in call.arg(1, "viewset"):
            if isinstance(atom, Type):
                self._viewset(atom.cls, prefix, call.site)
        if depth > DEEPEST:
            return
        own = (text(call.arg(0, "prefix")) or "",)
        below = registered(
            self.engine,
            lambda made: (
                (made.site, made.label[:1]) == (call.site, own) and last(made.name) == "register"
            ),
        )
        for inner in below:
            lookups = texts(inner.arg(-1, "parents_query_lookups"))
            parent = f"{{parent_lookup_{lookups[-1]}}}" if lookups else "{}"
            self._registration(inner, f"{prefix}{parent}/{_below(inner)}", depth + 1)

    def _viewset(self, cls: ClassSymbol, prefix: str, site: Site) -> None:
        key = f"{{{key_of(self.engine, cls)[0]}}}/"
        for name in actions.standard(self.engine, cls):
            verb, tail = actions.STANDARD[name]
            path = paths.joined(prefix, tail.replace("{lookup}/", key))
            self.add(Object(cls), name, verb, self._ended(path), site)
        for extra in actions.own(self.engine, cls):
            path = self._ended(
                paths.joined(prefix, key if extra.detail else "", paths.from_regex(extra.path), "/")
            )
            for verb in extra.verbs:
                self.add(Object(cls), extra.method, verb, path, site)
            for other, verb in actions.mapped(self.engine, cls, extra.method):
                self.add(Object(cls), other, verb, path, site)

    def _ended(self, path: str) -> str:
        """As the router ends its paths: `trailing_slash=False` leaves out the last one."""
        return path if self.slash else path.removesuffix("/")


def _below(call: OutsideCall) -> str:
    """The path of what is registered, with its slash; one without a prefix is at the router's."""
    prefix = text(call.arg(0, "prefix"))
    return "" if prefix == "" else f"{paths.from_regex(prefix or '{}')}/"
