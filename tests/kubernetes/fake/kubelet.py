"""What happens to pods: a node, images, readiness, crashes, ends; and what they write."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests.kubernetes.fake.faults import Faults
from tests.kubernetes.fake.making import NAME, is_ready
from tests.kubernetes.fake.resources import Object
from tests.kubernetes.fake.store import Store

STARTS, READY = 0.4, 0.8
"""Seconds of the cluster's clock from scheduling until containers run, and until they are ready."""
TASK = 1.0
"""Seconds that a task takes."""
LONGEST_BACKOFF = 300.0
NODE_BYTES = 32 * 1024**3


@dataclass
class Life:
    """What the kubelet knows of a pod."""

    since: float = 0.0
    restarts: int = 0
    crashed: float | None = None
    lines: list[tuple[str, str]] = field(default_factory=list)
    previous: list[tuple[str, str]] = field(default_factory=list)

    def write(self, text: str) -> None:
        """A line on standard output, at the time of the world: logs are merged by it."""
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
        self.lines.append((f"{now}000Z", text))


class Kubelet:
    """Scheduler and kubelet of the one node."""

    def __init__(self, store: Store, faults: Faults, loaded: Path) -> None:
        self._store = store
        self._faults = faults
        self._loaded = loaded
        self.lives: dict[str, Life] = {}

    def turn(self) -> None:
        """Look at every pod once."""
        for pod in self._store.all("pods"):
            phase = pod["status"].get("phase")
            if "deletionTimestamp" in pod["metadata"]:
                self._end(pod)
            elif phase not in ("Succeeded", "Failed"):
                self._live(pod)

    def life(self, pod: Object) -> Life:
        """What is known of a pod."""
        return self.lives.setdefault(str(pod["metadata"]["uid"]), Life(self._store.clock.seconds))

    def speak(self) -> None:
        """Every pod that is ready writes a line, with the number of it."""
        for pod in self._store.all("pods"):
            if is_ready(pod):
                life = self.life(pod)
                life.write(f"{pod['metadata']['name']} line {len(life.lines)}")

    def _live(self, pod: Object) -> None:
        workload = str(pod["metadata"].get("labels", {}).get(NAME, ""))
        if not pod["spec"].get("nodeName"):
            self._schedule(pod, workload)
            return
        age = self._store.clock.seconds - self.life(pod).since
        reason, message = self._hindrance(pod)
        if reason:
            self._waits(pod, reason, message)
        elif workload in self._faults.crashing:
            self._crash(pod, self._faults.crashing[workload])
        elif age >= STARTS and pod["spec"].get("restartPolicy") in ("Never", "OnFailure"):
            self._task(pod, age)
        elif age >= STARTS:
            self._run(pod, ready=age >= READY and workload not in self._faults.failing_probe)
        else:
            self._waits(pod, "ContainerCreating", "")

    def _schedule(self, pod: Object, workload: str) -> None:
        if workload in self._faults.unschedulable or _requests(pod) > NODE_BYTES:
            message = "0/1 nodes are available: 1 Insufficient memory."
            condition = {
                "type": "PodScheduled",
                "status": "False",
                "reason": "Unschedulable",
                "message": message,
            }
            self._status(pod, phase="Pending", conditions=[condition])
            self._store.event(pod, "FailedScheduling", message)
            return
        self.life(pod).since = self._store.clock.seconds
        self._store.change("pods", pod, lambda it: it["spec"].update(nodeName="fake-node"))

    def _hindrance(self, pod: Object) -> tuple[str, str]:
        """Why no container can be started: an image, or configuration that is not there."""
        namespace = pod["metadata"]["namespace"]
        for plural, name in _references(pod):
            if self._store.get(plural, namespace, name) is None:
                kind = plural.removesuffix("s")
                return "CreateContainerConfigError", f'{kind} "{name}" not found'
        here = self._loaded.read_text().split() if self._loaded.exists() else []
        for container in _containers(pod):
            image = str(container["image"])
            if image.startswith(self._faults.unpublished or ("\0",)) and image not in here:
                text = f"pull access denied for {image}, repository does not exist"
                self._store.event(pod, "Failed", f'Failed to pull image "{image}": {text}')
                age = self._store.clock.seconds - self.life(pod).since
                reason = "ImagePullBackOff" if age > 1 else "ErrImagePull"
                return reason, f'Back-off pulling image "{image}": ErrImagePull: {text}'
        return "", ""

    def _waits(self, pod: Object, reason: str, message: str) -> None:
        state = {"waiting": {"reason": reason} | ({"message": message} if message else {})}
        self._status(pod, phase="Pending", containers=self._containers(pod, state, ready=False))

    def _crash(self, pod: Object, lines: tuple[str, ...]) -> None:
        life, now = self.life(pod), self._store.clock.seconds
        backoff = (
            min(LONGEST_BACKOFF, 10.0 * 2 ** max(0, life.restarts - 1)) if life.restarts else 1.0
        )
        if life.crashed is None or now - life.crashed >= backoff:
            life.restarts += life.crashed is not None
            life.previous, life.lines, life.crashed = life.lines, [], now
            for line in lines:
                life.write(line)
        terminated = {"exitCode": 1, "reason": "Error", "startedAt": self._store.clock.text()}
        if pod["spec"].get("restartPolicy") == "Never":
            state: Object = {"terminated": terminated | {"finishedAt": self._store.clock.text()}}
            self._status(pod, phase="Failed", containers=self._containers(pod, state, ready=False))
            return
        state = {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off restarting"}}
        found = self._containers(pod, state, ready=False)
        for each in found:
            each["lastState"] = {"terminated": terminated}
        self._status(pod, phase="Running", containers=found)
        self._store.event(pod, "BackOff", "Back-off restarting failed container")

    def _task(self, pod: Object, age: float) -> None:
        life = self.life(pod)
        if age < STARTS + TASK:
            self._run(pod, ready=True)
            return
        life.write(f"{pod['metadata']['name']} done")
        state = {
            "terminated": {
                "exitCode": 0,
                "reason": "Completed",
                "finishedAt": self._store.clock.text(),
            }
        }
        self._status(pod, phase="Succeeded", containers=self._containers(pod, state, ready=False))

    def _run(self, pod: Object, *, ready: bool) -> None:
        life = self.life(pod)
        if not life.lines:
            life.write(f"{pod['metadata']['name']} listens")
        if not ready and self.life(pod).since + READY < self._store.clock.seconds:
            self._store.event(
                pod, "Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503"
            )
        started = pod["status"].get("startTime", self._store.clock.text())
        state = {"running": {"startedAt": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}}
        known = pod["status"].get("containerStatuses") or [{}]
        if "running" in known[0].get("state", {}):
            state = known[0]["state"]
        conditions = [
            {"type": name, "status": "True" if ready else "False"}
            for name in ("Ready", "ContainersReady")
        ] + [{"type": "PodScheduled", "status": "True"}, {"type": "Initialized", "status": "True"}]
        self._status(
            pod,
            phase="Running",
            conditions=conditions,
            containers=self._containers(pod, state, ready=ready),
            podIP=f"10.0.0.{int(str(pod['metadata']['resourceVersion'])) % 250 + 1}"
            if "podIP" not in pod["status"]
            else pod["status"]["podIP"],
            startTime=started,
        )

    def _end(self, pod: Object) -> None:
        life = self.life(pod)
        if not life.lines or life.lines[-1][1] != "bye":
            life.write("bye")

    def _containers(self, pod: Object, state: Object, *, ready: bool) -> list[Object]:
        return [
            {
                "name": each["name"],
                "image": each["image"],
                "imageID": "",
                "ready": ready,
                "started": ready,
                "restartCount": self.life(pod).restarts,
                "state": state,
                "lastState": {},
            }
            for each in pod["spec"]["containers"]
        ]

    def _status(self, pod: Object, *, phase: str, **fields: object) -> None:
        if "containers" in fields:
            fields["containerStatuses"] = fields.pop("containers")
        self._store.change("pods", pod, lambda it: it["status"].update(phase=phase, **fields))


def wait_until(condition: Callable[[], bool], patience: float = 20.0) -> None:
    """Wait until something holds. AssertionError if it does not in time."""
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def _containers(pod: Object) -> list[Object]:
    return [*(pod["spec"].get("initContainers") or []), *pod["spec"]["containers"]]


def _requests(pod: Object) -> int:
    units = {"Ki": 1024, "Mi": 1024**2, "Gi": 1024**3, "Ti": 1024**4}
    total = 0
    for container in pod["spec"]["containers"]:
        text = str(((container.get("resources") or {}).get("requests") or {}).get("memory", "0"))
        unit = units.get(text[-2:], 1)
        total += int(text.removesuffix("i").rstrip("KMGT") or 0) * unit
    return total


def _references(pod: Object) -> list[tuple[str, str]]:
    """The ConfigMaps and Secrets that a pod cannot start without."""
    found: list[tuple[str, str]] = []
    for volume in pod["spec"].get("volumes") or []:
        for source in (volume, *((volume.get("projected") or {}).get("sources") or [])):
            found += _named(source, configMap="configmaps", secret="secrets")
    for container in _containers(pod):
        for variable in container.get("env") or []:
            source = variable.get("valueFrom") or {}
            found += _named(source, configMapKeyRef="configmaps", secretKeyRef="secrets")
        for source in container.get("envFrom") or []:
            found += _named(source, configMapRef="configmaps", secretRef="secrets")
    return found


def _named(source: Object, **plurals: str) -> list[tuple[str, str]]:
    return [
        (plural, str(source[field].get("name") or source[field].get("secretName")))
        for field, plural in plurals.items()
        if source.get(field) and not source[field].get("optional")
    ]
