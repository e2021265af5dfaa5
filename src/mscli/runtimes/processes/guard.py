"""The guard: an event listener of supervisord that lets nobody be orphaned or stay down.

supervisord alone leaves everything running when it is killed, leaves grandchildren behind, and
restarts without a backoff that real services need. The guard ends what remains of a process group,
starts a crashed service again after 0.5, 1, 2 ... 30 s, ends everything when supervisord is gone,
and writes what it knows to `status.json` and `logs/mscli.log`.

Protocol: http://supervisord.org/events.html. Standard library only: it is always in memory.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import sys
import time
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mscli.runtimes.processes.deaths import Deaths

GUARD = "mscli-guard"
"""Its own name among supervisord's programs."""
FORGET = "mscli-forget"
"""Type of the remote event that says: the named process is stopped on purpose."""
FIRST_DELAY, LONGEST_DELAY = 0.5, 30.0
LOOP_EXITS, LOOP_SECONDS = 5, 60.0


@dataclass(slots=True)
class Watched:
    """What the guard knows of one process; times are seconds since the epoch."""

    state: str = "stopped"
    pid: int = 0
    since: float = 0.0
    restarts: int = 0
    code: int | None = None
    due: float | None = None
    exits: deque[float] = field(default_factory=lambda: deque(maxlen=LOOP_EXITS))

    @property
    def loops(self) -> bool:
        """Whether it crashes again and again."""
        return len(self.exits) == LOOP_EXITS and self.exits[-1] - self.exits[0] < LOOP_SECONDS

    def delay(self, now: float) -> float:
        """Seconds until the next start, doubling with each exit of the last minute."""
        recent = sum(1 for moment in self.exits if now - moment < LOOP_SECONDS)
        return float(min(LONGEST_DELAY, FIRST_DELAY * 2 ** max(0, recent - 1)))


class Guard:
    """Keeps the books of every process and acts on supervisord's events."""

    def __init__(self, state: Path, system_id: str, socket: str) -> None:
        self.state = state
        self.system_id = system_id
        self.socket = socket
        self.watched: dict[str, Watched] = {}
        self.deaths = Deaths()

    def resume(self) -> None:
        """Take up the books of a guard that died; supervisord knows what has happened since."""
        kept = _kept(self.state / "status.json")
        told = (
            {entry["name"]: entry for entry in self._call("getAllProcessInfo") or ()}
            if kept
            else {}
        )
        for name in kept.keys() & told.keys():
            watched = self.watched[name] = Watched(
                state=kept[name]["state"],
                since=kept[name]["since"],
                restarts=kept[name]["restarts"],
                code=kept[name]["code"],
            )
            if told[name]["statename"] == "RUNNING":
                watched.state, watched.pid = "running", told[name]["pid"]
                watched.since = float(told[name]["start"])
                self.deaths.watch(watched.pid)
            elif told[name]["statename"] == "EXITED" and watched.state != "stopped":
                self._exited(name, watched)

    def handle(self, event: str, fields: Mapping[str, str]) -> None:
        """Take one PROCESS_STATE event."""
        name = fields["processname"]
        if name == GUARD:
            return
        watched = self.watched.setdefault(name, Watched())
        pid = int(fields.get("pid", "0") or 0)
        match event.removeprefix("PROCESS_STATE_"):
            case "RUNNING":
                watched.state, watched.pid, watched.since = "running", pid, time.time()
                watched.due = None
                self.deaths.watch(pid)
            case "STOPPED":
                _end_group(pid)
                watched.state, watched.pid, watched.since = "stopped", 0, time.time()
                watched.due = None
                watched.exits.clear()
            case "EXITED":
                _end_group(pid)
                self._exited(name, watched)
            case "FATAL":
                watched.state, watched.pid, watched.since = "failed", 0, time.time()
        self.write_status()

    def forget(self, name: str) -> None:
        """Do not start a process again: somebody has stopped it on purpose."""
        watched = self.watched.setdefault(name, Watched())
        watched.due = None
        watched.exits.clear()
        if not watched.pid:
            watched.state = "stopped"
        self.write_status()

    def _exited(self, name: str, watched: Watched) -> None:
        watched.pid, watched.since = 0, time.time()
        watched.code = self._exit_code(name)
        if self._is_task(name):
            watched.state = "completed" if watched.code == 0 else "failed"
            return
        watched.exits.append(time.time())
        delay = watched.delay(time.time())
        watched.due = time.monotonic() + delay
        watched.state = "crash loop" if watched.loops else "exited"
        # supervisord says -1 for every signal, and not which.
        how = "was killed by a signal" if watched.code == -1 else f"exited with code {watched.code}"
        loop = "is in a crash loop: " if watched.loops else ""
        self.note(
            "ERROR" if watched.loops else "WARNING",
            f"{name} {loop}{how}, starts again in {delay:g} s",
            process=name,
            code=watched.code,
            delay=delay,
        )

    def start_due(self) -> None:
        """Start every crashed process whose delay is over."""
        for name, watched in list(self.watched.items()):
            if watched.due is not None and time.monotonic() >= watched.due:
                watched.due = None
                watched.restarts += 1
                self._call("startProcess", name, False)

    def tell_of_deaths(self, descriptors: Iterable[int]) -> None:
        """Wake supervisord, which looks for ended processes whenever it is asked something."""
        for descriptor in descriptors:
            self.deaths.seen(descriptor)
            self._call("getState", in_vain=True)

    def patience(self) -> float:
        """Seconds until something is due, half a second at most (a signal may come between)."""
        due = [watched.due for watched in self.watched.values() if watched.due is not None]
        return min([0.5, *(max(0.0, moment - time.monotonic()) for moment in due)])

    def end_everything(self) -> None:
        """Kill every group, then whatever carries the system's id, for supervisord is gone."""
        for watched in self.watched.values():
            _end_group(watched.pid)
        from mscli.runtimes.processes.sweep import kill_all

        kill_all(self.system_id, spare={os.getpid(), os.getppid()})
        for watched in self.watched.values():
            if watched.pid:
                watched.state, watched.pid, watched.due = "stopped", 0, None
        self.write_status()

    def write_status(self) -> None:
        """Write `status.json`, all or nothing."""
        document = {
            "guard": os.getpid(),
            "processes": {
                name: {
                    "state": watched.state,
                    "pid": watched.pid,
                    "since": watched.since,
                    "restarts": watched.restarts,
                    "code": watched.code,
                }
                for name, watched in self.watched.items()
            },
        }
        staged = self.state / "status.json.new"
        with contextlib.suppress(OSError):  # a full disk must not end who watches over the rest
            staged.write_text(json.dumps(document))
            staged.replace(self.state / "status.json")

    def note(self, level: str, message: str, **extras: object) -> None:
        """Append a line to the system's own log, in the shape that every service writes."""
        now = time.time()
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now % 1 * 1000):03}Z"
        line = {"time": stamp, "level": level, "logger": "mscli", "message": message, **extras}
        with contextlib.suppress(OSError), (self.state / "logs" / "mscli.log").open("a") as log:
            log.write(json.dumps(line, separators=(",", ":")) + "\n")

    def warm_up(self) -> None:
        """Load what the first exit needs: somebody waits for the word that a task has ended."""
        self._exit_code(GUARD)

    def _exit_code(self, name: str) -> int | None:
        answer = self._call("getProcessInfo", name)
        return answer["exitstatus"] if isinstance(answer, dict) else None

    def _call(self, method: str, *arguments: object, in_vain: bool = False) -> Any:  # noqa: ANN401
        """What supervisord answers; `in_vain` says that it may be gone, as it is in a `down`."""
        import xmlrpc.client

        from mscli.runtimes.processes import rpc

        try:
            return rpc.call(self.socket, method, *arguments, timeout=5)
        except (OSError, xmlrpc.client.Error) as error:
            if in_vain and isinstance(error, ConnectionRefusedError):
                return None
            self.note("WARNING", f"supervisord: {method} {' '.join(map(str, arguments))}: {error}")
            return None

    def _is_task(self, name: str) -> bool:
        plan = json.loads((self.state / "processes" / "processes.json").read_text())
        return any(p["name"] == name and p["kind"] == "task" for p in plan["processes"])


def _end_group(pid: int) -> None:
    """Kill what is left of a process's group; its leader is dead or has just been stopped."""
    if pid > 1:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)


def _kept(path: Path) -> Mapping[str, Mapping[str, Any]]:
    try:
        return dict(json.loads(path.read_text())["processes"])
    except (OSError, ValueError, KeyError):
        return {}


def _fields(text: str) -> dict[str, str]:
    return dict(pair.split(":", 1) for pair in text.split())


def main(arguments: list[str]) -> int:
    """Run under supervisord, as `python -m <this module> STATE SYSTEM_ID SOCKET`."""
    state, system_id, socket = arguments
    guard = Guard(Path(state), system_id, socket)
    guard.resume()
    guard.write_status()
    stdin = sys.stdin.fileno()
    ended: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _: ended.append(received))
    _say("READY\n")
    guard.warm_up()
    while not ended:
        readable = _readable([stdin, *guard.deaths.descriptors()], guard.patience())
        guard.tell_of_deaths(each for each in readable if each != stdin)
        if stdin in readable:
            header = sys.stdin.buffer.readline()
            if not header:
                break
            fields = _fields(header.decode())
            payload = sys.stdin.buffer.read(int(fields["len"])).decode()
            if fields["eventname"] == "REMOTE_COMMUNICATION":
                kind, _, name = payload.partition("\n")
                if kind == f"type:{FORGET}":
                    guard.forget(name.strip())
            else:
                guard.handle(fields["eventname"], _fields(payload))
            _say("RESULT 2\nOKREADY\n")
        guard.start_due()
    guard.end_everything()
    return 0


def _readable(descriptors: list[int], patience: float) -> list[int]:
    poller = select.poll()
    for descriptor in descriptors:
        poller.register(descriptor, select.POLLIN)
    return [descriptor for descriptor, _ in poller.poll(patience * 1000)]


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
