"""The lines of a container, by a `docker logs` of our own that is always ended."""

from __future__ import annotations

from datetime import UTC

from mscli.runtimes.logs import Feed, View
from mscli.runtimes.logs.commands import CommandFeed


def feed(container: str, view: View) -> Feed:
    """A container's lines, both of its streams."""
    tail = "all" if view.tail is None else str(view.tail)
    since = [] if view.since is None else ["--since", view.since.astimezone(UTC).isoformat()]
    return CommandFeed(
        ["docker", "logs", "--timestamps"],
        container,
        first=["--tail", tail, *since],
        again=lambda stamp: ["--since", stamp] if stamp else [],
        follow=view.follow,
        stderr=True,
    )
