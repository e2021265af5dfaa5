"""The controllers: they make ReplicaSets of Deployments, and Pods of all that wants some."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Mapping

from tests.kubernetes.fake.faults import Faults
from tests.kubernetes.fake.garbage import delete
from tests.kubernetes.fake.resources import Object
from tests.kubernetes.fake.store import Store

NAME = "app.kubernetes.io/name"
_ALPHABET = "bcdfghjklmnpqrstvwxz2456789"


def owned_by(found: Object, owner: Object) -> bool:
    """Whether an object belongs to another."""
    references = found["metadata"].get("ownerReferences") or []
    return any(each["uid"] == owner["metadata"]["uid"] for each in references)


def is_ready(pod: Object) -> bool:
    """Whether a pod's condition Ready is true."""
    conditions = (pod.get("status") or {}).get("conditions") or []
    return any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)


def _reference(owner: Object) -> Object:
    return {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": owner["metadata"]["name"],
        "uid": owner["metadata"]["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }


def _hash(template: Object) -> str:
    digest = hashlib.sha256(json.dumps(template, sort_keys=True).encode()).digest()
    return "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in digest[:9])


def _going(found: Object) -> bool:
    return "deletionTimestamp" in found["metadata"]


class Workloads:
    """One turn of every controller after another, until nothing is to do."""

    def __init__(self, store: Store, faults: Faults) -> None:
        self._store = store
        self._faults = faults
        self._made = 0
        self._rolls_since: dict[str, float] = {}

    def turn(self) -> None:
        """Look at everything once."""
        for plural, handle in (
            ("deployments", self._deployment),
            ("replicasets", self._replica_set),
            ("statefulsets", self._stateful_set),
            ("jobs", self._job),
            ("services", self._service),
        ):
            for found in self._store.all(plural):
                if not _going(found):
                    handle(found)

    def _deployment(self, found: Object) -> None:
        meta, spec = found["metadata"], found["spec"]
        sets = [each for each in self._of("replicasets", found) if not _going(each)]
        mark = _hash(spec["template"])
        new = next((s for s in sets if s["metadata"]["labels"]["pod-template-hash"] == mark), None)
        if new is None:
            new = self._new_set(found, mark)
        old = [each for each in sets if each["metadata"]["uid"] != new["metadata"]["uid"]]
        self._roll(found, new, old)
        everything = [*old, new]
        total = sum(int(s["status"]["replicas"]) for s in everything if "status" in s)
        ready = sum(int(s["status"]["readyReplicas"]) for s in everything if "status" in s)
        status = {
            "observedGeneration": meta["generation"],
            "replicas": total,
            "updatedReplicas": int(new.get("status", {}).get("replicas", 0)),
            "readyReplicas": ready,
            "availableReplicas": ready,
            "unavailableReplicas": max(0, int(spec["replicas"]) - ready),
            "conditions": self._conditions(found, new, ready),
        }
        self._store.change("deployments", found, lambda it: it.update(status=status))

    def _new_set(self, found: Object, mark: str) -> Object:
        meta, spec = found["metadata"], found["spec"]
        template = copy.deepcopy(spec["template"])
        labels = template["metadata"].setdefault("labels", {}) | {"pod-template-hash": mark}
        template["metadata"]["labels"] = labels
        return self._store.put(
            "replicasets",
            {
                "apiVersion": "apps/v1",
                "kind": "ReplicaSet",
                "metadata": {
                    "name": f"{meta['name']}-{mark}",
                    "namespace": meta["namespace"],
                    "labels": labels,
                    "ownerReferences": [_reference(found)],
                },
                "spec": {
                    "replicas": 0,
                    "selector": {"matchLabels": labels},
                    "template": template,
                },
            },
        )

    def _roll(self, found: Object, new: Object, old: list[Object]) -> None:
        """One step of a rolling update: one more of the new, and then one less of the old."""
        wanted = int(found["spec"]["replicas"])
        living = [each for each in old if each["spec"]["replicas"] > 0]
        ready = int(new.get("status", {}).get("readyReplicas", 0))
        if not living:
            self._size(new, wanted)
            return
        left = sum(int(each["spec"]["replicas"]) for each in living)
        self._size(new, min(wanted, max(1, wanted + 1 - left)))
        if ready + left > wanted or wanted == 0:
            self._size(living[0], int(living[0]["spec"]["replicas"]) - 1)

    def _size(self, found: Object, replicas: int) -> None:
        if found["spec"]["replicas"] != replicas:
            self._store.change(
                "replicasets", found, lambda it: it["spec"].update(replicas=max(0, replicas))
            )

    def _conditions(self, found: Object, new: Object, ready: int) -> list[Object]:
        wanted = int(found["spec"]["replicas"])
        done = int(new.get("status", {}).get("readyReplicas", 0)) >= wanted
        uid, now = str(found["metadata"]["uid"]), self._store.clock.seconds
        if (
            done
            or found.get("status", {}).get("observedGeneration") != found["metadata"]["generation"]
        ):
            self._rolls_since[uid] = now
        deadline = found["spec"].get("progressDeadlineSeconds", 600)
        late = now - self._rolls_since.setdefault(uid, now) > deadline
        reason = "NewReplicaSetAvailable" if done else "ReplicaSetUpdated"
        conditions: list[Object] = [
            _condition("Available", met=ready >= wanted, reason="MinimumReplicasAvailable"),
            _condition(
                "Progressing", met=not late, reason="ProgressDeadlineExceeded" if late else reason
            ),
        ]
        for each in (new.get("status") or {}).get("conditions") or []:
            conditions.append(each)
        return conditions

    def _replica_set(self, found: Object) -> None:
        pods = [each for each in self._of("pods", found) if not _going(each)]
        pods = [each for each in pods if each.get("status", {}).get("phase") != "Failed"]
        wanted = int(found["spec"]["replicas"])
        failure = ""
        for _ in range(wanted - len(pods)):
            self._made += 1
            mark = _hash({"made": self._made})[:5]
            failure = failure or self._pod(found, f"{found['metadata']['name']}-{mark}", {})
        for each in sorted(pods, key=is_ready)[: max(0, len(pods) - wanted)]:
            delete(self._store, "pods", each)
        conditions = [
            _condition("ReplicaFailure", met=True, reason="FailedCreate", message=failure)
        ]
        status = {
            "replicas": len([each for each in self._of("pods", found) if not _going(each)]),
            "readyReplicas": sum(map(is_ready, pods)),
            "observedGeneration": found["metadata"]["generation"],
            "conditions": conditions if failure else [],
        }
        self._store.change("replicasets", found, lambda it: it.update(status=status))

    def _stateful_set(self, found: Object) -> None:
        """One pod after another: the next is made when the one before is ready."""
        meta, spec = found["metadata"], found["spec"]
        wanted, mark = int(spec["replicas"]), _hash(spec["template"])
        pods = {each["metadata"]["name"]: each for each in self._of("pods", found)}
        ready = updated = 0
        waits = False
        for number in range(wanted):
            name = f"{meta['name']}-{number}"
            pod = pods.pop(name, None)
            if pod is None and not waits:
                self._claims(found, number)
                self._pod(found, name, {"controller-revision-hash": mark})
            elif pod and not _going(pod):
                is_new = pod["metadata"]["labels"]["controller-revision-hash"] == mark
                ready, updated = ready + is_ready(pod), updated + is_new
                if not is_new and not waits:
                    delete(self._store, "pods", pod)
            waits = waits or pod is None or not is_ready(pod)
        for pod in pods.values():
            delete(self._store, "pods", pod)
        status = {
            "observedGeneration": meta["generation"],
            "replicas": len(self._of("pods", found)),
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
        pods = self._of("pods", found)
        phases = [str(each.get("status", {}).get("phase", "Pending")) for each in pods]
        failed, done = phases.count("Failed"), phases.count("Succeeded")
        conditions: list[Object] = []
        if done:
            conditions = [_condition("Complete", met=True, reason="CompletionsReached")]
        elif failed > int(found["spec"].get("backoffLimit", 6)):
            message = "Job has reached the specified backoff limit"
            conditions = [
                _condition("Failed", met=True, reason="BackoffLimitExceeded", message=message)
            ]
            self._store.event(found, "BackoffLimitExceeded", message)
        elif failed == len(pods):
            self._made += 1
            labels = {"job-name": found["metadata"]["name"]}
            labels |= {f"batch.kubernetes.io/{key}": value for key, value in labels.items()}
            self._pod(
                found, f"{found['metadata']['name']}-{_hash({'job': self._made})[:5]}", labels
            )
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
                    "ownerReferences": [_reference(found)],
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

    def _pod(self, owner: Object, name: str, labels: Mapping[str, str]) -> str:
        """Make a pod; why it may not be made, if so."""
        meta, template = owner["metadata"], copy.deepcopy(owner["spec"]["template"])
        there = len(self._store.all("pods", meta["namespace"]))
        if self._faults.quota is not None and there >= self._faults.quota:
            message = (
                f'pods "{name}" is forbidden: exceeded quota: compute, requested: pods=1, '
                f"used: pods={there}, limited: pods={self._faults.quota}"
            )
            self._store.event(owner, "FailedCreate", f"Error creating: {message}")
            return message
        known = (template.get("metadata") or {}).get("labels") or {}
        self._store.put(
            "pods",
            {
                "apiVersion": "v1",
                "kind": "Pod",
                "metadata": {
                    "name": name,
                    "namespace": meta["namespace"],
                    "labels": known | dict(labels),
                    "annotations": (template.get("metadata") or {}).get("annotations") or {},
                    "ownerReferences": [_reference(owner)],
                },
                "spec": template["spec"],
                "status": {"phase": "Pending"},
            },
        )
        return ""

    def _of(self, plural: str, owner: Object) -> list[Object]:
        namespace = owner["metadata"]["namespace"]
        return self._store.all(plural, namespace, lambda found: owned_by(found, owner))


def _selects(selector: Mapping[str, str], found: Object) -> bool:
    labels = found["metadata"].get("labels") or {}
    return all(labels.get(key) == value for key, value in selector.items())


def _condition(kind: str, *, met: bool, reason: str, message: str = "") -> Object:
    return {
        "type": kind,
        "status": "True" if met else "False",
        "reason": reason,
        "message": message,
    }
