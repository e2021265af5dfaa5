"""What every controller does: it makes pods, finds its own objects, and tells conditions."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Mapping

from tests.kubernetes.fake.faults import Faults
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


def reference(owner: Object) -> Object:
    return {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": owner["metadata"]["name"],
        "uid": owner["metadata"]["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }


def hashed(template: Object) -> str:
    digest = hashlib.sha256(json.dumps(template, sort_keys=True).encode()).digest()
    return "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in digest[:9])


def is_going(found: Object) -> bool:
    return "deletionTimestamp" in found["metadata"]


class Making:
    """Makes what belongs to other objects."""

    def __init__(self, store: Store, faults: Faults) -> None:
        self._store = store
        self._faults = faults
        self._made = 0

    def suffix(self) -> str:
        """Five letters that no pod has had yet."""
        self._made += 1
        return hashed({"made": self._made})[:5]

    def pod(self, owner: Object, name: str, labels: Mapping[str, str]) -> str:
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
                    "ownerReferences": [reference(owner)],
                },
                "spec": template["spec"],
                "status": {"phase": "Pending"},
            },
        )
        return ""

    def of(self, plural: str, owner: Object) -> list[Object]:
        """The objects of a kind that belong to another."""
        namespace = owner["metadata"]["namespace"]
        return self._store.all(plural, namespace, lambda found: owned_by(found, owner))


def condition(kind: str, *, met: bool, reason: str, message: str = "") -> Object:
    return {
        "type": kind,
        "status": "True" if met else "False",
        "reason": reason,
        "message": message,
    }
