"""What a cluster says of itself, and what a person is told of it."""

from __future__ import annotations

from typing import Any

import pytest

from mscli.runtimes.kubernetes.rollout import Standing, judge

Object = dict[str, Any]
LABELS = {"app.kubernetes.io/name": "web"}


def deployment(wanted: int = 2, **status: object) -> Object:
    return {
        "kind": "Deployment",
        "metadata": {"name": "web", "labels": LABELS, "generation": 3},
        "spec": {"replicas": wanted},
        "status": {"observedGeneration": 3} | status,
    }


def pod(name: str = "web-1", **status: object) -> Object:
    return {
        "kind": "Pod",
        "metadata": {"name": name, "labels": LABELS, "uid": name},
        "status": {"phase": "Pending"} | status,
    }


def waiting(reason: str, message: str = "", **more: object) -> Object:
    state = {"waiting": {"reason": reason, "message": message}}
    return {"containerStatuses": [{"image": "shop/web:1", "state": state} | more]}


def only(live: list[Object], events: list[Object] | None = None) -> Standing:
    (found,) = judge([deployment()], live, events or [])
    return found


@pytest.mark.parametrize(
    ("status", "done"),
    [
        ({"replicas": 2, "updatedReplicas": 2, "readyReplicas": 2}, True),
        ({"replicas": 2, "updatedReplicas": 2, "readyReplicas": 1}, False),
        ({"replicas": 3, "updatedReplicas": 2, "readyReplicas": 3}, False),
        ({"replicas": 2, "updatedReplicas": 1, "readyReplicas": 2}, False),
        (
            {"observedGeneration": 2, "replicas": 2, "updatedReplicas": 2, "readyReplicas": 2},
            False,
        ),
        ({}, False),
    ],
    ids=["all new and ready", "one not ready", "an old one left", "one still old", "unseen", "new"],
)
def test_a_rollout_is_over_when_all_are_new_and_ready_and_nothing_old_is_left(
    status: Object, done: bool
) -> None:
    assert only([deployment(**status)]).done is done


def test_none_wanted_and_none_there_is_done() -> None:
    assert judge([deployment(0)], [deployment(0)])[0].done


def test_what_is_not_there_yet_is_waited_for() -> None:
    assert not only([]).done


def test_a_ready_pod_is_no_trouble_and_an_older_ones_trouble_does_not_hide_a_newer_ones() -> None:
    old = pod("web-old", **waiting("ImagePullBackOff", "ErrImagePull: old"))
    old["metadata"]["creationTimestamp"] = "2026-11-22T10:00:00Z"
    new = pod("web-new", **waiting("CrashLoopBackOff", restartCount=2))
    new["metadata"]["creationTimestamp"] = "2026-11-22T11:00:00Z"
    assert only([deployment(), old, new]).pod == "web-new"
    ready = pod("web-ready", phase="Running", conditions=[{"type": "Ready", "status": "True"}])
    assert only([deployment(), ready]).cause == ""


@pytest.mark.parametrize(
    ("status", "cause", "hopeless"),
    [
        (waiting("InvalidImageName", "couldn't parse"), "cannot be pulled: couldn't parse", True),
        (waiting("ErrImageNeverPull", "not present"), "cannot be pulled: not present", True),
        (waiting("ImagePullBackOff", "x: ErrImagePull: denied"), "cannot be pulled: denied", False),
        (waiting("CreateContainerConfigError", 'secret "a" not found'), 'secret "a" not', False),
        (
            waiting(
                "CrashLoopBackOff",
                restartCount=4,
                lastState={"terminated": {"exitCode": 137, "reason": "OOMKilled"}},
            ),
            "it crashes with code 137, 4 restarts: out of memory",
            False,
        ),
        (
            {"conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable",
                             "message": "0/3 nodes are available"}]},
            "no node has room for it: 0/3 nodes are available",
            False,
        ),
    ],
)  # fmt: skip
def test_a_pod_that_hangs_says_why(status: Object, cause: str, hopeless: bool) -> None:
    found = only([deployment(), pod(**status)])
    assert cause in found.cause
    assert (found.hopeless, found.pod) == (hopeless, "web-1")


def test_a_probe_that_fails_is_known_by_the_newest_event_of_that_very_pod() -> None:
    def event(uid: str, message: str, when: str) -> Object:
        about = {"name": "web-1", "uid": uid}
        return {"involvedObject": about, "reason": "Unhealthy", "message": message,
                "lastTimestamp": when}  # fmt: skip

    running = pod(phase="Running", containerStatuses=[{"state": {"running": {}}}])
    events = [
        event("web-1", "newer", "2026-11-22T11:00:00Z"),
        event("web-1", "older", "2026-11-22T10:00:00Z"),
        event("another", "of a pod that had this name", "2026-11-22T12:00:00Z"),
    ]
    assert only([deployment(), running], events).cause == "its probe does not succeed: newer"


@pytest.mark.parametrize(
    ("message", "remedy"),
    [
        ('pods "a" is forbidden: exceeded quota: q', "a larger quota"),
        ('pods "a" is forbidden: violates PodSecurity "restricted"', "stricter pod"),
        ('pods "a" is forbidden: something else', "ask for it"),
    ],
)
def test_pods_that_may_not_be_made_are_hopeless(message: str, remedy: str) -> None:
    condition = {"type": "ReplicaFailure", "status": "True", "message": message}
    found = only([deployment(conditions=[condition])])
    assert found.hopeless
    assert message in found.cause
    assert remedy in found.cause


def test_a_task_is_done_when_it_is_complete_and_hopeless_when_it_has_failed() -> None:
    def task(*conditions: Object) -> Object:
        meta = {"name": "web-migrate", "labels": {"app.kubernetes.io/name": "web-migrate"}}
        return {"kind": "Job", "metadata": meta, "status": {"conditions": list(conditions)}}

    (done,) = judge([task()], [task({"type": "Complete", "status": "True"})])
    assert done.done
    (failed,) = judge([task()], [task({"type": "Failed", "status": "True", "message": "limit"})])
    assert (failed.hopeless, failed.cause) == (True, "the task has failed: limit")
    (runs,) = judge([task()], [task()])
    assert (runs.done, runs.cause) == (False, "")
