"""What handles a Django route: a function, a class, an object, behind whatever guards it."""

from __future__ import annotations

import ast

from mscli.migrate.django.calls import DjangoCalls
from mscli.migrate.django.requests import REQUEST
from mscli.migrate.django.rest import rest_asking
from mscli.migrate.django.views import guards, known_views, sitemaps
from mscli.migrate.django.views.feeds import feed
from mscli.migrate.django.views.views import answers, entered, verbs
from mscli.migrate.walk import converters
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.entries import Entries, Route
from mscli.migrate.walk.graph.nodes import Call, Confidence, Edge, Node, Unresolved, both
from mscli.migrate.walk.graph.off import Off
from mscli.migrate.walk.project.index import FunctionSymbol
from mscli.migrate.walk.statements.frame import Frame
from mscli.migrate.walk.values.values import (
    Atom,
    Function,
    Made,
    Object,
    Outside,
    Site,
    Value,
    dotted,
    last,
    texts,
)

LIMITS = {
    "require_POST": ("POST",),
    "require_GET": ("GET",),
    "require_safe": ("GET",),
}


class Handlers:
    """Makes routes of views, each path and method once."""

    def __init__(self, engine: Engine, calls: DjangoCalls, entries: Entries) -> None:
        self.engine = engine
        self.calls = calls
        self.entries = entries
        self.seen: set[tuple[str, str, bool]] = set()
        self.shut = Off(engine.nodes.values()).places(engine.outside)
        self.only_if: tuple[str, ...] = ()
        self.named: tuple[str, ...] = ()
        self.guard = ""
        self.converted: tuple[tuple[str, Object], ...] = ()
        self.told: tuple[tuple[str, Value], ...] = ()

    def add(self, view: Value, path: str, site: Site, around: Value = ()) -> None:
        """A route for each method that a view answers; `around` is what decorates its pattern."""
        before = len(self.entries.routes)
        self._add_view(view, path, site)
        if not around:
            return
        for route in self.entries.routes[before:]:
            if route.node is not None:
                frame = Frame(self.engine, route.node.module, route.node, {})
                frame.apply(around, Call((REQUEST,), (), site))

    def _add_view(self, view: Value, path: str, site: Site) -> None:
        for atom in view:
            found, guarded = unwrapped(atom), guards.of_view(atom) or self.guard
            if isinstance(found, Function):
                self._function(found, path, site, guarded=guarded)
                return
            if isinstance(found, Made) and found.name == "as_view":
                self._class_view(found, path, site, guarded=guarded)
                return
            if isinstance(found, Object):
                self._object(found, path, site, guarded=guarded)
                return
            if isinstance(found, Outside | Made):
                name = dotted(found).removesuffix("()")
                self._add("ANY", path, name, site, self._of_a_package(found, name, site))
                return
        lost = Unresolved("route", f"{path} has a view that is not known", site)
        self.engine.unresolved[lost] = None

    def _of_a_package(self, view: Outside | Made, name: str, site: Site) -> Node | None:
        """What a view does that comes with Django; the page is the project's, if it has it."""
        own, is_map = known_views.known([name]), name.startswith(sitemaps.VIEW)
        module = next((m for m in self.engine.project.modules if m.file == site.file), None)
        if module is None or (own is None and not is_map):
            return None
        node = Node(module, ("entry", name, site) if is_map else ("entry", name))
        frame = Frame(self.engine, module, node, {})
        if own is None:
            sitemaps.shown(frame, self.calls.rows, self.told, site)
            return node
        known_views.run(frame, own, self.calls.reader.user, site, writes=True)
        told = texts(view.arg(-1, "template_name")) if isinstance(view, Made) else ()
        for page in told or filter(None, [own.page]):
            if self.calls.rendering is not None:
                node.renders[(page, site)] = None
                self.calls.rendering.show(frame, page, {}, site)
        return node

    def _function(self, atom: Function, path: str, site: Site, *, guarded: str) -> None:
        node = Node(atom.fn.module, ("entry", atom.fn.id))
        frame = Frame(self.engine, atom.fn.module, node, {})
        given = (*converters.given(frame, self.converted, site), *self.told)
        frame.apply((atom,), Call((REQUEST,), given, site))
        for inner in guards.wrapped_view(atom):
            if isinstance(inner, Made):
                self._class_view(inner, path, site, guarded=guarded, before=node)
                return
            assert isinstance(inner, Function)  # noqa: S101
            guarded, atom = guarded or atom.fn.guarded, inner
        if rest_asking.ask_function(frame, self.calls.rows, atom.fn, site):
            guarded = guarded or "APIView"
        for guard in (guarded, atom.fn.guarded):
            guards.ask(frame, self.calls.reader.user, site, guard)
        for verb in self._verbs(atom.fn):
            self._add(verb, path, atom.fn.id, site, node)

    def _object(self, atom: Object, path: str, site: Site, *, guarded: str) -> None:
        """A view that is an object, such as a feed: its call, or the hooks that its base calls."""
        node = Node(atom.cls.module, ("entry", atom.cls.id))
        frame = Frame(self.engine, atom.cls.module, node, {})
        guards.ask(frame, self.calls.reader.user, site, guarded)
        if self.engine.method(atom.cls, "__call__") is not None:
            frame.apply((atom,), Call((REQUEST,), (), site))
        else:
            feed(frame, atom, REQUEST, site)
        self._add("ANY", path, atom.cls.id, site, node)

    def _verbs(self, fn: FunctionSymbol) -> tuple[str, ...]:
        if isinstance(fn.node, ast.Lambda):
            return ("ANY",)
        frame = Frame(self.engine, fn.module, Node(fn.module, ("entry", fn.id)), {})
        for decorator in fn.node.decorator_list:
            for atom in frame.evaluate(decorator):
                name = last(dotted(atom).removesuffix("()"))
                if name in ("api_view", "require_http_methods") and isinstance(atom, Made):
                    return tuple(verb.upper() for verb in texts(atom.arg(0))) or ("GET",)
                if name in LIMITS:
                    return LIMITS[name]
        return ("ANY",)

    def _class_view(
        self, atom: Made, path: str, site: Site, *, guarded: str, before: Node | None = None
    ) -> None:
        view = next(part for part in atom.args[0] if isinstance(part, Object))
        mapping = [p for p in atom.args[1] if hasattr(p, "pairs")] if len(atom.args) > 1 else []
        for pairs in mapping:
            for verb, action in getattr(pairs, "pairs", ()):
                for name in texts(action):
                    self.class_route(view, name, verb, path, site, guarded=guarded)
        if mapping:
            return
        found = [(verb, verb) for verb in verbs(self.engine, view.cls)] or [("dispatch", "any")]
        for name, verb in found:
            node = self.class_route(view, name, verb, path, site, guarded=guarded)
            if before is not None:
                node.edges[Edge(before, site, ())] = None

    def class_route(
        self,
        view: Object,
        name: str,
        verb: str,
        path: str,
        site: Site,
        *,
        guarded: str = "",
    ) -> Node:
        """A route to one method of a class; what the method does is walked once."""
        node = entered(self.engine, self.calls, view, name)
        converters.given(Frame(self.engine, view.cls.module, node, {}), self.converted, site)
        for guard in {self.guard, guarded, guards.of_class(self.engine, view.cls)} - {""}:
            frame = Frame(self.engine, view.cls.module, node, {})
            guards.ask(frame, self.calls.reader.user, site, guard)
        if answers(self.engine, view, verb):
            self._add(verb.upper(), path, f"{view.cls.id}.{name}", site, node)
        return node

    def _add(self, verb: str, path: str, handler: str, site: Site, node: Node | None) -> None:
        only_if = both(self.only_if, self.shut.get(site, ()))
        if (verb, path, bool(only_if)) in self.seen:
            return
        self.seen.add((verb, path, bool(only_if)))
        sure = Confidence.LIKELY if "{}" in path else Confidence.CERTAIN
        told = (site, "django", node, sure)
        self.entries.routes.append(
            Route(verb, path, handler, *told, names=self.named, only_if=only_if)
        )


def unwrapped(atom: Atom) -> Atom:
    """The view inside `login_required(view)` and the like."""
    while isinstance(atom, Made) and atom.name != "as_view":
        parts = [part for arg in atom.args for part in arg]
        inner = [
            part
            for part in parts
            if isinstance(part, Function | Object)
            or (isinstance(part, Made) and part.name == "as_view")
        ]
        nested = [part for part in parts if isinstance(part, Made)]
        if inner:
            return inner[0]
        if not nested:
            return atom
        atom = nested[0]
    return atom
