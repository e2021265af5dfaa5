# Merged by mscli: `mscli update` merges new versions into it.
"""What is told of calls: metrics of each, and a log line when a breaker changes."""

import logging
from collections import deque
from time import time

from prometheus_client import CollectorRegistry, Counter, Gauge

from .breaker import State

logger = logging.getLogger(__name__)

LEVELS = {State.CLOSED: 0, State.HALF_OPEN: 1, State.OPEN: 2}
KEPT_CHANGES = 20
OUTCOMES = ("answered", "failed", "timed_out", "bulkhead_full", "open")


class CallMetrics:
    """The metrics of all calls of the service; the label `call` tells them apart."""

    def __init__(self, registry: CollectorRegistry) -> None:
        call = ("call",)
        self.outcomes = Counter(
            "calls", "Calls by outcome.", ("call", "outcome"), registry=registry
        )
        self.retries = Counter("call_retries", "Attempts repeated.", call, registry=registry)
        self.fallbacks = Counter(
            "call_fallbacks", "Calls answered by the fallback.", call, registry=registry
        )
        self.states = Gauge(
            "call_breaker_state", "0 closed, 1 half-open, 2 open.", call, registry=registry
        )


class CallMeter:
    """The same for one call, its labels looked up once."""

    def __init__(self, metrics: CallMetrics, name: str) -> None:
        self._name = name
        self._outcomes = {outcome: metrics.outcomes.labels(name, outcome) for outcome in OUTCOMES}
        self._state = metrics.states.labels(name)
        self.changes: deque[dict[str, object]] = deque(maxlen=KEPT_CHANGES)
        self.retried = metrics.retries.labels(name).inc
        self.fell_back = metrics.fallbacks.labels(name).inc

    def ended(self, outcome: str) -> None:
        """Count a call that ended in this way."""
        self._outcomes[outcome].inc()

    def breaker_changed(self, old: State, new: State) -> None:
        """Tell of the breaker's new state."""
        self._state.set(LEVELS[new])
        self.changes.append({"to": new, "at": round(time(), 3)})
        level = logging.INFO if new is State.CLOSED else logging.WARNING
        fields = {"call": self._name, "from": old, "to": new}
        logger.log(level, "breaker of %s: %s", self._name, new, extra=fields)
