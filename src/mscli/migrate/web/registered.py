"""What calls register as views of Flask's extensions: a class, and what the view is told."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.nodes import OutsideCall
from mscli.migrate.walk.project.index import ClassSymbol, ModuleSymbol, expression_name
from mscli.migrate.walk.values.flat import flat
from mscli.migrate.walk.values.values import (
    Atom,
    Made,
    Member,
    Object,
    Site,
    Type,
    Value,
    last,
    text,
)
from mscli.migrate.web.brought import RESOURCES

REGISTERING = frozenset(["add_view", "add_views", "add_view_no_menu", "add_api", "register"])


@dataclass(frozen=True, slots=True)
class View:
    """What is registered: a class of the project, or one of the extension for a `model`."""

    cls: ClassSymbol | None
    kind: str
    part: Made
    base: str
    model: Value
    site: Site

    @property
    def module(self) -> ModuleSymbol | None:
        """Where it is written, or what it is about."""
        known = [self.cls] if self.cls else [a.cls for a in self.model if isinstance(a, Type)]
        return known[0].module if known else None

    def handler(self, page: str) -> str:
        """The name of what answers one page; that of an admin site has a colon, as Django's."""
        if self.cls:
            return f"{self.cls.id}{':' if self.kind.startswith('admin') else '.'}{page}"
        return f"flask_admin.ModelView.{page}:" + "".join(
            atom.cls.id for atom in self.model if isinstance(atom, Type)
        )


class Told:
    """What a view is told: by its class, by its constructor, by the call that registers it."""

    def __init__(
        self, engine: Engine, cls: ClassSymbol | None, atom: Atom, call: OutsideCall
    ) -> None:
        self.engine, self.cls, self.call = engine, cls, call
        instance = atom.instance if isinstance(atom, Object) else None
        self.made = atom if isinstance(atom, Made) else instance.made_by if instance else None
        self.name = cls.name if cls else last(atom.name) if isinstance(atom, Made) else ""

    def model(self, kind: str) -> Value:
        """The class of the model that the view is about."""
        if kind.startswith("builder"):
            interface = self._attribute("datamodel")
            given = [m.arg(0, "obj") for m in interface if isinstance(m, Made)]
            return tuple(a for value in given for a in value if isinstance(a, Type))
        first = self.made.arg(0, "model") if self.made else ()
        return tuple(a for a in first if isinstance(a, Type))

    def base(self, kind: str) -> str:
        """The path that all pages of the view begin with."""
        name = self.name
        if kind.startswith("admin"):
            return self._of_admin()
        if kind == "classful":
            base = self._said("route_base") or (name.removesuffix("View") or name).lower()
            return f"{self._said('route_prefix')}/{base.lstrip('/')}"
        if kind.startswith(("builder.api", "builder.rest")):
            version, resource = self._said("version") or "v1", self._resource() or name
            return self._said("route_base") or f"/api/{version}/{resource.lower()}"
        return self._said("route_base") or ("" if self._is_at_root() else f"/{name.lower()}")

    def _is_at_root(self) -> bool:
        """AppBuilder's first page, and where one logs in, begin with nothing."""
        brought = [last(base) for base in self.engine.outsiders(self.cls)] if self.cls else []
        return any(base == "IndexView" or base.startswith("Auth") for base in brought)

    def _resource(self) -> str:
        brought = self.engine.outsiders(self.cls) if self.cls else ()
        known = (RESOURCES[last(base)] for base in brought if last(base) in RESOURCES)
        return self._said("resource_name") or next(known, "")

    def _said(self, name: str) -> str:
        return text(self.call.arg(-1, name)) or text(self._attribute(name)) or ""

    def _attribute(self, name: str) -> Value:
        return self.engine.class_attribute(self.cls, name) if self.cls else ()

    def _of_admin(self) -> str:
        admin = self.call.callee.of if isinstance(self.call.callee, Member) else None
        above = (text(admin.arg(-1, "url")) if isinstance(admin, Made) else "") or "/admin"
        model = next((a.cls.name for a in self.model("admin") if isinstance(a, Type)), "")
        name = self._given("endpoint") or (model or self.name).lower()
        url = self._given("url") or (name if admin else above)
        return url if url.startswith("/") else f"{above}/{url}"

    def _given(self, name: str) -> str:
        """A text that the constructor is given, where it is called, or where it is registered."""
        if self.made is not None:
            return text(self.made.arg(-1, name)) or ""
        modules = self.engine.project.modules
        tree = next((m.tree for m in modules if m.file == self.call.site.file), ast.Module([], []))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.lineno == self.call.site.line:
                for keyword in node.keywords if expression_name(node.func) == self.name else ():
                    if keyword.arg == name and isinstance(keyword.value, ast.Constant):
                        return str(keyword.value.value)
        return ""


def registered(call: OutsideCall) -> list[Atom]:
    """What a call registers, if it does: `X.register(app)`, `admin.add_view(X())`, an index."""
    if isinstance(call.callee, Member) and call.callee.name in REGISTERING:
        of = call.callee.of
        values = [(of,)] if isinstance(of, Type) else call.args
        return [atom for value in values for atom in flat(value)]
    return list(call.arg(-1, "index_view"))
