"""The `compose` target: a compose.yaml that needs nothing but Docker, and what it mounts.

All of it is committed, so that nothing in it is of one machine: the project's name, and with it the
system's id, is given when it is started, and a script makes the secrets. Every call goes through
the gateway's router, because Compose's DNS answers with replicas that are not ready, too.
Reference: https://github.com/compose-spec/compose-spec (services, networks, secrets, develop).
"""

from __future__ import annotations

from pathlib import Path

from mscli.model.files import File
from mscli.model.stack import Bindings, Stack, Traits
from mscli.targets.compose.names import PLACES, locate, places
from mscli.targets.compose.rendering import FILE, GENERATE, Rendering, is_apart

__all__ = ["FILE", "GENERATE", "OWNS", "PLACES", "TRAITS", "files", "locate", "places", "warnings"]

TRAITS = Traits(balances=False, shares_database=False, sees_replicas=False, has_profiles=True)
OWNS: tuple[str, ...] = (FILE, "engines/", "gateway/", GENERATE)
"""Files and folders of the system's root that are this target's."""
MOST_NETWORKS, LONGEST_LABEL = 28, 63


def files(stack: Stack, bindings: Bindings, overrides: Path | None = None) -> list[File]:
    """compose.yaml and everything that it mounts, relative to the system's root."""
    return Rendering(stack, bindings, overrides).files()


def warnings(stack: Stack) -> tuple[str, ...]:
    """What Compose cannot do of this stack, and why."""
    found = [
        f"{workload.name} keeps its port {port.number} inside its container: only the gateway is "
        "published, so that nothing goes past it"
        for workload in stack.workloads.values()
        for port in workload.ports
        if port.fixed and not port.public
    ]
    networks = 1 + sum(map(is_apart, stack.workloads.values()))
    if networks > MOST_NETWORKS:
        found.append(
            f"{networks} networks, one for each engine: Docker's own address pools hold about 30; "
            "give it more by default-address-pools in /etc/docker/daemon.json"
        )
    longest = max(stack.workloads, key=len)
    if len(f"{stack.name}-12345678-{longest}-{PLACES}") > LONGEST_LABEL:
        found.append(
            f"{longest} of {stack.name} is too long for a container's host name (63 characters "
            "with the project's name and the replica's number): the router may not find it"
        )
    return tuple(found)
