"""A service once more, beside the one that runs, on a copy of its database.

What is copied: a database of the system's own server, that of its owner for a service that shares
one, or a PostgreSQL elsewhere, onto the system's server; otherwise the service's folder with the
SQLite files in it, each by SQLite's own backup. The copy calls nobody, and is gone with all its
data when the replay is over.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from mscli.errors import NotReady, UsageError
from mscli.migrate import sources
from mscli.migrate.databases import databases_of, main_of
from mscli.migrate.store import ADDRESS, ROOT, UPLOADS
from mscli.migrate.strangler.stores import LEFT_OUT, SQLITE, several, sqlite_files
from mscli.migrate.verify.copied_databases import Source, copied_from, referring, told_of
from mscli.migrate.verify.written import POSTGRES, Notes, PostgresNotes, SqliteNotes
from mscli.model.process import Process
from mscli.model.system import Service
from mscli.runtimes.processes import readiness
from mscli.runtimes.processes.database_copies import copied
from mscli.runtimes.processes.operate import whole_environment
from mscli.runtimes.processes.psql import Databases, server_at, server_port

NOWHERE = "http://127.0.0.1:9"
"""Where the calls of a copy go: nothing of the running system is touched."""
PATIENCE = 60.0
"""Seconds until a copy is ready."""
EVENTS = frozenset({"NATS_URL", "NATS_URL_FILE"})
"""A copy is told of none: it would take events that are not meant for it."""
TEMPORAL = "TEMPORAL_ADDRESS"
"""Asked when a saga is started, and not before: on a copy that fails, and is a difference."""


@contextmanager
def copy_of(
    databases: Databases, service: Service, process: Process, named: Path | None = None
) -> Iterator[tuple[str, Notes]]:
    """The base URL of a copy of a service's replica, and what is written to its database.

    `named` is the SQLite file in its folder that is meant, if a variable says it.
    Raises UsageError for a service that cannot be copied, NotReady for a copy that does not start.
    """
    process = _beside(process, service)
    with tempfile.TemporaryDirectory(prefix="mscli-verify-") as folder, ExitStack() as stack:
        if source := copied_from(service, process):
            changed, notes = stack.enter_context(
                _postgres(databases, source, service, process, Path(folder))
            )
        elif ADDRESS in process.environment:
            changed, notes = _shared(process, Path(folder))
        else:
            _refuse_what_is_written_down(service, process)
            changed, notes = _sqlite(process, Path(folder), named)
        yield from _running(_with_files(changed, Path(folder)), Path(folder), notes)


def _beside(process: Process, service: Service) -> Process:
    """The process on a port of its own, calling nobody."""
    port = _free_port()
    told = whole_environment(process).items()
    environment = {
        **{n: NOWHERE if _is_call(n) else v for n, v in told if n not in EVENTS},
        "PORT": str(port),
        "MSCLI_PROCESS": f"{process.name}-copy",
        "MONOLITH_DATABASE_READ_ONLY": "1",  # who is logged in is asked of what is running
    }
    if TEMPORAL in environment:
        environment[TEMPORAL] = NOWHERE.rpartition("/")[2]
    environment |= referring(service, environment)
    ports = {**process.ports, "http": port}
    return replace(process, ports=ports, environment=environment, secrets={})


@contextmanager
def _postgres(
    databases: Databases, source: Source, service: Service, process: Process, folder: Path
) -> Iterator[tuple[Process, Notes]]:
    server = server_at(source.address) if source.address else None
    if server and not databases.is_there:
        raise UsageError(
            f"the PostgreSQL of {service.name} is elsewhere, and the system has none to copy it to",
            "write `engines: {postgres: {}}` into mscli.yaml, and `mscli up -d`",
        )
    with copied(databases, source.owner, owned=source.owned, source=server) as copy:
        databases.administer(source.owner, *POSTGRES, database=copy.name)
        port = server_port(databases.server(source.owner))
        environment = told_of(copy, port, source, service, process, folder)
        notes = PostgresNotes(lambda query: databases.rows(source.owner, query, copy.name))
        yield replace(process, environment=environment), notes


def _refuse_what_is_written_down(service: Service, process: Process) -> None:
    """A copy would write to a database whose address is in the code, and in no variable."""
    if service.is_made:
        return
    said = main_of(databases_of(sources.read(Path(process.folder))))
    told = [process.environment.get(each.name, "") for each in said.variables] if said else []
    if any(address.startswith("sqlite:") for address in told):
        return
    if said is not None and said.kind in ("postgresql", "mysql"):
        raise UsageError(
            f"{said.evidence} of {process.workload} says {said.kind}, and no variable of its `env`"
            " holds the address: a copy would write there",
            "name it in `env`, or leave --writes: then requests that only read are compared",
        )


def _sqlite(process: Process, folder: Path, named: Path | None) -> tuple[Process, Notes]:
    source = Path(process.folder)
    target = folder / "service"
    shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns(*LEFT_OUT))
    files = [target / named.relative_to(source)] if named else sqlite_files(target)
    if len(files) != 1:
        what = "no SQLite file" if not files else f"{len(files)} SQLite files"
        shown = [each.relative_to(target).as_posix() for each in files]
        remedy = f"{several(process.workload, shown)}; or leave" if files else "leave"
        raise UsageError(
            f"{process.workload} has no database of the system, and {what} in its folder",
            f"{remedy} --writes: then requests that only read are compared",
        )
    file = files[0]
    for beside in (f"{file}-wal", f"{file}-shm", f"{file}-journal"):
        Path(beside).unlink(missing_ok=True)
    file.unlink()
    _back_up(source / file.relative_to(target), file)
    elsewhere = [n for n, v in process.environment.items() if v.startswith("sqlite:////")]
    here = {n: process.environment[n].replace(str(source), str(target)) for n in elsewhere}
    for name, value in here.items():
        if str(target) not in value:
            raise UsageError(
                f"{name} of {process.workload} names a file that is not in its folder",
                "leave --writes: then requests that only read are compared",
            )
    changed = replace(process, folder=str(target), environment={**process.environment, **here})
    return changed, SqliteNotes(file)


def _shared(process: Process, folder: Path) -> tuple[Process, Notes]:
    """A copy of the monolith's database for a service that runs on it."""
    given = process.environment[ADDRESS]
    source = Path(process.folder, given.removeprefix(SQLITE))
    if not given.startswith(SQLITE) or not source.is_file():
        raise UsageError(
            f"{ADDRESS} of {process.workload} is neither PostgreSQL nor a SQLite file: no other"
            " database can be copied",
            "leave --writes: then requests that only read are compared",
        )
    file = folder / "monolith.sqlite3"
    _back_up(source, file)
    environment = {**process.environment, ADDRESS: f"{SQLITE}{file}"}
    return replace(process, environment=environment), SqliteNotes(file)


def _back_up(source: Path, target: Path) -> None:
    with (
        closing(sqlite3.connect(source, timeout=30)) as old,
        closing(sqlite3.connect(target)) as new,
    ):
        old.backup(new)


def _running(process: Process, folder: Path, notes: Notes) -> Iterator[tuple[str, Notes]]:
    """Start the copy, and end it with everything that it has started."""
    log = folder / "log"
    with log.open("wb") as output:
        running = subprocess.Popen(
            process.argv, cwd=process.folder, env=process.environment, stdin=subprocess.DEVNULL,
            stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    try:
        _wait(process, running, log)
        yield f"http://127.0.0.1:{process.ports['http']}", notes
    finally:
        _end(running)


def _with_files(process: Process, folder: Path) -> Process:
    """With a copy of the monolith's uploads and files, which a service would write to."""
    named = [name for name in (UPLOADS, ROOT) if name in process.environment]
    copies = {
        name: _copied(Path(process.folder, process.environment[name]), folder / name)
        for name in named
    }
    return replace(process, environment={**process.environment, **copies})


def _copied(source: Path, target: Path) -> str:
    if source.is_dir():
        ignored = shutil.ignore_patterns(*LEFT_OUT)
        shutil.copytree(source, target, symlinks=True, ignore=ignored)
    return str(target)


def _is_call(name: str) -> bool:
    return name.startswith("CALL_") and name.endswith("_URL")


def _wait(copy: Process, running: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while not readiness.is_ready(copy):
        if running.poll() is not None or time.monotonic() > deadline:
            last = log.read_text(errors="replace").strip().splitlines()[-5:]
            raise NotReady(f"a copy of {copy.workload} does not start: " + " | ".join(last))
        time.sleep(0.05)


def _end(running: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        running.wait(5)
    with suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGKILL)
    running.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
