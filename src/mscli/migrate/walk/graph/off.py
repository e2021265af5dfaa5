"""Which code is off: what the walk reaches by ways alone that a setting shuts by default."""

from __future__ import annotations

from collections.abc import Iterable

from mscli.migrate.walk.graph.nodes import Node, OutsideCall, both
from mscli.migrate.walk.values.values import Site


class Off:
    """Knows of each node which settings have to be other than by default."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        every = list(nodes)
        called = {edge.to for node in every for edge in node.edges if edge.to is not node}
        on = _reached([node for node in every if node not in called])
        self._only_if: dict[Node, tuple[str, ...]] = {}
        for node in every:
            for edge in node.edges if node in on else ():
                if edge.only_if:
                    self._shut(edge.to, edge.only_if, on)

    def of(self, node: Node) -> tuple[str, ...]:
        """The settings, all of them; none, if a node is reached as it is."""
        return self._only_if.get(node, ())

    def places(self, calls: Iterable[OutsideCall]) -> dict[Site, tuple[str, ...]]:
        """Where calls are that settings shut, all of a place."""
        found: dict[Site, tuple[str, ...]] = {}
        on: set[Site] = set()
        for call in calls:
            if told := self.of(call.owner):
                found.setdefault(call.site, told)
            else:
                on.add(call.site)
        return {site: told for site, told in found.items() if site not in on}

    def _shut(self, start: Node, only_if: tuple[str, ...], on: set[Node]) -> None:
        waiting = [(start, only_if)]
        while waiting:
            node, told = waiting.pop()
            if node not in on and node not in self._only_if:
                self._only_if[node] = told
                waiting += [(edge.to, both(told, edge.only_if)) for edge in node.edges]


def _reached(starts: Iterable[Node]) -> set[Node]:
    """What is reached as it is."""
    found: set[Node] = set()
    waiting = list(starts)
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting += [edge.to for edge in node.edges if not edge.only_if]
    return found
