"""`mscli db`: a service's own database."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from mscli import console
from mscli.cli import completion, containers, here
from mscli.cli.failures import raise_for
from mscli.cli.migrations import no_migration, renewed
from mscli.errors import UsageError

if TYPE_CHECKING:
    from mscli.model.process import Plan, Process

app = typer.Typer(
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    help="Open, migrate or reset a service's database.",
)

Service = Annotated[
    str, typer.Argument(help="A service with a database.", autocompletion=completion.with_database)
]


@app.command(short_help="Open psql on a service's database.")
def shell(
    service: Service,
    command: Annotated[
        str, typer.Option("-c", "--command", help="Run this SQL instead of a prompt.")
    ] = "",
    project: here.Project = "",
) -> None:
    """Open psql on a service's database, as the service's own role.

    Example: mscli db shell orders -c "select 1"
    """
    from mscli.runtimes.processes import database, operate

    if (runtime := containers.of(project)) is not None:
        from mscli.cli import db_in_containers

        db_in_containers.shell(runtime, service, command)
    place = here.place(project)
    owner = _owner(here.plan(place), service)
    operate.running_supervisor(place)
    arguments = ["-c", command] if command else []
    raise typer.Exit(database.shell(owner, arguments, dict(os.environ)))


@app.command()
def migrate(service: Service, project: here.Project = "") -> None:
    """Run a service's migrations again.

    Example: mscli db migrate orders
    """
    from mscli.runtimes.processes import operate

    if (runtime := containers.of(project)) is not None:
        from mscli.cli import db_in_containers

        db_in_containers.migrate(runtime, service)
        return
    place = here.place(project)
    plan = here.plan(place)
    if (task := _migration(plan, service)) is None:
        raise no_migration(service)
    with console.Progress("migrating") as progress:
        failures = operate.run_task(place, plan, task, progress)
    raise_for(failures)


@app.command(short_help="Make a service's database anew, empty.")
def reset(
    service: Service,
    yes: Annotated[bool, typer.Option("-y", "--yes", help="Do not ask.")] = False,
    project: here.Project = "",
) -> None:
    """Drop a service's database with all its data, make it again and migrate it.

    The service is stopped meanwhile.

    Example: mscli db reset orders --yes
    """
    from mscli.runtimes.processes import database

    if (runtime := containers.of(project)) is not None:
        if not yes and not console.confirm(f"Remove all data of {service}?"):
            raise UsageError("nothing was removed")
        from mscli.cli import db_in_containers

        db_in_containers.reset(runtime, service)
        return
    place = here.place(project)
    plan = here.plan(place)
    owner = _owner(plan, service)
    task = _migration(plan, service)
    if not yes and not console.confirm(f"Remove all data of {service}?"):
        raise UsageError("nothing was removed")
    with console.Progress("resetting") as progress:
        failures = database.reset(place, plan, owner, task, progress)
    raise_for(failures)
    console.out(renewed(service, migrated=task is not None))


def _owner(plan: Plan, service: str) -> Process:
    """A replica of a service that has a database."""
    from mscli.runtimes.processes.plan import chosen

    process = chosen(plan, [service])[0]
    if "DATABASE_URL_FILE" not in process.environment:
        raise UsageError(
            f"{service} has no database", f"services.{service}.database: postgres gives it one"
        )
    return process


def _migration(plan: Plan, service: str) -> Process | None:
    from mscli.assemble.services import migration

    _owner(plan, service)
    tasks = plan.replicas(migration(service))
    return tasks[0] if tasks else None
