"""Discovery by the platform itself (server-side; microservices.io, server-side discovery).

Where names are balanced over ready replicas (Kubernetes) a service's own name is its address;
elsewhere the router stands in between, and the callee is the first segment of the path.
"""

from __future__ import annotations

from mscli.model.stack import Address, Traits, Value

ROUTER = Address("gateway", "router", scheme="http")


def call_url(callee: str, traits: Traits) -> Value:
    """Base URL of `callee`: its own name, or its path on the router."""
    if traits.balances:
        return Address(callee, "http", scheme="http")
    return Address(ROUTER.workload, ROUTER.port, scheme="http", path=f"/{callee}")
