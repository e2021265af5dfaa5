"""`mscli exec`: a command in a service's folder, with its environment."""

from __future__ import annotations

from typing import Annotated

import typer

from mscli.cli import containers, here
from mscli.errors import UsageError

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(name="exec", context_settings={"allow_interspersed_args": False})
def execute(
    service: Annotated[
        str, typer.Argument(help="A service or replica.", autocompletion=here.workloads)
    ],
    command: Annotated[list[str], typer.Argument(help="The command and its arguments.")],
    project: here.Project = "",
) -> None:
    """Run a command in a service's folder, with the environment that the service has.

    Its exit code becomes mscli's. The service need not run, but the system has been up once. What
    follows the service is the command's, options too.

    Example: mscli exec orders python -c "print('hello')"
    """
    from mscli.runtimes.processes import operate

    if command[0] == "--":
        command = command[1:]
    if not command:
        raise UsageError("no command is given", f"mscli exec {service} env, for one")
    if (runtime := containers.of(project)) is not None:
        containers.execute(runtime, service, command)
    process = here.processes(here.place(project), [service])[0]
    raise typer.Exit(operate.execute(process, command))
