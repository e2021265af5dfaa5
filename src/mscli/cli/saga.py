"""`mscli saga`: which sagas ran, where each stands, and a push for one that is stuck."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from mscli import console
from mscli.cli import containers, here
from mscli.errors import MscliError

if TYPE_CHECKING:
    from collections.abc import Callable

    from mscli.runtimes.processes.every_saga import Leaders
    from mscli.runtimes.processes.sagas import SagaRow, StepRow

app = typer.Typer(
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    help="See sagas run, and retry what is stuck.",
)

EVERY = 1.0
"""Seconds between two looks of --watch."""
HEADINGS = ("id", "state", "started", "took", "reason")


def ids(incomplete: str) -> list[str]:
    """What the shell completes: the newest sagas of the system here, while it is up."""
    from mscli.runtimes.processes import every_saga

    try:
        found = every_saga.newest(_leaders(""), failed=False, limit=50)
    except (MscliError, OSError):
        return []
    return [row.saga_id for row in found if row.saga_id.startswith(incomplete)]


SagaId = Annotated[
    str, typer.Argument(help="The saga's id.", show_default=False, autocompletion=ids)
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


Watch = Annotated[bool, typer.Option("--watch", help="Follow changes until Ctrl-C.")]


@app.command()
def ls(
    failed: Annotated[
        bool, typer.Option("--failed", help="Only those that are stuck or have failed.")
    ] = False,
    limit: Annotated[int, typer.Option("-n", "--limit", min=1, help="At most this many.")] = 50,
    watch: Watch = False,
    json: Json = False,
    project: here.Project = "",
) -> None:
    """List sagas, newest first: id, state, how long it took, why it was undone.

    With --watch --json, one line of JSON for every saga that is new or has changed.

    Example: mscli saga ls --failed
    """
    from mscli.runtimes.processes import every_saga

    leaders = _leaders(project)

    def rows() -> list[SagaRow]:
        return every_saga.newest(leaders, failed=failed, limit=limit)

    if watch:
        _watch(rows, json=json)
    elif json:
        console.out_json([_document(row) for row in rows()])
    else:
        console.columns(HEADINGS, map(_saga_cells, rows()))


@app.command()
def show(
    saga_id: SagaId,
    history: Annotated[
        bool,
        typer.Option("--history", help="Print its history on one line, for tests/histories.jsonl."),
    ] = False,
    json: Json = False,
    project: here.Project = "",
) -> None:
    """Show one saga: every step and compensation with its time, attempts and error.

    Example: mscli saga show place-order-7f3a
    """
    from mscli.runtimes.processes import every_saga

    leaders = _leaders(project)
    if history:
        console.out_line(every_saga.history(leaders, saga_id))
        return
    row, steps = every_saga.one(leaders, saga_id)
    if json:
        console.out_json(_document(row) | {"steps": [asdict(step) for step in steps]})
        return
    console.out(f"{row.saga_id}  {row.state}  {row.reason}".rstrip())
    console.columns(
        ("step", "kind", "state", "started", "took", "attempts", "error"),
        [_cells(step) for step in steps],
    )


@app.command()
def retry(saga_id: SagaId, project: here.Project = "") -> None:
    """Let a stuck saga try again now, after what it stood at has been mended.

    Example: mscli saga retry place-order-7f3a
    """
    from mscli.runtimes.processes import every_saga

    step = every_saga.retry(_leaders(project), saga_id)
    console.out(f"{saga_id} tries {step} again")


def _leaders(project: str) -> Leaders:
    """Who leads the sagas of the system. Raises RuntimeFailed where that is not up."""
    from mscli.runtimes.processes import operate
    from mscli.runtimes.processes.every_saga import are_led_here, leaders_of

    runtime = containers.in_docker("mscli saga", project)
    if runtime is not None:
        from mscli.runtimes.docker import leaders

        return leaders.leaders_of(runtime.place, containers.meant(runtime, ()))
    place = here.place(project)
    plan = here.plan(place)
    if are_led_here(plan):
        operate.running_supervisor(place)
    return leaders_of(place, plan)


def _watch(rows: Callable[[], list[SagaRow]], *, json: bool) -> None:
    seen: set[SagaRow] = set()
    with console.LiveColumns(HEADINGS) as table:
        while True:
            found = rows()
            if json:
                for row in reversed(found):  # oldest first, as they came
                    if row not in seen:
                        console.out_line(_document(row))
                seen = set(found)
            else:
                table.show([_saga_cells(row) for row in found])
            time.sleep(EVERY)


def _saga_cells(row: SagaRow) -> tuple[str, ...]:
    return row.saga_id, row.state, row.started[:19], _took(row), row.reason or "-"


def _took(row: SagaRow | StepRow) -> str:
    return "-" if row.seconds is None else f"{row.seconds:.2f}s"


def _cells(step: StepRow) -> tuple[str, ...]:
    kind = "compensation" if step.compensation else "action"
    time = step.started[11:23]
    return step.step, kind, step.state, time, _took(step), str(step.attempts), step.error or "-"


def _document(row: SagaRow) -> dict[str, object]:
    return asdict(row) | {"seconds": row.seconds}
