"""The gateway on this machine: a process of its own that keeps `kubectl port-forward` running.

kubectl ends when the pod that it has chosen goes; the keeper starts it again. The keeper lives as
long as the copy: `down` ends it, and `up` starts another where it is gone. It is alive as long as
it holds its lock, and is found, like whatever it leaves, by MSCLI_STACK. Standard library only: it
stays in memory.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mscli.runtimes.kubernetes.kubectl import Kubectl
    from mscli.runtimes.processes.place import Place

LOCK = ("kubernetes", "forward.lock")
LOG = ("logs", "gateway-forward.log")
SERVICE, PORT = "service/gateway", "http"
SOON, LATER = 0.2, 10.0
"""Seconds until kubectl is started again, at first and at most."""
GIVE_UP = 600.0
"""Seconds after which a gateway that cannot be reached is not tried any more, until `up`."""
BROKEN = ("lost connection to pod", "error forwarding port", "error creating", "unable to")
"""What kubectl writes when the pod it forwards to is gone; some versions do not end then."""
HOLDS = 2.0
"""Seconds after which a kubectl that runs has reached the gateway."""
PATIENCE = 30.0


def is_alive(place: Place) -> bool:
    """Whether a keeper holds the lock of a copy."""
    import fcntl

    with suppress(OSError), place.file(*LOCK).open("r+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return lock.read(1) == "+"
    return False


def start(place: Place, kubectl: Kubectl, port: int) -> bool:
    """Start the keeper of a copy, unless it is there; whether the port answers in time."""
    arguments = kubectl.command(["port-forward", "--address=127.0.0.1", SERVICE, f"{port}:{PORT}"])
    same = is_alive(place) and place.file(*LOCK).read_text()[1:] == "\n".join(arguments)
    if not same or not _answers(port):
        stop(place)
        _spawn(place, arguments)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if is_alive(place) and _answers(port):
            return True
        time.sleep(0.05)
    return False


def stop(place: Place) -> None:
    """End the keeper of a copy, and whatever it has started."""
    from mscli.runtimes.processes.sweep import kill_all

    kill_all(place.system_id)


def _spawn(place: Place, arguments: Sequence[str]) -> None:
    for parts in (LOCK, LOG):
        place.file(*parts).parent.mkdir(parents=True, exist_ok=True)
    lock, log = place.file(*LOCK), place.file(*LOG)
    with log.open("wb") as written:
        subprocess.Popen(
            [sys.executable, "-I", __file__, str(lock), *arguments],
            env={**os.environ, "MSCLI_STACK": place.system_id},
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=written,
            start_new_session=True,
        )


def _answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


class Keeper:
    """Keeps one command running until it is told to end."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = list(command)
        self._ended = threading.Event()
        self._child: subprocess.Popen[str] | None = None

    def end(self, *_: object) -> None:
        """A signal: end the command, and then the keeper."""
        self._ended.set()
        if self._child is not None:
            self._child.terminate()

    def run(self) -> None:
        """Start the command again and again; the pause grows while it does not hold."""
        pause, held = SOON, time.monotonic()
        while not self._ended.is_set() and time.monotonic() - held < GIVE_UP:
            began = time.monotonic()
            self._once()
            if time.monotonic() - began > HOLDS:
                pause, held = SOON, time.monotonic()
            self._ended.wait(pause)
            pause = min(LATER, pause * 2)

    def _once(self) -> None:
        child = subprocess.Popen(
            self._command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._child = child
        assert child.stdout is not None  # noqa: S101 - it is a pipe
        for line in child.stdout:
            if not line.startswith("Handling connection"):
                sys.stdout.write(line)
                sys.stdout.flush()
            if any(words in line for words in BROKEN):
                child.terminate()
        child.wait()


def main(lock: str, *command: str) -> None:
    """Hold the lock, and keep the command running."""
    import fcntl

    with Path(lock).open("a+") as held:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        held.truncate(0)
        held.write("+" + "\n".join(command))
        held.flush()
        keeper = Keeper(command)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, keeper.end)
        keeper.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
