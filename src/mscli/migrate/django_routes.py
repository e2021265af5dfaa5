"""Django's routes: the urlconf and its includes, routers, application configurations, admin."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from mscli.migrate import django_admin, django_guards, paths
from mscli.migrate.django_calls import DjangoCalls
from mscli.migrate.django_feeds import feed
from mscli.migrate.django_routers import Routers
from mscli.migrate.django_views import verbs, walk
from mscli.migrate.engine import Engine
from mscli.migrate.entries import Entries, Route
from mscli.migrate.frame import Frame
from mscli.migrate.index import ClassSymbol, FunctionSymbol, ModuleSymbol
from mscli.migrate.nodes import Call, Confidence, Edge, Node, Unresolved
from mscli.migrate.values import (
    Atom,
    Function,
    Items,
    Made,
    Member,
    Module,
    Object,
    Outside,
    Site,
    Text,
    Type,
    Value,
    dotted,
    last,
    text,
    texts,
)

PATTERNS = frozenset(["path", "re_path", "url"])
DEEPEST = 12
LIMITS = {
    "require_POST": ("POST",),
    "require_GET": ("GET",),
    "require_safe": ("GET",),
}


class Routes:
    """Reads the routes of one Django project into the entries."""

    def __init__(self, engine: Engine, calls: DjangoCalls, entries: Entries) -> None:
        self.engine = engine
        self.calls = calls
        self.entries = entries
        self.included: set[ModuleSymbol] = set()
        self.seen: set[tuple[str, str]] = set()

    def read(self) -> None:
        """Follow the urlconf from its root; without settings, from those that nobody includes."""
        roots = self._roots()
        for module in roots:
            self.entries.frameworks["django"] = None
            self._follow(self._patterns(module), "", module, 0)
        if not roots:
            self._unrooted()

    def _roots(self) -> list[ModuleSymbol]:
        found: dict[ModuleSymbol, None] = {}
        for module in self.engine.project.modules:
            if "ROOT_URLCONF" in module.assigned:
                name = text(self.engine.module_globals(module).get("ROOT_URLCONF", ()))
                root = self.engine.project.module(name, module) if name else None
                if root is not None:
                    found[root] = None
        return list(found)

    def _unrooted(self) -> None:
        candidates = [m for m in self.engine.project.modules if "urlpatterns" in m.assigned]
        for module in candidates:
            self._mark_included(self._patterns(module), 0)
        configs = self._root_configs()
        for module in candidates:
            if module not in self.included:
                self.entries.frameworks["django"] = None
                self._follow(self._patterns(module), "", module, 0)
        for cls in configs:
            self.entries.frameworks["django"] = None
            frame = self._frame(cls.module, "urls")
            site = Site(cls.module.file, cls.node.lineno)
            value = frame.attribute((Object(cls),), "get_urls", site)
            self._follow(frame.apply(value, Call((), (), site)), "", cls.module, 0)

    def _root_configs(self) -> list[ClassSymbol]:
        """Application configurations that make the whole site's routes out of others'."""
        return [
            cls
            for cls in self.engine.project.classes
            if self.engine.inherits(cls, "AppConfig")
            and "get_urls" in cls.methods
            and not self._is_included_config(cls)
        ]

    def _is_included_config(self, cls: ClassSymbol) -> bool:
        """Whether some other configuration mounts this one."""
        own = text(self.engine.class_attribute(cls, "label")) or ""
        return (
            any(
                call.name.endswith("get_app_config") and own in texts(call.arg(0))
                for call in self.engine.outside
            )
            or own in self.calls.mounted
        )

    def _frame(self, module: ModuleSymbol, what: str) -> Frame:
        return Frame(self.engine, module, Node(module, ("entry", what)), {})

    def _patterns(self, module: ModuleSymbol) -> Value:
        return self.engine.module_globals(module).get("urlpatterns", ())

    def _mark_included(self, value: Value, depth: int) -> None:
        for made in _each(value):
            for arg in made.args:
                if depth < DEEPEST and last(made.name) in PATTERNS | {"include"}:
                    self._mark_included(arg, depth + 1)
                for name in texts(arg) if last(made.name) == "include" else ():
                    module = self.engine.project.module(name)
                    if module is not None:
                        self.included.add(module)
                for atom in arg:
                    if isinstance(atom, Module) and last(made.name) == "include":
                        self.included.add(atom.module)

    # -- following ---------------------------------------------------------------------------

    def _follow(self, value: Value, prefix: str, module: ModuleSymbol, depth: int) -> None:
        if depth > DEEPEST:
            return
        for atom in value:
            match atom:
                case Items():
                    for item in atom.items:
                        self._follow(item, prefix, module, depth + 1)
                case Made() if last(atom.name) in PATTERNS:
                    self._pattern(atom, prefix, module, depth)
                case Made() if last(atom.name) == "include":
                    self._include(atom, prefix, module, depth)
                case Made() if last(atom.name) in ("i18n_patterns", "format_suffix_patterns"):
                    for arg in atom.args:
                        self._follow(arg, prefix, module, depth + 1)
                case Module():
                    self.included.add(atom.module)
                    self._follow(self._patterns(atom.module), prefix, atom.module, depth + 1)
                case Member() if atom.name == "urls":
                    self._urls_of(atom, prefix)
                case Outside():
                    self._outside(atom, prefix)
                case _:
                    pass

    def _pattern(self, atom: Made, prefix: str, module: ModuleSymbol, depth: int) -> None:
        for route in texts(atom.arg(0, "route")) or texts(atom.arg(0, "regex")) or ("{}",):
            plain = (
                paths.from_converters(route)
                if last(atom.name) == "path"
                else paths.from_regex(route)
            )
            view = atom.arg(1, "view")
            if self._is_include(view):
                self._follow(view, prefix + plain, module, depth + 1)
            else:
                self._view(view, paths.joined(prefix, plain), atom.site)

    def _is_include(self, view: Value) -> bool:
        return any(
            isinstance(atom, Items | Module)
            or (isinstance(atom, Made) and last(atom.name) == "include")
            or (isinstance(atom, Member) and atom.name == "urls")
            or (isinstance(atom, Outside) and atom.name.endswith("site.urls"))
            for atom in view
        )

    def _include(self, atom: Made, prefix: str, module: ModuleSymbol, depth: int) -> None:
        for part in atom.arg(0, "arg"):
            if isinstance(part, Text):
                found = self.engine.project.module(part.text, module)
                if found is None:
                    self._lost("include", part.text, atom.site)
                else:
                    self._follow((Module(found),), prefix, found, depth + 1)
            else:
                self._follow((part,), prefix, module, depth + 1)
        if not atom.arg(0, "arg"):
            self._lost("include", "what is included is not known", atom.site)

    def _outside(self, atom: Outside, prefix: str) -> None:
        if atom.name.endswith("admin.site.urls"):
            django_admin.routes(self.engine, self.calls, self.entries, prefix)

    def _urls_of(self, atom: Member, prefix: str) -> None:
        if not isinstance(atom.of, Made):
            return
        if "Router" in atom.of.name:
            Routers(self.engine, self._class_route).read(atom.of, prefix)
            self.entries.frameworks["rest framework"] = None
        elif "AdminSite" in atom.of.name or atom.of.name.endswith("admin.site"):
            django_admin.routes(self.engine, self.calls, self.entries, prefix)

    # -- views -------------------------------------------------------------------------------

    def _view(self, view: Value, path: str, site: Site) -> None:
        for atom in view:
            found, guarded = unwrapped(atom), django_guards.is_guard(atom)
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
                self._add("ANY", path, dotted(found).removesuffix("()"), site, None)
                return
        self._lost("route", f"{path} has a view that is not known", site)

    def _function(self, atom: Function, path: str, site: Site, *, guarded: bool) -> None:
        node = Node(atom.fn.module, ("entry", atom.fn.id))
        frame = Frame(self.engine, atom.fn.module, node, {})
        request: Value = (Made("django.http.HttpRequest", site, ()),)
        frame.apply((atom,), Call((request,), (), site))
        for inner in django_guards.wrapped_view(atom):
            if isinstance(inner, Made):
                self._class_view(inner, path, site, guarded=guarded, before=node)
                return
            assert isinstance(inner, Function)  # noqa: S101
            guarded, atom = guarded or atom.fn.guarded, inner
        if guarded or atom.fn.guarded:
            django_guards.ask(frame, self.calls.reader.user, site)
        for verb in self._verbs(atom.fn):
            self._add(verb, path, atom.fn.id, site, node)

    def _object(self, atom: Object, path: str, site: Site, *, guarded: bool) -> None:
        """A view that is an object, such as a feed: its call, or the hooks that its base calls."""
        node = Node(atom.cls.module, ("entry", atom.cls.id))
        frame = Frame(self.engine, atom.cls.module, node, {})
        request: Value = (Made("django.http.HttpRequest", site, ()),)
        if guarded:
            django_guards.ask(frame, self.calls.reader.user, site)
        if self.engine.method(atom.cls, "__call__") is not None:
            frame.apply((atom,), Call((request,), (), site))
        else:
            feed(frame, atom, request, site)
        self._add("ANY", path, atom.cls.id, site, node)

    def _verbs(self, fn: FunctionSymbol) -> tuple[str, ...]:
        if isinstance(fn.node, ast.Lambda):
            return ("ANY",)
        frame = self._frame(fn.module, fn.id)
        for decorator in fn.node.decorator_list:
            for atom in frame.evaluate(decorator):
                name = last(dotted(atom).removesuffix("()"))
                if name in ("api_view", "require_http_methods") and isinstance(atom, Made):
                    return tuple(verb.upper() for verb in texts(atom.arg(0))) or ("GET",)
                if name in LIMITS:
                    return LIMITS[name]
        return ("ANY",)

    def _class_view(
        self, atom: Made, path: str, site: Site, *, guarded: bool, before: Node | None = None
    ) -> None:
        cls = next(part.cls for part in atom.args[0] if isinstance(part, Type))
        mapping = [p for p in atom.args[1] if hasattr(p, "pairs")] if len(atom.args) > 1 else []
        for pairs in mapping:
            for verb, action in getattr(pairs, "pairs", ()):
                for name in texts(action):
                    self._class_route(cls, name, verb, path, site, guarded=guarded)
        if mapping:
            return
        found = [(verb, verb) for verb in verbs(self.engine, cls)] or [("dispatch", "any")]
        for name, verb in found:
            node = self._class_route(cls, name, verb, path, site, guarded=guarded)
            if before is not None:
                node.edges[Edge(before, site, ())] = None

    def _class_route(
        self,
        cls: ClassSymbol,
        name: str,
        verb: str,
        path: str,
        site: Site,
        *,
        guarded: bool = False,
    ) -> Node:
        key = ("entry", cls, name)
        node = self.engine.nodes.get(key)
        if node is None:
            node = self.engine.nodes[key] = Node(cls.module, key)
            walk(Frame(self.engine, cls.module, node, {}), self.calls, cls, name, ())
        if guarded or django_guards.is_guarded_class(self.engine, cls):
            frame = Frame(self.engine, cls.module, node, {})
            django_guards.ask(frame, self.calls.reader.user, site)
        self._add(verb.upper(), path, f"{cls.id}.{name}", site, node)
        return node

    def _add(self, verb: str, path: str, handler: str, site: Site, node: Node | None) -> None:
        if (verb, path) in self.seen:
            return
        self.seen.add((verb, path))
        sure = Confidence.LIKELY if "{}" in path else Confidence.CERTAIN
        self.entries.routes.append(Route(verb, path, handler, site, "django", node, sure))

    def _lost(self, kind: str, what: str, site: Site) -> None:
        self.engine.unresolved[Unresolved(kind, what, site)] = None


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


def _each(value: Value) -> Iterator[Made]:
    for atom in value:
        if isinstance(atom, Items):
            for item in atom.items:
                yield from _each(item)
        elif isinstance(atom, Made):
            yield atom
