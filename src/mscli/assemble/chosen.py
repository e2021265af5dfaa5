"""A part of a system: some services, and all that has to be there for them."""

from __future__ import annotations

from collections.abc import Iterable

from mscli.assemble.services import worker
from mscli.model.kinds import Kind
from mscli.model.stack import Stack


def part_of(stack: Stack, names: Iterable[str]) -> tuple[str, ...]:
    """The workloads that chosen services need, in the stack's order.

    These are the services with the workers of their sagas, whom they call and whatever else they
    wait for, the gateway, and engines for which nobody waits (a registry, for one).
    """
    waited = {wait.workload for each in stack.workloads.values() for wait in each.waits}
    found: set[str] = set()
    ahead = [
        *names,
        *(
            each.name
            for each in stack.workloads.values()
            if each.kind is Kind.GATEWAY
            or (each.kind is Kind.ENGINE and each.name not in waited and not each.profiles)
        ),
    ]
    while ahead:
        name = ahead.pop()
        if name in found or name not in stack.workloads:
            continue
        found.add(name)
        ahead += [worker(name), *(wait.workload for wait in stack.workloads[name].waits)]
    return tuple(name for name in stack.workloads if name in found)
