"""The controllers, one after another; here those of StatefulSets, Jobs and Services."""

from __future__ import annotations

import copy
from collections.abc import Mapping

from tests.kubernetes.fake.deployments import Deployments
from tests.kubernetes.fake.faults import Faults
from tests.kubernetes.fake.garbage import delete
from tests.kubernetes.fake.making import Making, condition, hashed, is_going, is_ready, reference
from tests.kubernetes.fake.resources import Object
from tests.kubernetes.fake.store import Store


class Workloads:
    """One turn of every controller after another, until nothing is to do."""

    def __init__(self, store: Store, faults: Faults) -> None:
        self._store = store
        self._making = Making(store, faults)
        self._deployments = Deployments(store, self._making)

    def turn(self) -> None:
        """Look at everything once."""
        for plural, handle in (
            ("deployments", self._deployments.deployment),
            ("replicasets", self._deployments.replica_set),
            ("statefulsets", self._stateful_set),
            ("jobs", self._job),
            ("services", self._service),
        ):
            for found in self._store.all(plural):
                if not is_going(found):
                    handle(found)

    def _stateful_set(self, found: Object) -> None:
        """One pod after another: the next is made when the one before is ready."""
        meta, spec = found["metadata"], found["spec"]
        wanted, mark = int(spec["replicas"]), hashed(spec["template"])
        pods = {each["metadata"]["name"]: each for each in self._making.of("pods", found)}
        ready = updated = 0
        waits = False
        for number in range(wanted):
            name = f"{meta['name']}-{number}"
            pod = pods.pop(name, None)
            if pod is None and not waits:
                self._claims(found, number)
                self._making.pod(found, name, {"controller-revision-hash": mark})
            elif pod and not is_going(pod):
                is_new = pod["metadata"]["labels"]["controller-revision-hash"] == mark
                ready, updated = ready + is_ready(pod), updated + is_new
                if not is_new and not waits:
                    delete(self._store, "pods", pod)
            waits = waits or pod is None or not is_ready(pod)
        for pod in pods.values():
            delete(self._store, "pods", pod)
        status = {
            "observedGeneration": meta["generation"],
            "replicas": len(self._making.of("pods", found)),
            "readyReplicas": ready,
            "availableReplicas": ready,
            "currentReplicas": updated,
            "updatedReplicas": updated,
            "currentRevision": mark,
            "updateRevision": mark,
        }
        self._store.change("statefulsets", found, lambda it: it.update(status=status))

    def _claims(self, found: Object, number: int) -> None:
        meta = found["metadata"]
        for template in found["spec"].get("volumeClaimTemplates") or []:
            made = copy.deepcopy(template)
            name = f"{template['metadata']['name']}-{meta['name']}-{number}"
            if self._store.get("persistentvolumeclaims", meta["namespace"], name):
                continue
            labels = dict(template["metadata"].get("labels") or {})
            labels |= found["spec"]["selector"]["matchLabels"]
            made |= {"apiVersion": "v1", "kind": "PersistentVolumeClaim"}
            made["metadata"] |= {
                "name": name,
                "namespace": meta["namespace"],
                "labels": labels,
                "finalizers": ["kubernetes.io/pvc-protection"],
            }
            made["status"] = {"phase": "Bound"}
            self._store.put("persistentvolumeclaims", made)

    def _job(self, found: Object) -> None:
        status = found.get("status") or {}
        if any(each["type"] in ("Complete", "Failed") for each in status.get("conditions") or []):
            return
        pods = self._making.of("pods", found)
        phases = [str(each.get("status", {}).get("phase", "Pending")) for each in pods]
        failed, done = phases.count("Failed"), phases.count("Succeeded")
        conditions: list[Object] = []
        if done:
            conditions = [condition("Complete", met=True, reason="CompletionsReached")]
        elif failed > int(found["spec"].get("backoffLimit", 6)):
            message = "Job has reached the specified backoff limit"
            conditions = [
                condition("Failed", met=True, reason="BackoffLimitExceeded", message=message)
            ]
            self._store.event(found, "BackoffLimitExceeded", message)
        elif failed == len(pods):
            labels = {"job-name": found["metadata"]["name"]}
            labels |= {f"batch.kubernetes.io/{key}": value for key, value in labels.items()}
            self._making.pod(found, f"{found['metadata']['name']}-{self._making.suffix()}", labels)
        counts = {"active": len(pods) - failed - done, "succeeded": done, "failed": failed}
        self._store.change(
            "jobs", found, lambda it: it.update(status=counts | {"conditions": conditions})
        )

    def _service(self, found: Object) -> None:
        """The slice of ready addresses that a service's name leads to."""
        meta, spec = found["metadata"], found["spec"]
        if not spec.get("selector"):
            return
        pods = self._store.all("pods", meta["namespace"], lambda it: _selects(spec["selector"], it))
        self._store.put(
            "endpointslices",
            {
                "apiVersion": "discovery.k8s.io/v1",
                "kind": "EndpointSlice",
                "addressType": "IPv4",
                "metadata": {
                    **self._known("endpointslices", meta["namespace"], f"{meta['name']}-fake"),
                    "labels": (meta.get("labels") or {})
                    | {"kubernetes.io/service-name": meta["name"]},
                    "ownerReferences": [reference(found)],
                },
                "endpoints": [
                    {"addresses": [pod["status"]["podIP"]], "conditions": {"ready": is_ready(pod)}}
                    for pod in pods
                    if pod.get("status", {}).get("podIP")
                ],
            },
        )

    def _known(self, plural: str, namespace: str, name: str) -> Object:
        known = self._store.get(plural, namespace, name)
        return dict(known["metadata"]) if known else {"name": name, "namespace": namespace}


def _selects(selector: Mapping[str, str], found: Object) -> bool:
    labels = found["metadata"].get("labels") or {}
    return all(labels.get(key) == value for key, value in selector.items())
