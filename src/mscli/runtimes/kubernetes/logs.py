"""The lines of a pod, by a `kubectl logs` of our own that is always ended."""

from __future__ import annotations

from datetime import UTC

from mscli.runtimes.kubernetes.kubectl import Kubectl
from mscli.runtimes.logs import Feed, View
from mscli.runtimes.logs.commands import CommandFeed


def feed(kubectl: Kubectl, pod: str, view: View) -> Feed:
    """A pod's lines. The server knows the time to go on from by the second alone."""
    tail = -1 if view.tail is None else view.tail
    first = [f"--tail={tail}"]
    if view.since is not None:
        first.append(f"--since-time={view.since.astimezone(UTC).strftime('%Y-%m-%dT%H:%M:%SZ')}")
    return CommandFeed(
        kubectl.command(["logs", "--timestamps"]),
        pod,
        first=first,
        again=lambda stamp: [f"--since-time={stamp}"] if stamp else [],
        follow=view.follow,
        stderr=False,
    )
