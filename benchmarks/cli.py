"""How quickly the small commands answer, beside Copier's and Docker Compose's.

    .venv/bin/python benchmarks/cli.py [--rounds 15]

Whole commands, wall time from start to end, in turns: `mscli --version`, `--help`, `ps` and `logs`
(to its first line) on a system of four light services and the gateway that is really up, against
`copier --version` out of the same environment (goal: at most a fifth) and against
`docker compose version`, a static binary, where a `docker` with its compose is found (goal: at most
twice). It is fair because each is the least that its tool can be asked; ours do more. All
bytecode is there before anything is measured.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sysconfig
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import mscli
from light import write_light_system
from measure import (
    Way,
    compile_bytecode,
    environment,
    free_port,
    in_turns,
    load,
    program,
    scratch,
    seconds_of_command,
    verdict,
)

OURS = ("mscli --version", "mscli --help", "mscli ps", "mscli logs")
COPIER, COMPOSE = "copier --version", "docker compose version"


@contextmanager
def running_system(root: Path) -> Iterator[None]:
    """Four light services and the gateway, up by `mscli up -d`."""
    write_light_system(root, 4, free_port())
    here = partial(subprocess.run, cwd=root, env=environment(), capture_output=True, check=True)
    try:
        here([program("mscli"), "up", "-d"])
        yield
    finally:
        here([program("mscli"), "down", "-v", "--yes"])


def first_line(command: list[str], folder: Path) -> float:
    """Seconds from the start of a command until it has written its first line."""
    began = time.perf_counter()
    with subprocess.Popen(
        command, cwd=folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        took = time.perf_counter() - began
        process.stdout.read()
    assert line, "no line of any log"
    return took


def ways(root: Path) -> dict[str, Way]:
    found: dict[str, Way] = {}
    for name in OURS:
        command = [program("mscli"), *name.split()[1:]]
        measured = first_line if name == "mscli logs" else seconds_of_command
        found[name] = partial(measured, command, root)
    found[COPIER] = partial(seconds_of_command, [program("copier"), "--version"], root)
    compose = COMPOSE.split()
    docker = shutil.which("docker")
    if docker and subprocess.run(compose, capture_output=True, check=False).returncode == 0:
        found[COMPOSE] = partial(seconds_of_command, [docker, *compose[1:]], root)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    compile_bytecode(Path(mscli.__file__).parent, Path(sysconfig.get_path("purelib")))
    with scratch("cli") as root, running_system(root):
        print(load())
        measured = ways(root)
        taken = in_turns(measured, rounds)
        for name in measured:
            least, middle = taken.least(name), taken.median(name)
            print(f"{name:24} min {least * 1000:5.0f} ms   median {middle * 1000:5.0f} ms")
        for peer, goal in ((COPIER, 0.2), (COMPOSE, 2.0)):
            if peer not in measured:
                print(f"against {peer}: peer not found")
                continue
            print(f"against {peer}, ratio of minima (median of the rounds' ratios):")
            for name in OURS:
                paired = taken.median_ratio(name, peer)
                print(f"  {name:22} {verdict(taken.ratio(name, peer), goal)}  ({paired:.2f})")
        print(load())


if __name__ == "__main__":
    main()
