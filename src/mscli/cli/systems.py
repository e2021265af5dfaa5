"""`mscli ls`: every system that is up on this machine, wherever its folder is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from mscli import console
from mscli.errors import MissingProgram, RuntimeFailed

if TYPE_CHECKING:
    from mscli.model.copies import Up

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(name="ls")
def systems(
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the systems of yours that are up on this machine, and the folders they belong to.

    Copies by `up --isolated` are among them: in its folder, `mscli down -p SYSTEM` takes one down.
    A cluster is not asked.

    Example: mscli ls
    """
    from mscli.runtimes.choice import PROCESSES
    from mscli.runtimes.processes.systems import systems_up

    found = [*((PROCESSES, up) for up in systems_up()), *(("docker", up) for up in _in_docker())]
    if json:
        console.out_json([{"runtime": runtime, **up._asdict()} for runtime, up in found])
        return
    rows = [(up.system_id, runtime, str(up.running), up.folder or "-") for runtime, up in found]
    console.columns(("system", "runtime", "running", "folder"), sorted(rows))


def _in_docker() -> list[Up]:
    """Those in Docker; without an engine there are none."""
    from mscli.runtimes.docker.containers import systems_up

    try:
        return systems_up()
    except (MissingProgram, RuntimeFailed):
        return []
