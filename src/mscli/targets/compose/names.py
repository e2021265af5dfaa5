"""Names in Compose: where containers find one another, and text that it takes as it is."""

from __future__ import annotations

from mscli.model.stack import Address, Stack, Workload

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


def plain(text: str) -> str:
    """A text that Compose shall not fill variables into."""
    return text.replace("$", "$$")
