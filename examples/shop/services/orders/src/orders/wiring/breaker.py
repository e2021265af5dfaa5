# Merged by mscli: `mscli update` merges new versions into it.
"""The circuit breaker: closed, open, half-open.

Closed, it counts consecutive failures; at the threshold it opens and refuses every call. After the
reset timeout it is half-open: it admits a bounded number of trial calls. If all succeed it closes,
at the first failure it opens again. A call begun in an earlier state cannot change a later one.

One event loop uses it; there is no await inside, hence no lock.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from time import monotonic

from .calls import CircuitOpen


class State(StrEnum):
    """The three states of the pattern."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


@dataclass(frozen=True, slots=True)
class Limits:
    """When it opens, for how long (seconds), and how many trial calls close it."""

    failure_threshold: int
    reset_timeout: float
    half_open_max_calls: int


class Breaker:
    """`admit` before a call, `settle` after it, always both."""

    def __init__(
        self,
        name: str,
        limits: Limits,
        on_change: Callable[[State, State], None] = lambda _old, _new: None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.name = name
        self.state = State.CLOSED
        self.failures = 0  # consecutive
        self._limits = limits
        self._on_change = on_change
        self._clock = clock
        self._era = 0  # a new one with every change of state
        self._opened = 0.0
        self._trials = self._successes = 0  # of this half-open era

    @property
    def retry_after(self) -> float:
        """Seconds until it admits a trial call; 0 unless open."""
        if self.state is not State.OPEN:
            return 0.0
        return max(0.0, self._opened + self._limits.reset_timeout - self._clock())

    def refusal(self) -> CircuitOpen | None:
        """Why it would not let a call through at this moment; None if it would."""
        if self.state is State.CLOSED:
            return None
        wait = self.retry_after
        if self.state is State.HALF_OPEN and self._trials >= self._limits.half_open_max_calls:
            wait = 1.0
        return CircuitOpen(self.name, wait) if wait > 0 else None

    def admit(self) -> int:
        """Let one call through, or raise CircuitOpen. What it returns is for `settle`."""
        if refusal := self.refusal():
            raise refusal
        if self.state is State.OPEN:
            self._change(State.HALF_OPEN)
        self._trials += self.state is State.HALF_OPEN
        return self._era

    def settle(self, era: int, *, succeeded: bool | None) -> None:
        """Say how an admitted call ended; None if it tells nothing of the called service."""
        if era != self._era:
            return
        if succeeded is None:
            self._trials -= self.state is State.HALF_OPEN
        elif not succeeded:
            self.failures += 1
            if self.state is State.HALF_OPEN or self.failures >= self._limits.failure_threshold:
                self._opened = self._clock()
                self._change(State.OPEN)
        elif self.state is State.HALF_OPEN:
            self._successes += 1
            if self._successes >= self._limits.half_open_max_calls:
                self.failures = 0
                self._change(State.CLOSED)
        else:
            self.failures = 0

    def _change(self, new: State) -> None:
        old, self.state = self.state, new
        self._era += 1
        self._trials = self._successes = 0
        self._on_change(old, new)
