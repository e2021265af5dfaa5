"""What the template's wiring costs a service: time to healthy, and memory.

    .venv/bin/python benchmarks/service.py [--rounds 9]

`plain` is rendered from the template without database and calls; `hello` is the least that FastAPI
can be (below). Both run in the same environment, under the same uvicorn with the same
event loop and parser, all bytecode compiled, in turns. Goals: `plain` is healthy in at most twice
the time and takes at most 1.5 times the memory. `full`, with database and calls, is reported: its
`/livez` answers without the database being there.

Time is from the start of the process to the first 200 of `/livez`, memory is resident size then
plus a tenth of a second.
"""

from __future__ import annotations

import argparse
import socket
import subprocess
import time
from functools import partial
from pathlib import Path

import psutil

from measure import Taken, end, environment, free_port, in_turns, load, scratch, verdict
from rendered import install

HELLO = """
import os

import uvicorn
from fastapi import FastAPI

app = FastAPI()


@app.get("/livez")
async def livez() -> dict[str, str]:
    return {"status": "ok"}


if __name__ == "__main__":
    uvicorn.run(app, port=int(os.environ["PORT"]), log_level="warning", access_log=False)
"""
REQUEST = b"GET /livez HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n"


def is_healthy(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(REQUEST)
            return b" 200 " in connection.recv(64)
    except OSError:
        return False


def healthy(
    command: list[str], log: Path, sizes: list[float], cpu: list[float], **extra: str
) -> float:
    """Seconds until the first 200; memory in MiB and processor time go to the lists."""
    port = free_port()
    with log.open("wb") as out:
        began = time.perf_counter()
        process = subprocess.Popen(
            command,
            env=environment(PORT=str(port), **extra),
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        while not is_healthy(port):
            assert process.poll() is None, log.read_text()
            time.sleep(0.002)
        took = time.perf_counter() - began
        time.sleep(0.1)
        known = psutil.Process(process.pid)
        sizes.append(known.memory_info().rss / 2**20)
        cpu.append(sum(known.cpu_times()[:2]))
    finally:
        end(process)
    return took


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    with scratch("service") as folder:
        python = install(folder, {"hello": HELLO})
        commands = {
            "hello": [python, "-m", "hello"],
            "plain": [python, "-m", "plain"],
            "full": [python, "-m", "full"],
        }
        sizes: dict[str, list[float]] = {name: [] for name in commands}
        cpu: dict[str, list[float]] = {name: [] for name in commands}
        url = {"CALL_PAYMENTS_URL": "http://127.0.0.1:1"}
        ways = {
            name: partial(healthy, command, folder / f"{name}.log", sizes[name], cpu[name], **url)
            for name, command in commands.items()
        }
        print(load())
        times = in_turns(ways, rounds)
    memory, processor = Taken(sizes), Taken(cpu)
    for name in commands:
        print(
            f"{name:6} healthy in min {times.least(name) * 1000:4.0f} ms, "
            f"median {times.median(name) * 1000:4.0f} ms; "
            f"CPU {processor.median(name) * 1000:4.0f} ms; memory {memory.median(name):5.1f} MiB"
        )
    time_ratio = times.ratio("plain", "hello")
    print(f"plain to hello, time    {verdict(time_ratio, 2)}"
          f"  (median of the rounds {times.median_ratio('plain', 'hello'):.2f})")  # fmt: skip
    print(f"plain to hello, memory  {verdict(memory.median_ratio('plain', 'hello'), 1.5)}")
    print(f"full to hello, time     {times.ratio('full', 'hello'):.2f}")
    print(f"full to hello, memory   {memory.median_ratio('full', 'hello'):.2f}")
    print(load())


if __name__ == "__main__":
    main()
