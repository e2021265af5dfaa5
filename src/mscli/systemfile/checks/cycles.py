"""Cycles of a directed graph in linear time (Tarjan's strongly connected components)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence


def cycles_of(graph: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    """One shortest cycle through the first node of every knot, in the order of the graph."""
    order = {node: index for index, node in enumerate(graph)}
    knots = [sorted(knot, key=order.__getitem__) for knot in _components(graph) if len(knot) > 1]
    for knot in sorted(knots, key=lambda nodes: order[nodes[0]]):
        yield _shortest(graph, knot[0], frozenset(knot))


def _shortest(graph: Mapping[str, Sequence[str]], start: str, within: frozenset[str]) -> list[str]:
    """The shortest way from `start` back to itself, by breadth-first search."""
    came_from: dict[str, str] = {}
    waiting = deque([start])
    while waiting:
        node = waiting.popleft()
        for following in graph[node]:
            if following == start:
                way = [node]
                while way[-1] != start:
                    way.append(came_from[way[-1]])
                return way[::-1]
            if following in within and following not in came_from:
                came_from[following] = node
                waiting.append(following)
    return [start]


def _components(graph: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    """Tarjan's algorithm without recursion: a chain of thousands of calls is no problem."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    path: list[str] = []
    on_path: set[str] = set()
    for root in graph:
        if root in index:
            continue
        stack = [(root, iter(graph[root]))]
        index[root] = low[root] = len(index)
        path.append(root)
        on_path.add(root)
        while stack:
            node, following = stack[-1]
            for neighbour in following:
                if neighbour not in index:
                    index[neighbour] = low[neighbour] = len(index)
                    path.append(neighbour)
                    on_path.add(neighbour)
                    stack.append((neighbour, iter(graph[neighbour])))
                    break
                if neighbour in on_path:
                    low[node] = min(low[node], index[neighbour])
            else:
                stack.pop()
                if stack:
                    low[stack[-1][0]] = min(low[stack[-1][0]], low[node])
                if low[node] == index[node]:
                    cut = _position(path, node)
                    component = path[cut:]
                    del path[cut:]
                    on_path.difference_update(component)
                    yield component


def _position(path: Sequence[str], node: str) -> int:
    """Where `node` stands, looked for from the end: components are cut off there."""
    position = len(path) - 1
    while path[position] != node:
        position -= 1
    return position
