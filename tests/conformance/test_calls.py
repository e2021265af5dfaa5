"""Calls to other services: breaker, deadline, retries, bulkhead, fallback, from outside."""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest

from .process import NO_TLS, Process
from .upstream import Upstream, running_upstream
from .waiting import LIMIT, eventually

pytestmark = pytest.mark.e2e

Caller = Callable[..., Process]
ANSWER = {"payments": {"service": "payments"}}


def trip(service: Process, upstream: Upstream, failures: int) -> None:
    """Let the called service fail until the breaker opens; it is well again afterwards."""
    upstream.statuses[:] = [503] * failures
    for _ in range(failures):
        assert service.http.get("/peers").status_code == 502
    assert service.breaker()["state"] == "open"
    upstream.seen.clear()


async def crowd(service: Process, size: int) -> list[asyncio.Task[httpx2.Response]]:
    """As many callers at once; each asks over its own connection."""
    limits = httpx2.Limits(max_connections=size)
    client = httpx2.AsyncClient(base_url=service.url, timeout=LIMIT, limits=limits, verify=NO_TLS)
    return [asyncio.create_task(client.get("/peers")) for _ in range(size)]


async def until(condition: Callable[[], object], what: str) -> None:
    await asyncio.to_thread(eventually, condition, what)


def test_a_call_reaches_the_called_service(caller: Caller, upstream: Upstream) -> None:
    service = caller(URL=f"{upstream.url}/base")
    answer = service.http.get("/peers", headers={"X-Request-Id": "r-1"})
    assert answer.json() == ANSWER
    (seen,) = upstream.seen
    assert (seen.method, seen.path) == ("GET", "/base/")
    assert seen.header("X-Request-Id") == "r-1"


def test_the_wiring_tells_address_policy_and_state_but_no_secret(
    caller: Caller, upstream: Upstream
) -> None:
    url = f"http://user:secret@127.0.0.1:{upstream.port}/base"
    breaker = caller(URL=url, DEADLINE="2.5", RETRIES="1", BREAKER_RESET_TIMEOUT="9").breaker()
    assert breaker["name"] == "payments"
    assert breaker["endpoint"] == f"{upstream.url}/base"
    assert (breaker["state"], breaker["consecutive_failures"]) == ("closed", 0)
    assert breaker["policy"]["deadline"] == 2.5
    assert breaker["policy"]["breaker_reset_timeout"] == 9
    assert "secret" not in json.dumps(breaker)


def test_consecutive_failures_open_the_breaker_and_then_it_answers_at_once(
    caller: Caller, upstream: Upstream
) -> None:
    service = caller(RETRIES="0", BREAKER_FAILURE_THRESHOLD="3")
    upstream.statuses[:] = [503, 504, 200, 502, 503]
    assert [service.http.get("/peers").status_code for _ in range(5)] == [502, 502, 200, 502, 502]
    assert service.breaker()["state"] == "closed"
    upstream.statuses[:] = [504]
    service.http.get("/peers")
    upstream.seen.clear()

    times = []
    for _ in range(20):
        began = time.perf_counter()
        answer = service.http.get("/peers")
        times.append(time.perf_counter() - began)
        assert answer.status_code == 503
        assert 1 <= int(answer.headers["Retry-After"]) <= 60
        assert answer.headers["content-type"] == "application/problem+json"
    assert not upstream.seen
    assert statistics.median(times) < 0.05

    breaker = service.breaker()
    assert (breaker["state"], breaker["consecutive_failures"]) == ("open", 3)
    assert 0 < breaker["retry_after"] <= 60
    metrics = service.http.get("/metrics").text
    assert 'call_breaker_state{call="payments"} 2.0' in metrics
    assert 'calls_total{call="payments",outcome="open"} 20.0' in metrics
    (change,) = (line for line in service.lines() if "from" in line)
    assert (change["call"], change["from"], change["to"]) == ("payments", "closed", "open")


def test_a_called_service_that_is_gone_opens_it_too(caller: Caller) -> None:
    with running_upstream() as gone:
        pass
    service = caller(URL=gone.url, RETRIES="0", BREAKER_FAILURE_THRESHOLD="2")
    assert [service.http.get("/peers").status_code for _ in range(3)] == [502, 502, 503]


def test_other_answers_do_not_count(caller: Caller, upstream: Upstream) -> None:
    service = caller(BREAKER_FAILURE_THRESHOLD="1")
    upstream.statuses[:] = [400, 404, 409, 429, 500, 501]
    assert {service.http.get("/peers").status_code for _ in range(6)} == {502}
    assert len(upstream.seen) == 6
    assert service.breaker()["state"] == "closed"


def test_the_fallback_is_the_answer_while_it_is_open_and_when_a_call_fails(
    caller: Caller, upstream: Upstream
) -> None:
    fallback = {"service": "nobody"}
    service = caller(RETRIES="0", BREAKER_FAILURE_THRESHOLD="2", FALLBACK=json.dumps(fallback))
    upstream.status = 503
    for _ in range(4):
        answer = service.http.get("/peers")
        assert (answer.status_code, answer.json()) == (200, {"payments": fallback})
    assert len(upstream.seen) == 2


@pytest.mark.parametrize("trials", [1, 3])
def test_half_open_admits_exactly_its_trials_and_their_success_closes_it(
    caller: Caller, upstream: Upstream, trials: int
) -> None:
    service = caller(
        RETRIES="0",
        BREAKER_FAILURE_THRESHOLD="2",
        BREAKER_RESET_TIMEOUT="0.5",
        BREAKER_HALF_OPEN_MAX_CALLS=str(trials),
    )
    trip(service, upstream, 2)
    eventually(lambda: service.breaker()["retry_after"] == 0, "the end of the reset timeout")
    upstream.open_door.clear()

    async def ask() -> Counter[int]:
        asked = await crowd(service, 50)
        refused = 50 - trials
        await until(lambda: sum(task.done() for task in asked) >= refused, "the refusals")
        assert service.breaker()["state"] == "half-open"
        assert len(upstream.seen) == trials
        upstream.open_door.set()
        return Counter([(await task).status_code for task in asked])

    assert asyncio.run(ask()) == {200: trials, 503: 50 - trials}
    assert service.breaker()["state"] == "closed"
    assert service.http.get("/peers").json() == ANSWER


def test_a_failed_trial_opens_it_again(caller: Caller, upstream: Upstream) -> None:
    service = caller(
        RETRIES="0",
        BREAKER_FAILURE_THRESHOLD="1",
        BREAKER_RESET_TIMEOUT="0.5",
        BREAKER_HALF_OPEN_MAX_CALLS="3",
    )
    trip(service, upstream, 1)
    upstream.statuses[:] = [503]
    eventually(lambda: service.http.get("/peers").status_code == 502, "a trial")
    assert [line["to"] for line in service.lines() if "to" in line] == ["open", "half-open", "open"]
    eventually(lambda: service.http.get("/peers").status_code == 200, "recovery")


def test_the_deadline_cuts_off_a_called_service_that_hangs(
    caller: Caller, upstream: Upstream
) -> None:
    service = caller(DEADLINE="0.8", ATTEMPT_TIMEOUT="0.6", RETRIES="50")
    for half_a_body in (True, False):  # the second time the door is still shut
        upstream.half_a_body = half_a_body
        upstream.seen.clear()
        began = time.monotonic()
        assert service.http.get("/peers").status_code == 504
        assert 0.5 < time.monotonic() - began < 10
        assert 1 <= len(upstream.seen) <= 2


def test_only_what_may_be_repeated_is_repeated(caller: Caller, upstream: Upstream) -> None:
    service = caller(RETRIES="2", BREAKER_FAILURE_THRESHOLD="99")
    upstream.statuses[:] = [503, 503]
    assert service.http.get("/peers").status_code == 200
    assert len(upstream.seen) == 3

    upstream.seen.clear()
    upstream.statuses[:] = [503]
    assert service.http.post("/peers", json={"note": "n"}).status_code == 502
    assert len(upstream.seen) == 1

    upstream.seen.clear()
    upstream.statuses[:] = [503]
    headers = {"Idempotency-Key": "k-1"}
    assert service.http.post("/peers", json={"note": "n"}, headers=headers).status_code == 201
    assert [json.loads(seen.body) for seen in upstream.seen] == [{"note": "n"}] * 2
    assert {seen.header("Idempotency-Key") for seen in upstream.seen} == {"k-1"}


def test_a_full_bulkhead_refuses_and_does_not_blame_the_called_service(
    caller: Caller, upstream: Upstream
) -> None:
    service = caller(MAX_CONNECTIONS="2", BREAKER_FAILURE_THRESHOLD="1")
    upstream.open_door.clear()

    async def ask() -> list[httpx2.Response]:
        asked = await crowd(service, 6)
        await until(lambda: sum(task.done() for task in asked) >= 4, "the refusals")
        assert service.breaker()["state"] == "closed"
        assert len(upstream.seen) == 2
        upstream.open_door.set()
        return [await task for task in asked]

    answers = asyncio.run(ask())
    assert Counter(answer.status_code for answer in answers) == {200: 2, 503: 4}
    assert all("Retry-After" in answer.headers for answer in answers if answer.is_error)


def test_any_variable_may_come_from_a_file(
    caller: Caller, upstream: Upstream, tmp_path: Path
) -> None:
    file = tmp_path / "url"
    file.write_text(f"{upstream.url}/from-a-file\n")
    service = caller(URL="http://127.0.0.1:1", URL_FILE=str(file))
    service.http.get("/peers")
    assert upstream.seen[0].path == "/from-a-file/"


def test_traces_are_exported_and_passed_on_and_logged(caller: Caller, upstream: Upstream) -> None:
    with running_upstream() as collector:
        telemetry = {
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
            "OTEL_BSP_SCHEDULE_DELAY": "100",
            "OTEL_METRIC_EXPORT_INTERVAL": "500",
        }
        service = caller(environment=telemetry)
        trace = "0af7651916cd43dd8448eb211c80319c"
        parent = {"traceparent": f"00-{trace}-b7ad6b7169203331-01"}
        assert service.http.get("/peers", headers=parent).status_code == 200
        eventually(
            lambda: {seen.path for seen in collector.seen} >= {"/v1/traces", "/v1/metrics"},
            "traces and metrics",
        )
        service.terminate()
        assert service.wait_exit() == 0
    assert upstream.seen[0].header("traceparent").split("-")[1] == trace
    (line,) = (line for line in service.lines() if line.get("path") == "/peers")
    assert line["trace_id"] == trace
