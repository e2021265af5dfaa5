"""Flips of a route between a monolith and a service under load, and what the gateway costs.

    python benchmarks/migrate_route.py [--flips 20] [--requests 6000]

Flips `/orders` to the service and back, by `mscli migrate route` on a system that is up, while six
clients ask as fast as they are answered. Prints the requests that failed, the time from the start
of the command to the first answer of the other service and from the renewed file to it, and the
p50 of one client's request through the gateway, with every route to the monolith, less the p50 of
the same request made directly, in turns in one run.
"""

from __future__ import annotations

import argparse
import http.client
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from threading import Event

from measure import environment, free_port, in_turns, load, program, scratch

SERVER = Path(__file__).with_name("named.py")
COMMAND = sys.executable, "-I", "-S", "named.py"
OK = 200
ROUTE = "migrate", "route", "/orders", "--to"


def _write(root: Path, port: int) -> None:
    for name in ("monolith", "orders"):
        folder = root / "services" / name
        folder.mkdir(parents=True)
        (folder / "named.py").write_bytes(SERVER.read_bytes())
    command = json.dumps(COMMAND)
    text = f"version: 1\nname: strangled\ngateway: {{engine: traefik, port: {port}}}\nservices:\n"
    text += "".join(f"  {name}: {{command: {command}}}\n" for name in ("monolith", "orders"))
    (root / "mscli.yaml").write_text(text + "routes:\n  - {path: /, service: monolith}\n")


def _mscli(root: Path, *arguments: str) -> None:
    subprocess.run(
        [program("mscli"), *arguments], cwd=root, env=environment(), check=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip


def _effect(root: Path, port: int, target: str) -> tuple[float, float]:
    """Seconds from the command's start, and from the file it wrote, to the first new answer."""
    began = time.time()
    with subprocess.Popen(
        [program("mscli"), *ROUTE, target], cwd=root, env=environment(),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as flip:  # fmt: skip
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        routes = root / ".mscli/local/processes/gateway/dynamic/routes.yml"
        while True:
            connection.request("GET", "/orders/7")
            answer = connection.getresponse()
            answer.read()
            if answer.headers["X-Service"] == f"{target}-1":
                break
            if time.time() - began > 20:
                raise TimeoutError(f"{target} does not answer")
        seen = time.time()
        flip.wait()
    return seen - began, max(0.0, seen - routes.stat().st_mtime)


@contextmanager
def _clients(port: int, number: int = 6) -> Iterator[list[int]]:
    """Clients that ask as fast as they are answered; the status of each answer, 0 for none."""
    seen: list[int] = []
    done = Event()

    def ask(method: str) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        while not done.is_set():
            try:
                connection.request(method, "/orders/7")
                answer = connection.getresponse()
                answer.read()
                seen.append(answer.status)
            except (OSError, http.client.HTTPException):
                connection.close()
                seen.append(0)

    with ThreadPoolExecutor(number) as threads:
        running = [threads.submit(ask, method) for method in ("GET", "POST") * (number // 2)]
        yield seen
        done.set()
    for each in running:
        each.result()


def _flips(root: Path, port: int, flips: int) -> tuple[list[tuple[float, float]], list[int]]:
    with _clients(port) as seen:
        effects = [
            _effect(root, port, ("orders", "monolith")[number % 2]) for number in range(flips)
        ]
    return effects, seen


def _p50(port: int, requests: int) -> float:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    taken = []
    for _ in range(requests):
        began = time.perf_counter()
        connection.request("GET", "/orders/7")
        connection.getresponse().read()
        taken.append(time.perf_counter() - began)
    return median(taken)


def main() -> None:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--flips", type=int, default=20)
    parser.add_argument("--requests", type=int, default=6000)
    chosen = parser.parse_args()
    port, rounds = free_port(), 10
    with scratch("route") as root:
        _write(root, port)
        try:
            _mscli(root, "up", "-d")
            ports = json.loads((root / ".mscli/local/bindings.json").read_text())["ports"]
            ways = {"direct": ports["monolith-1:http"], "gateway": port}
            each = chosen.requests // rounds
            taken = in_turns({name: partial(_p50, at, each) for name, at in ways.items()}, rounds)
            effects, seen = _flips(root, port, chosen.flips)
        finally:
            _mscli(root, "down", "-v", "--yes")
    figures = {
        "flips": len(effects),
        "requests": len(seen),
        "failed": sum(status != OK for status in seen),
        "effect_after_file_s": {
            "median": round(median(e[1] for e in effects), 3),
            "most": round(max(e[1] for e in effects), 3),
        },
        "effect_after_command_s": {
            "median": round(median(e[0] for e in effects), 3),
            "most": round(max(e[0] for e in effects), 3),
        },
        "p50_us": {name: round(taken.median(name) * 1e6) for name in ways},
        "overhead_p50_us": round(taken.difference("gateway", "direct") * 1e6),
        "machine": load(),
    }
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
