"""Views that extensions of Flask register by their class: Flask-Admin, AppBuilder, Flask-Classful.

Their methods have paths of their own (`@expose("/all")`), below one of the class. A view of a model
has pages that the extension brings, and which call methods of the class where it has them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.nodes import Call, Node, OutsideCall, Unresolved
from mscli.migrate.walk.project.index import (
    ClassSymbol,
    FunctionSymbol,
    ModuleSymbol,
)
from mscli.migrate.walk.statements.frame import Frame
from mscli.migrate.walk.values.values import (
    Atom,
    Function,
    Known,
    Made,
    Member,
    Object,
    Outside,
    Site,
    Type,
    Value,
    last,
    text,
    texts,
)
from mscli.migrate.web.brought import PACKAGES, PAGES, VERBS, Page, kind_of
from mscli.migrate.web.mounts import APPS, framework_of
from mscli.migrate.web.page_effects import touch
from mscli.migrate.web.registered import Told, View, registered

ADMIN_INDEX = "flask_admin.AdminIndexView.index:"
EXPOSING = frozenset(["expose", "route"])
BUILDER = "flask_appbuilder"
ALWAYS = ("is_accessible", "inaccessible_callback", "before_request")
"""What an extension asks its views before each page."""
GUARDS = frozenset(["protect", "has_access", "has_access_api"])
"""Decorators of AppBuilder that ask who may see a page; those that it brings have one."""
NO_PAGE = ("_", "before_", "after_", "is_accessible", "inaccessible_callback")


@dataclass(frozen=True, slots=True)
class Exposed:
    """One method and path of a view, and the code that answers."""

    part: Made
    method: str
    path: str
    handler: str
    site: Site
    node: Node


class ClassViews:
    """Reads the views that calls register."""

    def __init__(self, engine: Engine, calls: list[OutsideCall]) -> None:
        self.engine = engine
        self.calls = calls
        self.rules = dict(_rules(calls))

    def read(self) -> Iterator[Exposed]:
        """Every page of every registered view."""
        for atom, call in (*self._registered(), *self._managed()):
            view = self._view(atom, call)
            if view is not None:
                self._note_package(view)
                yield from self._pages(view)
        yield from self._indexes()

    def _registered(self) -> Iterator[tuple[Atom, OutsideCall]]:
        for call in self.calls:
            for atom in registered(call):
                yield atom, call

    def _managed(self) -> Iterator[tuple[Atom, OutsideCall]]:
        """What AppBuilder registers by itself: interfaces that a security manager names, and the
        view that it is told to begin with.
        """
        bare = (replace(call, args=(), kwargs=()) for _, call in self._registered())
        beside = next(bare, None)
        if beside is not None:
            for cls in self.engine.project.classes:
                yield from ((atom, beside) for atom in self._interfaces(cls))
            yield from ((atom, beside) for atom in self._first())

    def _first(self) -> list[Atom]:
        """`AppBuilder(indexview=Index)`, `appbuilder.indexview = Index`."""
        given = [call.arg(-1, "indexview") for call in self.calls]
        put = self.engine.on_made.items()
        given += [value for (made, name), value in put if name == "indexview"]
        return [atom for value in given for atom in value if isinstance(atom, Type)]

    def _interfaces(self, cls: ClassSymbol) -> list[Atom]:
        if not any(last(base) == "SecurityManager" for base in self.engine.outsiders(cls)):
            return []
        named = [name for name in cls.attributes if name.endswith("_api")]
        return [atom for name in named for atom in self.engine.class_attribute(cls, name)]

    def _note_package(self, view: View) -> None:
        """AppBuilder has views of its own, whatever a project registers."""
        if view.kind.startswith("builder"):
            what = "Flask-AppBuilder's own views (login, users, roles) are not listed"
            self.engine.unresolved[Unresolved("package", what, view.part.site)] = None

    def _indexes(self) -> Iterator[Exposed]:
        """The first page of each Flask-Admin that has none of its own."""
        for call in self.calls:
            own = isinstance(call.callee, Outside) and call.callee.name.startswith("flask_admin")
            if own and call.name.endswith("Admin") and not call.arg(-1, "index_view"):
                path = (text(call.arg(-1, "url")) or "/admin").rstrip("/") + "/"
                part, module = self._part(call), call.owner.module
                node = Node(module, ("entry", "admin", path))
                yield Exposed(part, "GET", path, ADMIN_INDEX, call.site, node)

    def _view(self, atom: Atom, call: OutsideCall) -> View | None:
        cls = atom.cls if isinstance(atom, Type | Object) else None
        made = (atom.name,) if isinstance(atom, Made) else ()
        kind = kind_of(self.engine.outsiders(cls) if cls else made)
        if not kind:
            return None
        told = Told(self.engine, cls, atom, call)
        return View(cls, kind, self._part(call), told.base(kind), told.model(kind), call.site)

    def _part(self, call: OutsideCall) -> Made:
        """What the view hangs below: a blueprint, or the application of the extension."""
        extension = call.callee.of if isinstance(call.callee, Member) else None
        known = list(call.arg(0, "app"))
        if isinstance(extension, Made):
            known += extension.arg(0, "app")
        for other in self.calls:
            if isinstance(other.callee, Member) and other.callee.name == "init_app":
                known += other.arg(0, "app") if other.callee.of == extension else ()
        parts = [a for a in known if isinstance(a, Made) and framework_of(a)]
        return next(iter(parts), Made(next(iter(APPS)), call.site, ()))

    # -- pages -------------------------------------------------------------------------------

    def _pages(self, view: View) -> Iterator[Exposed]:
        if view.module is None:
            return
        own = self._own(view.cls) if view.cls else []
        brought = {page.name: page for page in PAGES.get(view.kind, ())}
        for name in self._wanted(view, dict.fromkeys((*brought, *own))):
            page = brought.get(name, Page(name, ""))
            rules = self._rules_of(view, name) or (
                [(page.rule, page.methods)] if name in brought else []
            )
            node = self._node(view, view.module, page)
            for rule, methods in rules:
                path = f"{view.base.rstrip('/')}/{rule.lstrip('/')}" if rule else view.base
                for method in methods:
                    yield Exposed(view.part, method, path, view.handler(name), view.site, node)

    def _wanted(self, view: View, names: Iterable[str]) -> list[str]:
        """Those that AppBuilder is told to include, and not to leave out."""
        found = list(names)
        if not view.cls or not view.kind.startswith("builder"):
            return found
        included = texts(self.engine.class_attribute(view.cls, "include_route_methods"))
        left_out = texts(self.engine.class_attribute(view.cls, "exclude_route_methods"))
        return [n for n in found if n not in left_out and (not included or n in included)]

    def _own(self, cls: ClassSymbol) -> list[str]:
        """The methods that the project has written, of the class and what it inherits from."""
        lineage = self.engine.lineage(cls)
        return list(dict.fromkeys(name for entry in lineage for name in entry.methods))

    def _rules_of(self, view: View, name: str) -> list[tuple[str, tuple[str, ...]]]:
        fn = self._method(view, name)
        if fn is None:
            return []
        said = self.rules.get(fn.id, [])
        if said or view.kind != "classful" or name.startswith(NO_PAGE):
            return said
        if "classmethod" in fn.decorators:
            return []
        parts = [] if name in VERBS else [name]
        parts += [f"<{argument.arg}>" for argument in fn.node.args.args[1:]]
        ends = self._flag(view, "trailing_slash") != (Known(value=False),)
        rule = "/".join(parts) + ("/" if ends else "")
        return [(rule, (VERBS.get(name, "GET"),))]

    def _flag(self, view: View, name: str) -> Value:
        return self.engine.constant(view.cls, name) if view.cls else ()

    def _method(self, view: View, name: str) -> FunctionSymbol | None:
        return self.engine.method(view.cls, name) if view.cls else None

    def _node(self, view: View, module: ModuleSymbol, page: Page) -> Node:
        """What is walked for one page: the project's own methods, or what the extension does."""
        node = Node(module, ("entry", view.cls or view.model, page.name))
        frame = Frame(self.engine, module, node, {})
        own = self._method(view, page.name)
        if view.kind.startswith("builder") and (own is None or own.decorators & GUARDS):
            _guard(frame, view.site)
        for name in (*ALWAYS, *((page.name,) if own else page.asks)):
            if view.cls and self._method(view, name):
                method = frame.attribute((Object(view.cls),), name, view.site)
                frame.apply(method, Call((), (), view.site))
        if own is None:
            touch(frame, view.cls, view.model, page.does, view.site)
        return node


def _guard(frame: Frame, site: Site) -> None:
    """The extension asks its security manager whether who asks may see the page."""
    builder: Value = (Made(f"{BUILDER}.AppBuilder", site, ()),)
    manager = frame.attribute(builder, "sm", site)
    frame.apply(frame.attribute(manager, "has_access", site), Call((), (), site))


def _rules(calls: list[OutsideCall]) -> Iterator[tuple[str, list[tuple[str, tuple[str, ...]]]]]:
    """The rules that decorators give to functions, by their names."""
    found: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for call in calls:
        made = call.callee
        if (
            isinstance(made, Made)
            and last(made.name) in EXPOSING
            and made.name.startswith(PACKAGES)
        ):
            rule = text(made.arg(0, "url")) or text(made.arg(0, "rule")) or "/"
            methods = tuple(texts(made.arg(1, "methods"))) or ("GET",)
            for atom in call.arg(0):
                if isinstance(atom, Function):
                    found.setdefault(atom.fn.id, []).append((rule, methods))
    yield from found.items()
