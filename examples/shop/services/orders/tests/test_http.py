# Scaffolded by mscli: yours to change.
"""Calls to other services, over a wire that a test holds in its hand."""

import asyncio
from collections.abc import Callable, Iterator

import httpx2
import pytest
from prometheus_client import CollectorRegistry

from orders.wiring.breaker import Breaker, Limits
from orders.wiring.calls import (
    BulkheadFull,
    CallError,
    CallFailed,
    CallPolicy,
    CallTimedOut,
    CircuitOpen,
)
from orders.wiring.http import CallClient, CallTransport, document
from orders.wiring.meter import CallMeter, CallMetrics

Answer = int | Exception | None
"""A status, an error, or None: never."""


class Wire(httpx2.AsyncBaseTransport):
    """Gives these answers one after another, then 200."""

    def __init__(self, *answers: Answer) -> None:
        self.requests: list[httpx2.Request] = []
        self._answers: Iterator[Answer] = iter(answers)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        answer = next(self._answers, 200)
        if isinstance(answer, Exception):
            raise answer
        if answer is None:
            await asyncio.Event().wait()
        return httpx2.Response(answer or 200, json={"by": "payments"})


def client(wire: Wire, **policy: object) -> CallClient:
    rules = CallPolicy.model_validate({"url": "http://payments/base", "retries": 2, **policy})
    limits = Limits(rules.breaker_failure_threshold, 60, 1)
    meter = CallMeter(CallMetrics(CollectorRegistry()), "payments")
    breaker = Breaker("payments", limits, meter.breaker_changed)
    return CallClient(rules, CallTransport("payments", rules, breaker, meter, wire))


def get(client: httpx2.AsyncClient) -> httpx2.Response:
    return asyncio.run(client.get("/x"))


def test_paths_are_relative_to_the_base_url() -> None:
    wire = Wire()
    assert document(get(client(wire))) == {"by": "payments"}
    assert str(wire.requests[0].url) == "http://payments/base/x"


@pytest.mark.parametrize("first", [502, 503, 504, httpx2.ConnectError("refused"), None])
def test_a_failed_attempt_is_repeated(first: Answer) -> None:
    wire = Wire(first)
    assert get(client(wire, attempt_timeout=0.05)).status_code == 200
    assert len(wire.requests) == 2


@pytest.mark.parametrize("status", [400, 404, 409, 429, 500])
def test_any_other_answer_is_an_answer(status: int) -> None:
    wire = Wire(status)
    assert get(client(wire, breaker_failure_threshold=1)).status_code == status
    assert len(wire.requests) == 1


@pytest.mark.parametrize(("headers", "attempts"), [({}, 1), ({"Idempotency-Key": "k"}, 2)])
def test_a_post_is_repeated_only_with_a_key(headers: dict[str, str], attempts: int) -> None:
    wire = Wire(503)

    async def post() -> None:
        await client(wire).post("/x", json={"note": "n"}, headers=headers)

    if attempts == 1:
        with pytest.raises(CallFailed):
            asyncio.run(post())
    else:
        asyncio.run(post())
    assert [request.content for request in wire.requests] == [b'{"note":"n"}'] * attempts


def test_the_deadline_ends_it_however_many_retries_are_left() -> None:
    wire = Wire(*[None] * 99)
    with pytest.raises(CallTimedOut):
        get(client(wire, deadline=0.3, attempt_timeout=0.2, retries=99, max_connections=1))
    assert len(wire.requests) <= 3


def test_an_open_breaker_is_not_asked_again() -> None:
    wire = Wire(503, 503, 503)
    caller = client(wire, breaker_failure_threshold=2)
    for _ in range(3):
        with pytest.raises(CircuitOpen):
            get(caller)
    assert len(wire.requests) == 2


@pytest.mark.parametrize("threshold", [1, 99])
def test_the_fallback_stands_in(threshold: int) -> None:
    caller = client(
        Wire(*[503] * 9), fallback='{"by": "nobody"}', breaker_failure_threshold=threshold
    )
    assert [document(get(caller)) for _ in "12"] == [{"by": "nobody"}] * 2


def test_a_full_bulkhead_says_nothing_of_the_called_service() -> None:
    caller = client(Wire(httpx2.PoolTimeout("full")), breaker_failure_threshold=1)
    with pytest.raises(BulkheadFull):
        get(caller)
    assert get(caller).status_code == 200


def test_a_caller_that_gives_up_says_nothing_either() -> None:
    caller = client(Wire(None), breaker_failure_threshold=1, attempt_timeout=9, deadline=9)

    async def give_up() -> None:
        async with asyncio.timeout(0.05):
            await caller.get("/x")

    with pytest.raises(TimeoutError):
        asyncio.run(give_up())
    assert get(caller).status_code == 200


@pytest.mark.parametrize(
    ("make", "status"),
    [
        (lambda: CircuitOpen("payments", 2), 503),
        (lambda: BulkheadFull(), 503),
        (lambda: CallFailed(), 502),
        (lambda: CallTimedOut(), 504),
    ],
)
def test_every_failed_call_is_a_problem_of_its_own(
    make: Callable[[], CallError], status: int
) -> None:
    error = make()
    assert error.kind.status == status
    assert ("Retry-After" in error.headers) is (status == 503)
