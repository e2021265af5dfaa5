"""Systems in Docker beside what Docker does alone.

    .venv/bin/python benchmarks/containers.py SYSTEM [--rounds 5] [--lines 100000] [--only PART]

SYSTEM is up with `mscli up -d --runtime docker`; it is taken down and up again, and left up.
- `mscli up -d` and `docker compose up -d --wait` of the same file, in turns: when nothing has
  changed, and after `docker compose down` (images and data are there). Goal: at most 1.0 s more.
- `mscli logs -f` and `docker compose logs -f` of four containers that write lines of 120 bytes as
  quickly as they can and end: lines a second until all lines are there, in turns. Goals: at least
  0.9 of Compose's, and none lost. Engine 20.10 loses lines of a container that ends; how many of
  them Compose showed is printed, and its rate is of those.
- The image of a plain service beside its base and its installed dependencies, in bytes. Goal: at
  most 1.25 times. After a change of its code every layer of dependencies is the same.
"""

from __future__ import annotations

import argparse
import json
import os
import select
import subprocess
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from measure import Taken, end, free_port, in_turns, load, program, scratch, verdict

LINE = "x" * 120
IMAGE, BASE = "mscli-bench-hello:local", "python:3.11-slim"
QUIET = 8.0
"""Seconds without a line after which no more is waited for."""


def _run(folder: Path, name: str, *arguments: str) -> None:
    command = [program(name), *arguments]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def docker(*arguments: str, folder: Path | None = None) -> str:
    done = subprocess.run(
        ["docker", *arguments],
        cwd=folder,
        env={**os.environ, "DOCKER_BUILDKIT": "1"},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return (done.stdout + (done.stderr if "build" in arguments else "")).strip()


def _timed(folder: Path, command: list[str], before: list[str] | None = None) -> float:
    if before:
        subprocess.run(before, cwd=folder, check=True, capture_output=True)
    began = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return time.perf_counter() - began


def warm(system: Path, rounds: int) -> None:
    """`up` when all is up, and when all is down."""
    known = json.loads((system / ".mscli/local/runtime.json").read_text())
    compose = ["docker", "compose", "-p", known["system_id"]]
    plain, ours = [*compose, "up", "-d", "--wait"], [program("mscli"), "up", "-d"]
    for case, before in (("nothing changed", None), ("after down", [*compose, "down"])):
        taken = in_turns(
            {
                "mscli up -d": partial(_timed, system, ours, before),
                "docker compose up --wait": partial(_timed, system, plain, before),
            },
            rounds,
        )
        _report(case, taken)


def _report(case: str, taken: Taken) -> None:
    ours, theirs = taken.values
    more = taken.difference(ours, theirs)
    print(f"up, {case}: {taken.median(ours):.2f} s, plain {taken.median(theirs):.2f} s (medians); "
          f"more, median of the rounds {verdict(more, 1.0, ' s')}")  # fmt: skip


def logs(lines: int, rounds: int) -> None:
    """Both followers, on containers that are made anew for each."""
    with scratch("containers") as folder, scratch("elsewhere") as elsewhere:
        (folder / "mscli.yaml").write_text(
            f"version: 1\nname: chatty\ngateway: {{port: {free_port()}}}\n"
        )
        _run(folder, "mscli", "up", "-d", "--runtime", "docker")
        project = json.loads((folder / ".mscli/local/runtime.json").read_text())["system_id"]
        script = f"sleep 1; yes {LINE} | head -n {lines}"
        service = {"image": "busybox:1.35", "command": ["sh", "-c", script]}
        document = {"services": {f"chatty{number}": service for number in range(4)}}
        (elsewhere / "compose.yaml").write_text(json.dumps(document))
        compose = ["docker", "compose", "-p", project]
        followers = {
            "mscli logs -f": [program("mscli"), "logs", "-f", "--no-color"],
            "docker compose logs -f": [*compose, "logs", "-f", "--no-color"],
        }
        shown: dict[str, list[int]] = {name: [] for name in followers}

        def follow(name: str) -> float:
            here = folder if name.startswith("mscli") else elsewhere
            docker(*compose[1:], "up", "-d", "--force-recreate", folder=elsewhere)
            seconds, count = _followed(here, followers[name], lines)
            shown[name].append(count)
            return count / seconds

        try:
            taken = in_turns({name: partial(follow, name) for name in followers}, rounds)
        finally:
            _run(folder, "mscli", "down", "-v", "--yes")
    for name, rates in taken.values.items():
        print(f"{name}: {max(rates):,.0f} lines/s at best; shown of {4 * lines:,}: {shown[name]}")
    print(f"ratio, median of the rounds {taken.median_ratio(*followers):.2f} (goal >= 0.9)")
    assert all(count == 4 * lines for count in shown["mscli logs -f"]), "lines were lost"


def _followed(folder: Path, command: list[str], lines: int) -> tuple[float, int]:
    """Seconds from the first line to the last, and how many came, of four containers."""
    began, last, count, rest = 0.0, 0.0, 0, b""
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as follower:
        assert follower.stdout is not None
        while count < 4 * lines and select.select([follower.stdout], [], [], QUIET)[0]:
            block = os.read(follower.stdout.fileno(), 1 << 20)
            if not block:
                break
            whole, _, rest = (rest + block).rpartition(b"\n")
            last = time.perf_counter()
            began = began or (last if LINE.encode() in whole else 0.0)
            count += whole.count(LINE.encode())
        end(follower)
    return last - began, count


def image() -> None:
    """A plain service's image beside its base and what it needs, and what a change builds anew."""
    with scratch("image") as folder:
        _run(folder, "mscli", "new", "system", "plain")
        root = folder / "plain"
        _run(root, "mscli", "new", "service", "hello")
        _run(root, "mscli", "render", "compose")
        try:
            docker("compose", "-p", "mscli-bench", "build", folder=root)
            _size()
            before = _layers()
            code = root / "services/hello/src/hello/use_cases.py"
            code.write_text(code.read_text() + "\n# changed\n")
            began = time.perf_counter()
            docker("compose", "-p", "mscli-bench", "build", folder=root)
            took, after = time.perf_counter() - began, _layers()
        finally:
            docker("image", "rm", "-f", IMAGE)
    anew = [layer for layer in after if layer not in before]
    print(f"after a change of its code: {took:.1f} s, {len(anew)} of {len(after)} layers anew")


def _size() -> None:
    whole, base = (
        int(docker("image", "inspect", "-f", "{{.Size}}", name)) for name in (IMAGE, BASE)
    )
    count = "find /app/.venv -type f -exec stat -c %s {} + | awk '{sum += $1} END {print sum}'"
    needed = int(docker("run", "--rm", "--entrypoint", "sh", IMAGE, "-c", count))
    print(f"image {whole / 1e6:.0f} MB, base {base / 1e6:.0f} MB, dependencies {needed / 1e6:.0f} "
          f"MB: {verdict(whole / (base + needed), 1.25, ' times')}")  # fmt: skip


def _layers() -> list[str]:
    return list(json.loads(docker("image", "inspect", "-f", "{{json .RootFS.Layers}}", IMAGE)))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("system", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--only", choices=("image", "logs", "up"), default="")
    given = parser.parse_args()
    print(load())
    parts: dict[str, Callable[[], None]] = {
        "image": image,
        "logs": partial(logs, given.lines, given.rounds),
        "up": partial(warm, given.system, given.rounds),
    }
    for name, part in parts.items():
        if given.only in ("", name):
            part()
    print(load())


if __name__ == "__main__":
    main()
