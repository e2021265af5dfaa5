"""What the wiring of a call costs, in processor time.

    .venv/bin/python benchmarks/calls.py [--rounds 9] [--calls 2000]

In the environment of a rendered service, in one process and in turns: a call through the wired
client of the template (deadline, retries, breaker closed, meter) and through a plain httpx2 client
with the same pool and timeout, to the same server, which is another process and answers at once.
Goal: at most 100 us of processor time more a call, tracing off. Tracing, exported to nowhere, is
reported apart: instrumented wired against instrumented plain and against plain. The router's hop is
benchmarks/router.py.

An open breaker: wall time of a refused call in the client (goal: under 0.1 ms), and of a request
to a service whose only call is refused (goal: under 5 ms), beside its `/livez`.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import json
import logging
import os
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import Any

CLOSED, OPEN_CLIENT, OPEN_SERVICE = 100.0, 0.1, 5.0
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


class _Server(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.transport.write(ANSWER * data.count(b"\r\n\r\n"))


async def _serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(_Server, "127.0.0.1", port)
    await server.serve_forever()


# From here to `inside` it runs in the environment of a rendered service, without mscli.


async def _cpu(client: Any, calls: int) -> float:  # noqa: ANN401
    """Microseconds of processor time a call."""
    began = time.process_time()
    for _ in range(calls):
        (await client.get("/")).raise_for_status()
    return (time.process_time() - began) / calls * 1e6


def _trace() -> None:
    """What wiring/telemetry.py does, but exporting to nowhere."""
    trace: Any = importlib.import_module("opentelemetry.trace")
    sdk: Any = importlib.import_module("opentelemetry.sdk.trace")
    export: Any = importlib.import_module("opentelemetry.sdk.trace.export")
    httpx: Any = importlib.import_module("opentelemetry.instrumentation.httpx")

    class Nowhere(export.SpanExporter):  # type: ignore[misc]
        def export(self, spans: object) -> Any:  # noqa: ANN401, ARG002
            return export.SpanExportResult.SUCCESS

    provider = sdk.TracerProvider()
    provider.add_span_processor(export.BatchSpanProcessor(Nowhere()))
    trace.set_tracer_provider(provider)
    httpx.HTTPX2ClientInstrumentor().instrument()


async def _rounds(port: int, calls: int, rounds: int) -> dict[str, list[float]]:
    httpx2: Any = importlib.import_module("httpx2")
    http: Any = importlib.import_module("caller.wiring.http")
    health: Any = importlib.import_module("caller.wiring.health")
    url = f"http://127.0.0.1:{port}"
    os.environ |= {"CALL_PAYMENTS_URL": url, "CALL_PAYMENTS_DEADLINE": "2"}
    taken: dict[str, list[float]] = {"plain": [], "wired": []}
    pool = httpx2.AsyncHTTPTransport(limits=httpx2.Limits(max_connections=50))
    async with (
        http.Calls(health.Service("bench")).open("payments") as wired,
        httpx2.AsyncClient(base_url=url, timeout=2, transport=pool) as plain,
    ):
        clients = {"plain": plain, "wired": wired}
        for client in clients.values():
            await _cpu(client, calls // 4)
        for number in range(rounds):
            for name in list(clients)[:: 1 if number % 2 else -1]:
                taken[name].append(await _cpu(clients[name], calls))
    return taken


async def _open() -> list[float]:
    """Milliseconds of each call while the breaker is open."""
    http: Any = importlib.import_module("caller.wiring.http")
    health: Any = importlib.import_module("caller.wiring.health")
    errors: Any = importlib.import_module("caller.wiring.calls")
    logging.disable()
    os.environ |= {
        "CALL_PAYMENTS_URL": "http://127.0.0.1:1",
        "CALL_PAYMENTS_BREAKER_FAILURE_THRESHOLD": "1",
        "CALL_PAYMENTS_BREAKER_RESET_TIMEOUT": "600",
    }
    taken = []
    async with http.Calls(health.Service("bench")).open("payments") as client:
        for number in range(5001):
            began = time.perf_counter()
            try:
                await client.get("/")
            except errors.CallError:
                if number:
                    taken.append((time.perf_counter() - began) * 1e3)
    return taken


def inside(port: int, calls: int, rounds: int) -> None:
    """Measure in this environment; one JSON document on stdout."""
    found: dict[str, object] = dict(asyncio.run(_rounds(port, calls, rounds)))
    _trace()
    traced = asyncio.run(_rounds(port, calls, rounds))
    found |= {f"traced {name}": values for name, values in traced.items()}
    print(json.dumps(found))


def refused() -> None:
    print(json.dumps(asyncio.run(_open())))


# From here on it is a process of mscli's own environment again.


def through_service(python: str, log: Path) -> tuple[list[float], list[float]]:
    """Milliseconds of requests that end at an open breaker, and of `/livez`."""
    import httpx2

    from measure import end, environment, free_port, pause_until
    from service import is_healthy

    port = free_port()
    contract = {
        "PORT": str(port),
        "LOG_LEVEL": "warning",
        "CALL_PAYMENTS_URL": "http://127.0.0.1:1",
        "CALL_PAYMENTS_BREAKER_FAILURE_THRESHOLD": "1",
        "CALL_PAYMENTS_BREAKER_RESET_TIMEOUT": "600",
    }
    with log.open("wb") as out:
        process = subprocess.Popen(
            [python, "-m", "caller"],
            env=environment(**contract),
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        pause_until(lambda: is_healthy(port), "the service")
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}", verify=False) as client:
            client.get("/peers")
            client.get("/peers")

            def timed(path: str, status: int) -> float:
                began = time.perf_counter()
                answer = client.get(path)
                took = (time.perf_counter() - began) * 1e3
                assert answer.status_code == status, answer.text
                return took

            pairs = [(timed("/peers", 503), timed("/livez", 200)) for _ in range(500)]
    finally:
        end(process)
    return [first for first, _ in pairs], [second for _, second in pairs]


def report(calls: int, rounds: int) -> None:
    from measure import end, environment, free_port, load, scratch, verdict
    from rendered import install

    me = [__file__, "--calls", str(calls), "--rounds", str(rounds)]
    with scratch("calls") as folder:
        python = install(folder)
        port = free_port()
        server = subprocess.Popen(
            [sys.executable, __file__, "--be", "server", "--port", str(port)],
            start_new_session=True,
        )
        ask = partial(subprocess.run, env=environment(), capture_output=True, check=True)
        try:
            time.sleep(0.5)
            print(load())
            taken = json.loads(ask([python, *me, "--be", "inside", "--port", str(port)]).stdout)
            client = json.loads(ask([python, *me, "--be", "refused"]).stdout)
            service, livez = through_service(python, folder / "service.log")
        finally:
            end(server)

    def more(way: str, peer: str) -> float:
        return float(median(a - b for a, b in zip(taken[way], taken[peer], strict=True)))

    for way, values in taken.items():
        print(f"{way:14} {min(values):5.0f} us a call, median {median(values):5.0f}")
    least = min(taken["wired"]) - min(taken["plain"])
    print(f"wired more than plain     {verdict(more('wired', 'plain'), CLOSED, ' us')}"
          f"  (minima {least:.0f})")  # fmt: skip
    print(f"traced: wired more than plain  {more('traced wired', 'traced plain'):.0f} us; tracing "
          f"costs a plain call {more('traced plain', 'plain'):.0f} us more")  # fmt: skip
    for name, values, goal in (
        ("refused in the client", client, OPEN_CLIENT),
        ("refused through the service", service, OPEN_SERVICE),
    ):
        cuts = quantiles(values, n=100)
        print(f"{name:28} p50 {verdict(cuts[49], goal, ' ms')}, p99 {cuts[98]:.3f} ms")
    print(f"{'livez of that service':28} p50 {median(livez):.2f} ms")
    print(load())


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--calls", type=int, default=2000)
    parser.add_argument("--be", choices=["server", "inside", "refused"], help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    match given.be:
        case "server":
            asyncio.run(_serve(given.port))
        case "inside":
            inside(given.port, given.calls, given.rounds)
        case "refused":
            refused()
        case _:
            report(given.calls, given.rounds)


if __name__ == "__main__":
    main()
