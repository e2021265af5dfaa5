"""The order in which services start: called ones first, cycles cut in the order of the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from graphlib import TopologicalSorter

from mscli.model.system import Service


def waits_between(services: Mapping[str, Service]) -> Mapping[str, tuple[str, ...]]:
    """For each service the called ones that it waits for when the system starts.

    Calls that close a cycle are left out, in the order of the file, so that somebody begins.
    """
    kept: dict[str, list[str]] = {name: [] for name in services}
    for name, service in services.items():
        for callee in service.calls:
            if callee in kept and not _reaches(kept, callee, name):
                kept[name].append(callee)
    return {name: tuple(callees) for name, callees in kept.items()}


def _reaches(graph: Mapping[str, Iterable[str]], start: str, goal: str) -> bool:
    seen, rest = set(), [start]
    while rest:
        node = rest.pop()
        if node == goal:
            return True
        if node not in seen:
            seen.add(node)
            rest.extend(graph[node])
    return False


def start_order(services: Mapping[str, Service]) -> Iterator[str]:
    """The services' names, called ones first."""
    return iter(TopologicalSorter(waits_between(services)).static_order())
