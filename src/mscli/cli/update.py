"""`mscli update`: generated code brought up to this version of mscli."""

from __future__ import annotations

from typing import Annotated

import typer

from mscli import console
from mscli.cli import changes, completion
from mscli.cli.change_options import DryRun, Json, Trust

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def update(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            help="Services; all without.", show_default=False, autocompletion=completion.services
        ),
    ] = None,
    trust: Trust = False,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite files that mscli renders and you changed.")
    ] = False,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Bring generated code up to this version of mscli, merging your changes.

    Rendered files are written anew, `wiring/` is merged with what you changed in it; there a
    conflict leaves markers in the file, as git does, and exits 1. What is yours is touched only
    where mscli.yaml says something else of the service, such as a database, and it merges.

    Example: mscli update --dry-run
    """
    from mscli.scaffold.updates import update as run

    root = changes.root()
    outcome = run(root, names or (), trust=trust, force=force, dry_run=dry_run)
    if not (outcome.changes or outcome.conflicts or json):
        console.say("up to date; nothing changed")
    changes.show(outcome, root.name, dry_run=dry_run, json=json)
