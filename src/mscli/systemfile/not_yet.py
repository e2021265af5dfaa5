"""What the design names and this version does not implement: refused, never accepted and ignored.

When something is implemented, its row goes.
"""

from __future__ import annotations

from collections.abc import Iterator

from mscli.systemfile.places import Fault, Place, quoted
from mscli.systemfile.tree import Plain

FIELDS: dict[tuple[str, ...], frozenset[str]] = {
    (): frozenset({"auth", "policies"}),
    ("gateway",): frozenset({"auth", "tls", "hosts", "rate_limit", "trusted_proxies"}),
    ("services", "*"): frozenset({"auth", "env_file", "external"}),
    ("routes", "*"): frozenset(
        {
            "aggregate",
            "auth",
            "cors",
            "hosts",
            "id",
            "limits",
            "match",
            "methods",
            "rate_limit",
            "retry",
            "rewrite",
            "timeouts",
            "transcode",
            "websocket",
        }
    ),
    ("engines", "nats"): frozenset({"address", "tls", "secrets"}),
    ("engines", "postgres"): frozenset({"address", "tls", "secrets"}),
}

VALUES: dict[tuple[str, ...], frozenset[str]] = {
    ("gateway", "engine"): frozenset({"nginx", "kong", "zuul", "aws"}),
    ("discovery",): frozenset({"consul", "eureka"}),
    ("services", "*", "api"): frozenset({"grpc"}),
    ("services", "*", "template"): frozenset({"go", "node"}),
}

LED = frozenset({"timeout", "attempts", "initial_interval", "maximum_interval"})
"""Fields of a step that only a saga that is led can keep."""

INSTEAD: dict[tuple[str, ...], str] = {
    ("gateway", "engine"): "use 'traefik'",
    ("discovery",): "use 'platform'",
    ("services", "*", "api"): "use 'http'",
    ("services", "*", "template"): "use 'python', a folder or a git URL",
}


def take_out(document: Plain) -> Iterator[Fault]:
    """Remove from `document` what is not implemented, and say so; the rest is judged as usual."""
    for pattern, fields in FIELDS.items():
        for place, record in list(_matching(document, pattern, ())):
            if isinstance(record, dict):
                for field in sorted(record.keys() & fields):
                    del record[field]
                    message = f"'{field}' is not in this version"
                    yield Fault((*place, field), message, "remove it", shown=place)
    for pattern, values in VALUES.items():
        for place, record in list(_matching(document, pattern[:-1], ())):
            field = pattern[-1]
            value = record.get(field) if isinstance(record, dict) else None
            if isinstance(record, dict) and isinstance(value, str) and value in values:
                del record[field]
                message = f"{quoted(value)} is not in this version"
                yield Fault((*place, field), message, INSTEAD[pattern])
    yield from _take_out_of_choreographies(document)


def _take_out_of_choreographies(document: Plain) -> Iterator[Fault]:
    """How often an event is handled is the service's own setting, the same for all its steps."""
    for place, saga in list(_matching(document, ("sagas", "*"), ())):
        if not isinstance(saga, dict) or saga.get("style") != "choreography":
            continue
        for step_place, step in list(_matching(saga, ("steps", "*"), place)):
            if isinstance(step, dict):
                for field in sorted(step.keys() & LED):
                    del step[field]
                    message = f"'{field}' of a choreographed step is not in this version"
                    remedy = "remove it; EVENTS_ATTEMPTS in the service's env is for all its events"
                    yield Fault((*step_place, field), message, remedy, shown=step_place)


def _matching(node: Plain, pattern: tuple[str, ...], place: Place) -> Iterator[tuple[Place, Plain]]:
    """Every node at a place that fits `pattern`, where `*` is any key or index."""
    if not pattern:
        yield place, node
        return
    step, rest = pattern[0], pattern[1:]
    if step == "*" and isinstance(node, list):
        for index, item in enumerate(node):
            yield from _matching(item, rest, (*place, index))
    elif isinstance(node, dict):
        for key in node if step == "*" else (step,):
            if key in node:
                yield from _matching(node[key], rest, (*place, key))
