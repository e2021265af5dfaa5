"""A system in a folder, worked with as a user does: through the command line, and over HTTP."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from mscli.runtimes.processes.sweep import kill_all, ours
from tests.ports import free_port

SERVER = Path(__file__).with_name("server.py")
PATIENCE = 60.0
"""Seconds after which something that has to happen has not happened, on a busy machine."""
MSCLI = [str(Path(sys.executable).with_name("mscli"))]


@dataclass(frozen=True)
class Done:
    """A finished command."""

    code: int
    out: str
    err: str
    seconds: float


@dataclass(frozen=True)
class Answer:
    """An HTTP answer, or status 0 with what went wrong."""

    status: int
    body: bytes
    seconds: float

    def json(self) -> Any:  # noqa: ANN401 - a document
        return json.loads(self.body)


@dataclass
class Checkout:
    """A folder with a system file."""

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def file(self) -> Path:
        return self.folder / "mscli.yaml"

    @property
    def state(self) -> Path:
        return self.folder / ".mscli" / "local"

    @property
    def system_id(self) -> str:
        name: str = json.loads((self.state / "bindings.json").read_text())["system_id"]
        return name

    @property
    def variables(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        return kept | dict(self.environment)

    def run(self, *arguments: str, code: int | None = 0, **extra: str) -> Done:
        """Run mscli to its end; any exit code but `code` fails the test with what was said."""
        began = time.monotonic()
        done = subprocess.run(
            [*MSCLI, *arguments],
            cwd=self.folder,
            env=self.variables | extra,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=100,
            check=False,
        )
        said = f"mscli {' '.join(arguments)}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        assert code is None or done.returncode == code, said
        assert "\nTraceback" not in f"\n{done.stderr}", said
        assert done.returncode != 70, said
        return Done(done.returncode, done.stdout, done.stderr, time.monotonic() - began)

    def begin(self, *arguments: str, **extra: str) -> subprocess.Popen[str]:
        """Start mscli and let it run, in a process group of its own."""
        return subprocess.Popen(
            [*MSCLI, *arguments],
            cwd=self.folder,
            env=self.variables | extra,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def up(self, *arguments: str, code: int | None = 0) -> Done:
        return self.run("up", "-d", *arguments, code=code)

    def down(self, *arguments: str, code: int | None = 0) -> Done:
        return self.run("down", *arguments, code=code)

    def rows(self, *arguments: str) -> dict[str, dict[str, Any]]:
        """What `ps` says, by name; nothing before the first `up`."""
        done = self.run("ps", "--json", *arguments, code=None)
        return {row["name"]: row for row in json.loads(done.out or "[]")}

    def pids(self) -> dict[str, int]:
        """Of what lives now, by replica, as the guard's own file says (which costs no command)."""
        status = json.loads((self.state / "status.json").read_text())
        return {name: known["pid"] for name, known in status["processes"].items() if known["pid"]}

    def restarts(self, replica: str) -> int:
        status = json.loads((self.state / "status.json").read_text())
        count: int = status["processes"][replica]["restarts"]
        return count

    def guard(self) -> int:
        pid: int = json.loads((self.state / "status.json").read_text())["guard"]
        return pid

    def supervisord(self) -> int:
        return psutil.Process(self.guard()).ppid()

    def ports(self) -> dict[str, int]:
        ports: dict[str, int] = json.loads((self.state / "bindings.json").read_text())["ports"]
        return ports

    def get(
        self, path: str, port: str = "gateway:http", *, method: str = "GET", body: object = None
    ) -> Answer:
        return get(self.ports()[port], path, method=method, body=body)

    def log(self, replica: str) -> str:
        return (self.state / "logs" / f"{replica}.log").read_text()

    def edit(self, before: str, after: str) -> None:
        text = self.file.read_text()
        assert before in text
        self.file.write_text(text.replace(before, after))

    def alive(self) -> list[str]:
        """Every process that carries the id of this checkout's system."""
        return [f"{p.pid} {p.name()}" for p in ours(self.system_id)]

    def assert_gone(self, ports: Mapping[str, int]) -> None:
        """Nothing of the system is left: no process, no listener, no socket."""
        assert self.alive() == []
        assert {port for _, port in listeners()}.isdisjoint(ports.values())
        assert not Path(f"/tmp/mscli-{os.getuid()}/{self.system_id}.sock").exists()

    def remove(self) -> None:
        """The last resort of every test: take all down, then kill what carries the id."""
        identities = {path.name for path in (self.state / "projects").glob("*")}
        if (self.state / "bindings.json").is_file():
            identities.add(self.system_id)
        with suppress(AssertionError, subprocess.TimeoutExpired):
            self.run("down", "--all")
        for system_id in identities:
            kill_all(system_id)
        shutil.rmtree(self.folder, ignore_errors=True)


def get(
    port: int,
    path: str,
    *,
    method: str = "GET",
    body: object = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """One request on a connection of its own."""
    began = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        text = None if body is None else json.dumps(body)
        sent = {"Content-Type": "application/json", **(headers or {})}
        connection.request(method, path, text, sent)
        answer = connection.getresponse()
        return Answer(answer.status, answer.read(), time.monotonic() - began)
    except (OSError, http.client.HTTPException) as error:
        return Answer(0, repr(error).encode(), time.monotonic() - began)
    finally:
        connection.close()


def listeners() -> dict[tuple[str, int], int | None]:
    """Address and port of everything that listens on this machine, with its pid."""
    return {
        (str(c.laddr[0]), int(c.laddr[1])): c.pid
        for c in psutil.net_connections("tcp")
        if c.status == psutil.CONN_LISTEN and c.laddr
    }


def until(happens: Callable[[], object], patience: float = PATIENCE) -> float:
    """Wait until something is true; the seconds that it took."""
    began = time.monotonic()
    while not happens():
        assert time.monotonic() - began < patience, "it has not happened"
        time.sleep(0.02)
    return time.monotonic() - began


def watches(process: subprocess.Popen[str]) -> bool:
    """Whether a command that says no word about it watches files (inotify), and no more are added.

    What changes in a folder before its turn has come would be lost.
    """
    before = _watched(process)
    time.sleep(0.3)
    return before > 0 and before == _watched(process)


def _watched(process: subprocess.Popen[str]) -> int:
    """How many folders a command watches."""
    found = 0
    for entry in Path(f"/proc/{process.pid}/fdinfo").iterdir():
        with suppress(OSError):
            found += entry.read_text().count("inotify wd:")
    return found


def light(folder: Path, services: Mapping[str, Mapping[str, object]], **system: object) -> Checkout:
    """A system of tiny services, by hand: no scaffold, nothing to install.

    `services` are those of the system file, without command; `system` are its other fields.
    """
    for name in services:
        (folder / "services" / name).mkdir(parents=True)
        shutil.copy(SERVER, folder / "services" / name / "server.py")
    command = [sys.executable, "-S", "-E", "server.py"]
    document = {
        "version": 1,
        "name": "light",
        "gateway": {"engine": "traefik", "port": free_port()},
        "services": {name: {"command": command, **fields} for name, fields in services.items()},
        **system,
    }
    (folder / "mscli.yaml").write_text(json.dumps(document, indent=1))  # JSON is YAML
    return Checkout(folder)


def declared(checkout: Checkout) -> dict[str, Any]:
    """The system file of a light system."""
    document: dict[str, Any] = json.loads(checkout.file.read_text())
    return document


def declare(checkout: Checkout, document: Mapping[str, object]) -> None:
    checkout.file.write_text(json.dumps(document, indent=1))


@dataclass
class Load:
    """Requests one after the other until it is told to stop."""

    answers: list[Answer] = field(default_factory=list)

    @property
    def failed(self) -> list[Answer]:
        return [answer for answer in self.answers if answer.status != 200]

    def seen(self, key: str = "replica") -> set[str]:
        return {answer.json()[key] for answer in self.answers if answer.status == 200}


def end(process: subprocess.Popen[str], number: int = signal.SIGKILL) -> str:
    """Send a signal and wait; what the process has said."""
    process.send_signal(number)
    output, _ = process.communicate(timeout=PATIENCE)
    return output


def lines(documents: str) -> Iterator[dict[str, Any]]:
    """NDJSON."""
    return map(json.loads, documents.splitlines())


def names_of(rows: Mapping[str, Mapping[str, Any]], **wanted: object) -> Sequence[str]:
    return [name for name, row in rows.items() if all(row[k] == v for k, v in wanted.items())]
