"""Calls: to services that exist, with policies that can work, and without cycles."""

from __future__ import annotations

from collections.abc import Iterator

from mscli.model.system import System
from mscli.systemfile.checks.cycles import cycles_of
from mscli.systemfile.checks.names import remedy_for_unknown
from mscli.systemfile.places import Fault, quoted

_LONGEST_WAY = 16


def unknown_services(system: System) -> Iterator[Fault]:
    """Whom a service calls exists."""
    for name, service in system.services.items():
        for callee in service.calls:
            if callee not in system.services:
                others = [other for other in system.services if other != name]
                remedy = remedy_for_unknown(callee, others)
                message = f"no service {quoted(callee)}"
                place = ("services", name, "calls", callee)
                yield Fault(place, message, remedy, shown=place[:-1])


def calls_to_itself(system: System) -> Iterator[Fault]:
    """No service calls itself over the network."""
    for name, service in system.services.items():
        if name in service.calls:
            place = ("services", name, "calls", name)
            yield Fault(place, "a service cannot call itself", "remove it", shown=place[:-1])


def attempts_longer_than_deadline(system: System) -> Iterator[Fault]:
    """An attempt ends before the whole call does."""
    for name, service in system.services.items():
        for callee, policy in service.calls.items():
            if policy.attempt_timeout > policy.deadline:
                message = (
                    f"an attempt of {policy.attempt_timeout:g}s is longer than "
                    f"the deadline of {policy.deadline:g}s"
                )
                place = ("services", name, "calls", callee, "attempt_timeout")
                yield Fault(place, message, "make 'deadline' longer or 'attempt_timeout' shorter")


def attempts_that_never_fit(system: System) -> Iterator[Fault]:
    """Warn of retries that can never begin when attempts time out."""
    for name, service in system.services.items():
        for callee, policy in service.calls.items():
            if policy.attempt_timeout > policy.deadline:
                continue
            before_last = policy.retries * policy.attempt_timeout
            if policy.retries and before_last >= policy.deadline:
                attempts = -int(-policy.deadline // policy.attempt_timeout)
                message = (
                    f"if attempts time out, {attempts} of {policy.retries + 1} "
                    f"fit into the deadline of {policy.deadline:g}s"
                )
                place = ("services", name, "calls", callee, "retries")
                remedy = "make 'deadline' longer, or 'attempt_timeout' shorter"
                yield Fault(place, message, remedy, severity="warning")


def cycles(system: System) -> Iterator[Fault]:
    """Warn of services that wait for each other: one warning for each knot, with a cycle of it."""
    graph = {
        name: [callee for callee in service.calls if callee in system.services and callee != name]
        for name, service in system.services.items()
    }
    for cycle in cycles_of(graph):
        message = f"calls form a cycle: {_way([*cycle, cycle[0]])}"
        place = ("services", cycle[0], "calls", cycle[1])
        remedy = "one slow service stops all of them; use an event for one of the calls"
        yield Fault(place, message, remedy, severity="warning", shown=place[:-1])


def _way(names: list[str]) -> str:
    """The names of a cycle, the middle left out where nobody would read it."""
    if len(names) > _LONGEST_WAY:
        half = _LONGEST_WAY // 2
        left_out = f"({len(names) - 2 * half} more)"
        names = [*names[:half], left_out, *names[-half:]]
    return " -> ".join(names)
