"""Routers of REST framework: viewsets by their actions, and routers below routers."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from mscli.migrate import paths
from mscli.migrate.django.nested_routers import above, key_of, registered_with, with_registries
from mscli.migrate.django.views import ACTIONS, actions
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.frame import Frame
from mscli.migrate.walk.index import ClassSymbol, FunctionSymbol, expression_name
from mscli.migrate.walk.nodes import Node, OutsideCall
from mscli.migrate.walk.values import Known, Made, Member, Object, Site, Type, last, text, texts

DEEPEST = 12


class Adding(Protocol):
    """Adds one route of a class: its action, its HTTP method, its path."""

    def __call__(self, view: Object, name: str, verb: str, path: str, site: Site) -> object:
        """Add it."""


@dataclass(frozen=True, slots=True)
class Extra:
    """A method that is an action of its own, below the path of the list or of one row."""

    method: str
    path: str
    name: str
    """What its URL is called, behind the name of the viewset."""
    detail: bool
    verbs: tuple[str, ...]


def registered(engine: Engine, belongs: Callable[[Made], bool]) -> list[OutsideCall]:
    """What is registered with a router, or below something that is."""
    return [
        call
        for call in engine.outside.named("register")
        if isinstance(call.callee, Member)
        and isinstance(call.callee.of, Made)
        and belongs(call.callee.of)
    ]


def extra_actions(engine: Engine, cls: ClassSymbol) -> Iterator[Extra]:
    """Those of a viewset and of its bases."""
    for method in _methods(engine, cls):
        name, node = last(method.name), Node(method.module, ("entry", method.id))
        frame = Frame(engine, method.module, node, {})
        found = getattr(method.node, "decorator_list", []) if "action" in method.decorators else []
        for decorator in found:
            for atom in frame.evaluate(decorator):
                if isinstance(atom, Made) and last(atom.name) == "action":
                    given = dict(atom.kwargs)
                    yield Extra(
                        name,
                        text(given.get("url_path", ())) or name,
                        text(given.get("url_name", ())) or name.replace("_", "-"),
                        "detail=True" in ast.unparse(decorator).replace(" ", ""),
                        texts(given.get("methods", ())) or ("get",),
                    )


def _methods(engine: Engine, cls: ClassSymbol) -> Iterator[FunctionSymbol]:
    """Every method of a class and of its bases."""
    for entry in engine.lineage(cls):
        yield from entry.methods.values()


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
        for name in actions(self.engine, cls):
            verb, tail = ACTIONS[name]
            path = paths.joined(prefix, tail.replace("{lookup}/", key))
            self.add(Object(cls), name, verb, self._ended(path), site)
        for extra in extra_actions(self.engine, cls):
            path = self._ended(
                paths.joined(prefix, key if extra.detail else "", paths.from_regex(extra.path), "/")
            )
            for verb in extra.verbs:
                self.add(Object(cls), extra.method, verb, path, site)
            for other, verb in self._mapped(cls, extra.method):
                self.add(Object(cls), other, verb, path, site)

    def _ended(self, path: str) -> str:
        """As the router ends its paths: `trailing_slash=False` leaves out the last one."""
        return path if self.slash else path.removesuffix("/")

    def _mapped(self, cls: ClassSymbol, name: str) -> Iterator[tuple[str, str]]:
        """Other methods for the path of an action, and their verbs: `@close.mapping.delete`."""
        for method in _methods(self.engine, cls):
            for decorator in getattr(method.node, "decorator_list", []):
                owner, _, verb = expression_name(decorator).rpartition(".")
                if owner == f"{name}.mapping":
                    yield last(method.name), verb


def _below(call: OutsideCall) -> str:
    """The path of what is registered, with its slash; one without a prefix is at the router's."""
    prefix = text(call.arg(0, "prefix"))
    return "" if prefix == "" else f"{paths.from_regex(prefix or '{}')}/"
