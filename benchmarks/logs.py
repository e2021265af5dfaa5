"""How fast `logs -f` is: four chatty processes, 120-byte lines, prefix and colours on.

    python benchmarks/logs.py [--lines 2000000] [--image busybox]

Prints, of one run on one machine:
- lines/s of a follower (a process of its own) from its start until the last line of four writers
  that write as fast as they can, and how much its memory grew after the first tenth;
- beside it the floor, a loop that reads the same files and only puts the prefix before each line
  (no merge, no times, no levels), and the peer, `docker compose logs -f` of four containers that
  print the same lines, if an engine answers and has the image;
- the latency of a line, from its writing to its showing, while four writers are busy.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mscli.runtimes.logs import Source, View, show

WRITERS = 4
ROTATE_AT = 64 * 1024 * 1024
BLOCK = 500  # lines a write: about what a supervisor reads from a pipe at once
PACE = 2000  # lines/s of each writer in the latency run
STAMPED = "stamped-1"


def stamp() -> bytes:
    now = time.time()
    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now))
    return f"{whole}.{int(now % 1 * 1000):03}Z".encode()


def chatty_line(number: int) -> bytes:
    start = b'{"time":"@@@@@@@@@@@@@@@@@@@@@@@@","level":"INFO","message":"order taken",'
    line = start + b'"order":%d,"by":"' % (1_000_000 + number)
    return line + b"x" * (120 - len(line) - 3) + b'"}\n'


def write_lines(path: Path, lines: int, pace: int) -> None:
    """Be a chatty process behind a supervisor that rotates."""
    block = b"".join(chatty_line(number) for number in range(BLOCK))
    assert len(block) == 120 * BLOCK
    small = block[: 120 * max(1, pace // 100)]
    file, size, backups = path.open("ab", buffering=0), 0, 0
    for _ in range(lines // (len(small) // 120 if pace else BLOCK)):
        content = (small if pace else block).replace(b"@" * 24, stamp())
        size += file.write(content)
        if size > ROTATE_AT:
            file.close()
            for number in range(backups, 0, -1):
                path.with_name(f"{path.name}.{number}").rename(f"{path}.{number + 1}")
            path.rename(f"{path}.1")
            file, size, backups = path.open("ab", buffering=0), 0, backups + 1
        if pace:
            time.sleep(0.01)
    file.close()


def write_stamped(path: Path, seconds: float) -> None:
    """Be a slow process whose lines tell when they were written."""
    end = time.time() + seconds
    with path.open("ab", buffering=0) as file:
        while time.time() < end:
            text = '{"time":"%s","level":"INFO","message":"stamped","at":%.6f}\n'
            file.write((text % (stamp().decode(), time.time())).encode())
            time.sleep(0.05)


def follow(folder: Path, lines: int, seconds: float) -> None:
    """Be `mscli logs -f`; print the figures as JSON. Ends after `lines` lines or `seconds`."""
    names = [*(f"orders-{n}" for n in range(WRITERS)), *([STAMPED] if seconds else [])]
    sources = [Source(name, name, folder / f"{name}.log") for name in names]
    null = os.open(os.devnull, os.O_WRONLY)
    shown, early, latencies = 0, 0, list[float]()
    began = time.monotonic()

    def write(content: bytes) -> None:
        nonlocal shown, early
        os.write(null, content)
        shown += content.count(b"\n")
        if not early and shown > lines // 10:
            early = peak()
        if seconds and b"stamped at=" in content:
            now = time.time()
            stamped = [part.split(b"\n")[0] for part in content.split(b"stamped at=")[1:]]
            latencies.extend(now - float(part) for part in stamped)

    def stop() -> bool:
        return shown >= lines or bool(seconds and time.monotonic() - began > seconds)

    print("ready", flush=True)
    show(lambda: sources, View(follow=True, colour=True), write, stop)
    took = time.monotonic() - began
    usage = resource.getrusage(resource.RUSAGE_SELF)
    cpu = usage.ru_utime + usage.ru_stime
    figures = {
        "lines": shown,
        "seconds": took,
        "cpu": cpu,
        "peak_mib": peak() / 1024,
        "growth_mib": (peak() - early) / 1024,
        "latencies": sorted(latencies),
    }
    print(json.dumps(figures), flush=True)


def peak() -> int:
    """Peak resident memory, in KiB."""
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size // 1024 if sys.platform == "darwin" else size


def floor(folder: Path) -> float:
    """Lines/s of reading the files and putting a prefix before each line."""
    null = os.open(os.devnull, os.O_WRONLY)
    prefix = b"\x1b[36morders-1   | \x1b[0m"
    lines, began = 0, time.monotonic()
    for path in sorted(folder.glob("orders-*.log*")):
        with path.open("rb", buffering=0) as file:
            while content := file.read(256 * 1024):
                lines += content.count(b"\n")
                os.write(null, content.replace(b"\n", b"\n" + prefix))
    os.close(null)
    return lines / (time.monotonic() - began)


def start(*arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, __file__, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def run(folder: Path, lines: int, seconds: float) -> dict[str, float | list[float]]:
    """One follower and its writers, each a process; what the follower measured."""
    follower = start("--be", "follower", "--folder", folder, "--lines", lines, "--seconds", seconds)
    assert follower.stdout is not None
    assert follower.stdout.readline() == "ready\n"
    share = int(PACE * seconds) if seconds else lines // WRITERS
    writers = [
        start("--be", "writer", "--folder", folder / f"orders-{n}.log", "--lines", share,
              "--pace", PACE if seconds else 0)
        for n in range(WRITERS)
    ]  # fmt: skip
    if seconds:
        path = folder / f"{STAMPED}.log"
        writers.append(start("--be", "stamped", "--folder", path, "--seconds", seconds - 1))
    output, _ = follower.communicate()
    for writer in writers:
        writer.communicate()
    figures: dict[str, float | list[float]] = json.loads(output)
    return figures


@contextmanager
def scratch() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="mscli-logs-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def docker(lines: int, image: str) -> float | None:
    """Lines/s of `docker compose logs -f`, or None without an engine or the image."""
    for probe in (["docker", "compose", "version"], ["docker", "image", "inspect", image]):
        with suppress(FileNotFoundError):
            if subprocess.run(probe, capture_output=True, check=False).returncode == 0:
                continue
        return None
    line = chatty_line(0).decode().strip()
    script = f"yes '{line}' | head -n {lines // WRITERS}"
    service = {"image": image, "pull_policy": "never", "command": ["sh", "-c", script]}
    with scratch() as folder:
        file = folder / "compose.yaml"
        file.write_text(json.dumps({"services": {f"orders{n}": service for n in range(WRITERS)}}))
        compose = ["docker", "compose", "-p", folder.name.lower(), "-f", str(file)]
        try:
            subprocess.run([*compose, "up", "-d"], check=True, capture_output=True)
            began = time.monotonic()
            shown = subprocess.run([*compose, "logs", "-f"], check=True, capture_output=True)
            return shown.stdout.count(b"\n") / (time.monotonic() - began)
        finally:
            subprocess.run([*compose, "down", "-t", "0"], check=False, capture_output=True)


def report(lines: int, image: str, seconds: float) -> None:
    lines -= lines % (WRITERS * BLOCK)
    with scratch() as folder:
        ours = run(folder, lines, 0)
        least = floor(folder)
    with scratch() as folder:
        quiet = run(folder, sys.maxsize, seconds)
    rate = lines / float(str(ours["seconds"]))
    print(f"follow, 4 chatty writers   {rate:>12,.0f} lines/s  ({lines:,} lines)")
    print(f"  per second of its CPU    {lines / float(str(ours['cpu'])):>12,.0f} lines")
    print(f"  peak memory              {ours['peak_mib']:>12.1f} MiB")
    print(f"  growth after a tenth     {ours['growth_mib']:>12.1f} MiB")
    print(f"floor: read and prefix     {least:>12,.0f} lines/s  (ours: {rate / least:.2f} of it)")
    peer = docker(lines, image)
    if peer is None:
        print(f"docker compose logs -f     not measured: no engine, or no image {image}")
    else:
        print(f"docker compose logs -f     {peer:>12,.0f} lines/s  (ours: {rate / peer:.1f} times)")
    found = quiet["latencies"]
    assert isinstance(found, list)
    half, most = (1000 * found[int(len(found) * part)] for part in (0.5, 0.95))
    print(
        f"latency, 4 x {PACE} lines/s   p50 {half:.0f} ms, p95 {most:.0f} ms ({len(found)} lines)"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--lines", type=int, default=2_000_000)
    parser.add_argument("--seconds", type=float, default=8.0, help="of the latency run")
    parser.add_argument("--image", default="busybox", help="for the peer; it is not pulled")
    parser.add_argument("--be", choices=["follower", "writer", "stamped"], help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--pace", type=int, default=0, help=argparse.SUPPRESS)
    given = parser.parse_args()
    match given.be:
        case "follower":
            follow(given.folder, given.lines, given.seconds)
        case "writer":
            write_lines(given.folder, given.lines, given.pace)
        case "stamped":
            write_stamped(given.folder, given.seconds)
        case _:
            report(given.lines, given.image, given.seconds)


if __name__ == "__main__":
    main()
