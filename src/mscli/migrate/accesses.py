"""What each handler, job and ambient code does to tables, and for which routes of a handler.

A handler may answer several routes, and several methods of each, and do something for one of them
only: by what it asks of the request, by what the hooks around it ask, by what it was made with.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache

from mscli.migrate.facts import AccessFact
from mscli.migrate.walk.graph.closure import ALL, Closure, Step, is_beside
from mscli.migrate.walk.graph.entries import Ambient, Entries, Route
from mscli.migrate.walk.graph.nodes import WEAKNESS, Confidence, Effect, Node, both, weakest
from mscli.migrate.walk.graph.requests import Way, When, methods

Rank = tuple[bool, bool, int, bool, int]
Done = dict[tuple[str, str], AccessFact]
"""By table and kind."""
EVERY, USUAL, UNTOLD = "ANY", ("GET", "POST"), ("HEAD", "OPTIONS")


def accesses_of(entries: Entries, closure: Closure) -> list[AccessFact]:
    """Every access, once for each handler, table and kind."""
    found = _Found(closure)
    for route in entries.routes:
        around = [a for a in entries.ambient if _may_apply(a, route)]
        own = [route.node] if route.node is not None else []  # a package's own has none
        for way in _ways(route, [*own, *(a.node for a in around)], closure):
            found.route(route, way, around)
    for job in entries.jobs:
        found.add(f"job:{job.name}", "", job.node)
    for ambient in entries.ambient:
        found.add(f"ambient:{ambient.name}", "", ambient.node, only_if=ambient.only_if)
    return list(found.facts())


def _ways(route: Route, nodes: Iterable[Node], closure: Closure) -> Iterator[Way]:
    """How a route is asked; a view that takes every method, once for each that it asks about."""
    verbs = {route.method}
    if route.method == EVERY:
        asked = (when.question for node in nodes for when in closure.asked(node))
        told = {method for question in asked for method in methods(question)}
        verbs = {*USUAL, *told} - {*UNTOLD} if told else verbs
    for verb in sorted(verbs):
        yield Way(verb, route.path, route.names, route.parts)


def _may_apply(ambient: Ambient, route: Route) -> bool:
    """Whether ambient code may run with a route: all of it, or that of a part."""
    if ambient.part is not None:
        return ambient.part in route.within
    return ambient.scope in ("request", "render") or route.path.startswith(ambient.scope)


class _Found:
    """Takes in what is done by each route: lists of facts, each computed once and shared."""

    def __init__(self, closure: Closure) -> None:
        self.closure = closure
        self.done: defaultdict[str, dict[str, dict[int, Done]]] = defaultdict(dict)
        self.computed: dict[tuple[Node, str, frozenset[When], tuple[str, ...]], Done] = {}

    def route(self, route: Route, way: Way, around: Iterable[Ambient]) -> None:
        """What a request does that comes in so, with what runs beside its handler."""
        name, shows = f"{way.method} {way.path}", False
        if route.node is not None:
            shut = self.closure.shut(route.node, way)
            self.add(route.handler, name, route.node, "", shut)
            shows = any(step.node.renders for step in self.closure.steps(route.node, shut))
        for ambient in around:
            if ambient.scope != "render" or shows:
                shut = self.closure.shut(ambient.node, way)
                by = f"{ambient.kind} {ambient.name}"
                self.add(route.handler, name, ambient.node, by, shut, ambient.only_if)

    def add(
        self,
        handler: str,
        name: str,
        node: Node,
        through: str = "",
        shut: frozenset[When] = ALL,
        only_if: tuple[str, ...] = (),
    ) -> None:
        """One route of a handler does what a node does, less what is shut."""
        key = (node, through, shut, only_if)
        if key not in self.computed:
            done = _nearest(self.closure.steps(node, shut), through)
            self.computed[key] = _off(done, only_if) if only_if else done
        facts = self.computed[key]
        self.done[handler].setdefault(name, {})[id(facts)] = facts

    def facts(self) -> Iterator[AccessFact]:
        """Each access of a handler once, by the better evidence."""
        for handler, routes in self.done.items():
            best: dict[tuple[str, str], AccessFact] = {}
            every = {key: facts for lists in routes.values() for key, facts in lists.items()}
            for facts in every.values():
                for place, fact in facts.items():
                    best[place] = _better(best[place], fact) if place in best else fact
            same = len({frozenset(lists) for lists in routes.values()}) == 1
            for place, fact in best.items():
                limited = () if same else _doing(routes, place)
                yield replace(fact, handler=handler, routes=limited)


def _doing(routes: Mapping[str, Mapping[int, Done]], place: tuple[str, str]) -> tuple[str, ...]:
    """The routes that touch a table so; none, if all do."""
    found = [
        name for name, lists in routes.items() if any(place in facts for facts in lists.values())
    ]
    return tuple(sorted(found)) if len(found) < len(routes) else ()


def _nearest(steps: Iterable[Step], through: str) -> Done:
    """What is done in these steps: of each table the best evidence."""
    best: dict[tuple[str, str], tuple[Rank, Effect, Step, Confidence]] = {}
    operations: dict[tuple[str, str], tuple[str, ...]] = {}
    for step in steps:
        by = through or step.through
        for effect in step.node.effects:
            key = (effect.table, effect.kind)
            operations[key] = _with(operations.get(key, ()), effect.operation)
            sure = weakest(step.confidence, effect.confidence)
            rank = _rank(step.only_if, by, sure, step.length)
            if key not in best or rank < best[key][0]:
                best[key] = (rank, effect, step, sure)
    ways = {step: step.way for _, _, step, _ in best.values()}
    return {
        key: AccessFact(
            "",
            effect.table,
            effect.kind,
            operations[key],
            through or step.through,
            effect.site,
            ways[step],
            sure,
            only_if=step.only_if,
        )
        for key, (_, effect, step, sure) in best.items()
    }


def _off(done: Done, only_if: tuple[str, ...]) -> Done:
    """What is done only where settings are other than by default."""
    sure = Confidence.POSSIBLE
    return {
        place: replace(fact, confidence=sure, only_if=both(only_if, fact.only_if))
        for place, fact in done.items()
    }


@cache
def _with(operations: tuple[str, ...], *more: str) -> tuple[str, ...]:
    """All of them, in order; of the few combinations each once."""
    return tuple(sorted({*operations, *more}))


def _rank(only_if: tuple[str, ...], through: str, sure: Confidence, length: int) -> Rank:
    """What is off last, and work beside the request; then the surer, without a detour, nearer."""
    return bool(only_if), is_beside(through), WEAKNESS[sure], bool(through), length


def _better(known: AccessFact, new: AccessFact) -> AccessFact:
    """Of two pieces of evidence the better one; the operations of both."""
    ranks = [_rank(f.only_if, f.through, f.confidence, len(f.way)) for f in (known, new)]
    best = new if ranks[1] < ranks[0] else known
    return replace(best, operations=_with(known.operations, *new.operations))
