"""Large systems: reading mscli.yaml, and `mscli check` and `mscli render` as whole commands.

    .venv/bin/python benchmarks/systemfile.py

Each service has a database, two variables, a policy for one of its three calls, and a route.
- In process: reading and checking 50, 100, 200 and 400 services, in processor time per service.
- As commands, in turns: `mscli check` and `mscli render processes` on the same systems (goal: under
  1 s together at 200 services with 600 calls; the time per service at 400 at most 1.2 times that
  at 50, without what a start costs), beside a process that only loads YAML's C parser and reads the
  same file. Every command starts anew and renders into an empty folder, as after a clone.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import time
from functools import partial
from pathlib import Path

import mscli
from measure import (
    Taken,
    compile_bytecode,
    free_port,
    in_turns,
    load,
    program,
    scratch,
    seconds_of_command,
    verdict,
)
from mscli.systemfile import read_text

SIZES = (50, 100, 200, 400)
ROUNDS = 5
YAML = "import yaml; yaml.load(open('mscli.yaml'), Loader=yaml.CSafeLoader)"


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
    for _ in range(9):
        start = time.process_time()
        read_text(text)
        times.append(time.process_time() - start)
    return statistics.median(times)


def commands(root: Path) -> Taken:
    """Wall time of both commands on every size, and of a bare reading of YAML."""
    ways = {}
    for services in SIZES:
        folder = root / str(services)
        folder.mkdir()
        text = system_of(services).replace("gateway: traefik", f"gateway: {{port: {free_port()}}}")
        (folder / "mscli.yaml").write_text(text)
        ways[f"check {services}"] = partial(seconds_of_command, [program("mscli"), "check"], folder)
        ways[f"render {services}"] = partial(rendering, folder)
    ways["yaml 200"] = partial(seconds_of_command, [sys.executable, "-c", YAML], root / "200")
    return in_turns(ways, ROUNDS)


def rendering(folder: Path) -> float:
    """`mscli render` into an empty folder."""
    shutil.rmtree(folder / ".mscli", ignore_errors=True)
    return seconds_of_command([program("mscli"), "render", "processes"], folder)


def report(taken: Taken) -> None:
    together = {}
    for services in SIZES:
        check, render = f"check {services}", f"render {services}"
        together[services] = taken.least(check) + taken.least(render)
        print(
            f"{services:4} services  check {taken.least(check) * 1000:5.0f} ms  "
            f"render {taken.least(render) * 1000:5.0f} ms  together, median "
            f"{(taken.median(check) + taken.median(render)) * 1000:5.0f} ms"
        )
    print(f"bare YAML of 200 services: {taken.least('yaml 200') * 1000:.0f} ms")
    print(f"200 services, 600 calls, together  {verdict(together[200], 1, ' s')}")
    few = (together[100] - together[50]) / 50
    many = (together[400] - together[200]) / 200
    print(
        f"a service more: {few * 1000:.2f} ms (50 to 100), {many * 1000:.2f} ms (200 to 400)  "
        f"ratio {verdict(many / few, 1.2)}"
    )


def main() -> None:
    """Print one line a size, in process and as commands."""
    compile_bytecode(Path(mscli.__file__).parent)
    print(load())
    read_text(system_of(2))
    for services in SIZES:
        text = system_of(services)
        seconds = reading(text)
        lines = text.count("\n")
        print(
            f"{services:4} services  {lines:5} lines  read in {seconds * 1000:7.1f} ms  "
            f"{seconds / services * 1000:.3f} ms a service"
        )
    with scratch("systemfile") as root:
        report(commands(root))
    print(load())


if __name__ == "__main__":
    main()
