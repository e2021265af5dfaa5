"""The drill of one circuit breaker: closed, open, half-open, closed, with the times that it took.

The called service is stopped while its caller goes on calling, and started when the breaker has
opened. What the breaker did is what the caller says of it (`GET /wiring`).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from mscli.drill.judge import Verdict
from mscli.errors import MscliError, NotReady

CLOSED, OPEN, HALF_OPEN = "closed", "open", "half-open"
NEXT = {CLOSED: {OPEN}, OPEN: {HALF_OPEN}, HALF_OPEN: {OPEN, CLOSED}}
"""Which state may follow which (Nygard, Release It!)."""
MARGIN = 3.0
"""Seconds beyond `reset_timeout` in which a breaker closes once the called service is ready."""
CALL_EVERY, LOOK_EVERY, PATIENCE = 0.1, 0.02, 30.0


@dataclass(frozen=True, slots=True)
class Change:
    """The breaker came into a state at a moment: seconds since the epoch, or since a beginning."""

    state: str
    at: float


@dataclass(frozen=True, slots=True)
class Seen:
    """What the caller says of its breaker: where it stands, its changes, its policy."""

    state: str
    changes: tuple[Change, ...]
    failure_threshold: int
    reset_timeout: float


class Call(Protocol):
    """One call between two services of a running system."""

    def look(self) -> Seen:
        """What the caller says of the breaker. Raises MscliError when it does not answer."""

    def ask(self) -> None:
        """Make the caller call, whatever comes of it."""

    def held_down(self) -> AbstractContextManager[None]:
        """The called service is down inside, and ready when it is left."""


@dataclass(frozen=True, slots=True)
class Course:
    """What happened. Times are seconds since the called service was told to stop.

    `ready` is when it was ready again, `changes` are the breaker's, in order.
    """

    ready: float
    changes: tuple[Change, ...]
    verdicts: tuple[Verdict, ...]

    @property
    def holds(self) -> bool:
        """Whether it went as it must."""
        return all(verdict.holds for verdict in self.verdicts)


def drill(call: Call) -> Course:
    """Stop the called service, see the breaker open, start it, see it close."""
    policy = call.look()
    ended = threading.Event()
    caller = threading.Thread(target=_keep_calling, args=(call, ended))
    caller.start()
    try:
        _until(lambda: call.look().state == CLOSED, policy.reset_timeout + PATIENCE, CLOSED)
        began = time.time()
        with call.held_down():
            _until(lambda: _has(call.look(), OPEN, began), PATIENCE, OPEN)
        ready = time.time()
        _until(
            lambda: call.look().state == CLOSED,
            2 * policy.reset_timeout + PATIENCE,
            f"{CLOSED} again",
        )
    finally:
        ended.set()
        caller.join()
    changes = [change for change in call.look().changes if change.at >= began]
    return course(changes, began, ready, policy.reset_timeout)


def course(changes: Sequence[Change], began: float, ready: float, reset_timeout: float) -> Course:
    """What the changes mean. Pure; all moments are in seconds since the epoch."""
    since = tuple(Change(change.state, round(change.at - began, 3)) for change in changes)
    path = [CLOSED, *(change.state for change in since)]
    wrong = [
        f"{after} after {state}" for state, after in pairwise(path) if after not in NEXT[state]
    ]
    whole = not wrong and {OPEN, HALF_OPEN, CLOSED} <= set(path[1:])
    opened = [after.at - one.at for one, after in pairwise(since) if one.state == OPEN]
    closings = [change.at for change in since if change.state == CLOSED]
    late = max(0.0, closings[-1] - (ready - began)) if closings else None
    limit = reset_timeout + MARGIN
    return Course(
        ready=round(ready - began, 3),
        changes=since,
        verdicts=(
            Verdict(
                "closed, open, half-open, closed", whole, ", ".join(wrong) or " -> ".join(path)
            ),
            Verdict(
                f"open for {reset_timeout:g} s",
                bool(opened) and min(opened) >= reset_timeout - LOOK_EVERY,
                f"{min(opened, default=0.0):.2f} s at least",
            ),
            Verdict(
                f"closed within {limit:g} s of the called service being ready",
                late is not None and late <= limit,
                "never" if late is None else f"{late:.2f} s",
            ),
        ),
    )


def _keep_calling(call: Call, ended: threading.Event) -> None:
    while not ended.wait(CALL_EVERY):
        call.ask()


def _has(seen: Seen, state: str, since: float) -> bool:
    return any(change.state == state and change.at >= since for change in seen.changes)


def _until(happens: Callable[[], bool], patience: float, what: str) -> None:
    deadline = time.monotonic() + patience
    while not happens():
        if time.monotonic() > deadline:
            raise NotReady(f"the breaker was not {what} within {patience:g} s", "mscli logs")
        time.sleep(LOOK_EVERY)


def parties(text: str) -> tuple[str, str]:
    """Caller and called of `orders->payments` or `orders:payments`. Raises MscliError."""
    for arrow in ("->", ":"):
        caller, found, called = text.partition(arrow)
        if found and caller and called:
            return caller.strip(), called.strip()
    raise MscliError(f"'{text}' names no call", "write 'orders->payments' or orders:payments")
