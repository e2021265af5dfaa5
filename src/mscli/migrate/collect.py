"""From the walk to facts: sorted, without doubles, each with its evidence."""

from __future__ import annotations

from mscli.migrate import elsewhere, sql_tables, unread
from mscli.migrate.accesses import accesses_of
from mscli.migrate.databases import databases_of, warning_of
from mscli.migrate.facts import (
    AccessFact,
    AmbientFact,
    Facts,
    ImportFact,
    JobFact,
    RelationFact,
    RouteFact,
    TableFact,
    UnresolvedFact,
    UrlFact,
)
from mscli.migrate.outgoing import external
from mscli.migrate.raw_sql import raw_sql, sql_effects
from mscli.migrate.sources import Sources
from mscli.migrate.transactions import transactions
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.closure import Closure
from mscli.migrate.walk.graph.entries import Ambient, Entries, Job, Route
from mscli.migrate.walk.graph.nodes import Confidence, Edge, Node
from mscli.migrate.walk.project.index import FunctionSymbol
from mscli.migrate.walk.values.values import Site
from mscli.wording import counted


def facts_of(engine: Engine, entries: Entries, found: Sources) -> Facts:
    """Every fact, in one order."""
    sql_tables.add(engine, found)
    sql_effects(engine)
    entries.jobs.extend(_tasks(engine))
    closure = Closure(entries)
    routes = tuple(sorted(set(_routes(entries))))
    accesses = tuple(sorted(accesses_of(entries, closure), key=_place))
    tables = _tables(engine, {access.table for access in accesses})
    imports = tuple(sorted(set(_imports(engine))))
    elsewhere.note(engine)
    not_read = unread.note(engine)
    unresolved = _unresolved(engine, found)
    databases = databases_of(found)
    counts = {
        "files": len(found.files),
        "lines": sum(source.lines for source in found.files),
        "left_out": found.left_out,
        "unparsed": len(found.unparsed),
    }
    return Facts(
        tuple(sorted(entries.frameworks)),
        counts,
        routes,
        _urls(entries),
        tuple(entries.languages),
        databases,
        tables,
        _relations(engine),
        accesses,
        transactions(engine, entries, closure),
        tuple(sorted({_ambient(ambient) for ambient in entries.ambient})),
        tuple(sorted({JobFact(j.kind, j.name, f"job:{j.name}", j.site) for j in entries.jobs})),
        raw_sql(engine),
        external(engine),
        imports,
        unresolved,
        (*_warnings(engine, entries, found), *not_read, *filter(None, [warning_of(databases)])),
    )


def _tasks(engine: Engine) -> list[Job]:
    """What is started beside whoever starts it, and not waited for: one job, whoever starts it."""
    found: dict[FunctionSymbol, Job] = {}
    for node in list(engine.nodes.values()):
        for edge in node.edges:
            symbol = edge.to.symbol
            if edge.kind == "task" and isinstance(symbol, FunctionSymbol):
                site = Site(symbol.module.file, symbol.node.lineno)
                if symbol not in found:
                    entry = Node(symbol, ("task", symbol))
                    found[symbol] = Job("task", symbol.id, site, entry)
                found[symbol].node.edges[Edge(edge.to, site, ())] = None
    return list(found.values())


def _routes(entries: Entries) -> list[RouteFact]:
    return [
        RouteFact(r.path, r.method, r.handler, r.framework, r.site, _sure(r), r.only_if)
        for r in entries.routes
    ]


def _sure(route: Route) -> Confidence:
    return Confidence.POSSIBLE if route.only_if else route.confidence


def _ambient(ambient: Ambient) -> AmbientFact:
    return AmbientFact(ambient.kind, ambient.name, ambient.scope, ambient.site, ambient.only_if)


def _urls(entries: Entries) -> tuple[UrlFact, ...]:
    every = dict.fromkeys(entries.urls)
    return tuple(
        UrlFact(place, u.name, u.framework, u.parts, u.apps, u.site)
        for place, u in enumerate(every)
    )


def _place(access: AccessFact) -> tuple[str, str, str]:
    """What no two accesses have in common."""
    return access.handler, access.table, access.kind


def _tables(engine: Engine, used: set[str]) -> tuple[TableFact, ...]:
    known = dict(engine.schema.by_table)
    related = {r.target.table for r in engine.schema.relations if r.target is not None}
    for model in engine.schema.outside.values():
        if model.table in used | related:
            known.setdefault(model.table, model)
    return tuple(
        sorted(
            (
                TableFact(
                    m.table,
                    m.cls.id if m.cls else m.name,
                    m.owner,
                    m.origin,
                    m.fields,
                    m.site,
                    m.confidence,
                )
                for m in known.values()
            ),
            key=lambda fact: fact.table,
        )
    )


def _relations(engine: Engine) -> tuple[RelationFact, ...]:
    found = {
        RelationFact(
            r.source.table,
            r.name,
            r.kind,
            r.target.table if r.target else "",
            "" if r.reverse.endswith("+") else r.reverse,
            r.on_delete,
            r.through.table if r.through else "",
            r.site,
            r.confidence,
        )
        for r in engine.schema.relations
    }
    return tuple(sorted(found))


def _imports(engine: Engine) -> list[ImportFact]:
    found: dict[tuple[str, str], ImportFact] = {}
    for module in engine.project.modules:
        for name, line in module.import_lines:
            target = engine.project.module(name, module) or engine.project.module(
                name.rpartition(".")[0], module
            )
            if target is not None and target is not module:
                key = (module.name, target.name)
                found.setdefault(key, ImportFact(*key, Site(module.file, line)))
    return list(found.values())


def _unresolved(engine: Engine, found: Sources) -> tuple[UnresolvedFact, ...]:
    facts = {
        UnresolvedFact(u.kind, u.what, u.site)
        for u in engine.unresolved
        if u.kind != "call" or u.site not in engine.resolved
    }
    facts |= {UnresolvedFact("file", why, Site(file, line)) for file, line, why in found.unparsed}
    return tuple(sorted(facts))


def _warnings(engine: Engine, entries: Entries, found: Sources) -> tuple[str, ...]:
    warnings = list(found.warnings)
    if not entries.frameworks:
        warnings.append("no framework was recognised: Django, Flask and FastAPI are known")
    elif not entries.routes:
        warnings.append("no route was found")
    if not engine.schema.by_table:
        warnings.append("no table was found")
    if len({name for name in entries.frameworks if name in ("django", "flask", "fastapi")}) > 1:
        warnings.append("more than one web framework: routes of all are listed together")
    if found.left_out:
        left = counted(found.left_out, "folder or file", "folders and files")
        warnings.append(f"{left} of tests and migrations left out")
    warnings.extend(
        f"{file}:{line}: not parsed by Python {_version()}: {why}"
        for file, line, why in found.unparsed
    )
    return tuple(warnings)


def _version() -> str:
    import sys

    return f"{sys.version_info.major}.{sys.version_info.minor}"
