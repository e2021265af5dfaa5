"""What a function does through everything that it calls: reachability over the walk's graph."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from functools import cached_property

from mscli.migrate.walk.graph.entries import Entries, Receiver
from mscli.migrate.walk.graph.nodes import (
    Confidence,
    Edge,
    Effect,
    Emitted,
    Node,
    Region,
    both,
    weakest,
)
from mscli.migrate.walk.graph.requests import Way, When, may_be
from mscli.migrate.walk.values.frozen import frozen
from mscli.migrate.walk.values.values import Site
from mscli.migrate.words import words

LONGEST_CHAIN, MOST_KEPT = 12, 200_000
TASK = "task "
LOADED = "post_init"
"""The signal of a row that is loaded, or made."""
ANSWERS = frozenset(
    words("count exists aggregate acount aexists contains explain values values_list dates collect")
)
"""Reads that load no row."""
ALL: frozenset[When] = frozenset()


@frozen
class Reached:
    """An effect that was reached, and by what."""

    effect: Effect
    confidence: Confidence
    through: str = ""
    only_if: tuple[str, ...] = ()


@dataclass(eq=False, slots=True, repr=False)
class Step:
    """A node that was reached, and how: from the step before, at these sites.

    `only_if`: the settings that have to be other than by default.
    """

    node: Node
    confidence: Confidence = Confidence.CERTAIN
    through: str = ""
    before: Step | None = None
    sites: tuple[Site, ...] = ()
    length: int = 0
    only_if: tuple[str, ...] = ()

    @property
    def way(self) -> tuple[Site, ...]:
        """The sites of the calls, outermost first."""
        parts: list[tuple[Site, ...]] = []
        step: Step | None = self
        while step is not None:
            parts.append(step.sites)
            step = step.before
        return tuple(site for sites in reversed(parts) for site in sites)[:LONGEST_CHAIN]

    def further(self, node: Node, sure: Confidence, through: str, *sites: Site) -> Step:
        """The next step."""
        length = min(self.length + len(sites), LONGEST_CHAIN)
        return Step(node, sure, through, self, sites, length, self.only_if)

    def along(self, edge: Edge) -> Step:
        """The next step by a call, or into a branch, which is no place of its own."""
        is_branch = edge.when is not None or bool(edge.only_if)
        sure = weakest(self.confidence, edge.confidence)
        found = self.further(edge.to, sure, self.through, *(() if is_branch else (edge.site,)))
        found.only_if = both(self.only_if, edge.only_if)
        return found


def is_beside(through: str) -> bool:
    """Whether something is done by work that was started and not waited for."""
    return through.startswith(TASK)


class Closure:
    """Walks the graph from entries; signals lead to their receivers."""

    def __init__(self, entries: Entries) -> None:
        self.receivers = entries.receivers
        self._steps: dict[tuple[Node, frozenset[When]], tuple[Step, ...]] = {}
        self._kept = 0
        self._signals: dict[Node, tuple[Emitted, ...]] = {}
        self._asked: dict[Node, tuple[When, ...]] = {}

    def steps(self, start: Node, shut: frozenset[When] = ALL) -> tuple[Step, ...]:
        """Every node that a node reaches, itself first, each by its shortest way.

        What is `shut` is not done: no request that is asked about comes there.
        """
        known = self._steps.get((start, shut))
        if known is None:
            known = tuple(self._search(start, shut))
            if self._kept > MOST_KEPT:  # large applications have millions
                self._steps.clear()
                self._kept = 0
            self._steps[start, shut] = known
            self._kept += len(known)
        return known

    def asked(self, start: Node) -> tuple[When, ...]:
        """What is asked of the request on the ways from a node."""
        if start not in self._asked:
            edges = (edge for step in self.steps(start) for edge in step.node.edges)
            self._asked[start] = tuple(dict.fromkeys(e.when for e in edges if e.when is not None))
        return self._asked[start]

    def shut(self, start: Node, way: Way) -> frozenset[When]:
        """What a request that comes in so does not reach from a node."""
        return frozenset(when for when in self.asked(start) if not may_be(when, way))

    def _search(self, start: Node, shut: frozenset[When]) -> list[Step]:
        """What runs in the request first, then what runs only beside it, then what is off."""
        queue = deque([Step(start)])
        beside: deque[Step] = deque()
        off: deque[Step] = deque()
        seen: set[Node] = set()
        waiting: set[Node] = set()
        found: list[Step] = []
        while queue or beside or off:
            step = (queue or beside or off).popleft()
            if step.node in seen:
                continue
            seen.add(step.node)
            found.append(step)
            for edge in step.node.edges:
                if edge.when in shut:
                    continue
                if edge.only_if:
                    off.append(step.along(edge))
                elif edge.kind == "call" and edge.to not in waiting:
                    waiting.add(edge.to)
                    queue.append(step.along(edge))
                elif edge.kind == "task":
                    beside.append(_started(step, edge))
            for emitted in self._sent(step.node):
                for sender, receiver in self._heard(emitted):
                    if receiver.only_if:
                        off.append(_told(step, emitted, sender, receiver))
                    elif receiver.node not in waiting:
                        waiting.add(receiver.node)
                        queue.append(_told(step, emitted, sender, receiver))
        return found

    def reached(self, starts: Iterable[Node], left_out: Set[Node] = frozenset()) -> set[Node]:
        """Every node that any of them reaches, whatever the way, but for those left out."""
        waiting = list(starts)
        seen: set[Node] = set()
        while waiting:
            node = waiting.pop()
            if node in seen or node in left_out:
                continue
            seen.add(node)
            waiting.extend(edge.to for edge in node.edges if edge.kind in ("call", "task"))
            for emitted in self._sent(node):
                waiting.extend(receiver.node for _, receiver in self._heard(emitted))
        return seen

    def _after(self, step: Step, region: Region | None) -> list[Step]:
        """One step further: calls and receivers, only those inside a region if one is given."""
        found: list[Step] = []
        for edge in step.node.edges:
            if edge.kind == "call" and (region is None or region in edge.regions):
                found.append(step.along(edge))
        for emitted in self._sent(step.node):
            if region is None or region in emitted.regions:
                found.extend(self.received(step, emitted))
        return found

    def received(self, step: Step, emitted: Emitted) -> list[Step]:
        """What a signal leads to."""
        return [_told(step, emitted, sender, heard) for sender, heard in self._heard(emitted)]

    def _sent(self, node: Node) -> Iterable[Emitted]:
        """The signals of a node, also those of the rows that it loads."""
        if not self._loaded:
            return node.emitted
        if node not in self._signals:
            self._signals[node] = (*node.emitted, *self._loading(node))
        return self._signals[node]

    def _loading(self, node: Node) -> Iterator[Emitted]:
        for effect in node.effects:
            is_loading = effect.kind == "read" and effect.operation not in ANSWERS
            if is_loading and not self._loaded.isdisjoint((effect.table, "")):
                yield Emitted(LOADED, effect.table, effect.site, effect.regions, kept=True)

    @cached_property
    def _loaded(self) -> frozenset[str]:
        """Tables of which somebody hears that rows are loaded."""
        return frozenset(sender for signal, sender in self.receivers if signal == LOADED)

    def _heard(self, emitted: Emitted) -> Iterator[tuple[str, Receiver]]:
        """The receivers of a signal's sender, and those of all."""
        for sender in dict.fromkeys((emitted.sender, "")):
            for receiver in self.receivers.get((emitted.signal, sender), ()):
                if None in (emitted.kept, receiver.kept) or emitted.kept is receiver.kept:
                    yield sender, receiver

    def effects(self, start: Node) -> list[Reached]:
        """Every effect of a node and of all it reaches."""
        return [
            Reached(effect, weakest(step.confidence, effect.confidence), step.through, step.only_if)
            for step in self.steps(start)
            for effect in step.node.effects
        ]

    def within(self, node: Node, region: Region) -> list[Reached]:
        """The effects inside a transaction that a node opens."""
        is_commit = region.kind == "commit"
        found = [
            Reached(effect, effect.confidence)
            for effect in node.effects
            if is_commit or region in effect.regions
        ]
        seen: set[Node] = {node}
        after = self._after(Step(node), None if is_commit else region)
        every = [(step, reached) for step in after for reached in self.steps(step.node)]
        for step, reached in sorted(every, key=_is_off):
            if reached.node in seen:
                continue
            seen.add(reached.node)
            through = reached.through or step.through
            sure = weakest(step.confidence, reached.confidence)
            only_if = both(step.only_if, reached.only_if)
            found.extend(
                Reached(effect, weakest(sure, effect.confidence), through, only_if)
                for effect in reached.node.effects
            )
        return found


def _is_off(found: tuple[Step, Step]) -> bool:
    """Whether a setting has to be other than by default for either of two steps."""
    return bool(found[0].only_if or found[1].only_if)


def _told(step: Step, emitted: Emitted, sender: str, receiver: Receiver) -> Step:
    """What a signal does by one of its receivers."""
    signal = f"signal {emitted.signal.partition('@')[0]}"
    through = step.through if is_beside(step.through) else signal
    sure = weakest(step.confidence, _sure(sender, emitted, receiver))
    found = step.further(receiver.node, sure, through, emitted.site, receiver.site)
    found.only_if = both(step.only_if, receiver.only_if)
    return found


def _sure(sender: str, emitted: Emitted, receiver: Receiver) -> Confidence:
    """How sure it is that a receiver hears of it: one of all senders, or of new rows, may not."""
    if receiver.only_if:
        return Confidence.POSSIBLE
    is_told = emitted.kept is receiver.kept or receiver.kept is None
    return Confidence.CERTAIN if sender and is_told else Confidence.LIKELY


def _started(step: Step, edge: Edge) -> Step:
    """What a function starts beside: less sure than what is done before the answer."""
    through = step.through if is_beside(step.through) else f"{TASK}{edge.to.symbol_id}"
    sure = weakest(step.confidence, edge.confidence, Confidence.LIKELY)
    return step.further(edge.to, sure, through, edge.site)
