"""Whether what was applied is there, and why not: pure, out of what the cluster says of itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mscli.runtimes.kubernetes.inventory import is_ready, statuses, workload_of
from mscli.runtimes.kubernetes.kubectl import Object
from mscli.runtimes.kubernetes.manifests import LONG_LIVED


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a workload is. `cause` is why it hangs; a `hopeless` one mends nothing by waiting."""

    workload: str
    is_task: bool
    done: bool
    progress: str = ""
    cause: str = ""
    hopeless: bool = False
    pod: str = ""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why something hangs, in a sentence with its remedy."""

    cause: str
    hopeless: bool = False
    pod: str = ""


def judge(
    wanted: Iterable[Object], live: Sequence[Object], events: Sequence[Object] = ()
) -> list[Standing]:
    """The standing of every Deployment, StatefulSet and Job that is wanted."""
    there = {(each["kind"], each["metadata"]["name"]): each for each in live}
    pods = [each for each in live if each["kind"] == "Pod"]
    found = []
    for each in wanted:
        if each["kind"] not in (*LONG_LIVED, "Job"):
            continue
        now = there.get((each["kind"], each["metadata"]["name"]))
        mine = [pod for pod in pods if workload_of(pod) == workload_of(each)]
        found.append(_standing(each, now, mine, events))
    return found


def _standing(
    wanted: Object, now: Object | None, pods: Sequence[Object], events: Sequence[Object]
) -> Standing:
    workload, is_task = workload_of(wanted), wanted["kind"] == "Job"
    if now is None:
        return Standing(workload, is_task, done=False, progress="not there yet")
    done, progress = (_task if is_task else _rollout)(now)
    if done:
        return Standing(workload, is_task, done=True)
    trouble = _trouble_of(now, events) or _trouble_of_pods(pods, events) or Trouble("")
    return Standing(
        workload, is_task, False, progress, trouble.cause, trouble.hopeless, trouble.pod
    )  # fmt: skip


def _rollout(found: Object) -> tuple[bool, str]:
    """As `kubectl rollout status` judges: seen, all new, all ready, nothing old."""
    status, wanted = found.get("status") or {}, int(found["spec"].get("replicas", 1))
    if int(status.get("observedGeneration", 0)) < int(found["metadata"].get("generation", 0)):
        return False, "not seen yet"
    new = int(status.get("updatedReplicas", 0))
    ready = int(status.get("readyReplicas", 0))
    there = int(status.get("replicas", 0))
    return new == wanted == ready and there == wanted, f"{min(new, ready)} of {wanted} ready"


def _task(found: Object) -> tuple[bool, str]:
    conditions = (found.get("status") or {}).get("conditions") or []
    done = any(each["type"] == "Complete" and each["status"] == "True" for each in conditions)
    return done, "runs"


def _trouble_of(found: Object, events: Sequence[Object]) -> Trouble | None:
    """What a workload itself tells: pods that it may not make, a task that has failed."""
    for each in (found.get("status") or {}).get("conditions") or []:
        if each["status"] != "True":
            continue
        if each["type"] == "ReplicaFailure":
            return _refused(str(each.get("message", "")))
        if each["type"] == "Failed":
            return Trouble(f"the task has failed: {each.get('message', '')}", hopeless=True)
    event = _last(events, found, "FailedCreate")
    return _refused(event) if event else None


def _refused(message: str) -> Trouble:
    short = message.removeprefix("Error creating: ")
    remedy = "ask for it, or make the pods fit"
    if "exceeded quota" in message:
        remedy = "fewer replicas, smaller resources in mscli.yaml, or a larger quota"
    elif "violates PodSecurity" in message:
        remedy = "the namespace wants a stricter pod than this one"
    return Trouble(f"its pods may not be made: {short} - {remedy}", hopeless=True)


def _trouble_of_pods(pods: Sequence[Object], events: Sequence[Object]) -> Trouble | None:
    """The trouble of the first pod that has one; of replicas, the newest tells most."""
    ordered = sorted(pods, key=lambda pod: str(pod["metadata"].get("creationTimestamp", "")))
    for pod in reversed(ordered):
        if is_ready(pod) or "deletionTimestamp" in pod["metadata"]:
            continue
        if found := _trouble_of_pod(pod, events):
            return found
    return None


def _trouble_of_pod(pod: Object, events: Sequence[Object]) -> Trouble | None:
    name, status = str(pod["metadata"]["name"]), pod.get("status") or {}
    for each in status.get("conditions") or []:
        if each.get("reason") == "Unschedulable":
            remedy = "free some room, add a node, or lower resources in mscli.yaml"
            return Trouble(f"no node has room for it: {each.get('message')} - {remedy}", pod=name)
    for each in statuses(pod):
        if found := _waiting(each, name):
            return found
    if status.get("phase") == "Running" and (said := _last(events, pod, "Unhealthy")):
        return Trouble(f"its probe does not succeed: {said}", pod=name)
    return None


def _waiting(container: Object, pod: str) -> Trouble | None:
    waiting = container.get("state", {}).get("waiting") or {}
    reason, message = str(waiting.get("reason", "")), str(waiting.get("message", ""))
    image = container.get("image", "")
    if reason in ("ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName"):
        remedy = "check its name and the registry; mscli up builds and delivers the system's own"
        why = message.rpartition("ErrImagePull: ")[2]
        hopeless = reason in ("ErrImageNeverPull", "InvalidImageName")
        return Trouble(f"the image {image} cannot be pulled: {why} - {remedy}", hopeless, pod)
    if reason in ("CreateContainerConfigError", "CreateContainerError", "RunContainerError"):
        return Trouble(f"its container cannot be started: {message}", pod=pod)
    if reason == "CrashLoopBackOff":
        ended = (container.get("lastState") or {}).get("terminated") or {}
        why = "out of memory" if ended.get("reason") == "OOMKilled" else "its log says why"
        code, count = ended.get("exitCode", "?"), container.get("restartCount", 0)
        return Trouble(f"it crashes with code {code}, {count} restarts: {why}", pod=pod)
    return None


def _last(events: Sequence[Object], about: Object, reason: str) -> str:
    """The newest message of a kind about an object."""
    meta = about["metadata"]
    said = [
        each
        for each in events
        if each.get("reason") == reason
        and (each.get("involvedObject") or {}).get("name") == meta["name"]
        and (each.get("involvedObject") or {}).get("uid", meta.get("uid")) == meta.get("uid")
    ]
    newest = max(said, key=lambda each: str(each.get("lastTimestamp") or ""), default={})
    return str(newest.get("message", ""))
