"""Names in Kubernetes: labels, ports of Services, and where pods find one another."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from mscli.model.kinds import Kind
from mscli.model.stack import Address, Port, Replicas, Stack, Workload

HTTP = 80
"""The port of the Service of whatever speaks HTTP, so that `http://payments` is enough."""
MANAGER = "mscli"
HEX = 8

Object = dict[str, object]


def system_labels(stack: Stack) -> dict[str, str]:
    """The labels of everything that belongs to a system."""
    return {"app.kubernetes.io/part-of": stack.name, "app.kubernetes.io/managed-by": MANAGER}


def selector(stack: Stack, workload: Workload) -> dict[str, str]:
    """What chooses the pods of a workload; it never changes."""
    return {
        "app.kubernetes.io/name": workload.name,
        "app.kubernetes.io/part-of": stack.name,
    }


def labels(stack: Stack, workload: Workload) -> dict[str, str]:
    """The labels of a workload's objects and pods, by the recommended names.

    https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/
    """
    return {
        "app.kubernetes.io/name": workload.name,
        "app.kubernetes.io/component": workload.kind.value,
        **system_labels(stack),
    }


def made(api: str, kind: str, name: str, named: Mapping[str, str], **fields: object) -> Object:
    """An object; it names no namespace, so that whoever applies it chooses one."""
    return {
        "apiVersion": api,
        "kind": kind,
        "metadata": {"name": name, "labels": dict(named)},
        **fields,
    }


def digest(content: object) -> str:
    """What is another one when the content is."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def hashed(name: str, content: object) -> str:
    """A name that is another one when the content is: what is named so is never changed."""
    return f"{name}-{digest(content)[:HEX]}"


def job_name(name: str, template: object, registry: str, tag: str) -> str:
    """The name of a Job by its content and its image, as the chart computes it, too."""
    content = f"{digest(template)}/{registry}/{tag}"
    return f"{name}-{hashlib.sha256(content.encode()).hexdigest()[:HEX]}"


def service_port(workload: Workload, port: Port) -> int:
    """The port of a workload's Service; of engines the one that everybody knows."""
    speaks_http = port.name == "http" and workload.kind in (Kind.SERVICE, Kind.GATEWAY)
    return HTTP if speaks_http else port.number


def locate(stack: Stack, address: Address) -> str:
    """Where any pod of the namespace finds an address: at the Service of the workload's name."""
    if address.workload in stack.elsewhere:
        scheme = f"{address.scheme}://" if address.scheme else ""
        return f"{scheme}{stack.elsewhere[address.workload]}{address.path}"
    workload = stack.workloads[address.workload]
    port = next(each for each in workload.ports if each.name == address.port)
    number = service_port(workload, port)
    if not address.scheme:
        return f"{workload.name}:{number}"
    host = workload.name if number == HTTP else f"{workload.name}:{number}"
    return f"{address.scheme}://{host}{address.path}"


def servers(stack: Stack, wanted: Replicas) -> list[str]:
    """One URL for all replicas: the Service spreads connections over those that are ready."""
    return [locate(stack, Address(wanted.workload, wanted.port, wanted.scheme))]
