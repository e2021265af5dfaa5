"""`mscli start`, `stop`, `restart`, `scale` and `wait`: working on a system that is up."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Annotated

import typer

from mscli import console
from mscli.cli import completion, containers, here
from mscli.cli.failures import raise_for

if TYPE_CHECKING:
    from mscli.runtimes.processes.place import Place

app = typer.Typer(rich_markup_mode=None, add_completion=False)

Names = Annotated[
    list[str] | None,
    typer.Argument(
        help="Services or replicas; all without.",
        autocompletion=here.workloads,
        show_default=False,
    ),
]


@app.command()
def stop(names: Names = None, project: here.Project = "") -> None:
    """Stop services or single replicas, and leave the rest running.

    What is stopped stays so until `start`, `restart` or `up`. Its callers see a held-down service.

    Example: mscli stop payments
    """
    from mscli.runtimes.processes import operate

    if (runtime := containers.of(project)) is not None:
        containers.stop(runtime, names or [])
        return
    place = here.place(project)
    with console.Progress("stopping") as progress:
        operate.stop(place, here.processes(place, names or []), progress)


@app.command()
def start(names: Names = None, project: here.Project = "") -> None:
    """Start services that were stopped, and wait until they are ready.

    Example: mscli start payments
    """
    _start(names or [], project, restart=False)


@app.command()
def restart(names: Names = None, project: here.Project = "") -> None:
    """Stop and start services, and wait until they are ready.

    A changed mscli.yaml is not read; `mscli up -d` does that.

    Example: mscli restart orders
    """
    _start(names or [], project, restart=True)


def _start(names: list[str], project: str, *, restart: bool) -> None:
    from mscli.runtimes.processes import operate

    if (runtime := containers.of(project)) is not None:
        containers.start(runtime, names, restart=restart)
        return
    place = here.place(project)
    plan = here.plan(place)
    with console.Progress("starting") as progress:
        failures = operate.start(
            place, plan, here.processes(place, names), progress, restart=restart
        )
    raise_for(failures)


@app.command()
def scale(
    replicas: Annotated[
        list[str],
        typer.Argument(
            help="How many of each.",
            metavar="SERVICE=N...",
            show_default=False,
            autocompletion=completion.scaled,
        ),
    ],
    project: here.Project = "",
) -> None:
    """Change how many replicas of a service run. Nobody else is restarted.

    A new replica gets requests when it is ready; one that goes gets none any more when it stops.
    The number is remembered until it is changed again, or mscli.yaml's is asked for by name.

    Example: mscli scale payments=3 orders=2
    """
    from mscli.assemble.services import scalable
    from mscli.cli.up import bring_up, replicas_of
    from mscli.runtimes.processes.operate import running_supervisor
    from mscli.runtimes.processes.up import Wish

    system = here.system()
    wanted = dict(replicas_of(pair, scalable(system)) for pair in replicas)
    shown = ", ".join(f"{name}={count}" for name, count in wanted.items())
    if (runtime := containers.of(project)) is not None:
        from mscli.cli.up_in_containers import scale as scale_containers

        scale_containers(runtime, system, wanted)
        console.out(shown)
        return
    place = here.place(project)
    here.plan(place)
    running_supervisor(place)
    bring_up(
        system,
        place,
        Wish(replicas=wanted, isolated=place.is_copy, without=_stopped(place, wanted)),
        only_changes=True,
    )
    console.out(shown)


def _stopped(place: Place, wanted: Collection[str]) -> tuple[str, ...]:
    """Replicas that are stopped on purpose, which scaling another service must not start."""
    from mscli.runtimes.processes.status import rows

    found = rows(place, here.plan(place).processes)
    return tuple(
        row.process.name
        for row in found
        if row.state == "stopped" and row.process.workload not in wanted
    )


@app.command()
def wait(
    names: Names = None,
    timeout: Annotated[float, typer.Option("-t", "--timeout", help="Seconds to wait.")] = 60.0,
    project: here.Project = "",
) -> None:
    """Wait until services are ready. Exits 6 when they are not in time, or nothing is up.

    Example: mscli wait orders --timeout 30
    """
    from mscli.errors import NotReady
    from mscli.runtimes.processes.operate import wait_until_ready
    from mscli.runtimes.processes.status import is_up

    if (runtime := containers.of(project)) is not None:
        containers.wait(runtime, names or [], timeout)
        return
    place = here.place(project)
    meant = here.processes(place, names or [])
    if not is_up(place) and not place.is_changing:
        raise NotReady("the system is not up", "`mscli up -d` brings it up")
    late = wait_until_ready(meant, timeout)
    if late:
        names = [process.name for process in late]
        raise NotReady(
            f"not ready after {timeout:g} s: " + ", ".join(names), f"mscli logs {names[0]}"
        )
    console.out("ready")
