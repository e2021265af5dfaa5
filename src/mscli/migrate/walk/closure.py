"""What a function does through everything that it calls: reachability over the walk's graph."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from mscli.migrate.walk.entries import Entries
from mscli.migrate.walk.nodes import Confidence, Effect, Emitted, Node, Region, Statement, weakest
from mscli.migrate.walk.values import Site

LONGEST_CHAIN = 12
TASK = "task "


@dataclass(frozen=True, slots=True)
class Reached:
    """An effect with the way to it: the sites of the calls, outermost first."""

    effect: Effect
    way: tuple[Site, ...]
    confidence: Confidence
    through: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A node that was reached, and how."""

    node: Node
    way: tuple[Site, ...]
    confidence: Confidence
    through: str = ""


def is_beside(through: str) -> bool:
    """Whether something is done by work that was started and not waited for."""
    return through.startswith(TASK)


def _started(step: Step) -> list[Step]:
    """What a function starts beside: less sure than what is done before the answer."""
    return [
        Step(
            edge.to,
            (*step.way, edge.site)[:LONGEST_CHAIN],
            weakest(step.confidence, edge.confidence, Confidence.LIKELY),
            step.through if is_beside(step.through) else f"{TASK}{edge.to.symbol_id}",
        )
        for edge in step.node.edges
        if edge.kind == "task"
    ]


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
        queue = deque([Step(start, (), Confidence.CERTAIN)])
        beside: deque[Step] = deque()
        seen: set[Node] = set()
        found: list[Step] = []
        while queue or beside:
            step = (queue or beside).popleft()
            if step.node in seen:
                continue
            seen.add(step.node)
            found.append(step)
            queue.extend(self.after(step))
            beside.extend(_started(step))
        return found

    def after(self, step: Step, region: Region | None = None) -> list[Step]:
        """One step further: calls and receivers, only those inside a region if one is given."""
        found: list[Step] = []
        for edge in step.node.edges:
            if edge.kind != "call" or (region is not None and region not in edge.regions):
                continue
            sure = weakest(step.confidence, edge.confidence)
            found.append(Step(edge.to, (*step.way, edge.site)[:LONGEST_CHAIN], sure, step.through))
        for emitted in step.node.emitted:
            if region is not None and region not in emitted.regions:
                continue
            found.extend(self._received(step, emitted))
        return found

    def _received(self, step: Step, emitted: Emitted) -> list[Step]:
        keys = [(emitted.signal, emitted.sender)]
        if emitted.sender:
            keys.append((emitted.signal, ""))
        signal = f"signal {emitted.signal.partition('@')[0]}"
        return [
            Step(
                node,
                (*step.way, emitted.site, site)[:LONGEST_CHAIN],
                weakest(step.confidence, Confidence.LIKELY if not key[1] else step.confidence),
                step.through if is_beside(step.through) else signal,
            )
            for key in keys
            for node, site in self.receivers.get(key, ())
        ]

    def effects(self, start: Node) -> list[Reached]:
        """Every effect of a node and of all it reaches."""
        return [
            Reached(effect, step.way, weakest(step.confidence, effect.confidence), step.through)
            for step in self.steps(start)
            for effect in step.node.effects
        ]

    def within(self, node: Node, region: Region) -> list[Reached]:
        """The effects inside a transaction that a node opens."""
        start = Step(node, (), Confidence.CERTAIN)
        found = [
            Reached(effect, (), effect.confidence)
            for effect in node.effects
            if region in effect.regions or region.kind == "commit"
        ]
        inside = self.after(start, None if region.kind == "commit" else region)
        seen: set[Node] = {node}
        for step in inside:
            for reached in self.steps(step.node):
                if reached.node in seen:
                    continue
                seen.add(reached.node)
                through = reached.through or step.through
                sure = weakest(step.confidence, reached.confidence)
                found.extend(
                    Reached(
                        effect, (*step.way, *reached.way), weakest(sure, effect.confidence), through
                    )
                    for effect in reached.node.effects
                )
        return found

    def statements(self, start: Node) -> list[tuple[Statement, tuple[Site, ...]]]:
        """Raw SQL that a node reaches."""
        return [(s, step.way) for step in self.steps(start) for s in step.node.statements]
