"""The lines of a system, from all its services and engines, to the user's screen."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mscli import console
from mscli.cli import containers, here
from mscli.errors import RuntimeFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from threading import Event

    from mscli.runtimes.logs import Source, View
    from mscli.runtimes.processes.place import Place
    from mscli.runtimes.runtime import Runtime

OWN = "mscli"
"""The name of what mscli itself did."""


def sources(place: Place, names: list[str]) -> Callable[[], Sequence[Source]]:
    """The log files of what `names` mean, asked again and again: replicas come and go."""
    from mscli.runtimes.logs import Source
    from mscli.runtimes.processes.plan import chosen

    def listing() -> Sequence[Source]:
        found: list[Source] = []
        wanted = [name for name in names if name != OWN]
        if wanted or not names:
            for process in chosen(here.plan(place), wanted, tasks=True):
                found.append(Source(process.name, process.workload, Path(process.log)))
        if OWN in names or not names:
            found.append(Source(OWN, OWN, place.file("logs", "mscli.log")))
        return found

    return listing


def follow(place: Place, ended: Event) -> None:
    """Follow everything from now on, as an attached `up` does, until `ended`."""
    from mscli.runtimes.logs import View, show

    view = View(follow=True, tail=0, colour=console.has_colour(sys.stdout))
    show(sources(place, []), view, write, ended.is_set)


def write(chunk: bytes) -> None:
    """Some whole lines, at once."""
    sys.stdout.buffer.write(chunk)
    sys.stdout.buffer.flush()


def show_containers(
    runtime: Runtime,
    names: Sequence[str],
    view: View,
    stop: Callable[[], bool] = lambda: False,
) -> None:
    """The lines of a copy that runs in containers, until `stop` says so."""
    from mscli.runtimes.logs import show_feeds
    from mscli.runtimes.runtime import Lines

    containers.meant(runtime, names)

    def listing() -> list[Lines]:
        try:
            found = containers.meant(runtime, names, tasks=True)
        except RuntimeFailed:
            return []
        return [Lines(each.name, each.workload, each.handle) for each in found]

    show_feeds(listing, runtime.open_feed, view, write, stop)


def follow_containers(runtime: Runtime, ended: Event) -> None:
    """`follow` for a copy that runs in containers."""
    from mscli.runtimes.logs import View

    view = View(follow=True, tail=0, colour=console.has_colour(sys.stdout))
    show_containers(runtime, (), view, ended.is_set)
