"""What becomes of a route: its code goes along, or it stays, with every reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from mscli.migrate.apply.listening import listening
from mscli.migrate.apply.models import EVERY, Models, made_in, mapped_by_calls
from mscli.migrate.apply.moving.implied.listeners import Statement
from mscli.migrate.apply.moving.implied.memory import State, against, places_in
from mscli.migrate.apply.moving.implied.queues import against_queues
from mscli.migrate.apply.moving.implied.receivers import goes_along, has, receivers_of, unheard
from mscli.migrate.apply.moving.implied.shared_tasks import applications_for
from mscli.migrate.apply.moving.needs.closed import Closure
from mscli.migrate.apply.moving.needs.closure import Closing
from mscli.migrate.apply.moving.needs.connections import opened_in
from mscli.migrate.apply.moving.placing import Framework, Mount, Placed, module_in
from mscli.migrate.apply.packages import Packages
from mscli.migrate.apply.tables.table import Table
from mscli.migrate.boundaries.steps.moves import MONOLITH
from mscli.migrate.facts import Facts, RouteFact, UnresolvedFact, condition
from mscli.migrate.store import OWN, SHARED, Store

UNPLACED = "its route is not declared at the top of a module, with its path as text ({})"
OF_PAGES, AROUND, OF_LISTS, OF_WORKERS = "template", "middleware", "include", "job"
WEBSOCKET = "WEBSOCKET"
OF_TABLES = {"call", "contexts", "depth", "package", "relation", "sql", "table", OF_PAGES}
"""Kinds of what is unresolved that leave open which rows are touched, and not which code runs.

Of templates those that go along say that themselves.
"""


@dataclass(frozen=True, slots=True)
class Fate:
    """One route: moved from where it is declared, or not, with every reason."""

    route: RouteFact
    placed: Placed | None = None
    reasons: tuple[str, ...] = ()

    @property
    def is_moved(self) -> bool:
        """Whether its code is in the new service."""
        return not self.reasons

    @property
    def mount(self) -> Mount | None:
        """Its router, and the prefix."""
        return self.placed.mount if self.placed else None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known beside the code: facts, owners of tables, tables as read, packages."""

    facts: Facts
    owners: Mapping[str, str]
    tables: Mapping[str, Table]
    packages: Packages
    store: Store = OWN


class Judge:
    """Of the routes of one service; `models` are those that go along with any of its code."""

    def __init__(
        self,
        name: str,
        known: Known,
        closing: Closing,
        models: Models,
        frameworks: Mapping[str, Framework],
        states: Callable[[], Sequence[State]] = tuple,
    ) -> None:
        self.name = name
        self.known = known
        self.closing = closing
        self.models = models.closure
        self.against = _both(models.against, mapped_by_calls(known.facts))
        self.frameworks = frameworks
        self.states = states
        tables = {fact.model: fact.table for fact in known.facts.tables}
        self.receivers, self.hidden = receivers_of(closing)
        self.listening = listening(
            closing, self.models, tables, known.store, known.packages, self.receivers
        )
        self.against_writes = _both(models.against_writes, self.listening.against)
        self.closures: dict[RouteFact, Closure] = {}
        for framework in frameworks.values():
            framework.settle(lambda closure, of=framework: self._is_clean(closure, of))  # type: ignore[misc]

    def fates(self, routes: list[RouteFact]) -> tuple[Fate, ...]:
        """One for each route. A service has moved code of one framework and application only."""
        found = self._with_memory([self._fate(route) for route in routes])
        first = next((fate for fate in found if fate.is_moved), None)
        return tuple(
            Fate(fate.route, reasons=why)
            if first and fate.is_moved and (why := tuple(_beside(fate, first)))
            else fate
            for fate in found
        )

    def _with_memory(self, fates: list[Fate]) -> list[Fate]:
        """What is in memory is in one process: who shares it stays together."""
        states = self.states()
        where = {r: places_in(self.closing, c, states) for r, c in self.closures.items() if states}
        if not any(where.get(fate.route) for fate in fates if fate.is_moved):
            return fates
        theirs = [self._closure(r, None) for r in self.known.facts.routes if r not in where]
        elsewhere = [places_in(self.closing, closure, states) for closure in theirs]
        while True:
            moved = {fate.route: where[fate.route] for fate in fates if fate.is_moved}
            staying = [places for route, places in where.items() if route not in moved]
            why = against(states, moved, frozenset().union(*staying, *elsewhere))
            if not why:
                return fates
            fates = [
                Fate(fate.route, fate.placed, tuple(why[fate.route])) if fate.route in why else fate
                for fate in fates
            ]

    def _fate(self, route: RouteFact) -> Fate:
        framework = self.frameworks.get(route.framework)
        if framework is None:
            text = f"a handler of {route.framework} is written anew"
            return Fate(route, reasons=(text, *self._accesses(route)))
        placed = framework.placed(route)
        closure = self._closure(route, placed)
        closure.packages |= self.known.packages.among(closure.inside | self.models.inside)
        closure = self._with_others(closure, framework)
        closure.packages |= framework.packages | (placed.packages if placed else frozenset())
        reasons = [
            *(() if placed else (self._unplaced(route),)),
            *self._accesses(route),
            *closure.reasons,
            *_of(self.against, self._touched(route)),
            *_of(self.against_writes, self._written(route)),
            *self._unheard(closure, self._written(route)),
            *self._unresolved(closure, framework),
            *self._making(closure),
            *against_queues(self.closing, closure),
            *self._unknown(route),
            *self.known.packages.against(
                closure.packages | self.models.packages, closure.inside | self.models.inside
            ),
            *(placed.against if placed else ()),
            *framework.against(closure, self.models, placed),
        ]
        if "{}" in route.path:
            reasons.append("its path is not known")
        self.closures[route] = closure
        return Fate(route, placed, tuple(dict.fromkeys(reasons)))

    def _closure(self, route: RouteFact, placed: Placed | None) -> Closure:
        """What the route needs; of one that cannot be placed what its handler needs."""
        if placed is not None:
            return self.closing.of(placed.symbols, placed.statements)
        dotted = route.handler
        while dotted and self.closing.find(dotted) is None:
            dotted = dotted.rpartition(".")[0]
        return self.closing.of([dotted or route.handler])

    def _with_others(self, closure: Closure, framework: Framework) -> Closure:
        """With symbols that the framework takes, as settings, and with what these need.

        Models go along with every route, and so do the settings that they read; and those who hear
        a signal of the project's own.
        """
        taken: set[str] = set()
        fixed = framework.also(self.models)
        heard = unheard(closure, self.receivers)
        while heard or not taken.issuperset(
            also := (*framework.also(closure), *fixed, *applications_for(self.closing, closure))
        ):
            found = self.closing.of(() if heard else also, heard)
            taken |= set(() if heard else also)
            closure.add(found)
            closure.reasons += found.reasons
            heard = unheard(closure, self.receivers)
        for one in self.hidden:
            if has(closure, one.signal) and not goes_along(one.line, closure, self.closing):
                where = ":".join(map(str, one.line))
                closure.reasons.append(f"a signal is connected inside of a function ({where})")
        return closure

    def heard_with(self, closure: Closure) -> list[Statement]:
        """The statements of a closure that hear signals of the project's own."""
        every = (each for found in self.receivers.values() for each in found)
        return [(m, p) for m, p in every if has(closure, (m.file, p.first))]

    def _is_clean(self, closure: Closure, framework: Framework) -> bool:
        """Whether nothing is against code that is around routes."""
        closure.packages |= self.known.packages.among(closure.inside)
        closure = self._with_others(closure, framework)
        against = (
            *closure.reasons,
            *self._unresolved(closure, framework),
            *self._making(closure),
            *against_queues(self.closing, closure),
            *self.known.packages.against(closure.packages, closure.inside),
        )
        return not against

    def _unplaced(self, route: RouteFact) -> str:
        if route.method == WEBSOCKET:
            return f"a websocket stays in the monolith ({route.evidence})"
        return UNPLACED.format(route.evidence)

    def _accesses(self, route: RouteFact) -> Iterator[str]:
        """Tables of others that the handler itself touches; what runs on every request stays."""
        ambient = {f"{found.kind} {found.name}" for found in self.known.facts.ambient}
        asked = (
            self.frameworks[route.framework].asked if route.framework in self.frameworks else bool
        )
        for access in self.known.facts.accesses:
            owner = self.known.owners.get(access.table, MONOLITH)
            is_of_others = access.handler == route.handler and owner != self.name
            is_asked = access.kind == "read" and asked(access.table)
            if is_of_others and access.through not in ambient and not is_asked:
                verb = "writes" if access.kind == "write" else "reads"
                where = f"{access.evidence}{condition(access.only_if)}"
                yield f"it {verb} {access.table}, which {owner} owns ({where})"

    def _touched(self, route: RouteFact) -> set[str]:
        accesses = self.known.facts.accesses
        return {EVERY, *(a.table for a in accesses if a.handler == route.handler)}

    def _written(self, route: RouteFact) -> set[str]:
        """The tables of the service that a route writes, and `EVERY` if there are any."""
        written = {
            access.table
            for access in self.known.facts.accesses
            if access.handler == route.handler
            and access.kind == "write"
            and self.known.owners.get(access.table) == self.name
        }
        return written | {EVERY} if written else written

    def _unheard(self, closure: Closure, written: set[str]) -> Iterator[str]:
        """Listeners that a function connects which does not go along."""
        for tables, hidden in self.listening.hidden:
            if tables & written and not goes_along(hidden.place, closure, self.closing):
                yield hidden.reason

    def _making(self, closure: Closure) -> Iterator[str]:
        """Nobody but the monolith makes tables in its database, or opens it from another one."""
        is_there = self.known.store == SHARED
        yield from made_in(self.closing.kept(closure)) if is_there else opened_in(closure)

    def _unresolved(self, closure: Closure, framework: Framework) -> Iterator[str]:
        for lost in self.known.facts.unresolved:
            if lost.kind in (AROUND, OF_LISTS, OF_WORKERS) or (
                lost.kind == OF_PAGES and framework.has_every_page
            ):
                continue  # of a list of URLs each element goes along by itself; workers stay
            if self.known.store == SHARED and _leaves_rows_open(lost):
                continue  # whichever table it is, it is there
            file, line = lost.evidence.file, lost.evidence.line
            kept = closure.pieces.get(file)
            module = module_in(self.closing.project, file) if kept else None
            for piece in self.closing.sources.of(module).pieces if module else ():
                if piece.first in (kept or ()) and piece.first <= line <= piece.last:
                    yield f"`{lost.what}` could not be followed ({lost.evidence})"

    def _unknown(self, route: RouteFact) -> Iterator[str]:
        mine = [a for a in self.known.facts.accesses if a.handler == route.handler]
        written = {a.table for a in mine if a.kind == "write"}
        for table in sorted({a.table for a in mine}):
            if self.known.owners.get(table) == self.name and table in self.known.tables:
                yield from self.known.tables[table].unknown
                yield from self.known.tables[table].unchecked if table in written else ()


def _both(one: Mapping[str, list[str]], other: Mapping[str, list[str]]) -> dict[str, list[str]]:
    return {table: [*one.get(table, ()), *other.get(table, ())] for table in {*one, *other}}


def _of(reasons: Mapping[str, list[str]], tables: set[str]) -> Iterator[str]:
    for table in sorted(tables):
        yield from reasons.get(table, ())


def _leaves_rows_open(lost: UnresolvedFact) -> bool:
    """Whether only rows are unknown: what `getattr` takes of an object is there with its class."""
    return lost.kind in OF_TABLES or lost.what.startswith("getattr ")


def _beside(fate: Fate, first: Fate) -> Iterator[str]:
    """Why a route cannot be in a service where another one is moved."""
    if fate.route.framework != first.route.framework:
        yield f"moved code of {first.route.framework} is in this service"
    elif fate.placed and first.placed and fate.placed.around != first.placed.around:
        path = f"`{first.route.method} {first.route.path}`"
        yield f"its application answers otherwise than that of {path}, which is in this service"
