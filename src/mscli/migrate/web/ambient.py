"""Hooks of Flask and FastAPI that run beside handlers, and jobs and commands of all frameworks."""

from __future__ import annotations

from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.entries import Ambient, Entries, Job
from mscli.migrate.walk.graph.nodes import Call, Edge, Node, OutsideCall
from mscli.migrate.walk.statements.frame import Frame
from mscli.migrate.walk.values.values import (
    Function,
    Made,
    Member,
    Object,
    Site,
    Type,
    last,
    text,
)
from mscli.migrate.web import flask_security, row_events, scheduled, workers
from mscli.migrate.web.routes import WebRoutes

HOOKS = {
    "before_request": "request",
    "after_request": "request",
    "teardown_request": "request",
    "teardown_app_request": "app",
    "teardown_appcontext": "app",
    "url_value_preprocessor": "request",
    "app_url_value_preprocessor": "app",
    "before_app_request": "app",
    "after_app_request": "app",
    "middleware": "app",
    "user_loader": "app",
    "request_loader": "app",
    "user_lookup_loader": "app",
    "token_in_blocklist_loader": "app",
    "context_processor": "render",
    "app_context_processor": "render",
}
CLAIMS = ("additional_claims_loader", "user_identity_loader")
TOKENS = ("create_access_token", "create_refresh_token")
"""Of Flask-JWT-Extended: what is asked of a user, and when."""
JOBS = (
    ".task",
    ".task()",
    "shared_task",
    "shared_task()",
    "periodic_task()",
    "db_task()",
    ".actor",
    ".actor()",
    "rq.job()",
    ".job()",
    "db_periodic_task()",
    ".scheduled_job()",
    "rq.decorators.job()",
    ".cron_schedule()",
)
COMMANDS = (".command()", ".cli.command", "click.command", ".command")


def read(engine: Engine, entries: Entries, routes: WebRoutes) -> None:
    """Every hook, job and command that the walk has met."""
    for call in list(engine.outside):
        if call.name.endswith(".add_middleware"):
            _middleware(engine, entries, call, routes.off.of(call.owner))
            continue
        if isinstance(call.callee, Made) and last(call.callee.name) == "listens_for":
            made = call.callee
            row_events.listen(engine, entries, made.arg(0), made.arg(1), call.arg(0), call.site)
            continue
        if call.name.endswith("event.listen"):
            row_events.listen(engine, entries, call.arg(0), call.arg(1), call.arg(2), call.site)
            continue
        functions = [atom for atom in call.arg(0) if isinstance(atom, Function)]
        name = last(call.name)
        for atom in functions:
            if name in HOOKS:
                _hook(engine, entries, routes, call, atom, HOOKS[name])
            elif call.name.endswith(JOBS) and "django.template" not in call.name:
                _job(engine, entries, call, atom, "job")
            elif call.name.endswith(COMMANDS) and isinstance(call.callee, Made | Member):
                _job(engine, entries, call, atom, "command")
    _claims(engine)
    flask_security.read(engine, entries)
    workers.read(engine, entries)
    scheduled.read(engine, entries)


def _claims(engine: Engine) -> None:
    """Who makes a token has what goes into it asked of whom it is for."""
    asked = [call for name in CLAIMS for call in engine.outside.named(name)]
    made = [call for name in TOKENS for call in engine.outside.named(name)]
    for loader in (atom for call in asked for atom in call.arg(0) if isinstance(atom, Function)):
        names = [arg.arg for arg in loader.fn.node.args.args[:1]]
        for call in made:
            env = dict.fromkeys(names, call.arg(0, "identity"))
            node = engine.enter(loader.fn, loader.receiver, env)
            call.owner.edges[Edge(node, call.site, ())] = None


def _entry(engine: Engine, call: OutsideCall, atom: Function) -> Node:
    node = Node(atom.fn.module, ("ambient", atom.fn.id))
    Frame(engine, atom.fn.module, node, {}).apply((atom,), Call((), (), call.site))
    return node


def _hook(
    engine: Engine,
    entries: Entries,
    routes: WebRoutes,
    call: OutsideCall,
    atom: Function,
    reach: str,
) -> None:
    owner = call.callee.of if isinstance(call.callee, Member | Made) else None
    scope, part = "render" if reach == "render" else "request", None
    if reach == "request" and isinstance(owner, Made) and last(owner.name).endswith("Blueprint"):
        scope = next(iter(routes.mounts.prefixes(owner)), "") or scope
        part = owner
    site = Site(atom.fn.module.file, atom.fn.node.lineno)
    kind = last(call.name).replace("_", " ")
    node = _entry(engine, call, atom)
    only_if = routes.off.of(call.owner)
    entries.ambient.append(Ambient(kind, atom.fn.id, site, node, scope, part, only_if))


def _middleware(
    engine: Engine, entries: Entries, call: OutsideCall, only_if: tuple[str, ...]
) -> None:
    for atom in call.arg(0, "middleware_class"):
        if not isinstance(atom, Type):
            continue
        node = Node(atom.cls.module, ("ambient", atom.cls.id))
        frame = Frame(engine, atom.cls.module, node, {})
        for name in ("dispatch", "__call__"):
            if engine.method(atom.cls, name):
                value = frame.attribute((Object(atom.cls),), name, call.site)
                frame.apply(value, Call((), (), call.site))
        told = (call.site, node, "request", None, only_if)
        entries.ambient.append(Ambient("middleware", atom.cls.id, *told))


def _job(engine: Engine, entries: Entries, call: OutsideCall, atom: Function, kind: str) -> None:
    site = Site(atom.fn.module.file, atom.fn.node.lineno)
    name = atom.fn.id
    if isinstance(call.callee, Made):
        name = text(call.callee.arg(-1, "name")) or name
    if all((job.name, job.site) != (name, site) for job in entries.jobs):
        entries.jobs.append(Job(kind, name, site, _entry(engine, call, atom)))
