"""What a server adds to an object that does not say it."""

from __future__ import annotations

import copy

from tests.kubernetes.fake.resources import Object, Resource


def with_defaults(resource: Resource, found: Object) -> Object:
    """An object with the defaults that controllers and clients rely on."""
    made = copy.deepcopy(found)
    spec = made.get("spec")
    if resource.plural == "namespaces":
        made.setdefault("status", {"phase": "Active"})
    if not isinstance(spec, dict):
        return made
    if resource.plural in ("deployments", "statefulsets", "replicasets"):
        spec.setdefault("replicas", 1)
        _pod(spec["template"].setdefault("spec", {}), "Always")
    if resource.plural == "statefulsets":
        spec.setdefault("updateStrategy", {"type": "RollingUpdate"})
    if resource.plural == "deployments":
        spec.setdefault("progressDeadlineSeconds", 600)
        spec.setdefault("strategy", {"type": "RollingUpdate"})
    if resource.plural == "jobs":
        spec.setdefault("backoffLimit", 6)
        spec.setdefault("completions", 1)
        spec.setdefault("parallelism", 1)
        _pod(spec["template"].setdefault("spec", {}), "Never")
    if resource.plural == "services":
        spec.setdefault("type", "ClusterIP")
        spec.setdefault("clusterIP", "10.96.0.10")
        for port in spec.get("ports") or []:
            port.setdefault("protocol", "TCP")
            port.setdefault("targetPort", port["port"])
    if resource.plural == "persistentvolumeclaims":
        made.setdefault("status", {"phase": "Bound"})
        made["metadata"].setdefault("finalizers", ["kubernetes.io/pvc-protection"])
    return made


def _pod(spec: Object, restart: str) -> None:
    spec.setdefault("restartPolicy", restart)
    spec.setdefault("terminationGracePeriodSeconds", 30)
    spec.setdefault("dnsPolicy", "ClusterFirst")
    for container in [*(spec.get("initContainers") or []), *(spec.get("containers") or [])]:
        container.setdefault("imagePullPolicy", "IfNotPresent")
        container.setdefault("terminationMessagePath", "/dev/termination-log")
        for port in container.get("ports") or []:
            port.setdefault("protocol", "TCP")
