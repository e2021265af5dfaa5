"""The `kubernetes` target: a Kustomize base and its overlays, which need nothing but kubectl.

All of it is committed, and nothing in it is of one cluster: objects name no namespace, whoever
applies them chooses one. Services spread connections over ready replicas, so that calls go to the
called service's own name. Reference: https://kubernetes.io/docs/reference/kubernetes-api/.
"""

from __future__ import annotations

from pathlib import Path

from mscli.model.files import File
from mscli.model.kinds import Kind, Until
from mscli.model.stack import Bindings, Code, Stack, Traits
from mscli.targets.kubernetes.kustomize import FOLDER, GENERATE, Tree, stream
from mscli.targets.kubernetes.names import locate
from mscli.targets.kubernetes.workloads import mounted

__all__ = ["FOLDER", "GENERATE", "OWNS", "TRAITS", "files", "locate", "stream", "warnings"]

TRAITS = Traits(balances=True, shares_database=False, has_environments=True)
OWNS: tuple[str, ...] = (f"{FOLDER}/",)
"""Files and folders of the system's root that are this target's."""


def files(stack: Stack, bindings: Bindings, overrides: Path | None = None) -> list[File]:
    """The base and the overlays, relative to the system's root."""
    return Tree(stack, bindings, overrides).files()


def warnings(stack: Stack) -> tuple[str, ...]:
    """What Kubernetes cannot do of this stack, and why."""
    found = [
        f"{workload.name} keeps its port {port.number} inside the cluster: only the gateway is "
        "published, so that nothing goes past it"
        for workload in stack.workloads.values()
        for port in workload.ports
        if port.fixed and not port.public
    ]
    orders = any(
        wait.until is Until.READY and not wait.required
        for workload in stack.workloads.values()
        for wait in workload.waits
    )
    if orders:
        found.append(
            "services start in no order: nothing in Kubernetes waits for another Deployment; calls "
            "fail by their breakers until the called service is ready"
        )
    found += [
        f"{workload.name} may start before {wait.workload} has given it a role: until then it is "
        "not ready, and is restarted if it ends"
        for workload in stack.workloads.values()
        for wait in workload.waits
        if wait.until is Until.COMPLETED
        and not isinstance(stack.workloads[wait.workload].program, Code)
    ]
    found += [
        f"volume {volume} is mounted by several pods in {name}: its storage class has to offer "
        "ReadWriteMany"
        for name, other in stack.environments.items()
        for volume, count in mounted(other).items()
        if count > 1
    ]
    found += [
        f"{name} runs {', '.join(engines)} in the cluster, one replica each; name those of an "
        f"operator or a provider under environments.{name}.engines"
        for name, other in stack.environments.items()
        for engines in ([w.name for w in other.workloads.values() if w.kind is Kind.ENGINE],)
        if engines
    ]
    return tuple(found)
