"""The lines of a container, by a `docker logs` of our own that is always ended."""

from __future__ import annotations

from datetime import UTC, datetime

from mscli.runtimes.logs import Feed, View
from mscli.runtimes.logs.commands import CommandFeed, floor_of


def feed(container: str, view: View) -> Feed:
    """A container's lines, both of its streams."""
    tail = "all" if view.tail is None else str(view.tail)
    floor = _since(floor_of(view))
    return CommandFeed(
        ["docker", "logs", "--timestamps"],
        container,
        first=["--tail", tail, *_since(view.since)],
        again=lambda stamp: ["--since", stamp] if stamp else floor,
        follow=view.follow,
        stderr=True,
    )


def _since(moment: datetime | None) -> list[str]:
    return [] if moment is None else ["--since", moment.astimezone(UTC).isoformat()]
