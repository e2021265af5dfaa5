"""`mscli migrate`: from a monolith to microservices. So far: `scan`, the facts with evidence."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mscli import console

app = typer.Typer(
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    help="Analyse a Python monolith: routes, tables, who writes what, transactions.",
)


@app.callback()
def migrate() -> None:
    """Keeps `scan` a command of its own while it is the only one."""


@app.command()
def scan(
    path: Annotated[Path, typer.Argument(help="The folder that holds the monolith's code.")],
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Write the JSON into a file.", show_default=False),
    ] = None,
    whole: Annotated[
        bool, typer.Option("--whole", help="List everything, not the first of each kind.")
    ] = False,
) -> None:
    """Read a Django, Flask or FastAPI application and say what is in it, with file and line.

    Nothing of the application is imported or run. What cannot be followed is listed.

    Example: mscli migrate scan ./shop -o facts.json
    """
    from mscli.migrate.facts import as_json
    from mscli.migrate.report import report
    from mscli.migrate.scan import scan as scan_folder

    facts = scan_folder(path)
    document = as_json(facts)
    if output is not None:
        _write(output, document)
    if json:
        console.out_json(document)
    else:
        console.out(report(facts, whole=whole))
    for warning in facts.warnings:
        console.warn(warning)
    if output is not None:
        console.say(f"written: {output}")


def _write(path: Path, document: object) -> None:
    """Write beside its place and rename, so that a reader never sees half a file."""
    import json
    import os

    from mscli.errors import MscliError

    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise MscliError(f"{path}: {error.strerror}", "choose another place for -o") from error
