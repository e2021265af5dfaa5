# Merged by mscli: `mscli update` merges new versions into it.
"""What a call to another service is: its policy, and the ways in which it fails."""

import json
import math
from typing import Annotated, ClassVar, Self

from pydantic import AfterValidator, Field, PositiveFloat, PositiveInt

from .environment import Environment, read
from .problems import Kind, ProblemError


def _json(text: str) -> str:
    json.loads(text)
    return text


class CallPolicy(Environment):
    """`CALL_<NAME>_...`; times are seconds."""

    url: Annotated[str, Field(pattern=r"^(https?://[^/].*)?$")] = ""
    deadline: PositiveFloat = 2.0
    """For the call as a whole: all attempts and the pauses between them."""
    attempt_timeout: PositiveFloat = 0.7
    retries: Annotated[int, Field(ge=0)] = 2
    """Attempts after the first; only of requests that may be repeated."""
    max_connections: PositiveInt = 50
    """The bulkhead: as many requests at once; the next waits a moment and is refused."""
    fallback: Annotated[str, AfterValidator(_json)] | None = None
    """A JSON document: the answer when there is none."""
    breaker_failure_threshold: PositiveInt = 5
    """Consecutive failures that open the breaker."""
    breaker_reset_timeout: PositiveFloat = 60.0
    """How long it stays open."""
    breaker_half_open_max_calls: PositiveInt = 1
    """Trial calls that must all succeed to close it again."""

    @classmethod
    def of(cls, name: str) -> Self:
        """The policy of the call `name`. Its default address is the one in Compose."""
        policy = read(cls, f"CALL_{name.upper().replace('-', '_')}_")
        return policy if policy.url else policy.model_copy(update={"url": f"http://{name}:8000"})


class CallError(ProblemError):
    """A call got no answer that is of any use."""

    outcome: ClassVar[str]
    """How the metrics name it."""


class CallFailed(CallError):
    """Transport error, or an answer that says that there is none: 502, 503, 504."""

    kind = Kind(502, "Called service failed")
    outcome = "failed"


class CallTimedOut(CallError):
    """No answer in time."""

    kind = Kind(504, "Called service timed out")
    outcome = "timed_out"


class BulkheadFull(CallError):
    """All connections of this call are in use; the called service may be well."""

    kind = Kind(503, "Too many calls at once")
    outcome = "bulkhead_full"
    headers = {"Retry-After": "1"}  # noqa: RUF012 - a Mapping, by the base


class CircuitOpen(CallError):
    """Not even tried, because earlier calls failed."""

    kind = Kind(503, "Called service unavailable")
    outcome = "open"

    def __init__(self, name: str, retry_after: float) -> None:
        super().__init__(f"the circuit breaker of {name} is open")
        self.headers = {"Retry-After": str(max(1, math.ceil(retry_after)))}
