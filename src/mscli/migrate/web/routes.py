"""Routes of Flask and FastAPI: decorators, `add_url_rule`, resources.

Both frameworks register by calls on an application or on a part of one. The walk has noted every
such call, with its receiver; where the parts hang, `mounts.py` knows.
"""

from __future__ import annotations

from mscli.migrate import paths
from mscli.migrate.walk import converters
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.expressions.annotations import is_dependency
from mscli.migrate.walk.graph.entries import Entries, Route
from mscli.migrate.walk.graph.nodes import Call, Confidence, Node, OutsideCall, Unresolved, both
from mscli.migrate.walk.graph.off import Off
from mscli.migrate.walk.project.index import ClassSymbol
from mscli.migrate.walk.statements.frame import Frame
from mscli.migrate.walk.values.flat import flat
from mscli.migrate.walk.values.values import (
    Function,
    Made,
    Member,
    Object,
    Pairs,
    Site,
    Type,
    Value,
    join,
    last,
    texts,
)
from mscli.migrate.web import marshalling, others
from mscli.migrate.web.authenticating import authenticated
from mscli.migrate.web.class_views import ClassViews
from mscli.migrate.web.mounts import (
    Mounts,
    Reached,
    framework_of,
    is_namespace,
    own_prefix,
)
from mscli.migrate.web.response_models import answered
from mscli.migrate.web.told_apart import told_apart
from mscli.migrate.web.url_names import UrlNames

VERBS = ("get", "post", "put", "patch", "delete", "head", "options")

ANSWERING = ("dispatch_request", "__call__", "process", "dispatch", "handle")
"""Methods that answer for a class: Flask's own, and what projects call that wrap classes."""


class WebRoutes:
    """Reads the routes of Flask and FastAPI applications into the entries."""

    def __init__(self, engine: Engine, entries: Entries) -> None:
        self.engine = engine
        self.entries = entries
        self.off = Off(engine.nodes.values())
        self.mounts = Mounts(engine, entries.mounted, self.off)
        self.names = UrlNames(self.mounts, entries)
        self.seen: set[tuple[str, str, str, bool, Site]] = set()
        self.only_if: tuple[str, ...] = ()
        self.converters = converters.Converters(engine)
        self.named: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())

    def read(self) -> None:
        """Mounts first, then every registration."""
        calls = list(self.engine.outside)
        for call in calls:
            self.mounts.read(call)
        for call in calls:
            self.only_if = self.off.of(call.owner)
            if isinstance(call.callee, Made) and isinstance(call.callee.of, Made):
                self._decorator(call, call.callee, call.callee.of)
            elif isinstance(call.callee, Member) and isinstance(call.callee.of, Made):
                self._registration(call, call.callee.name, call.callee.of)
        self.only_if = ()
        for page in ClassViews(self.engine, calls).read():
            self.entries.frameworks["flask"] = None
            self._add(
                page.part, "flask", page.method, page.path, page.handler, page.site, page.node
            )
        self.names.files(calls)
        self.names.settle()
        self.entries.routes[:] = told_apart(self.entries.routes)
        others.tell_apart(self.engine, self.entries)

    # -- registrations -----------------------------------------------------------------------

    def _decorator(self, call: OutsideCall, made: Made, part: Made) -> None:
        """`@part.route("/x")` was applied to a function or class."""
        framework, name = framework_of(part), last(made.name)
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
        framework = framework_of(part)
        if not framework:
            return
        if name in ("add_url_rule", "add_api_route", "add_route"):
            place = 2 if name == "add_url_rule" else 1
            view = call.arg(place, "view_func") or call.arg(place, "endpoint")
            methods = self._methods(call.arg(-1, "methods"), "")
            for path in texts(call.arg(0, "rule")) or texts(call.arg(0, "path")) or ("{}",):
                self._handlers(part, framework, path, methods, view, call)
        elif name == "add_resource":
            methods = self._methods(call.arg(-1, "methods"), "")
            for arg in call.args[1:]:
                for path in texts(arg) or ("{}",):
                    self._handlers(part, framework, path, methods, call.arg(0), call)

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
        self.named = self.names.of_requests(part, framework, view, made)
        self.names.add(part, framework, path, view, made)
        if not any(isinstance(atom, Function | Type | Made) for atom in view):
            self._lost("route", f"{path} has a handler that is not known", made.site)
        for atom in view:
            if isinstance(atom, Function):
                self._function(part, framework, path, methods, atom, made)
            elif isinstance(atom, Made) and atom.name == "as_view":
                for inner in atom.args[0]:
                    if isinstance(inner, Object):
                        self._class(part, framework, path, methods, inner, made.site)
            elif isinstance(atom, Type):
                self._class(part, framework, path, methods, Object(atom.cls), made.site)

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
        loaded = converters.given(frame, self.converters.of(path), made.site)
        given = frame.apply((atom,), Call((), loaded, made.site))
        answered(frame, given, atom.fn, made)
        marshalling.answered(frame, atom.fn, given, made.site)
        if framework == "ninja":
            authenticated(frame, (made, part, *self.mounts.around(part)), made.site)
        self._dependencies(frame, made.kwargs, made.site)
        self._dependencies(frame, part.kwargs, made.site)
        for call in self.mounts.of(part):
            self._dependencies(frame, call.kwargs, call.site)
        for method in methods or ("GET",):
            self._add(part, framework, method, path, atom.fn.id, made.site, node)

    @staticmethod
    def _dependencies(frame: Frame, kwargs: tuple[tuple[str, Value], ...], site: Site) -> None:
        for name, value in kwargs:
            for atom in flat(value) if name == "dependencies" else ():
                if is_dependency(atom):
                    frame.apply(atom.arg(0, "dependency"), Call((), (), site))

    def _class(
        self,
        part: Made,
        framework: str,
        path: str,
        methods: tuple[str, ...],
        view: Object,
        site: Site,
    ) -> None:
        cls = view.cls
        found = [verb for verb in self._verbs(cls) if self.engine.method(cls, verb)]
        own = texts(self.engine.class_attribute(cls, "methods"))
        given = own or methods
        if "methods" in cls.attributes:
            methods = methods or tuple(method.upper() for method in own)
        if not found:
            answers = next((name for name in ANSWERING if self.engine.method(cls, name)), "")
            name = answers or ANSWERING[0]
            self._method(part, framework, given or ("GET",), path, view, name, site)
        for verb in found:
            if not methods or verb.upper() in methods:
                self._method(part, framework, (verb.upper(),), path, view, verb, site)

    def _verbs(self, cls: ClassSymbol) -> tuple[str, ...]:
        """What the methods of a class are called for; a plain view of Flask answers by itself."""
        is_plain = self.engine.inherits(cls, "flask.views.View")
        return () if is_plain and self.engine.method(cls, ANSWERING[0]) else VERBS

    def _method(
        self,
        part: Made,
        framework: str,
        methods: tuple[str, ...],
        path: str,
        view: Object,
        name: str,
        site: Site,
    ) -> None:
        cls = view.cls
        node = Node(cls.module, ("entry", cls, name))
        frame = Frame(self.engine, cls.module, node, {})
        for hook in dict.fromkeys((name, ANSWERING[0])):
            method = self.engine.method(cls, hook)
            if method is not None:
                value = frame.attribute((view,), hook, site)
                if hook == name:
                    value = self._decorated(frame, cls, name, value, site)
                loaded = converters.given(frame, self.converters.of(path), site)
                given = frame.apply(value, Call((), loaded, site))
                marshalling.answered(frame, method, given, site)
        for atom in flat(self.engine.class_attribute(cls, "decorators")):
            if isinstance(atom, Function | Made):
                wrapped = frame.apply((atom,), Call((), (), site))
                frame.apply(
                    tuple(a for a in wrapped if isinstance(a, Function)), Call((), (), site)
                )
        for verb in methods:
            self._add(part, framework, verb.upper(), path, f"{cls.id}.{name}", site, node)

    def _decorated(
        self, frame: Frame, cls: ClassSymbol, name: str, value: Value, site: Site
    ) -> Value:
        """A method of a resource as its class decorates all of them, or some by their names."""
        said = self.engine.class_attribute(cls, "method_decorators")
        for atom in flat(join(*(a.get(name) if isinstance(a, Pairs) else (a,) for a in said))):
            wrapped = frame.apply((atom,), Call((value,), (), site))
            value = tuple(a for a in wrapped if isinstance(a, Function)) or value
        return value

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
        prefixes, sure = self.mounts.reached(part), Confidence.CERTAIN
        if not prefixes:
            sure = Confidence.POSSIBLE
            prefixes = {own_prefix(part): Reached((), ())}
            self._lost("mount", f"the part of {handler} is mounted nowhere", part.site)
        within = tuple(self.mounts.around(part))
        apart = framework == "flask" and bool(path) and not is_namespace(part)
        path = paths.from_ninja(path) if framework == "ninja" else path
        for prefix, above in prefixes.items():
            below = f"/{path}" if apart and prefix else path  # Flask puts a slash between
            whole = paths.joined(paths.from_converters(prefix), paths.from_converters(below))
            only_if = both(above.only_if, self.only_if)
            if (method, whole, handler, bool(only_if), part.site) not in self.seen:
                self.seen.add((method, whole, handler, bool(only_if), part.site))
                told = (site, framework, node, sure, within, *self.named, above.tops, only_if)
                self.entries.routes.append(Route(method, whole, handler, *told))

    def _lost(self, kind: str, what: str, site: Site) -> None:
        self.engine.unresolved[Unresolved(kind, what, site)] = None
