"""What the router's hop costs: one client, the same server, direct and through Traefik, in one run.

    python -m benchmarks.router [--requests 5000] [--rounds 3]

Prints p50 and p99 in microseconds for each way, and their ratio to the direct one. The ways take
turns, so that a busy moment of the machine falls on all of them. `gateway` is the public door,
which adds the interpreted limit of bodies and the access log to what `router` does.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles

from tests.gateway.running import gateway
from tests.ports import free_port

from mscli.model.system import Route, Service, System

SYSTEM = System(
    "bench",
    services={"orders": Service("orders", "services/orders")},
    routes=(Route("/orders", "orders"),),
)
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n"
_ANSWER += b'{"id": 12345}'


class _Server(asyncio.Protocol):
    """Answers every request at once with the same bytes."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.transport.write(_ANSWER * data.count(b"\r\n\r\n"))


async def _serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(_Server, "127.0.0.1", port)
    await server.serve_forever()


@contextmanager
def _served(port: int) -> Iterator[None]:
    command = [sys.executable, "-m", "benchmarks.router", "--serve", str(port)]
    server = subprocess.Popen(command)
    try:
        for _ in range(500):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.02)
        yield
    finally:
        server.terminate()
        server.wait()


def _timed(port: int, target: str, requests: int) -> list[float]:
    """Seconds that each of `requests` took, one after the other on one connection."""
    request = f"GET {target} HTTP/1.1\r\nHost: bench\r\n\r\n".encode()
    taken = []
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for _ in range(requests):
            began = time.perf_counter()
            connection.sendall(request)
            answer = connection.recv(65536)
            while not answer.endswith(b"12345}"):
                answer += connection.recv(65536)
            taken.append(time.perf_counter() - began)
    return taken


def _measure(requests: int, rounds: int) -> dict[str, list[float]]:
    port = free_port()
    with (
        _served(port),
        tempfile.TemporaryDirectory() as folder,
        gateway(SYSTEM, Path(folder), {"orders-1:http": port}) as running,
    ):
        ways = {
            "direct": (port, "/7"),
            "router": (running.router, "/orders/7"),
            "gateway": (running.port, "/orders/7"),
        }
        taken: dict[str, list[float]] = {way: [] for way in ways}
        for where, target in ways.values():
            _timed(where, target, 200)
        for _ in range(rounds):
            for way, (where, target) in ways.items():
                taken[way] += _timed(where, target, requests // rounds)
    return taken


def main() -> None:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=6000)
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.serve:
        asyncio.run(_serve(chosen.serve))
        return
    taken = _measure(chosen.requests, chosen.rounds)
    figures: dict[str, dict[str, float]] = {}
    for way, seconds in taken.items():
        cuts = quantiles(seconds, n=100)
        figures[way] = {"p50_us": round(cuts[49] * 1e6), "p99_us": round(cuts[98] * 1e6)}
    for way in ("router", "gateway"):
        figures[way]["p50_ratio"] = round(figures[way]["p50_us"] / figures["direct"]["p50_us"], 1)
        figures[way]["p99_ratio"] = round(figures[way]["p99_us"] / figures["direct"]["p99_us"], 1)
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
