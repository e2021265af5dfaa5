"""Transactions that write more than one table: these are what a cut splits."""

from __future__ import annotations

from collections.abc import Iterator, Set

from mscli.migrate.facts import TransactionFact
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.closure import Closure, Reached, Step, is_beside
from mscli.migrate.walk.graph.entries import Entries
from mscli.migrate.walk.graph.nodes import Node, weakest
from mscli.migrate.walk.project.index import FunctionSymbol, ModuleSymbol
from mscli.migrate.walk.values.values import Site

Found = dict[tuple[Site, str], dict[frozenset[str], TransactionFact]]

SPANNING = 2
COMMAND, SCRIPT = "command", "script"


def transactions(engine: Engine, entries: Entries, closure: Closure) -> tuple[TransactionFact, ...]:
    """Explicit ones, commits, cascades, per request, and writes that a signal joins to another."""
    found: Found = {}
    scripted = _scripted(engine, entries, closure)
    for node in _nodes(engine, entries):
        for region in node.regions:
            kind = SCRIPT if region.site in scripted else region.kind
            _take(found, region.site, kind, node, closure.within(node, region))
        _signals(found, node, closure, scripted)
    for route in entries.routes:
        if route.node is None:
            continue
        if entries.request_transactions:
            reached = closure.effects(route.node)
            _take(found, route.site, "request", route.node, reached, route.handler)
        elif any(step.node.injected for step in closure.steps(route.node)):
            reached = _left_open(route.node, closure)
            _take(found, route.site, "commit", route.node, reached, route.handler)
    return tuple(sorted(_whole(found)))


def _left_open(start: Node, closure: Closure) -> list[Reached]:
    """What a request does, less what its own code commits: a dependency commits that."""
    committed = {
        reached.effect
        for step in closure.steps(start)
        for region in step.node.regions
        for reached in closure.within(step.node, region)
    }
    return [reached for reached in closure.effects(start) if reached.effect not in committed]


def _scripted(engine: Engine, entries: Entries, closure: Closure) -> set[Site]:
    """Where transactions begin that commands and bodies of modules reach, and nothing else does.

    A command that loops for ever is a worker: what it does is done for somebody.
    """
    served = [job.node for job in entries.jobs if job.kind != COMMAND]
    served += [route.node for route in entries.routes if route.node is not None]
    served += [ambient.node for ambient in entries.ambient]
    served += [node for nodes in entries.receivers.values() for node, *_ in nodes]
    starts = [job.node for job in entries.jobs if job.kind == COMMAND]
    starts += [node for node in engine.nodes.values() if isinstance(node.symbol, ModuleSymbol)]
    known = {id(n.symbol): n.symbol for n in engine.nodes.values()}
    endless = {key for key, symbol in known.items() if _is_endless(symbol)}
    workers: list[Node] = []
    others: set[Node] = set()
    for start in starts:
        reached = closure.reached([start], others)
        if any(id(node.symbol) in endless for node in reached):
            workers.append(start)
        else:
            others |= reached
    return _begun(closure, starts) - _begun(closure, [*served, *workers])


def _is_endless(symbol: FunctionSymbol | ModuleSymbol) -> bool:
    if not isinstance(symbol, FunctionSymbol):
        return False
    lines = range(symbol.node.lineno, (symbol.node.end_lineno or symbol.node.lineno) + 1)
    return any(line in lines for line in symbol.module.endless)


def _begun(closure: Closure, starts: list[Node]) -> set[Site]:
    reached = closure.reached(dict.fromkeys(starts))
    sites = {region.site for node in reached for region in node.regions}
    return sites | {emitted.site for node in reached for emitted in node.emitted}


def _nodes(engine: Engine, entries: Entries) -> list[Node]:
    extra = [route.node for route in entries.routes if route.node is not None]
    extra += [job.node for job in entries.jobs]
    extra += [ambient.node for ambient in entries.ambient]
    return list(dict.fromkeys([*engine.nodes.values(), *extra]))


def _signals(
    found: Found,
    node: Node,
    closure: Closure,
    scripted: Set[Site],
) -> None:
    """A write whose signal makes another function write: not one transaction, but one unit."""
    for emitted in node.emitted:
        if not emitted.sender:
            continue
        reached: list[Reached] = []
        for step in closure.received(Step(node), emitted):
            reached.extend(closure.effects(step.node))
        own = [
            Reached(effect, effect.confidence)
            for effect in node.effects
            if effect.kind == "write" and effect.site == emitted.site
        ]
        if any(r.effect.kind == "write" for r in reached):
            kind = SCRIPT if emitted.site in scripted else "signal"
            _take(found, emitted.site, kind, node, [*own, *reached])


def _take(
    found: Found,
    site: Site,
    kind: str,
    node: Node,
    reached: list[Reached],
    name: str = "",
) -> None:
    """Note what is written together; by the same code, for others, it is another transaction."""
    writes = [r for r in reached if r.effect.kind == "write" and not is_beside(r.through)]
    tables = frozenset(r.effect.table for r in writes)
    if len(tables) < SPANNING:
        return
    on = [r for r in writes if not r.only_if]
    is_on = len({r.effect.table for r in on}) >= SPANNING
    sure = weakest(*(r.confidence for r in (on if is_on else writes)))
    name = name or node.symbol_id
    known = found.setdefault((site, kind), {})
    before = known.get(tables)
    if before is not None:
        name, sure = min(name, before.function), weakest(sure, before.confidence)
    known[tables] = TransactionFact(site, kind, name, tuple(sorted(tables)), sure)


def _whole(found: Found) -> Iterator[TransactionFact]:
    """The transactions of each place, without those that another has all tables of."""
    for known in found.values():
        yield from (fact for tables, fact in known.items() if not any(tables < o for o in known))
