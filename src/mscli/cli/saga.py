"""`mscli saga`: which sagas ran, where each stands, and a push for one that is stuck."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from mscli import console
from mscli.cli import here

if TYPE_CHECKING:
    from mscli.runtimes.processes.sagas import Ask, SagaRow, StepRow

app = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    help="See sagas run, and retry what is stuck.",
)

SagaId = Annotated[str, typer.Argument(help="The saga's id.", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def ls(
    failed: Annotated[
        bool, typer.Option("--failed", help="Only those that are stuck or have failed.")
    ] = False,
    limit: Annotated[int, typer.Option("-n", "--limit", min=1, help="At most this many.")] = 50,
    json: Json = False,
    project: here.Project = "",
) -> None:
    """List sagas, newest first: id, state, how long it took, why it was undone.

    Example: mscli saga ls --failed
    """
    from mscli.runtimes.processes import sagas

    rows = sagas.sagas(_ask(project), failed=failed, limit=limit)
    if json:
        console.out_json([_document(row) for row in rows])
        return
    console.columns(
        ("id", "state", "started", "took", "reason"),
        [(row.saga_id, row.state, row.started[:19], _took(row), row.reason or "-") for row in rows],
    )


@app.command()
def show(saga_id: SagaId, json: Json = False, project: here.Project = "") -> None:
    """Show one saga: every step and compensation with its time, attempts and error.

    Example: mscli saga show place-order-7f3a
    """
    from mscli.runtimes.processes import sagas

    row, steps = sagas.saga(_ask(project), saga_id)
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
    from mscli.runtimes.processes import sagas

    step = sagas.retry(_ask(project), saga_id)
    console.out(f"{saga_id} tries {step} again")


def _ask(project: str) -> Ask:
    from mscli.runtimes.processes import operate, sagas

    place = here.place(project)
    plan = here.plan(place)
    operate.running_supervisor(place)
    return sagas.http_of(plan)


def _took(row: SagaRow | StepRow) -> str:
    return "-" if row.seconds is None else f"{row.seconds:.2f}s"


def _cells(step: StepRow) -> tuple[str, ...]:
    kind = "compensation" if step.compensation else "action"
    time = step.started[11:23]
    return step.step, kind, step.state, time, _took(step), str(step.attempts), step.error or "-"


def _document(row: SagaRow) -> dict[str, object]:
    return asdict(row) | {"seconds": row.seconds}
