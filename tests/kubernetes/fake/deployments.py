"""The controllers of Deployments and ReplicaSets: rolling updates, one pod more, then one less."""

from __future__ import annotations

import copy

from tests.kubernetes.fake.garbage import delete
from tests.kubernetes.fake.making import Making, condition, hashed, is_going, is_ready, reference
from tests.kubernetes.fake.resources import Object
from tests.kubernetes.fake.store import Store


class Deployments:
    """Makes ReplicaSets of Deployments, and pods of those."""

    def __init__(self, store: Store, making: Making) -> None:
        self._store = store
        self._making = making
        self._rolls_since: dict[str, float] = {}

    def deployment(self, found: Object) -> None:
        """Its ReplicaSets, one of which grows while the others shrink; its status."""
        meta, spec = found["metadata"], found["spec"]
        sets = [each for each in self._making.of("replicasets", found) if not is_going(each)]
        mark = hashed(spec["template"])
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
                    "ownerReferences": [reference(found)],
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
            condition("Available", met=ready >= wanted, reason="MinimumReplicasAvailable"),
            condition(
                "Progressing", met=not late, reason="ProgressDeadlineExceeded" if late else reason
            ),
        ]
        for each in (new.get("status") or {}).get("conditions") or []:
            conditions.append(each)
        return conditions

    def replica_set(self, found: Object) -> None:
        """As many pods as it wants; its status."""
        pods = [each for each in self._making.of("pods", found) if not is_going(each)]
        pods = [each for each in pods if each.get("status", {}).get("phase") != "Failed"]
        wanted = int(found["spec"]["replicas"])
        failure = ""
        for _ in range(wanted - len(pods)):
            mark = self._making.suffix()
            failure = failure or self._making.pod(found, f"{found['metadata']['name']}-{mark}", {})
        for each in sorted(pods, key=is_ready)[: max(0, len(pods) - wanted)]:
            delete(self._store, "pods", each)
        conditions = [condition("ReplicaFailure", met=True, reason="FailedCreate", message=failure)]
        status = {
            "replicas": len(
                [each for each in self._making.of("pods", found) if not is_going(each)]
            ),
            "readyReplicas": sum(map(is_ready, pods)),
            "observedGeneration": found["metadata"]["generation"],
            "conditions": conditions if failure else [],
        }
        self._store.change("replicasets", found, lambda it: it.update(status=status))
