"""A service's database on the shared PostgreSQL server: psql on it, and making it anew."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from mscli.engines import postgres
from mscli.errors import RuntimeFailed
from mscli.model.process import Plan, Process
from mscli.runtimes.processes import operate, psql
from mscli.runtimes.processes.bring_up import Failure, Report
from mscli.runtimes.processes.place import Place

EXCERPT = 2000


def shell(owner: Process, arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run psql on a service's database, on this terminal; its exit code."""
    url = urlsplit(psql.url_of(owner))
    settings = {**environment, "PGPASSWORD": url.password or ""}
    command = [psql.program("psql"), psql.without_password(psql.url_of(owner)), *arguments]
    return operate.on_this_terminal(command, settings)


def reset(
    place: Place, plan: Plan, owner: Process, migration: Process | None, report: Report
) -> list[Failure]:
    """Drop a service's database and make it again, the service stopped meanwhile.

    Raises RuntimeFailed when the server does not run or refuses.
    """
    replicas = plan.replicas(owner.workload)
    operate.stop(place, replicas, report)
    _drop(place, owner)
    for task in (*plan.replicas(postgres.ROLES), *([migration] if migration else ())):
        failures = operate.run_task(place, plan, task, report)
        if failures:
            return failures
    return operate.start(place, plan, replicas, report)


def _drop(place: Place, owner: Process) -> None:
    url = urlsplit(psql.url_of(owner))
    password = place.file("secrets", postgres.ADMINISTRATOR).read_text().strip()
    command = [
        *(psql.program("dropdb"), "--force", "--if-exists", "--host", url.hostname or ""),
        *("--port", str(url.port), "--username", "postgres", url.path.lstrip("/")),
    ]
    environment = {"PATH": os.environ.get("PATH", ""), "PGPASSWORD": password}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeFailed(
            f"dropdb ended with code {done.returncode}: {done.stderr.strip()[-EXCERPT:]}",
            "is the system up? mscli ps",
        )
