"""How objects end: finalizers, grace, what their owners take along, and whole namespaces."""

from __future__ import annotations

from tests.kubernetes.fake.resources import Object
from tests.kubernetes.fake.store import Store

GRACE = 1.0
"""Seconds of the cluster's clock that a pod takes to end after SIGTERM; ours are quick."""
STUCK = "tests.mscli.dev/stuck"


def delete(store: Store, plural: str, found: Object, propagation: str = "Background") -> None:
    """What a DELETE does: mark it, and take it away at once if nobody wants a say in that."""
    meta = found["metadata"]
    waits = bool(meta.get("finalizers"))
    if propagation == "Foreground" and plural in (
        "deployments",
        "replicasets",
        "statefulsets",
        "jobs",
    ):
        waits = True

    def mark(it: Object) -> None:
        it["metadata"].setdefault("deletionTimestamp", store.clock.text())
        it["metadata"].setdefault("fakeDeletedAt", store.clock.seconds)
        if propagation == "Foreground" and plural != "pods":
            finalizers = it["metadata"].setdefault("finalizers", [])
            if "foregroundDeletion" not in finalizers:
                finalizers.append("foregroundDeletion")

    if propagation == "Orphan":
        _orphan(store, found)
    if waits or plural in ("pods", "namespaces"):
        store.change(plural, found, mark)
    else:
        store.remove(plural, found)


def turn(store: Store) -> None:
    """Look once at everything that ends, or whose owner is gone."""
    uids = {found["metadata"]["uid"] for _, found in store.everything()}
    for resource, found in store.everything():
        meta = found["metadata"]
        references = meta.get("ownerReferences") or []
        if "deletionTimestamp" in meta:
            _end(store, resource.plural, found)
        elif references and not any(each["uid"] in uids for each in references):
            delete(store, resource.plural, found)


def _orphan(store: Store, owner: Object) -> None:
    uid = owner["metadata"]["uid"]
    for resource, found in store.everything():
        references = found["metadata"].get("ownerReferences") or []
        if any(each["uid"] == uid for each in references):
            kept = [each for each in references if each["uid"] != uid]
            store.put(
                resource.plural,
                found | {"metadata": found["metadata"] | {"ownerReferences": kept}},
            )


def _end(store: Store, plural: str, found: Object) -> None:
    meta = found["metadata"]
    if plural == "namespaces":
        _empty(store, found)
        return
    finalizers = [each for each in meta.get("finalizers") or [] if not _is_done(store, found, each)]
    if finalizers:
        if finalizers != meta.get("finalizers"):
            store.change(plural, found, lambda it: it["metadata"].update(finalizers=finalizers))
        return
    if plural == "pods" and store.clock.seconds - float(meta.get("fakeDeletedAt", 0)) < GRACE:
        return
    store.remove(plural, found)


def _is_done(store: Store, found: Object, finalizer: str) -> bool:
    """Whether what a finalizer waits for has happened."""
    meta = found["metadata"]
    if finalizer == "foregroundDeletion":
        dependents = [
            (resource.plural, each)
            for resource, each in store.everything()
            if any(r["uid"] == meta["uid"] for r in each["metadata"].get("ownerReferences") or [])
        ]
        for plural, each in dependents:
            if "deletionTimestamp" not in each["metadata"]:
                delete(
                    store, plural, each, "Foreground" if plural == "replicasets" else "Background"
                )
        return not dependents
    if finalizer == "kubernetes.io/pvc-protection":
        return not any(_mounts(pod, meta["name"]) for pod in store.all("pods", meta["namespace"]))
    return False


def _mounts(pod: Object, claim: str) -> bool:
    names = [
        (each.get("persistentVolumeClaim") or {}).get("claimName")
        for each in pod["spec"].get("volumes") or []
    ]
    owner = (pod["metadata"].get("ownerReferences") or [{}])[0]
    return claim in names or (
        owner.get("kind") == "StatefulSet" and claim.endswith(f"-{pod['metadata']['name']}")
    )


def _empty(store: Store, namespace: Object) -> None:
    """A namespace ends when nothing is in it any more."""
    name = namespace["metadata"]["name"]
    inside = [
        (resource.plural, found)
        for resource, found in store.everything()
        if found["metadata"].get("namespace") == name
    ]
    for plural, found in inside:
        if "deletionTimestamp" not in found["metadata"]:
            delete(store, plural, found)
    store.change("namespaces", namespace, lambda it: it.update(status={"phase": "Terminating"}))
    if not inside:
        store.remove("namespaces", store.get("namespaces", "", name) or namespace)
