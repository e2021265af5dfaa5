"""Rendering for Compose and Kubernetes, and `mscli up --runtime docker` against plain Compose.

    .venv/bin/python benchmarks/compose.py [--docker SYSTEM]

- Rendering 200 services with a database, three calls and a route each: processor time, wall time
  and memory. Goal: under 2 s for compose and kubernetes together, under 200 MB.
- With `--docker`, on a system that is up in Docker: `mscli up -d` when nothing has changed, in
  turns with `docker compose up --wait` of the same file. Goal: at most 1.0 s more.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import resource
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

from measure import in_turns
from mscli.model.system import Policy, Route, Service, System
from mscli.render import committed_bindings, render_files

SERVICES, ROUNDS = 200, 7
MOST_SECONDS, MOST_BYTES, MOST_MORE = 2.0, 200 * 1024**2, 1.0


def large(count: int = SERVICES) -> System:
    services = {
        f"s{number}": Service(
            f"s{number}",
            f"services/s{number}",
            database="postgres",
            calls={f"s{(number * 7 + step) % count}": Policy() for step in (1, 2, 3)},
        )
        for number in range(count)
    }
    return System("large", services=services, routes=tuple(Route(f"/{n}", n) for n in services))


def rendering() -> bool:
    """Both targets after each other, as one command that writes all that is committed."""
    system, processor, wall = large(), [], []
    outputs = set()
    for _ in range(ROUNDS):
        began, ticks = time.perf_counter(), time.process_time()
        files = [
            file
            for target in ("compose", "kubernetes")
            for file in render_files(system, target, committed_bindings(system, {}))
        ]
        processor.append(time.process_time() - ticks)
        wall.append(time.perf_counter() - began)
        text = "".join(f"{file.path}\n{file.content}" for file in files)
        outputs.add(hashlib.sha256(text.encode()).hexdigest())
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(
        f"render of {SERVICES} services for compose and kubernetes: {min(processor):.2f} s of "
        f"processor, {min(wall):.2f} s wall, {len(files)} files, {memory / 1024**2:.0f} MiB, "
        f"{len(outputs)} kind of output in {ROUNDS} runs"
    )
    return min(processor) < MOST_SECONDS and memory < MOST_BYTES and len(outputs) == 1


def _seconds(command: list[str], folder: Path) -> float:
    began = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return time.perf_counter() - began


def warm(folder: Path) -> bool:
    known = json.loads((folder / ".mscli/local/runtime.json").read_text())
    plain = ["docker", "compose", "-p", known["system_id"], "up", "-d", "--wait"]
    ours = [str(Path(sys.executable).with_name("mscli")), "up", "-d"]
    taken = in_turns(
        {
            "docker compose up --wait": partial(_seconds, plain, folder),
            "mscli up -d": partial(_seconds, ours, folder),
        },
        ROUNDS,
    )
    more = taken.difference("mscli up -d", "docker compose up --wait")
    for way, values in taken.values.items():
        print(f"{way}: {min(values):.2f} s at least, median {taken.median(way):.2f} s")
    print(f"mscli takes {more:.2f} s more (median of the rounds' differences)")
    return more <= MOST_MORE


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--docker", type=Path, metavar="SYSTEM")
    chosen = options.parse_args()
    sound = rendering()
    if chosen.docker:
        sound = warm(chosen.docker) and sound
    sys.exit(not sound)


if __name__ == "__main__":
    main()
