"""The lines of a pod as a request asks for them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping

from tests.kubernetes.fake.kubelet import Kubelet
from tests.kubernetes.fake.resources import Object
from tests.kubernetes.fake.store import Store


def refusal(pod: Object, query: Mapping[str, str]) -> str:
    """Why there are no logs; empty if there are."""
    name = pod["metadata"]["name"]
    statuses = pod["status"].get("containerStatuses") or [{}]
    waiting = statuses[0].get("state", {}).get("waiting")
    container = pod["spec"]["containers"][0]["name"]
    if query.get("previous") == "true" and not statuses[0].get("restartCount"):
        return f'previous terminated container "{container}" in pod "{name}" not found'
    if (waiting and waiting["reason"] != "CrashLoopBackOff") or not statuses[0]:
        reason = waiting["reason"] if waiting else "ContainerCreating"
        return f'container "{container}" in pod "{name}" is waiting to start: {reason}'
    return ""


def lines(store: Store, kubelet: Kubelet, pod: Object, query: Mapping[str, str]) -> Iterator[bytes]:
    """Chunks of whole lines; empty ones while a follower waits."""
    life, meta = kubelet.life(pod), pod["metadata"]
    previous = query.get("previous") == "true"
    known = life.previous if previous else life.lines
    stamped = query.get("timestamps") == "true"
    since = query.get("sinceTime", "")[:19]
    first = [entry for entry in known if entry[0][:19] >= since]
    tail = int(query.get("tailLines") or -1)
    count = len(known)
    yield _text(first if tail < 0 else first[len(first) - min(tail, len(first)) :], stamped=stamped)
    while query.get("follow") == "true" and not previous:
        time.sleep(0.02)
        gone = store.get("pods", meta["namespace"], meta["name"]) is None
        if life.lines is not known:
            return
        new, count = known[count:], len(known)
        yield _text(new, stamped=stamped)
        if gone or _has_ended(store, pod):
            yield _text(known[count:], stamped=stamped)
            return


def _has_ended(store: Store, pod: Object) -> bool:
    found = store.get("pods", pod["metadata"]["namespace"], pod["metadata"]["name"])
    return found is None or found["status"].get("phase") in ("Succeeded", "Failed")


def _text(entries: list[tuple[str, str]], *, stamped: bool) -> bytes:
    return "".join(
        f"{when} {text}\n" if stamped else f"{text}\n" for when, text in entries
    ).encode()
