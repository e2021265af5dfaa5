"""Routes of Flask and FastAPI: decorators, `add_url_rule`, blueprints and routers and their mounts.

Both frameworks register by calls on an application or on a part of one. The walk has noted every
such call, with its receiver; here the parts are put together to whole paths.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from mscli.migrate import paths
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.entries import Entries, Route
from mscli.migrate.walk.frame import Frame
from mscli.migrate.walk.index import ClassSymbol
from mscli.migrate.walk.nodes import Call, Confidence, Node, OutsideCall, Unresolved
from mscli.migrate.walk.values import (
    Atom,
    Function,
    Items,
    Made,
    Member,
    Object,
    Site,
    Text,
    Type,
    Value,
    last,
    text,
    texts,
)
from mscli.migrate.web.response_models import answered

VERBS = ("get", "post", "put", "patch", "delete", "head", "options")
APPS = {
    "Flask": "flask",
    "FastAPI": "fastapi",
    "Starlette": "fastapi",
    "APIFlask": "flask",
    "Quart": "flask",
    "OpenAPI": "flask",
}
PARTS = {
    "Blueprint": "flask",
    "APIBlueprint": "flask",
    "APIRouter": "fastapi",
    "Namespace": "flask",
    "Api": "flask",
    "NinjaAPI": "fastapi",
    "Router": "fastapi",
}
MOUNTING = frozenset(
    [
        "register_blueprint",
        "include_router",
        "mount",
        "add_namespace",
        "init_app",
        "register_blueprints",
    ]
)
DEEPEST = 8


@dataclass(slots=True)
class Mounts:
    """Which part hangs below which, and with what prefix."""

    below: dict[Made, list[tuple[Made, str | None, OutsideCall]]] = field(default_factory=dict)

    def prefixes(self, part: Made, depth: int = 0) -> list[str]:
        """Every path under which a part is reached."""
        if last(part.name) in APPS and part not in self.below:
            root = text(part.arg(-1, "root_path"))
            return [root or ""]
        own = text(part.arg(-1, "url_prefix")) or text(part.arg(-1, "prefix")) or ""
        own = own or text(part.arg(-1, "path")) or ""
        found: list[str] = []
        if part not in self.below and PARTS.get(last(part.name)):  # `Api(blueprint)`
            parents = [a for a in part.arg(0, "app") if isinstance(a, Made)]
            parents = [a for a in parents if last(a.name) in APPS or last(a.name) in PARTS]
            for parent in parents if depth < DEEPEST else ():
                found.extend(above + own for above in self.prefixes(parent, depth + 1))
        for parent, prefix, _ in self.below.get(part, ()) if depth < DEEPEST else ():
            replaces = PARTS.get(last(part.name)) == "flask"
            here = (prefix if prefix is not None else own) if replaces else (prefix or "") + own
            found.extend(above + here for above in self.prefixes(parent, depth + 1))
        return list(dict.fromkeys(found))


class WebRoutes:
    """Reads the routes of Flask and FastAPI applications into the entries."""

    def __init__(self, engine: Engine, entries: Entries) -> None:
        self.engine = engine
        self.entries = entries
        self.mounts = Mounts()
        self.seen: set[tuple[str, str, str]] = set()

    def read(self) -> None:
        """Mounts first, then every registration."""
        calls = list(self.engine.outside)
        for call in calls:
            self._mount(call)
        for call in calls:
            if isinstance(call.callee, Made) and isinstance(call.callee.of, Made):
                self._decorator(call, call.callee, call.callee.of)
            elif isinstance(call.callee, Member) and isinstance(call.callee.of, Made):
                self._registration(call, call.callee.name, call.callee.of)
        self.entries.routes[:] = known_paths(self.entries.routes)

    def framework(self, part: Atom | None) -> str:
        """The framework that an application or a part of one belongs to, if it is one."""
        if not isinstance(part, Made):
            return ""
        name = last(part.name)
        if part.name.startswith(("django", "rest_framework")):
            return ""
        return APPS.get(name) or PARTS.get(name) or ""

    def _mount(self, call: OutsideCall) -> None:
        if not isinstance(call.callee, Member) or call.callee.name not in MOUNTING:
            return
        parent = call.callee.of
        prefix = text(call.arg(-1, "url_prefix"))
        prefix = prefix if prefix is not None else text(call.arg(-1, "prefix"))
        children = call.arg(0)
        if call.callee.name == "mount":
            prefix, children = text(call.arg(0, "path")), call.arg(1, "app")
        if call.callee.name == "init_app":  # api.init_app(app): the receiver is the part
            if isinstance(parent, Made) and isinstance(call.arg(0), tuple):
                for app in call.arg(0):
                    if self.framework(app) and self.framework(parent):
                        self._below(parent, app, None, call)
            return
        if not isinstance(parent, Made) or not self.framework(parent):
            return
        found = False
        for atom in _flat(children):
            if isinstance(atom, Made) and self.framework(atom):
                self._below(atom, parent, prefix, call)
                self._check_prefix(atom.kwargs, atom.site)
                found = True
        self._check_prefix(call.kwargs, call.site)
        if not found and call.callee.name != "mount":
            self._lost("mount", f"{call.callee.name} of a part that is not known", call.site)

    def _check_prefix(self, kwargs: Iterable[tuple[str, Value]], site: Site) -> None:
        """A prefix that is given and not known counts as empty, which is said."""
        if any(name in ("url_prefix", "prefix") and text(value) is None for name, value in kwargs):
            self._lost(
                "mount", "a prefix that is not known; its routes are listed without it", site
            )

    def _below(self, child: Made, parent: Atom, prefix: str | None, call: OutsideCall) -> None:
        assert isinstance(parent, Made)  # noqa: S101
        if prefix is not None and "{}" in prefix:
            what = f"a part of the prefix {prefix} is not known; it is taken as empty"
            self._lost("mount", what, call.site)
            prefix = prefix.replace("{}", "")
        known = self.mounts.below.setdefault(child, [])
        if all((p, x) != (parent, prefix) for p, x, _ in known) and child != parent:
            known.append((parent, prefix, call))

    # -- registrations -----------------------------------------------------------------------

    def _decorator(self, call: OutsideCall, made: Made, part: Made) -> None:
        """`@part.route("/x")` was applied to a function or class."""
        framework, name = self.framework(part), last(made.name)
        if not framework or (name not in (*VERBS, "route", "api_route", "websocket")):
            return
        methods = self._methods(made.arg(-1, "methods"), name)
        for path in texts(made.arg(0, "path")) or texts(made.arg(0, "rule")) or ("{}",):
            for extra in made.args[:1] if name != "route" else made.args:
                for one in texts(extra) if name == "route" else (path,):
                    self._handlers(part, framework, one, methods, call.arg(0), made)
            if not made.args:
                self._handlers(part, framework, path, methods, call.arg(0), made)

    @staticmethod
    def _methods(value: Value, name: str) -> tuple[str, ...]:
        if name in VERBS:
            return (name.upper(),)
        if name == "websocket":
            return ("WEBSOCKET",)
        return tuple(sorted(method.upper() for method in texts(value)))

    def _registration(self, call: OutsideCall, name: str, part: Made) -> None:
        framework = self.framework(part)
        if not framework:
            return
        if name in ("add_url_rule", "add_api_route", "add_route"):
            place = 2 if name == "add_url_rule" else 1
            view = call.arg(place, "view_func") or call.arg(place, "endpoint")
            methods = self._methods(call.arg(-1, "methods"), "")
            for path in texts(call.arg(0, "rule")) or texts(call.arg(0, "path")) or ("{}",):
                self._handlers(part, framework, path, methods, view, call)
        elif name == "add_resource":
            for arg in call.args[1:]:
                for path in texts(arg):
                    self._handlers(part, framework, path, (), call.arg(0), call)

    def _handlers(
        self,
        part: Made,
        framework: str,
        path: str,
        methods: tuple[str, ...],
        view: Value,
        made: Made | OutsideCall,
    ) -> None:
        self.entries.frameworks[framework] = None
        if not view:
            self._lost("route", f"{path} has a handler that is not known", made.site)
        for atom in view:
            if isinstance(atom, Function):
                self._function(part, framework, path, methods, atom, made)
            elif isinstance(atom, Made) and atom.name == "as_view":
                for inner in atom.args[0]:
                    if isinstance(inner, Object):
                        self._class(part, framework, path, methods, inner.cls, made.site)
            elif isinstance(atom, Type):
                self._class(part, framework, path, methods, atom.cls, made.site)

    def _function(
        self,
        part: Made,
        framework: str,
        path: str,
        methods: tuple[str, ...],
        atom: Function,
        made: Made | OutsideCall,
    ) -> None:
        node = Node(atom.fn.module, ("entry", atom.fn.id))
        frame = Frame(self.engine, atom.fn.module, node, {})
        given = frame.apply((atom,), Call((), (), made.site))
        answered(frame, given, atom.fn, made)
        self._dependencies(frame, made.kwargs, made.site)
        self._dependencies(frame, part.kwargs, made.site)
        for _, _, call in self.mounts.below.get(part, ()):
            self._dependencies(frame, call.kwargs, call.site)
        for method in methods or ("GET",):
            self._add(part, framework, method, path, atom.fn.id, made.site, node)

    @staticmethod
    def _dependencies(frame: Frame, kwargs: tuple[tuple[str, Value], ...], site: Site) -> None:
        for name, value in kwargs:
            for atom in _flat(value) if name == "dependencies" else ():
                if isinstance(atom, Made) and last(atom.name) in ("Depends", "Security"):
                    frame.apply(atom.arg(0, "dependency"), Call((), (), site))

    def _class(
        self,
        part: Made,
        framework: str,
        path: str,
        methods: tuple[str, ...],
        cls: ClassSymbol,
        site: Site,
    ) -> None:
        found = [verb for verb in VERBS if self.engine.method(cls, verb)]
        given = texts(self.engine.class_attribute(cls, "methods")) or methods
        if not found:
            self._method(part, framework, given or ("GET",), path, cls, "dispatch_request", site)
        for verb in found:
            if not methods or verb.upper() in methods:
                self._method(part, framework, (verb.upper(),), path, cls, verb, site)

    def _method(
        self,
        part: Made,
        framework: str,
        methods: tuple[str, ...],
        path: str,
        cls: ClassSymbol,
        name: str,
        site: Site,
    ) -> None:
        node = Node(cls.module, ("entry", cls, name))
        frame = Frame(self.engine, cls.module, node, {})
        for hook in (name, "dispatch_request") if name != "dispatch_request" else (name,):
            if self.engine.method(cls, hook):
                value = frame.attribute((Object(cls),), hook, site)
                frame.apply(value, Call((), (), site))
        for atom in _flat(self.engine.class_attribute(cls, "decorators")):
            if isinstance(atom, Function | Made):
                wrapped = frame.apply((atom,), Call((), (), site))
                frame.apply(
                    tuple(a for a in wrapped if isinstance(a, Function)), Call((), (), site)
                )
        for method in methods:
            self._add(part, framework, method.upper(), path, f"{cls.id}.{name}", site, node)

    def _add(
        self,
        part: Made,
        framework: str,
        method: str,
        path: str,
        handler: str,
        site: Site,
        node: Node,
    ) -> None:
        prefixes, sure = self.mounts.prefixes(part), Confidence.CERTAIN
        if not prefixes:
            sure = Confidence.POSSIBLE
            own = text(part.arg(-1, "url_prefix")) or text(part.arg(-1, "prefix")) or ""
            prefixes = [own]
            self._lost("mount", f"the part of {handler} is mounted nowhere", part.site)
        for prefix in prefixes:
            whole = paths.joined(paths.from_converters(prefix), paths.from_converters(path))
            if (method, whole, handler) not in self.seen:
                self.seen.add((method, whole, handler))
                self.entries.routes.append(
                    Route(method, whole, handler, site, framework, node, sure)
                )

    def _lost(self, kind: str, what: str, site: Site) -> None:
        self.engine.unresolved[Unresolved(kind, what, site)] = None


def known_paths(routes: list[Route]) -> list[Route]:
    """Where one registration gives paths that are known, one that is not is nobody's own.

    A class that others inherit from registers with a name that only they have.
    """
    known = {(route.site, route.method) for route in routes if "{}" not in route.path}
    return [r for r in routes if "{}" not in r.path or (r.site, r.method) not in known]


def _flat(value: Value) -> list[Atom]:
    found: list[Atom] = []
    for atom in value:
        if isinstance(atom, Items):
            for item in atom.items:
                found.extend(_flat(item))
        else:
            found.append(atom)
    return found


__all__ = ["Text", "WebRoutes"]
