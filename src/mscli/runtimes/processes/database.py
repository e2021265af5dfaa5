"""A service's database on the shared PostgreSQL server: psql on it, and making it anew."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mscli.engines import postgres
from mscli.errors import MissingProgram, RuntimeFailed
from mscli.model.process import Plan, Process
from mscli.runtimes.processes import operate, programs
from mscli.runtimes.processes.bring_up import Failure, Report
from mscli.runtimes.processes.place import Place

EXCERPT = 2000


def shell(owner: Process, arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run psql on a service's database, on this terminal; its exit code."""
    url = urlsplit(_url(owner))
    settings = {**environment, "PGPASSWORD": url.password or ""}
    command = [program("psql"), _without_password(_url(owner)), *arguments]
    return operate.on_this_terminal(command, settings)


def select(owner: Process, query: str) -> list[Any]:
    """The rows of a SELECT on a service's database, each as a JSON object. Raises RuntimeFailed."""
    address = _url(owner)
    rows = f"SELECT coalesce(json_agg(q), '[]') FROM ({query}) q"  # noqa: S608
    command = [program("psql"), "--no-psqlrc", "--quiet", "-At", _without_password(address)]
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "PGPASSWORD": urlsplit(address).password or "",
        "PGCONNECT_TIMEOUT": "10",
    }
    done = subprocess.run(
        [*command, "-c", rows], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise RuntimeFailed(
            f"the database of {owner.workload} does not answer: {done.stderr.strip()[-EXCERPT:]}",
            "is the system up? mscli ps",
        )
    found: list[Any] = json.loads(done.stdout)
    return found


def quoted(text: str) -> str:
    """A text as SQL has it."""
    return "'" + text.replace("\0", "").replace("'", "''") + "'"


def reset(
    place: Place, plan: Plan, owner: Process, migration: Process, report: Report
) -> list[Failure]:
    """Drop a service's database and make it again, the service stopped meanwhile.

    Raises RuntimeFailed when the server does not run or refuses.
    """
    replicas = plan.replicas(owner.workload)
    operate.stop(place, replicas, report)
    _drop(place, owner)
    for task in (*plan.replicas(postgres.ROLES), migration):
        failures = operate.run_task(place, plan, task, report)
        if failures:
            return failures
    return operate.start(place, plan, replicas, report)


def _drop(place: Place, owner: Process) -> None:
    url = urlsplit(_url(owner))
    password = place.file("secrets", postgres.ADMINISTRATOR).read_text().strip()
    command = [
        *(program("dropdb"), "--force", "--if-exists", "--host", url.hostname or ""),
        *("--port", str(url.port), "--username", "postgres", url.path.lstrip("/")),
    ]
    environment = {"PATH": os.environ.get("PATH", ""), "PGPASSWORD": password}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeFailed(
            f"dropdb ended with code {done.returncode}: {done.stderr.strip()[-EXCERPT:]}",
            "is the system up? mscli ps",
        )


def _url(owner: Process) -> str:
    path = Path(owner.environment["DATABASE_URL_FILE"])
    try:
        return path.read_text().strip()
    except OSError as error:
        raise RuntimeFailed("the system has not been up yet", "`mscli up -d`") from error


def _without_password(url: str) -> str:
    """The same URL for a command line, which every user of the machine may read."""
    parts = urlsplit(url)
    return parts._replace(netloc=f"{parts.username}@{parts.hostname}:{parts.port}").geturl()


def program(name: str) -> str:
    """The path of one of PostgreSQL's own programs. Raises MissingProgram."""
    path = programs.find("postgres").with_name(name)
    if not path.is_file():
        raise MissingProgram(f"{name} is not beside {path.parent}/postgres", programs.INSTALL)
    return str(path)
