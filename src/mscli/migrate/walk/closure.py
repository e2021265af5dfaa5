"""What a function does through everything that it calls: reachability over the walk's graph."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from mscli.migrate.walk.entries import Entries
from mscli.migrate.walk.nodes import Confidence, Edge, Effect, Emitted, Node, Region, weakest
from mscli.migrate.walk.values import Site

LONGEST_CHAIN = 12
TASK = "task "


@dataclass(frozen=True, slots=True)
class Reached:
    """An effect that was reached, and by what."""

    effect: Effect
    confidence: Confidence
    through: str = ""


@dataclass(eq=False, slots=True, repr=False)
class Step:
    """A node that was reached, and how: from the step before, at these sites."""

    node: Node
    confidence: Confidence = Confidence.CERTAIN
    through: str = ""
    before: Step | None = None
    sites: tuple[Site, ...] = ()
    length: int = 0

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
        return Step(node, sure, through, self, sites, min(self.length + len(sites), LONGEST_CHAIN))


def is_beside(through: str) -> bool:
    """Whether something is done by work that was started and not waited for."""
    return through.startswith(TASK)


class Closure:
    """Walks the graph from entries; signals lead to their receivers."""

    def __init__(self, entries: Entries) -> None:
        self.receivers = entries.receivers
        self._steps: dict[Node, tuple[Step, ...]] = {}

    def steps(self, start: Node) -> tuple[Step, ...]:
        """Every node that a node reaches, itself first, each by its shortest way."""
        if start not in self._steps:
            self._steps[start] = tuple(self._search(start))
        return self._steps[start]

    def _search(self, start: Node) -> list[Step]:
        """What runs in the request first, and then what runs only beside it."""
        queue = deque([Step(start)])
        beside: deque[Step] = deque()
        seen: set[Node] = set()
        waiting: set[Node] = set()
        found: list[Step] = []
        while queue or beside:
            step = (queue or beside).popleft()
            if step.node in seen:
                continue
            seen.add(step.node)
            found.append(step)
            for edge in step.node.edges:
                if edge.kind == "call" and edge.to not in waiting:
                    waiting.add(edge.to)
                    sure = weakest(step.confidence, edge.confidence)
                    queue.append(step.further(edge.to, sure, step.through, edge.site))
                elif edge.kind == "task":
                    beside.append(_started(step, edge))
            for emitted in step.node.emitted:
                queue.extend(self.received(step, emitted))
        return found

    def reached(self, starts: Iterable[Node]) -> set[Node]:
        """Every node that any of them reaches, whatever the way."""
        waiting = list(starts)
        seen = set(waiting)
        while waiting:
            node = waiting.pop()
            after = [edge.to for edge in node.edges if edge.kind in ("call", "task")]
            for emitted in node.emitted:
                after.extend(step.node for step in self.received(Step(node), emitted))
            new = [other for other in after if other not in seen]
            seen.update(new)
            waiting.extend(new)
        return seen

    def _after(self, step: Step, region: Region | None) -> list[Step]:
        """One step further: calls and receivers, only those inside a region if one is given."""
        found: list[Step] = []
        for edge in step.node.edges:
            if edge.kind == "call" and (region is None or region in edge.regions):
                sure = weakest(step.confidence, edge.confidence)
                found.append(step.further(edge.to, sure, step.through, edge.site))
        for emitted in step.node.emitted:
            if region is None or region in emitted.regions:
                found.extend(self.received(step, emitted))
        return found

    def received(self, step: Step, emitted: Emitted) -> list[Step]:
        """What a signal leads to: receivers of its sender, and those of all."""
        keys = [(emitted.signal, emitted.sender)]
        if emitted.sender:
            keys.append((emitted.signal, ""))
        signal = f"signal {emitted.signal.partition('@')[0]}"
        return [
            step.further(
                node,
                weakest(step.confidence, Confidence.LIKELY if not key[1] else step.confidence),
                step.through if is_beside(step.through) else signal,
                emitted.site,
                site,
            )
            for key in keys
            for node, site in self.receivers.get(key, ())
        ]

    def effects(self, start: Node) -> list[Reached]:
        """Every effect of a node and of all it reaches."""
        return [
            Reached(effect, weakest(step.confidence, effect.confidence), step.through)
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
        for step in self._after(Step(node), None if is_commit else region):
            for reached in self.steps(step.node):
                if reached.node in seen:
                    continue
                seen.add(reached.node)
                through = reached.through or step.through
                sure = weakest(step.confidence, reached.confidence)
                found.extend(
                    Reached(effect, weakest(sure, effect.confidence), through)
                    for effect in reached.node.effects
                )
        return found


def _started(step: Step, edge: Edge) -> Step:
    """What a function starts beside: less sure than what is done before the answer."""
    through = step.through if is_beside(step.through) else f"{TASK}{edge.to.symbol_id}"
    sure = weakest(step.confidence, edge.confidence, Confidence.LIKELY)
    return step.further(edge.to, sure, through, edge.site)
