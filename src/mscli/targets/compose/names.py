"""Names in Compose: where containers find one another, and text that it takes as it is."""

from __future__ import annotations

from mscli.model.stack import Address, Replicas, Stack, Workload

PLACES = 10
"""Replicas of a service that the router has places for, so that `--scale` works by itself."""


def places(workload: Workload) -> int:
    """How many replicas of a workload the router finds without being told."""
    return max(PLACES, 2 * workload.replicas)


def locate(stack: Stack, address: Address) -> str:
    """Where any container finds an address: by the workload's name, on a network of both."""
    workload = stack.workloads[address.workload]
    number = next(port.number for port in workload.ports if port.name == address.port)
    scheme = f"{address.scheme}://" if address.scheme else ""
    return f"{scheme}{workload.name}:{number}{address.path}"


def servers(stack: Stack, wanted: Replicas) -> list[str]:
    """A URL for every place, by the name that Compose gives the container of a replica."""
    workload = stack.workloads[wanted.workload]
    number = next(port.number for port in workload.ports if port.name == wanted.port)
    project = "{{ env `COMPOSE_PROJECT_NAME` }}"  # Traefik fills it in
    return [
        f"{wanted.scheme}://{project}-{workload.name}-{index}:{number}"
        for index in range(1, places(workload) + 1)
    ]


def plain(text: str) -> str:
    """A text that Compose shall not fill variables into."""
    return text.replace("$", "$$")
