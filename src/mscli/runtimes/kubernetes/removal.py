"""Taking a copy out of its cluster, and proving that nothing of it is left there."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from mscli.errors import LeftBehind
from mscli.runtimes.kubernetes import inventory
from mscli.runtimes.kubernetes.inventory import CLAIMS
from mscli.runtimes.kubernetes.kubectl import Kubectl, Object
from mscli.runtimes.kubernetes.manifests import SYSTEM, reference

POLL = 0.3
PATIENCE = 120.0
"""Seconds until what does not end is left behind."""


@dataclass(frozen=True, slots=True)
class Doomed:
    """What a removal will take: objects, claims with their data, and the namespace itself."""

    objects: tuple[Object, ...] = ()
    claims: tuple[Object, ...] = ()
    namespace: str = ""
    kinds: tuple[str, ...] = ()
    """What may be there: it is looked for again."""

    def names(self) -> list[str]:
        """How kubectl names all of it."""
        found = [reference(each) for each in (*self.objects, *self.claims)]
        return [*found, *([f"namespace/{self.namespace}"] if self.namespace else [])]

    def by_kind(self) -> list[str]:
        """The same for people, a line a kind: `deployment: front, back`."""
        kinds: dict[str, list[str]] = {}
        for name in self.names():
            kind, _, rest = name.partition("/")
            kinds.setdefault(kind, []).append(rest)
        return [f"{kind}: {', '.join(names)}" for kind, names in kinds.items()]


def doomed(kubectl: Kubectl, *, volumes: bool) -> Doomed:
    """What there is to remove; the namespace goes with the data, if it is the copy's own."""
    namespace = kubectl.one("namespace", kubectl.namespace)
    if namespace is None:
        return Doomed()
    claims = inventory.owned(kubectl, [CLAIMS]) if volumes else []
    kinds = inventory.kinds_of(kubectl)
    ours = (namespace["metadata"].get("labels") or {}).get(SYSTEM) == kubectl.namespace
    return Doomed(
        tuple(inventory.applied(kubectl, kinds)),
        tuple(claims),
        kubectl.namespace if volumes and ours else "",
        (*kinds, "pods", *([CLAIMS] if volumes else [])),
    )


def remove(kubectl: Kubectl, doom: Doomed, grace: float | None) -> None:
    """Remove what is doomed, and wait until it is gone. Raises LeftBehind for what stays."""
    _delete(kubectl, [reference(each) for each in doom.objects])
    if grace is not None:
        pods = [reference(each) for each in inventory.owned(kubectl, ["pods"])]
        _delete(kubectl, pods, f"--grace-period={max(1, round(grace))}")
    _delete(kubectl, [reference(each) for each in doom.claims])
    if doom.namespace:
        _delete(kubectl, [f"namespace/{doom.namespace}"])
    if not doom.names():
        return
    deadline = time.monotonic() + PATIENCE
    while left := _left(kubectl, doom):
        if time.monotonic() > deadline:
            raise LeftBehind(
                f"{len(left)} of {kubectl.namespace} are still in {kubectl.context}: "
                + ", ".join(map(_named, left)),
                "who set a finalizer has to take it away; kubectl get -o yaml shows who",
            )
        time.sleep(POLL)


def _delete(kubectl: Kubectl, names: Sequence[str], *options: str) -> None:
    if names:
        kubectl.run(["delete", *names, "--ignore-not-found", "--wait=false", *options])


def _left(kubectl: Kubectl, doom: Doomed) -> list[Object]:
    if not doom.namespace:
        return inventory.owned(kubectl, doom.kinds)
    namespace = kubectl.one("namespace", doom.namespace)
    return [] if namespace is None else [*inventory.owned(kubectl, doom.kinds), namespace]


def _named(found: Object) -> str:
    finalizers = found["metadata"].get("finalizers") or []
    return reference(found) + (f" (finalizers: {', '.join(finalizers)})" if finalizers else "")
