"""Objects, their versions, and what has changed since one: what etcd is to a real server."""

from __future__ import annotations

import copy
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tests.kubernetes.fake.applying import Owners
from tests.kubernetes.fake.resources import NAMED, Object, Resource

Key = tuple[str, str, str]
"""Plural, namespace, name."""


class Clock:
    """The cluster's time, in seconds: it stands still until it is moved."""

    def __init__(self) -> None:
        self.seconds = 0.0

    @staticmethod
    def text() -> str:
        """The time that stands in objects is the world's: clients show ages by it."""
        return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class Change:
    """One entry of a watch."""

    version: int
    happening: str
    key: Key
    found: Object


@dataclass
class Store:
    """Everything there is. Whoever reads and writes holds `lock`, which also tells of changes."""

    clock: Clock = field(default_factory=Clock)
    lock: threading.Condition = field(
        default_factory=lambda: threading.Condition(threading.RLock())
    )
    objects: dict[Key, Object] = field(default_factory=dict)
    owners: dict[Key, Owners] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    version: int = 100

    def get(self, plural: str, namespace: str, name: str) -> Object | None:
        return self.objects.get((plural, namespace, name))

    def all(
        self, plural: str, namespace: str = "", labels: Callable[[Object], bool] = lambda _: True
    ) -> list[Object]:
        """Those of a kind, in the order of their names."""
        with self.lock:
            return [
                found
                for key, found in sorted(self.objects.items())
                if key[0] == plural and namespace in ("", key[1]) and labels(found)
            ]

    def put(self, plural: str, found: Object) -> Object:
        """Write an object, new or changed; a changed specification is a new generation."""
        with self.lock:
            meta = found.setdefault("metadata", {})
            key = (plural, str(meta.get("namespace", "")), str(meta["name"]))
            before = self.objects.get(key)
            if before is None:
                meta |= {"uid": str(uuid.uuid4()), "generation": 1}
                meta.setdefault("creationTimestamp", self.clock.text())
            elif before.get("spec") != found.get("spec"):
                meta["generation"] = int(before["metadata"].get("generation", 1)) + 1
            if before is not None and _alike(before, found):
                return before
            self.version += 1
            meta["resourceVersion"] = str(self.version)
            self.objects[key] = found
            self._tell("ADDED" if before is None else "MODIFIED", key, found)
            return found

    def change(self, plural: str, found: Object, changed: Callable[[Object], object]) -> Object:
        """Write a copy of an object that `changed` has worked on."""
        with self.lock:
            made = copy.deepcopy(found)
            changed(made)
            return self.put(plural, made)

    def remove(self, plural: str, found: Object) -> None:
        """Take an object away for good."""
        with self.lock:
            meta = found["metadata"]
            key = (plural, str(meta.get("namespace", "")), str(meta["name"]))
            if self.objects.pop(key, None) is None:
                return
            self.owners.pop(key, None)
            self.version += 1
            gone = copy.deepcopy(found)
            gone["metadata"]["resourceVersion"] = str(self.version)
            self._tell("DELETED", key, gone)

    def since(self, version: int) -> Iterator[Change]:
        """What has changed after a version."""
        with self.lock:
            return iter([each for each in self.changes if each.version > version])

    def everything(self) -> Iterable[tuple[Resource, Object]]:
        with self.lock:
            return [(NAMED[key[0]], found) for key, found in self.objects.items()]

    def event(self, about: Object, reason: str, message: str, kind: str = "Warning") -> None:
        """An Event about an object; said again, it is counted."""
        meta = about["metadata"]
        name = f"{meta['name']}.{reason.lower()}"
        known = self.get("events", meta["namespace"], name)
        self.put(
            "events",
            {
                "apiVersion": "v1",
                "kind": "Event",
                "metadata": {"name": name, "namespace": meta["namespace"]}
                | ({} if known is None else known["metadata"]),
                "involvedObject": {
                    key: about[key] for key in ("apiVersion", "kind") if key in about
                }
                | {key: meta[key] for key in ("name", "namespace", "uid")},
                "reason": reason,
                "message": message,
                "type": kind,
                "count": 1 + (0 if known is None else int(known["count"])),
                "lastTimestamp": self.clock.text(),
            },
        )

    def _tell(self, happening: str, key: Key, found: Object) -> None:
        self.changes.append(Change(self.version, happening, key, copy.deepcopy(found)))
        self.lock.notify_all()


def _alike(before: Object, after: Object) -> bool:
    """Whether nothing but the resource version differs."""

    def without(found: Object) -> Object:
        meta = {key: value for key, value in found["metadata"].items() if key != "resourceVersion"}
        return found | {"metadata": meta}

    return without(before) == without(after)
