"""What a workload may use, how often it runs, and by which ports it is reached from outside."""

from __future__ import annotations

from mscli.model.resources import Resources
from mscli.model.stack import Workload


def published(workload: Workload) -> list[object]:
    """The public ports alone; on the loopback unless somebody says otherwise."""
    name = workload.name.upper()
    return [
        {
            "target": port.number,
            "published": f"${{{name}_PORT:-{port.number}}}",
            "host_ip": f"${{{name}_ADDRESS:-127.0.0.1}}",
        }
        for port in workload.ports
        if port.public
    ]


def deploy(workload: Workload) -> dict[str, object]:
    """How much each of its containers may use, and how many there are."""
    given: dict[str, object] = {"resources": {"limits": limits(workload.resources or Resources())}}
    return given if workload.replicas == 1 else {"replicas": workload.replicas, **given}


def limits(resources: Resources) -> dict[str, object]:
    """Processors and memory as Compose spells them, and a bound of processes."""
    mebibytes, rest = divmod(resources.memory, 1024**2)
    memory = f"{resources.memory}b" if rest else f"{mebibytes}M"
    return {"cpus": f"{resources.cpus:g}", "memory": memory, "pids": 512}
