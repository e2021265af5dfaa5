"""`mscli db` where a service's database is a server in a container of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from mscli import console
from mscli.assemble.services import migration
from mscli.cli.containers import meant, raise_for
from mscli.cli.migrations import no_migration, renewed
from mscli.engines import postgres
from mscli.errors import RuntimeFailed, UsageError

if TYPE_CHECKING:
    from mscli.runtimes.runtime import Replica, Runtime


def shell(runtime: Runtime, service: str, command: str) -> None:
    """Psql in the server's container, as the service's own role."""
    role = service.replace("-", "_")
    arguments = ["--command", command] if command else []
    psql = ["psql", "--username", role, "--dbname", role, *arguments]
    raise typer.Exit(runtime.execute(_server(runtime, service), psql))


def migrate(runtime: Runtime, service: str) -> None:
    """Run a service's migrations again."""
    _server(runtime, service)
    if not (task := _task(runtime, migration(service))):
        raise no_migration(service)
    with console.Progress("migrating") as progress:
        failures = runtime.start(task, progress, restart=False)
    raise_for(failures)


def reset(runtime: Runtime, service: str) -> None:
    """Drop a service's database, make it again and migrate it, the service stopped meanwhile."""
    server, role = _server(runtime, service), service.replace("-", "_")
    statements = (
        f'DROP DATABASE IF EXISTS "{role}" WITH (FORCE)',
        f'CREATE DATABASE "{role}" OWNER "{role}"',
        f'REVOKE CONNECT, TEMPORARY ON DATABASE "{role}" FROM PUBLIC',
    )
    words = [word for statement in statements for word in ("--command", statement)]
    psql = ["psql", "--quiet", "--username", "postgres", "--set", "ON_ERROR_STOP=1", *words]
    replicas = meant(runtime, [service])
    guests, task = (
        _task(runtime, name) for name in (postgres.guests_of(service), migration(service))
    )
    with console.Progress("resetting") as progress:
        runtime.stop(replicas, progress)
        if code := runtime.execute(server, psql):
            raise RuntimeFailed(f"psql ended with code {code}", f"mscli logs {server.workload}")
        for each in (guests, task, replicas):
            raise_for(runtime.start(each, progress, restart=False) if each else [])
    console.out(renewed(service, migrated=bool(task)))


def _server(runtime: Runtime, service: str) -> Replica:
    found = meant(runtime, (), tasks=True)
    if not any(each.workload == service and each.kind == "service" for each in found):
        known = ", ".join(dict.fromkeys(each.workload for each in found if each.kind == "service"))
        raise UsageError(f"no service '{service}'", f"there is: {known}")
    for each in found:
        if each.workload == postgres.own_server_of(service):
            return each
    raise UsageError(
        f"{service} has no database", f"services.{service}.database: postgres gives it one"
    )


def _task(runtime: Runtime, name: str) -> list[Replica]:
    """A task that ends; nothing where there is none of the name."""
    there = meant(runtime, (), tasks=True)
    return [each for each in there if each.workload == name]
