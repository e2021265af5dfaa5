"""Puts what was seen at run time into the facts: certain, and said to be from there."""

from __future__ import annotations

from dataclasses import replace

from mscli.migrate.facts import (
    AccessFact,
    Facts,
    RouteFact,
    TransactionFact,
    UnresolvedFact,
)
from mscli.migrate.tracing.seen import Seen
from mscli.migrate.walk.graph.nodes import Confidence
from mscli.migrate.walk.values.values import Site

RUNTIME = "runtime"


def merge(facts: Facts, handlers: list[Seen], warnings: tuple[str, ...] = ()) -> Facts:
    """The facts with every read, write and transaction that a request was seen to make."""
    merging = _Merging(facts)
    for one in handlers:
        merging.take(one)
    return replace(
        facts,
        accesses=tuple(sorted(merging.accesses.values())),
        transactions=tuple(sorted(merging.transactions)),
        unresolved=tuple(sorted(merging.unresolved)),
        warnings=(*facts.warnings, *warnings),
    )


class _Merging:
    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.tables = {table.table for table in facts.tables}
        self.accesses = {(a.handler, a.table, a.kind): a for a in facts.accesses}
        self.transactions = set(facts.transactions)
        self.unresolved = set(facts.unresolved)

    def take(self, one: Seen) -> None:
        """One handler of one route."""
        routes = self._routes(one)
        if not routes:
            what = f"{one.method} {one.path} was asked for at run time, and is not in the code"
            self.unresolved.add(UnresolvedFact("route", what, Site(RUNTIME, 1)))
            return
        for route in routes:
            for kind, touched in (("read", one.reads), ("write", one.writes)):
                for table in sorted(touched):
                    self._access(route, table, kind)
            for together in sorted(one.together):
                self._together(route, together)

    def _routes(self, one: Seen) -> list[RouteFact]:
        """By path and method; by the handler's name where the path is written otherwise."""
        here = [r for r in self.facts.routes if r.path == one.path]
        exact = [r for r in here if r.method == one.method]
        return (
            exact
            or [r for r in here if r.method == "ANY"]
            or [r for r in self.facts.routes if r.handler == one.handler]
        )

    def _access(self, route: RouteFact, table: str, kind: str) -> None:
        if table not in self.tables:
            what = f"table {table} was used at run time, and is not in the code"
            self.unresolved.add(UnresolvedFact("table", what, route.evidence))
            return
        key = (route.handler, table, kind)
        known = self.accesses.get(key)
        if known is None:
            self.accesses[key] = AccessFact(
                route.handler,
                table,
                kind,
                (RUNTIME,),
                RUNTIME,
                route.evidence,
                (),
                Confidence.CERTAIN,
            )
        else:
            operations = tuple(sorted({*known.operations, RUNTIME}))
            routes = known.routes if known.is_of(route) else (*known.routes, route.name)
            self.accesses[key] = replace(
                known,
                operations=operations,
                confidence=Confidence.CERTAIN,
                routes=tuple(sorted(routes)),
            )

    def _together(self, route: RouteFact, tables: tuple[str, ...]) -> None:
        known = tuple(table for table in tables if table in self.tables)
        covered = any(set(known) <= set(fact.tables) for fact in self.transactions)
        if len(known) > 1 and not covered:
            self.transactions.add(
                TransactionFact(route.evidence, "atomic", route.handler, known, Confidence.CERTAIN)
            )
