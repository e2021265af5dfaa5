"""The wait for a rollout: progress as it comes, and why one hangs as soon as that is certain."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from mscli.errors import RuntimeFailed
from mscli.model.events import Happening
from mscli.runtimes.kubernetes import inventory
from mscli.runtimes.kubernetes.kubectl import Kubectl, Object
from mscli.runtimes.kubernetes.rollout import Standing, judge
from mscli.runtimes.runtime import Failure

POLL = 0.4
PATIENCE = 300.0
"""Seconds until what is not ready has failed, unless the user says another number."""
GRACE = 30.0
"""Seconds that a trouble may last which could mend itself: a registry, a node, a crash."""
EXCERPT = 15

Say = Callable[[str, Happening, str], object]


class Waiting:
    """The wait of one `up` or `start`."""

    def __init__(self, kubectl: Kubectl, wanted: Sequence[Object], say: Say) -> None:
        self._kubectl = kubectl
        self._wanted = wanted
        self._say = say
        self._told: dict[str, tuple[Happening, str]] = {}
        self._since: dict[tuple[str, str], float] = {}

    def run(self, patience: float | None) -> list[Failure]:
        """Until all is done, something has failed for certain, or `patience` seconds are over."""
        deadline = time.monotonic() + (PATIENCE if patience is None else patience)
        while True:
            standings = self._look()
            late = [each for each in standings if not each.done]
            hopeless = [each for each in late if self._is_certain(each)]
            over = time.monotonic() > deadline
            if not late or hopeless or over:
                return [self._failure(each) for each in (hopeless or late)]
            time.sleep(POLL)

    def _look(self) -> list[Standing]:
        live = inventory.owned(self._kubectl, inventory.RUNNING)
        standings = judge(self._wanted, live)
        if not all(each.done for each in standings):
            standings = judge(self._wanted, live, self._events())
        for each in standings:
            self._tell(each)
        return standings

    def _events(self) -> list[Object]:
        """What the cluster says of its objects; it may be nobody's right to read that."""
        try:
            return self._kubectl.items(["events"])
        except RuntimeFailed:
            return []

    def _is_certain(self, each: Standing) -> bool:
        if each.hopeless or not each.cause:
            return each.hopeless
        sort = each.cause.partition(":")[0]
        since = self._since.setdefault((each.workload, sort), time.monotonic())
        return time.monotonic() - since > GRACE

    def _tell(self, each: Standing) -> None:
        done = Happening.COMPLETED if each.is_task else Happening.READY
        now = (done, "") if each.done else (Happening.WAITING, each.cause or each.progress)
        if self._told.get(each.workload) != now:
            self._told[each.workload] = now
            self._say(each.workload, *now)

    def _failure(self, each: Standing) -> Failure:
        self._say(each.workload, Happening.FAILED, "")
        cause = each.cause or f"not ready in time: {each.progress}"
        return Failure(each.pod or each.workload, cause, tuple(self._last_lines(each)))

    def _last_lines(self, each: Standing) -> list[str]:
        """The end of a pod's log; of one that crashes, of its last life."""
        name = each.pod or self._last_pod(each)
        for previous in (["--previous"], []) if name else ():
            arguments = ["logs", name, f"--tail={EXCERPT}", *previous]
            done = self._kubectl.completed(arguments)
            if done.returncode == 0 and done.stdout.strip():
                return done.stdout.splitlines()[-EXCERPT:]
        return []

    def _last_pod(self, each: Standing) -> str:
        """The newest pod of a task that has failed."""
        pods = inventory.owned(self._kubectl, ["pods"])
        mine = [pod for pod in pods if inventory.workload_of(pod) == each.workload]
        mine.sort(key=lambda pod: str(pod["metadata"].get("creationTimestamp", "")))
        return str(mine[-1]["metadata"]["name"]) if mine else ""
