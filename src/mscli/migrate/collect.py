"""From the walk to facts: sorted, without doubles, each with its evidence."""

from __future__ import annotations

from dataclasses import replace

from mscli.migrate import elsewhere
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
from mscli.migrate.outgoing import external, raw_sql, sql_effects
from mscli.migrate.sources import Sources
from mscli.migrate.transactions import transactions
from mscli.migrate.walk.closure import Closure, Step, is_beside
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.entries import Ambient, Entries, Job, Route
from mscli.migrate.walk.index import FunctionSymbol
from mscli.migrate.walk.nodes import WEAKNESS, Confidence, Edge, Effect, Node, weakest
from mscli.migrate.walk.values import Site

Rank = tuple[bool, int, bool, int]


def facts_of(engine: Engine, entries: Entries, found: Sources) -> Facts:
    """Every fact, in one order."""
    sql_effects(engine)
    entries.jobs.extend(_tasks(engine))
    closure = Closure(entries)
    routes = tuple(sorted(set(_routes(entries))))
    accesses = tuple(sorted(_accesses(entries, closure)))
    tables = _tables(engine, {access.table for access in accesses})
    imports = tuple(sorted(set(_imports(engine))))
    elsewhere.note(engine)
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
        tuple(sorted({AmbientFact(a.kind, a.name, a.scope, a.site) for a in entries.ambient})),
        tuple(sorted({JobFact(j.kind, j.name, f"job:{j.name}", j.site) for j in entries.jobs})),
        raw_sql(engine),
        external(engine),
        imports,
        unresolved,
        (*_warnings(engine, entries, found), *filter(None, [warning_of(databases)])),
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
        RouteFact(r.path, r.method, r.handler, r.framework, r.site, r.confidence)
        for r in entries.routes
    ]


def _urls(entries: Entries) -> tuple[UrlFact, ...]:
    every = dict.fromkeys(entries.urls)
    return tuple(
        UrlFact(place, u.name, u.framework, u.parts, u.apps, u.site)
        for place, u in enumerate(every)
    )


def _accesses(entries: Entries, closure: Closure) -> list[AccessFact]:
    found: dict[tuple[str, str, str], AccessFact] = {}
    for handler, node in dict.fromkeys((r.handler, r.node) for r in entries.routes):
        if node is not None:
            _add(found, handler, _nearest(node, closure, ""))
    for job in entries.jobs:
        _add(found, f"job:{job.name}", _nearest(job.node, closure, ""))
    for ambient in entries.ambient:
        _add(found, f"ambient:{ambient.name}", _nearest(ambient.node, closure, ""))
        facts = _nearest(ambient.node, closure, f"{ambient.kind} {ambient.name}")
        handlers = (r for r in entries.routes if r.node and applies(ambient, r, closure))
        for handler in dict.fromkeys(route.handler for route in handlers):
            _add(found, handler, facts)
    return list(found.values())


def applies(ambient: Ambient, route: Route, closure: Closure) -> bool:
    """Whether ambient code runs with a route: always, on rendering, or with those of a part."""
    if ambient.part is not None:
        return ambient.part in route.within
    if ambient.scope == "render":
        return route.node is not None and any(s.node.renders for s in closure.steps(route.node))
    return ambient.scope == "request" or route.path.startswith(ambient.scope)


def _add(
    found: dict[tuple[str, str, str], AccessFact], handler: str, facts: list[AccessFact]
) -> None:
    for fact in facts:
        key = (handler, fact.table, fact.kind)
        known = found.get(key)
        found[key] = replace(_better(known, fact) if known else fact, handler=handler)


def _nearest(node: Node, closure: Closure, through: str) -> list[AccessFact]:
    """What a node does through all that it reaches: of each table the best evidence."""
    best: dict[tuple[str, str], tuple[Rank, Effect, Step, Confidence]] = {}
    operations: dict[tuple[str, str], set[str]] = {}
    for step in closure.steps(node):
        by = through or step.through
        for effect in step.node.effects:
            key = (effect.table, effect.kind)
            operations.setdefault(key, set()).add(effect.operation)
            sure = weakest(step.confidence, effect.confidence)
            rank = _rank(by, sure, step.length)
            if key not in best or rank < best[key][0]:
                best[key] = (rank, effect, step, sure)
    return [
        AccessFact(
            "",
            effect.table,
            effect.kind,
            tuple(sorted(operations[key])),
            through or step.through,
            effect.site,
            step.way,
            sure,
        )
        for key, (_, effect, step, sure) in best.items()
    ]


def _rank(through: str, sure: Confidence, length: int) -> Rank:
    """Work beside the request last; then the surer, what is done without a detour, the nearer."""
    return is_beside(through), WEAKNESS[sure], bool(through), length


def _better(known: AccessFact, new: AccessFact) -> AccessFact:
    """Of two pieces of evidence the better one; the operations of both."""
    ranks = [_rank(f.through, f.confidence, len(f.way)) for f in (known, new)]
    best = new if ranks[1] < ranks[0] else known
    return replace(best, operations=tuple(sorted({*known.operations, *new.operations})))


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
        warnings.append(f"{found.left_out} folders and files of tests and migrations left out")
    warnings.extend(
        f"{file}:{line}: not parsed by Python {_version()}: {why}"
        for file, line, why in found.unparsed
    )
    return tuple(warnings)


def _version() -> str:
    import sys

    return f"{sys.version_info.major}.{sys.version_info.minor}"
