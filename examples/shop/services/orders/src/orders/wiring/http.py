# Merged by mscli: `mscli update` merges new versions into it.
"""Calls to other services: deadline, then retry, then breaker, then attempt timeout, then the wire.

A client made here is a plain httpx2 client; all of it happens in its transport. An answer is read
whole inside its attempt, so that a body that never ends is cut off too.
"""

import asyncio
import random
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any

import httpx2
from pydantic import JsonValue

from .breaker import Breaker, Limits
from .calls import BulkheadFull, CallError, CallFailed, CallPolicy, CallTimedOut
from .health import Service
from .logs import request_id
from .meter import CallMeter, CallMetrics

POOL_WAIT = 0.25  # seconds; rather than wait longer, a call is refused
FAILURES = frozenset({502, 503, 504})
IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"})


class CallTransport(httpx2.AsyncBaseTransport):
    """One call's transport; `wire` is what stands below it.

    A request's extension `within` is a deadline of its own, in seconds, and one for its attempts.
    """

    def __init__(
        self,
        name: str,
        policy: CallPolicy,
        breaker: Breaker,
        meter: CallMeter,
        wire: httpx2.AsyncBaseTransport,
    ) -> None:
        self._name = name
        self._policy = policy
        self._breaker = breaker
        self._meter = meter
        self._wire = wire

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The answer, or the fallback; a CallError if there is neither."""
        if request_id.get():
            request.headers.setdefault("X-Request-Id", request_id.get())
        try:
            deadline = request.extensions.get("within", self._policy.deadline)
            response = await self._try(request, monotonic() + deadline)
        except CallError as error:
            return self._without_answer(error)
        self._meter.ended("answered")
        response.extensions["call"] = self._name
        return response

    def refusal(self) -> httpx2.Response | None:
        """While the breaker is open, the fallback or CircuitOpen at once; else None."""
        error = self._breaker.refusal()
        return None if error is None else self._without_answer(error)

    def _without_answer(self, error: CallError) -> httpx2.Response:
        self._meter.ended(error.outcome)
        if self._policy.fallback is None:
            raise error
        self._meter.fell_back()
        kind = {"Content-Type": "application/json"}
        return httpx2.Response(200, content=self._policy.fallback.encode(), headers=kind)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._wire.aclose()

    async def _try(self, request: httpx2.Request, deadline: float) -> httpx2.Response:
        retries = self._policy.retries if may_repeat(request) else 0
        attempt = 0
        while True:
            try:
                return await self._attempt(request, deadline)
            except (CallFailed, CallTimedOut):
                pause = random.uniform(0, min(1.0, 0.05 * 2**attempt))  # jitter: not in step
                if attempt >= retries or monotonic() + pause >= deadline:
                    raise
            await asyncio.sleep(pause)
            self._meter.retried()
            attempt += 1

    async def _attempt(self, request: httpx2.Request, deadline: float) -> httpx2.Response:
        era = self._breaker.admit()
        succeeded: bool | None = None
        limit = request.extensions.get("within", self._policy.attempt_timeout)
        try:
            async with asyncio.timeout(min(limit, deadline - monotonic())):
                response = await self._wire.handle_async_request(request)
                await response.aread()
            succeeded = response.status_code not in FAILURES
        except httpx2.PoolTimeout:
            raise BulkheadFull(f"all connections to {self._name} are in use") from None
        except TimeoutError:
            succeeded = False
            raise CallTimedOut(f"{self._name} did not answer in time") from None
        except httpx2.TransportError as error:
            succeeded = False
            why = type(error).__name__
            raise CallFailed(f"{self._name} could not be reached ({why})") from error
        finally:
            self._breaker.settle(era, succeeded=succeeded)
        if not succeeded:
            raise CallFailed(f"{self._name} answered {response.status_code}")
        return response


def may_repeat(request: httpx2.Request) -> bool:
    """Whether sending it twice is the same as sending it once, and its body is still there."""
    harmless = request.method in IDEMPOTENT or "Idempotency-Key" in request.headers
    return harmless and isinstance(request.stream, httpx2.ByteStream)


def document(response: httpx2.Response) -> JsonValue:
    """The JSON document of a successful answer; any other answer is a failed call."""
    if not response.is_success:
        raise CallFailed(f"{response.extensions['call']} answered {response.status_code}")
    try:
        answer: JsonValue = response.json()
    except ValueError as error:
        raise CallFailed(f"{response.extensions['call']} answered with no document") from error
    return answer


class CallClient(httpx2.AsyncClient):
    """A client that asks the breaker before it takes the time to build a request."""

    def __init__(self, policy: CallPolicy, transport: CallTransport) -> None:
        # The attempt's own timer cuts off everything but the wait for a connection.
        timeout = httpx2.Timeout(None, pool=min(POOL_WAIT, policy.attempt_timeout / 2))
        super().__init__(base_url=policy.url, transport=transport, timeout=timeout)
        self._call = transport

    async def request(self, *args: Any, **kwargs: Any) -> httpx2.Response:
        """As httpx2 has it."""
        return self._call.refusal() or await super().request(*args, **kwargs)


class Calls:
    """Opens the service's calls: for each a client with its own connections and breaker."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._metrics = CallMetrics(service.metrics)

    @asynccontextmanager
    async def open(self, name: str, *, once: bool = False) -> AsyncIterator[httpx2.AsyncClient]:
        """A client of the service `name`, by the policy that the environment gives.

        `once`: no retries and no fallback, for a caller that has its own.
        """
        policy = CallPolicy.of(name)
        if once:
            policy = policy.model_copy(update={"retries": 0, "fallback": None})
        limits = Limits(
            policy.breaker_failure_threshold,
            policy.breaker_reset_timeout,
            policy.breaker_half_open_max_calls,
        )
        meter = CallMeter(self._metrics, name)
        breaker = Breaker(name, limits, meter.breaker_changed)
        self._service.calls[name] = lambda: describe(policy, breaker, meter)
        transport = CallTransport(name, policy, breaker, meter, wire(policy))
        async with CallClient(policy, transport) as client:
            yield client


def wire(policy: CallPolicy) -> httpx2.AsyncHTTPTransport:
    """The connections of a call."""
    return httpx2.AsyncHTTPTransport(
        limits=httpx2.Limits(max_connections=policy.max_connections),
        # Without TLS the world's certificates, which take a while to load, are of no use.
        verify=policy.url.startswith("https:") or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
    )


def describe(policy: CallPolicy, breaker: Breaker, meter: CallMeter) -> Mapping[str, object]:
    """What `GET /wiring` says of a call; no secrets."""
    return {
        "name": breaker.name,
        "endpoint": str(httpx2.URL(policy.url).copy_with(username="", password="")),
        "state": breaker.state,
        "consecutive_failures": breaker.failures,
        "retry_after": round(breaker.retry_after, 3),
        "changes": list(meter.changes),
        "policy": policy.model_dump(exclude={"url", "fallback"})
        | {"fallback": policy.fallback is not None},
    }
