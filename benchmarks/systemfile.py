"""Reading and checking mscli.yaml: time per service at 50, 100, 200 and 400 services.

    python benchmarks/systemfile.py

Each service has a database, two variables, a policy for one of its three calls, and a route.
The process figure is a fresh interpreter that imports, reads and checks 200 services.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from mscli.systemfile import read_text

SIZES = (50, 100, 200, 400)
ROUNDS = 9
READS = (
    "read(200)",
    "import pathlib, sys; from mscli.systemfile import read; read(pathlib.Path(sys.argv[1]))",
)


def system_of(services: int) -> str:
    """A system file of `services` services with three calls each and no cycle."""
    lines = ["version: 1", "name: large", "gateway: traefik", "services:"]
    for number in range(services):
        lines += [
            f"  service-{number}:",
            "    template: python",
            "    database: postgres",
            "    replicas: 2",
            f"    env: {{FEATURE: on, LIMIT: {number}}}",
        ]
        callees = [number + step for step in (1, 2, 3) if number + step < services]
        if callees:
            lines.append("    calls:")
            lines.append(f"      service-{callees[0]}: {{deadline: 2s, attempt_timeout: 500ms,")
            lines.append("        breaker: {failure_threshold: 3, reset_timeout: 10s}}")
        lines += [f"      service-{callee}:" for callee in callees[1:]]
    lines.append("routes:")
    lines += [f"  - {{path: /s{number}, service: service-{number}}}" for number in range(services)]
    return "\n".join(lines) + "\n"


def reading(text: str) -> float:
    """The median processor time of reading and checking `text`, in seconds."""
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        read_text(text)
        times.append(time.process_time() - start)
    return statistics.median(times)


def process(text: str, program: str) -> float:
    """The median time of a whole process that runs `program` on `text`, in seconds."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mscli.yaml"
        path.write_text(text)
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(Path(folder) / "bytecode")}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        times = []
        for _ in range(ROUNDS + 1):
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", program, str(path)], env=environment, check=True)
            times.append(time.perf_counter() - start)
    return statistics.median(times[1:])  # the first one compiles


def main() -> None:
    """Print one line a size, and the process figure."""
    read_text(system_of(2))
    for services in SIZES:
        text = system_of(services)
        seconds = reading(text)
        lines = text.count("\n")
        print(
            f"{services:4} services  {lines:5} lines  {seconds * 1000:7.1f} ms  "
            f"{seconds / services * 1000:.3f} ms a service"
        )
    loop = time.process_time()
    sum(number * number for number in range(1_000_000))
    loop = time.process_time() - loop
    print(f"for comparison, a loop of a million squares: {loop * 1000:.0f} ms")
    for what, program in (("nothing", "pass"), ("pydantic", "import pydantic.main"), READS):
        print(f"a process that does {what:9}  {process(system_of(200), program) * 1000:.0f} ms")


if __name__ == "__main__":
    main()
