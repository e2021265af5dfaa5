"""What there is of a copy in its cluster: objects by label, and its replicas."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from mscli.runtimes.kubernetes.kubectl import Kubectl, Object
from mscli.runtimes.kubernetes.manifests import LONG_LIVED, SYSTEM
from mscli.runtimes.runtime import Replica

MADE = (
    "deployments",
    "statefulsets",
    "jobs",
    "services",
    "ingresses",
    "horizontalpodautoscalers",
    "poddisruptionbudgets",
    "networkpolicies",
    "configmaps",
    "secrets",
    "serviceaccounts",
    "roles",
    "rolebindings",
)
"""Kinds that may be applied, in the order in which they go; every cluster has them."""
ADD_ONS = ("httproutes.gateway.networking.k8s.io", "gateways.gateway.networking.k8s.io")
"""Kinds that may be applied where the cluster has them."""
RUNNING = ("deployments", "statefulsets", "jobs", "pods")
CLAIMS = "persistentvolumeclaims"
NAME, COMPONENT = "app.kubernetes.io/name", "app.kubernetes.io/component"
_KINDS = ("gateway", "engine", "service", "task")


def owned(kubectl: Kubectl, kinds: Sequence[str]) -> list[Object]:
    """The objects of some kinds that carry the copy's label."""
    return kubectl.items(kinds, f"--selector={SYSTEM}={kubectl.namespace}")


def kinds_of(kubectl: Kubectl) -> list[str]:
    """Every kind that may have been applied to this cluster."""
    present = kubectl.run(["api-resources", "--namespaced", "--output=name"]).split()
    return [*MADE, *(kind for kind in ADD_ONS if kind in present)]


def applied(kubectl: Kubectl, kinds: Sequence[str]) -> list[Object]:
    """What was applied, and not made by another object."""
    return [each for each in owned(kubectl, kinds) if not each["metadata"].get("ownerReferences")]


def replicas(found: Iterable[Object]) -> list[Replica]:
    """Every pod, and whatever has none: what is stopped, and tasks whose pods are gone."""
    objects = list(found)
    pods = [each for each in objects if each["kind"] == "Pod"]
    seen = {workload_of(each) for each in pods}
    made = [_replica(pod) for pod in pods]
    for each in objects:
        if each["kind"] in (*LONG_LIVED, "Job") and workload_of(each) not in seen:
            made.append(_without_pods(each))
    return sorted(made, key=lambda replica: (_KINDS.index(replica.kind), replica.name))


def workload_of(found: Object) -> str:
    """The workload that an object belongs to."""
    labels = found["metadata"].get("labels") or {}
    return str(labels.get(NAME, found["metadata"]["name"]))


def is_ready(pod: Object) -> bool:
    """Whether a pod gets requests."""
    conditions = pod.get("status", {}).get("conditions") or []
    return "deletionTimestamp" not in pod["metadata"] and any(
        each["type"] == "Ready" and each["status"] == "True" for each in conditions
    )


def statuses(pod: Object) -> list[Object]:
    """What is known of a pod's containers, those that run first included."""
    status = pod.get("status") or {}
    return [*(status.get("initContainerStatuses") or []), *(status.get("containerStatuses") or [])]


def _kind(found: Object) -> str:
    kind = str((found["metadata"].get("labels") or {}).get(COMPONENT, "service"))
    return kind if kind in _KINDS else "service"


def _replica(pod: Object) -> Replica:
    status, kind = pod.get("status") or {}, _kind(pod)
    containers = status.get("containerStatuses") or []
    states = [each.get("state") or {} for each in containers]
    ended = [state["terminated"] for state in states if "terminated" in state]
    return Replica(
        name=str(pod["metadata"]["name"]),
        workload=workload_of(pod),
        kind=kind,
        state=_state(pod),
        ready=kind != "task" and is_ready(pod),
        restarts=sum(int(each.get("restartCount", 0)) for each in containers),
        ports={},
        uptime=0.0 if ended else _age(str(status.get("startTime", ""))),
        exit_code=int(ended[0]["exitCode"]) if ended else None,
        handle=str(pod["metadata"]["name"]),
    )


def _without_pods(found: Object) -> Replica:
    name, status = str(found["metadata"]["name"]), found.get("status") or {}
    state, code = "stopped", 0
    if found["kind"] == "Job":
        failed = any(each["type"] == "Failed" for each in status.get("conditions") or [])
        state, code = ("failed", 1) if failed else ("completed", 0)
    elif found["spec"].get("replicas", 1):
        state, code = "starting", 0
    return Replica(name, workload_of(found), _kind(found), state, False, 0, {}, 0.0, code, "")


def _state(pod: Object) -> str:
    """One word for a pod, as kubectl has it where it is no trouble-free one."""
    if "deletionTimestamp" in pod["metadata"]:
        return "stopping"
    for each in statuses(pod):
        waiting = each.get("state", {}).get("waiting") or {}
        reason = str(waiting.get("reason", ""))
        if reason not in ("", "ContainerCreating", "PodInitializing"):
            return reason
    phase = str((pod.get("status") or {}).get("phase", "Pending"))
    if phase == "Running":
        return "running" if is_ready(pod) else "starting"
    return {"Succeeded": "completed", "Failed": "failed", "Pending": "starting"}.get(phase, phase)


def _age(started: str) -> float:
    try:
        moment = datetime.fromisoformat(started[:19]).replace(tzinfo=UTC)
    except ValueError:
        return 0.0
    return max(0.0, (datetime.now(UTC) - moment).total_seconds())
