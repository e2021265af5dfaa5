"""Arguments and options of the commands that change a system's files."""

from __future__ import annotations

from typing import Annotated

import typer

from mscli.cli import completion

DryRun = Annotated[bool, typer.Option("--dry-run", help="Only show what would be written.")]
Json = Annotated[bool, typer.Option("--json", help="Show the changes as one JSON object.")]
Force = Annotated[
    bool, typer.Option("--force", help="Overwrite files that mscli renders and you changed.")
]
Trust = Annotated[
    bool, typer.Option("--trust", help="Let the template run its tasks and Jinja extensions.")
]
ServiceName = Annotated[
    str | None,
    typer.Argument(
        help="A service of the system.", show_default=False, autocompletion=completion.services
    ),
]
