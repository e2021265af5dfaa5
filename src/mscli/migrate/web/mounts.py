"""Parts of Flask and FastAPI applications, and where each of them hangs.

Blueprints, routers, namespaces, and the applications themselves: what hangs below what, and with
which prefix, so that a path of a part becomes whole paths.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.nodes import OutsideCall, Unresolved, both
from mscli.migrate.walk.graph.off import Off
from mscli.migrate.walk.values.flat import flat
from mscli.migrate.walk.values.values import (
    Atom,
    Made,
    Member,
    Pairs,
    Site,
    Text,
    Value,
    last,
    text,
)

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
    "namespace": "flask",
    "Api": "flask",
    "Router": "fastapi",
}
NINJA = {"NinjaAPI": "ninja", "Router": "ninja"}
"""Of django-ninja, whose root hangs below Django's URLs."""
MOUNTING = frozenset(
    [
        "register_blueprint",
        "include_router",
        "mount",
        "add_namespace",
        "add_router",
        "init_app",
        "register_blueprints",
    ]
)
NAMESPACE, DISPATCHER = "namespace", "DispatcherMiddleware"
DEEPEST = 8


class Reached(NamedTuple):
    """The applications that a part is in, by where they are made, and what settings that needs."""

    tops: tuple[Site, ...]
    only_if: tuple[str, ...]


class _Way(NamedTuple):
    """A path to a part, the application at its beginning, what settings have to be for it."""

    path: str
    top: Made | None = None
    only_if: tuple[str, ...] = ()


class Mounts:
    """Which part hangs below which, and with what prefix."""

    def __init__(self, engine: Engine, mounted: Mapping[Made, list[str]], off: Off) -> None:
        """`mounted` are prefixes of those that hang below URLs of Django."""
        self._engine = engine
        self._off = off
        self._mounted = mounted
        self._below: dict[Made, list[tuple[Made, str | None, OutsideCall]]] = {}

    def prefixes(self, part: Made) -> list[str]:
        """Every path under which a part is reached."""
        return list(self.reached(part))

    def reached(self, part: Made) -> dict[str, Reached]:
        """Those paths, each with what leads to it: what is there by default, if anything is."""
        found: dict[str, list[_Way]] = {}
        for way in self._ways(part):
            found.setdefault(way.path, []).append(way)
        return {path: _together(ways) for path, ways in found.items()}

    def _ways(self, part: Made, depth: int = 0) -> list[_Way]:
        """Every way to a part."""
        if last(part.name) in APPS and part not in self._below:
            return [_Way(text(part.arg(-1, "root_path")) or "", part)]
        if part in self._mounted:
            return [_Way(path) for path in self._mounted[part]]
        own = own_prefix(part)
        nothing: tuple[str, ...] = ()
        below = [(parent, own, nothing) for parent in self._made_for(part)]
        replaces = PARTS.get(last(part.name)) == "flask"
        for parent, prefix, call in self._below.get(part, ()):
            here = (prefix if prefix is not None else own) if replaces else (prefix or "") + own
            below.append((parent, here, self._off.of(call.owner)))
        return [
            _Way(above.path + here, above.top, both(above.only_if, only_if))
            for parent, here, only_if in (below if depth < DEEPEST else ())
            for above in self._ways(parent, depth + 1)
        ]

    def _made_for(self, part: Made) -> list[Made]:
        """`Api(blueprint)`, unless it hangs below something else."""
        return _wrapped(part) if part not in self._below and last(part.name) in PARTS else []

    def above(self, part: Made) -> list[tuple[Made, str | None, OutsideCall]]:
        """The parts that a part hangs below, with the prefix that is given there."""
        return self._below.get(part, [])

    def parts(self) -> list[Made]:
        """Every part that hangs below another."""
        return list(self._below)

    def around(self, part: Made) -> dict[Made, None]:
        """A part and every part above it."""
        found: dict[Made, None] = {}
        waiting = [part]
        while waiting:
            here = waiting.pop()
            if here not in found:
                found[here] = None
                waiting += [parent for parent, _, _ in self._below.get(here, ())]
                waiting += _wrapped(here)
        return found

    def of(self, part: Made) -> Iterator[OutsideCall]:
        """The calls that mount a part."""
        for _, _, call in self._below.get(part, ()):
            yield call

    def read(self, call: OutsideCall) -> None:
        """Take in a call, if it mounts something."""
        if last(call.name) == DISPATCHER:
            self._dispatched(call)
        if not isinstance(call.callee, Member) or call.callee.name not in MOUNTING:
            return
        parent = call.callee.of
        prefix = text(call.arg(-1, "url_prefix"))
        prefix = prefix if prefix is not None else text(call.arg(-1, "prefix"))
        children = call.arg(0)
        if call.callee.name == "add_namespace":
            prefix = text(call.arg(1, "path"))
        if call.callee.name == "mount":
            prefix, children = text(call.arg(0, "path")), call.arg(1, "app")
        if call.callee.name == "add_router":
            prefix, children = text(call.arg(0, "prefix")), self._named(call.arg(1, "router"))
        if call.callee.name == "init_app":  # api.init_app(app): the receiver is the part
            if isinstance(parent, Made) and isinstance(call.arg(0), tuple):
                for app in call.arg(0):
                    if framework_of(app) and framework_of(parent):
                        self._hang(parent, app, None, call)
            return
        if not isinstance(parent, Made) or not framework_of(parent):
            return
        found = False
        for atom in flat(children):
            if isinstance(atom, Made) and framework_of(atom):
                self._hang(atom, parent, prefix, call)
                self._check_prefix(atom.kwargs, atom.site)
                found = True
        self._check_prefix(call.kwargs, call.site)
        if not found and call.callee.name != "mount":
            self._lost("mount", f"{call.callee.name} of a part that is not known", call.site)

    def _dispatched(self, call: OutsideCall) -> None:
        """`DispatcherMiddleware(site, {"/api": api})` of werkzeug: applications below another."""
        others = [
            pair for atom in call.arg(1, "mounts") if isinstance(atom, Pairs) for pair in atom.pairs
        ]
        for parent in call.arg(0, "app"):
            for prefix, value in others if framework_of(parent) else ():
                for child in value:
                    if isinstance(child, Made) and framework_of(child):
                        self._hang(child, parent, prefix, call)

    def _named(self, value: Value) -> Value:
        """What is mounted, also where a text names it: `"shop.api.router"`."""
        found: list[Atom] = []
        for atom in value:
            if isinstance(atom, Text):
                module, _, name = atom.text.rpartition(".")
                known = self._engine.project.module(module) if module else None
                found += self._engine.module_globals(known).get(name, ()) if known else ()
            else:
                found.append(atom)
        return tuple(found)

    def _check_prefix(self, kwargs: Iterable[tuple[str, Value]], site: Site) -> None:
        """A prefix that is given and not known counts as empty, which is said."""
        if _has_unknown(kwargs):
            self._lost(
                "mount", "a prefix that is not known; its routes are listed without it", site
            )

    def _hang(self, child: Made, parent: Atom, prefix: str | None, call: OutsideCall) -> None:
        assert isinstance(parent, Made)  # noqa: S101
        if prefix is not None and "{}" in prefix:
            what = f"a part of the prefix {prefix} is not known; it is taken as empty"
            self._lost("mount", what, call.site)
            prefix = prefix.replace("{}", "")
        known = self._below.setdefault(child, [])
        key = (parent, prefix, self._off.of(call.owner))
        if all((p, x, self._off.of(c.owner)) != key for p, x, c in known) and child != parent:
            known.append((parent, prefix, call))

    def _lost(self, kind: str, what: str, site: Site) -> None:
        self._engine.unresolved[Unresolved(kind, what, site)] = None


def _together(ways: list[_Way]) -> Reached:
    """Of ways by one path those that are there by default; else all."""
    on = [way for way in ways if not way.only_if] or ways
    tops = dict.fromkeys(way.top.site for way in on if way.top is not None)
    return Reached(tuple(tops), tuple(dict.fromkeys(on[0].only_if)))


def is_namespace(part: Made) -> bool:
    """Whether it is one of Flask-RESTX, which puts nothing between its path and a rule."""
    return last(part.name).lower() == NAMESPACE


def own_prefix(part: Made) -> str:
    """The prefix that a part was made with; a namespace without one has its name (Flask-RESTX)."""
    if is_namespace(part):
        path = text(part.arg(2, "path"))
        return (path if path is not None else f"/{text(part.arg(0, 'name')) or ''}").rstrip("/")
    own = text(part.arg(-1, "url_prefix")) or text(part.arg(-1, "prefix"))
    return own or text(part.arg(-1, "path")) or ""


def has_unknown_prefix(part: Made) -> bool:
    """Whether a part was made with a prefix that is not known: in a factory, walked by itself."""
    return _has_unknown(part.kwargs)


def _has_unknown(kwargs: Iterable[tuple[str, Value]]) -> bool:
    return any(name in ("url_prefix", "prefix") and text(value) is None for name, value in kwargs)


def _wrapped(part: Made) -> list[Made]:
    """What a part was made for, `Api(blueprint)`, or by: `api.namespace("orders")`."""
    if last(part.name) == NAMESPACE:
        return [part.of] if isinstance(part.of, Made) else []
    return [a for a in part.arg(0, "app") if isinstance(a, Made) and last(a.name) in APPS | PARTS]


def framework_of(part: Atom | None) -> str:
    """The framework that an application or a part of one belongs to, if it is one."""
    if not isinstance(part, Made):
        return ""
    name = last(part.name)
    if part.name.startswith(("django", "rest_framework")):
        return ""
    if part.name.startswith("ninja"):
        return NINJA.get(name, "")
    return APPS.get(name) or PARTS.get(name) or ""
