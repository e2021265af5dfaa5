"""The objects of a Stack: for every workload what runs it, what it is told, and who reaches it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from mscli.containers.resolving import Resolver
from mscli.model.kinds import Kind
from mscli.model.stack import Bindings, Stack, Workload
from mscli.model.values import volumes_made_for
from mscli.targets.kubernetes.names import (
    Object,
    job_name,
    labels,
    locate,
    made,
    selector,
    servers,
    service_port,
)
from mscli.targets.kubernetes.pods import TAG, Pods
from mscli.targets.kubernetes.policies import Policies
from mscli.targets.kubernetes.scaling import bounds, scaling

CLAIM = "PersistentVolumeClaim"
STORAGE = "1Gi"
HISTORY = 3
"""Old ReplicaSets that are kept, for `kubectl rollout undo`."""
STUCK = 300
"""Seconds without progress after which a rollout is said to have failed."""
ATTEMPTS = 6


class Objects:
    """Makes the objects of one Stack; with `scales` each service has an autoscaler."""

    def __init__(
        self, stack: Stack, bindings: Bindings, overrides: Path | None, *, scales: bool
    ) -> None:
        self.stack = stack
        self.scales = scales
        self.values = Resolver(stack, overrides, locate, servers)
        self.pods = Pods(stack, bindings, self.values)
        self.policies = Policies(stack)

    def of(self, workload: Workload) -> list[Object]:
        """Everything of one workload, in the order in which it is needed."""
        named = labels(self.stack, workload)
        account = made(
            "v1", "ServiceAccount", workload.name, named, automountServiceAccountToken=False
        )
        return [
            account,
            *self._configured(workload, named),
            *self._claims(workload),
            *self._service(workload, named),
            self._runs(workload, named),
            *self._scaling(workload),
            self.policies.policy(workload, self.pods.told(workload).variables),
        ]

    def secrets(self) -> list[str]:
        """Every Secret that some pod reads."""
        names: dict[str, None] = {}
        for workload in self.stack.workloads.values():
            names |= dict.fromkeys(self.pods.secrets(workload))
        return list(names)

    def _scaling(self, workload: Workload) -> list[Object]:
        if self.scales and workload.kind in (Kind.SERVICE, Kind.GATEWAY):
            return list(scaling(self.stack, workload))
        return []

    def _configured(self, workload: Workload, named: dict[str, str]) -> list[Object]:
        """Its ConfigMaps, named by their content.

        So a change is a rollout, and old pods keep what they were started with.
        """
        told = self.pods.told(workload)
        both = {told.variables_name: told.variables, told.files_name: told.files}
        return [
            made("v1", "ConfigMap", name, named, immutable=True, data=data)
            for name, data in both.items()
            if data
        ]

    def _claims(self, workload: Workload) -> list[Object]:
        """Its volumes that no workload before it has.

        A cluster of one's own is one machine, where several pods may write what one may. Helm keeps
        them where it takes the rest away: they are the user's data.
        """
        count, made_for = mounted(self.stack), volumes_made_for(self.stack)
        claims = []
        for volume in workload.folders:
            if made_for[volume] == workload.name:
                several = self.scales and count[volume] > 1
                spec = _claim("ReadWriteMany" if several else "ReadWriteOnce")
                claim = made("v1", CLAIM, volume, labels(self.stack, workload), spec=spec)
                claim["metadata"] |= {"annotations": {"helm.sh/resource-policy": "keep"}}  # type: ignore[operator]
                claims.append(claim)
        return claims

    def _service(self, workload: Workload, named: dict[str, str]) -> list[Object]:
        """What others find it by; the gateway's shows its public port alone."""
        is_gateway = workload.kind is Kind.GATEWAY
        ports = [
            {
                "name": port.name,
                "port": service_port(workload, port),
                "targetPort": port.name,
                **({"appProtocol": "http"} if port.name == "http" else {}),
            }
            for port in workload.ports
            if port.public or not is_gateway
        ]
        if not ports:
            return []
        spec: Object = {"selector": selector(self.stack, workload), "ports": ports}
        if workload.kind is Kind.ENGINE:
            spec = {"clusterIP": "None", **spec}  # one replica, which keeps its name
        return [made("v1", "Service", workload.name, named, spec=spec)]

    def _runs(self, workload: Workload, named: dict[str, str]) -> Object:
        match workload.kind:
            case Kind.TASK:
                return self._job(workload, named)
            case Kind.ENGINE:
                return self._stateful(workload, named)
            case _:
                return self._deployment(workload, named)

    def _deployment(self, workload: Workload, named: dict[str, str]) -> Object:
        spread = self.pods.spread(workload)
        spec: Object = {
            **self._replicas(workload),
            "revisionHistoryLimit": HISTORY,
            "progressDeadlineSeconds": STUCK,
            "strategy": {
                "type": "RollingUpdate",
                "rollingUpdate": {"maxUnavailable": 0, "maxSurge": "25%"},
            },
            "selector": {"matchLabels": selector(self.stack, workload)},
            "template": {
                "metadata": {"labels": named},
                "spec": self.pods.pod(workload, topologySpreadConstraints=spread),
            },
        }
        return made("apps/v1", "Deployment", workload.name, named, spec=spec)

    def _replicas(self, workload: Workload) -> Object:
        """How many, where it is not one: nor is it said where an autoscaler decides.

        Applying the file again would take back what the autoscaler, or a person, has chosen.
        """
        if workload.replicas == 1 or self._scaling(workload):
            return {}
        return {"replicas": workload.replicas}

    def _stateful(self, workload: Workload, named: dict[str, str]) -> Object:
        claims = [
            {
                "apiVersion": "v1",
                "kind": CLAIM,
                "metadata": {"name": volume, "labels": named},
                "spec": _claim("ReadWriteOnce"),
            }
            for volume in workload.volumes
        ]
        spec: Object = {
            "serviceName": workload.name,
            "replicas": workload.replicas,
            "revisionHistoryLimit": HISTORY,
            "selector": {"matchLabels": selector(self.stack, workload)},
            "template": {"metadata": {"labels": named}, "spec": self.pods.pod(workload)},
            **({"volumeClaimTemplates": claims} if claims else {}),
        }
        return made("apps/v1", "StatefulSet", workload.name, named, spec=spec)

    def _job(self, workload: Workload, named: dict[str, str]) -> Object:
        """A task. A Job's pods cannot be changed, so that another content is another Job."""
        template: Object = {
            "metadata": {"labels": named},
            "spec": self.pods.pod(workload, restartPolicy="Never"),
        }
        spec: Object = {"backoffLimit": ATTEMPTS, "template": template}
        environment = self.stack.environment
        tag = environment.tag or TAG
        name = job_name(workload.name, template, environment.registry, tag)
        return made("batch/v1", "Job", name, named, spec=spec)


def mounted(stack: Stack) -> Mapping[str, int]:
    """The volumes of the user's own, and how many pods may have each."""
    found: Counter[str] = Counter()
    for workload in stack.workloads.values():
        most = bounds(stack, workload)[1] or workload.replicas
        found.update(dict.fromkeys(workload.folders, most))
    return found


def _claim(mode: str) -> Object:
    return {"accessModes": [mode], "resources": {"requests": {"storage": STORAGE}}}
