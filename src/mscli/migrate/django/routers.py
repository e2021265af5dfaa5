"""Routers of REST framework: viewsets by their actions, and routers below routers."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Protocol

from mscli.migrate import paths
from mscli.migrate.django.views import ACTIONS, actions
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.frame import Frame
from mscli.migrate.walk.index import ClassSymbol, FunctionSymbol, expression_name
from mscli.migrate.walk.nodes import Node, OutsideCall
from mscli.migrate.walk.values import Made, Member, Object, Site, Type, last, text, texts

DEEPEST = 12


class Adding(Protocol):
    """Adds one route of a class: its action, its HTTP method, its path."""

    def __call__(self, view: Object, name: str, verb: str, path: str, site: Site) -> object:
        """Add it."""


class Routers:
    """Reads what is registered with a router."""

    def __init__(self, engine: Engine, add: Adding) -> None:
        self.engine = engine
        self.add = add

    def read(self, router: Made, prefix: str) -> None:
        """Every viewset of a router, below a prefix."""
        for call in self._registered(lambda made: made == router):
            route = text(call.arg(0, "prefix")) or "{}"
            self._registration(call, f"{prefix}{paths.from_regex(route)}/", 0)

    def _registered(self, belongs: Callable[[Made], bool]) -> list[OutsideCall]:
        return [
            call
            for call in list(self.engine.outside)
            if call.name.endswith(".register")
            and isinstance(call.callee, Member)
            and isinstance(call.callee.of, Made)
            and belongs(call.callee.of)
        ]

    def _registration(self, call: OutsideCall, prefix: str, depth: int) -> None:
        """One viewset, and those that are registered below it."""
        for atom in call.arg(1, "viewset"):
            if isinstance(atom, Type):
                self._viewset(atom.cls, prefix, call.site)
        if depth > DEEPEST:
            return
        own = (text(call.arg(0, "prefix")) or "",)
        below = self._registered(
            lambda made: (
                (made.site, made.label[:1]) == (call.site, own) and last(made.name) == "register"
            )
        )
        for inner in below:
            lookups = texts(inner.arg(-1, "parents_query_lookups"))
            route = paths.from_regex(text(inner.arg(0, "prefix")) or "{}")
            parent = f"{{parent_lookup_{lookups[-1]}}}" if lookups else "{}"
            self._registration(inner, f"{prefix}{parent}/{route}/", depth + 1)

    def _viewset(self, cls: ClassSymbol, prefix: str, site: Site) -> None:
        lookup = text(self.engine.class_attribute(cls, "lookup_url_kwarg")) or text(
            self.engine.class_attribute(cls, "lookup_field")
        )
        key = "{" + (lookup or "pk") + "}/"
        for name in actions(self.engine, cls):
            verb, tail = ACTIONS[name]
            path = paths.joined(prefix, tail.replace("{lookup}/", key))
            self.add(Object(cls), name, verb, path, site)
        for method in self._methods(cls):
            if "action" in method.decorators:
                self._extra(cls, method, prefix, key, site)

    def _methods(self, cls: ClassSymbol) -> Iterator[FunctionSymbol]:
        """Every method of a class and of its bases."""
        for entry in self.engine.order(cls):
            yield from entry.methods.values() if isinstance(entry, ClassSymbol) else ()

    def _extra(
        self, cls: ClassSymbol, method: FunctionSymbol, prefix: str, key: str, site: Site
    ) -> None:
        """A method that is an action of its own, below the path of the list or of one row."""
        name, node = last(method.name), Node(method.module, ("entry", method.id))
        frame = Frame(self.engine, method.module, node, {})
        for decorator in getattr(method.node, "decorator_list", []):
            for atom in frame.evaluate(decorator):
                if isinstance(atom, Made) and last(atom.name) == "action":
                    given = dict(atom.kwargs)
                    detail = "detail=True" in ast.unparse(decorator).replace(" ", "")
                    tail = text(given.get("url_path", ())) or name
                    path = paths.joined(prefix, key if detail else "", paths.from_regex(tail), "/")
                    for verb in texts(given.get("methods", ())) or ("get",):
                        self.add(Object(cls), name, verb, path, site)
                    for other, verb in self._mapped(cls, name):
                        self.add(Object(cls), other, verb, path, site)

    def _mapped(self, cls: ClassSymbol, name: str) -> Iterator[tuple[str, str]]:
        """Other methods for the path of an action, and their verbs: `@close.mapping.delete`."""
        for method in self._methods(cls):
            for decorator in getattr(method.node, "decorator_list", []):
                owner, _, verb = expression_name(decorator).rpartition(".")
                if owner == f"{name}.mapping":
                    yield last(method.name), verb
