"""Large systems: reading mscli.yaml, and `mscli check` and `mscli render` as whole commands.

    .venv/bin/python benchmarks/systemfile.py

Each service has a database, two variables, a policy for one of its three calls, and a route.
- In process: reading and checking 50, 100, 200 and 400 services, in processor time per service.
- As commands, in turns: `mscli check` and `mscli render processes` on the same systems. Goals:
  under 1 s together at 200 services with 600 calls; processor time of both for each service more,
  200 to 400, at most 1.2 times that from 50 to 200. Wall time is of a render into an empty folder,
  as after a clone, and again, as before every `up`. Beside it a process that only loads YAML's C
  parser and reads the same file, and a loop that writes as many files of the same sizes: what the
  disk takes of a first render. `check` always reads a file that was not read before; `render` finds
  what `check` has read, as it does for a person who does one after the other.
"""

from __future__ import annotations

import os
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
    user_time_of_command,
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


def commands(root: Path) -> tuple[Taken, Taken]:
    """Wall time of every way; processor time, without the disk's, of both commands together."""
    walls, processor = {}, {}
    os.environ["XDG_CACHE_HOME"] = str(root / "cache")
    for services in SIZES:
        folder = root / str(services)
        folder.mkdir()
        text = system_of(services).replace("gateway: traefik", f"gateway: {{port: {free_port()}}}")
        (folder / "mscli.yaml").write_text(text)
        check, render = [program("mscli"), "check"], [program("mscli"), "render", "processes"]
        walls[f"check {services}"] = partial(checking, check, folder)
        walls[f"render {services}"] = partial(rendering, render, folder)
        walls[f"again {services}"] = partial(seconds_of_command, render, folder)
        processor[str(services)] = partial(both, check, render, folder)
    walls["yaml"] = partial(seconds_of_command, [sys.executable, "-c", YAML], root / "200")
    walls["files"] = partial(writing, root / "200", root / "files")
    return in_turns(walls, ROUNDS), in_turns(processor, ROUNDS)


def forget() -> None:
    """What was read before is kept for the user; a file that has changed is read."""
    shutil.rmtree(Path(os.environ["XDG_CACHE_HOME"]), ignore_errors=True)


def checking(command: list[str], folder: Path) -> float:
    """`mscli check` of a file that was not read before."""
    forget()
    return seconds_of_command(command, folder)


def rendering(command: list[str], folder: Path) -> float:
    """`mscli render` into an empty folder."""
    shutil.rmtree(folder / ".mscli", ignore_errors=True)
    return seconds_of_command(command, folder)


def both(check: list[str], render: list[str], folder: Path) -> float:
    forget()
    return user_time_of_command(check, folder) + user_time_of_command(render, folder)


def writing(system: Path, target: Path) -> float:
    """Write what was rendered once more, into an empty folder."""
    shutil.rmtree(target, ignore_errors=True)
    rendered = [path for path in (system / ".mscli").rglob("*") if path.is_file()]
    contents = [(str(target / path.relative_to(system)), path.read_bytes()) for path in rendered]
    began = time.perf_counter()
    for path, content in contents:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_bytes(content)
    return time.perf_counter() - began


def report(walls: Taken, processor: Taken) -> None:
    for services in SIZES:
        least = {
            what: walls.least(f"{what} {services}") * 1000 for what in ("check", "render", "again")
        }
        print(
            f"{services:4} services  check {least['check']:5.0f} ms  "
            f"render {least['render']:5.0f} ms, again {least['again']:5.0f} ms  "
            f"CPU of check and render again {processor.least(str(services)) * 1000:5.0f} ms"
        )
    print(f"200 services: bare YAML {walls.least('yaml') * 1000:.0f} ms, "
          f"writing their files {walls.least('files') * 1000:.0f} ms")  # fmt: skip
    check = walls.least("check 200")
    for what in ("render", "again"):
        together = check + walls.least(f"{what} 200")
        middle = walls.median("check 200") + walls.median(f"{what} 200")
        print(f"check + {what:6} of 200 services  {verdict(together, 1, ' s')}  "
              f"(median {middle:.2f} s)")  # fmt: skip
    few = (processor.least("200") - processor.least("50")) / 150
    many = (processor.least("400") - processor.least("200")) / 200
    print(
        f"a service more: {few * 1000:.2f} ms of CPU (50 to 200), {many * 1000:.2f} ms "
        f"(200 to 400)  ratio {verdict(many / few, 1.2)}"
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
        report(*commands(root))
    print(load())


if __name__ == "__main__":
    main()
