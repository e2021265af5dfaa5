"""`mscli ps`: every process as it is now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from mscli import console
from mscli.cli import containers, here
from mscli.wording import duration, size

if TYPE_CHECKING:
    from mscli.runtimes.processes.status import Row

app = typer.Typer(rich_markup_mode=None, add_completion=False)
BY_A_SIGNAL = -1
"""What supervisord has for every signal, without saying which."""


@app.command()
def ps(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Services or replicas; all without.", autocompletion=here.workloads),
    ] = None,
    every: Annotated[bool, typer.Option("-a", "--all", help="Finished tasks, too.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    project: here.Project = "",
) -> None:
    """Show every process: state, readiness, restarts, port, memory and uptime.

    Exits 0 also when something is down; `mscli wait` is the command that fails.

    Example: mscli ps --json
    """
    from mscli.runtimes.processes.plan import chosen
    from mscli.runtimes.processes.status import rows

    if (runtime := containers.of(project)) is not None:
        containers.ps(runtime, names or [], every=every, json=json)
        return
    place = here.place(project)
    plan = here.plan(place)
    found = rows(place, chosen(plan, names or [], tasks=every))
    if json:
        console.out_json([_document(row) for row in found])
        return
    console.columns(
        ("name", "kind", "state", "ready", "restarts", "ports", "memory", "uptime"),
        [_cells(row) for row in found],
    )


def _cells(row: Row) -> tuple[str, ...]:
    process = row.process
    runs = row.pid > 0
    state = row.state
    if state in ("exited", "failed", "crash loop") and row.exit_code is not None:
        state = f"{state} ({'killed' if row.exit_code == BY_A_SIGNAL else row.exit_code})"
    return (
        process.name,
        process.kind.value,
        state,
        "-" if process.is_task else "yes" if row.ready else "no",
        str(row.restarts),
        ", ".join(str(port) for port in process.ports.values()) or "-",
        size(row.memory) if runs else "-",
        duration(row.uptime) if runs else "-",
    )


def _document(row: Row) -> dict[str, object]:
    process = row.process
    return {
        "name": process.name,
        "workload": process.workload,
        "kind": process.kind.value,
        "state": row.state,
        "ready": row.ready,
        "restarts": row.restarts,
        "pid": row.pid,
        "ports": dict(process.ports),
        "memory": row.memory,
        "uptime": round(row.uptime, 3),
        "exit_code": row.exit_code,
    }
