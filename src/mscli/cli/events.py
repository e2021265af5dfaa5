"""`mscli events`: events that no service could handle, and a second chance for them."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from mscli import console
from mscli.cli import containers, here
from mscli.errors import MscliError, UsageError

if TYPE_CHECKING:
    from mscli.runtimes.processes.dead_letters import Nats

app = typer.Typer(
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    help="List the events that no service could handle, and publish them again.",
)


@app.command()
def dead(
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    project: here.Project = "",
) -> None:
    """List the dead letters, oldest first: which operation failed, of which saga, and why.

    Example: mscli events dead
    """
    from mscli.runtimes.processes import dead_letters

    letters = dead_letters.dead(_nats(project))
    if json:
        console.out_json([asdict(letter) for letter in letters])
        return
    console.columns(
        ("id", "time", "operation", "saga", "attempts", "reason"),
        [
            (str(e.id), e.time[:19], e.operation, e.saga_id or "-", str(e.attempts), e.reason)
            for e in letters
        ],
    )


@app.command()
def replay(
    number: Annotated[
        int | None,
        typer.Argument(help="The dead letter's id.", metavar="ID", show_default=False, min=1),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All of them.")] = False,
    project: here.Project = "",
) -> None:
    """Publish the event of a dead letter again, after what it failed of has been mended.

    Services that have handled it already drop it.

    Example: mscli events replay 17
    """
    from mscli.runtimes.processes import dead_letters

    if every == (number is not None):
        raise UsageError("name one dead letter by its id, or --all", "see mscli events dead")
    letters = dead_letters.replay(_nats(project), lambda letter: every or letter.id == number)
    if not (letters or every):
        raise MscliError(f"no dead letter {number}", "`mscli events dead` shows their ids")
    for letter in letters:
        console.out(f"{letter.operation} gets {letter.event} again, for {letter.saga_id}")
    console.out(f"{len(letters)} {'event' if len(letters) == 1 else 'events'} published again")


def _nats(project: str) -> Nats:
    """The NATS of the system. Raises RuntimeFailed where it is not up."""
    from mscli.runtimes.processes import dead_letters, operate

    runtime = containers.in_docker("mscli events", project)
    if runtime is not None:
        from mscli.runtimes.docker import leaders

        return leaders.nats_of(runtime.place, containers.meant(runtime, ()))
    place = here.place(project)
    plan = here.plan(place)
    operate.running_supervisor(place)
    return dead_letters.nats_of(place, plan)
