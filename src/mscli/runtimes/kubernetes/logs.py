"""The lines of a pod, by a `kubectl logs` of our own that is always ended."""

from __future__ import annotations

from datetime import UTC, datetime

from mscli.runtimes.kubernetes.kubectl import Kubectl
from mscli.runtimes.logs import Feed, View
from mscli.runtimes.logs.commands import CommandFeed, floor_of


def feed(kubectl: Kubectl, pod: str, view: View) -> Feed:
    """A pod's lines. The server knows the time to go on from by the second alone."""
    tail = -1 if view.tail is None else view.tail
    floor = _since(floor_of(view))
    return CommandFeed(
        kubectl.command(["logs", "--timestamps"]),
        pod,
        first=[f"--tail={tail}", *_since(view.since)],
        again=lambda stamp: [f"--since-time={stamp}"] if stamp else floor,
        follow=view.follow,
        stderr=False,
    )


def _since(moment: datetime | None) -> list[str]:
    if moment is None:
        return []
    return [f"--since-time={moment.astimezone(UTC).strftime('%Y-%m-%dT%H:%M:%SZ')}"]
