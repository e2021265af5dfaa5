"""Django's code that nobody calls by name: middleware, context processors, commands."""

from __future__ import annotations

import ast

from mscli.migrate.django.calls import DjangoCalls
from mscli.migrate.django.requests import REQUEST, RESPONSE
from mscli.migrate.templates.rendering import pairs_of
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.entries import Ambient, Entries, Job
from mscli.migrate.walk.graph.nodes import Call, Confidence, Node, Unresolved
from mscli.migrate.walk.project.index import ClassSymbol, ModuleSymbol
from mscli.migrate.walk.statements.frame import Frame
from mscli.migrate.walk.values.flat import texts_within
from mscli.migrate.walk.values.values import (
    Function,
    Object,
    Outside,
    Site,
    Type,
    last,
    texts,
)

HOOKS = [
    "__call__",
    "process_request",
    "process_view",
    "process_response",
    "process_exception",
    "process_template_response",
]


def read(engine: Engine, calls: DjangoCalls, entries: Entries) -> None:
    """All of it."""
    for module in engine.project.modules:
        if module.assigned & {"MIDDLEWARE", "MIDDLEWARE_CLASSES"}:
            _middleware(engine, calls, entries, module)
        if "TEMPLATES" in module.assigned:
            _context_processors(engine, calls, entries, module)
        if "DATABASES" in module.assigned:
            for site in _atomic_requests(module):
                entries.request_transactions.append(site)
        if ".management.commands." in f".{module.name}":
            _command(engine, entries, module)


def _node(engine: Engine, module: ModuleSymbol, key: str) -> Frame:
    return Frame(engine, module, Node(module, ("ambient", key)), {})


def _middleware(engine: Engine, calls: DjangoCalls, entries: Entries, module: ModuleSymbol) -> None:
    names = engine.module_globals(module)
    for name in texts((*names.get("MIDDLEWARE", ()), *names.get("MIDDLEWARE_CLASSES", ()))):
        site = Site(module.file, _line(module, name))
        frame = _node(engine, module, name)
        found = engine.dotted_name(name, module)
        for atom in found:
            if isinstance(atom, Type):
                _middleware_class(frame, atom.cls, site)
            elif isinstance(atom, Function):
                inner = frame.apply((atom,), Call(((Outside("get_response"),),), (), site))
                frame.apply(inner, Call((REQUEST,), (), site))
        if not found and not _known(frame, calls, name, site):
            if not name.startswith("django."):
                engine.unresolved[Unresolved("middleware", name, site)] = None
            continue
        entries.ambient.append(Ambient("middleware", name, site, frame.node))


def _middleware_class(frame: Frame, cls: ClassSymbol, site: Site) -> None:
    frame.apply((Type(cls),), Call(((Outside("get_response"),),), (), site))
    for hook in HOOKS:
        if frame.engine.method(cls, hook):
            value = frame.attribute((Object(cls),), hook, site)
            answer = RESPONSE if hook in ("process_response", "process_template_response") else ()
            frame.apply(value, Call((REQUEST, answer), (), site))


def _known(frame: Frame, calls: DjangoCalls, name: str, site: Site) -> bool:
    """Middleware of Django itself that touches tables."""
    tables = {
        "SessionMiddleware": "django_session",
        "CurrentSiteMiddleware": "django_site",
        "FlatpageFallbackMiddleware": "django_flatpage",
        "RedirectFallbackMiddleware": "django_redirect",
    }
    table = tables.get(last(name))
    if last(name) == "AuthenticationMiddleware" and calls.reader.user:
        return True
    if table is None or not frame.engine.schema.by_class:
        return False
    frame.read(table, last(name), site, Confidence.LIKELY)
    return True


def _line(module: ModuleSymbol, string: str) -> int:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and node.value == string:
            return node.lineno
    return 1


def _context_processors(
    engine: Engine, calls: DjangoCalls, entries: Entries, module: ModuleSymbol
) -> None:
    for name in texts_within(engine.module_globals(module).get("TEMPLATES", ())):
        for atom in engine.dotted_name(name, module) if name.count(".") else ():
            if isinstance(atom, Function):
                site = Site(module.file, _line(module, name))
                frame = _node(engine, module, name)
                given = frame.apply((atom,), Call((REQUEST,), (), site))
                if calls.rendering is not None:
                    calls.rendering.shared.update(pairs_of(given))
                entries.ambient.append(
                    Ambient("context processor", name, site, frame.node, "render")
                )


def _atomic_requests(module: ModuleSymbol) -> list[Site]:
    found: list[Site] = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if (
                    isinstance(key, ast.Constant)
                    and key.value == "ATOMIC_REQUESTS"
                    and not (isinstance(value, ast.Constant) and not value.value)
                ):
                    found.append(Site(module.file, key.lineno))
    return found


def _command(engine: Engine, entries: Entries, module: ModuleSymbol) -> None:
    cls = module.classes.get("Command")
    if cls is None:
        return
    site = Site(module.file, cls.node.lineno)
    frame = _node(engine, module, cls.id)
    for name in ("handle", "handle_noargs", "handle_label"):
        if engine.method(cls, name):
            frame.apply(frame.attribute((Object(cls),), name, site), Call((), (), site))
    name = module.name.rpartition(".")[2]
    entries.jobs.append(Job("command", name, site, frame.node))
