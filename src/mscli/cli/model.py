"""`mscli check`, `config` and `schema`: the model itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mscli import console
from mscli.cli import here
from mscli.wording import counted

if TYPE_CHECKING:
    from mscli.model.system import System

app = typer.Typer(rich_markup_mode=None, add_completion=False)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
File = Annotated[
    Path | None, typer.Option("-f", "--file", help="A system file elsewhere.", show_default=False)
]


@app.command()
def check(file: File = None, json: Json = False) -> None:
    """Check mscli.yaml and say what is wrong: file, line, place and remedy of every fault.

    Folders of code and of templates that it names have to be there.
    Exits 0 when the file is sound (warnings may be shown), else 3.

    Example: mscli check --json
    """
    from mscli import systemfile
    from mscli.errors import SystemFileError
    from mscli.scaffold.answers import behind
    from mscli.systemfile.reading import EVERY_FIELD

    whole = file or here.root() / here.FILE_NAME
    system, findings = systemfile.inspect_whole(whole)
    if json:
        console.out_json([finding._asdict() for finding in findings])
    elif system is None:
        raise SystemFileError(findings, EVERY_FIELD)
    else:
        for sentence in [*map(str, findings), *behind(whole.parent, system)]:
            console.warn(sentence)
        console.out(f"{system.name}: sound ({_contents(system)})")
    if system is None:
        raise typer.Exit(SystemFileError.exit_code)


def _contents(system: System) -> str:
    parts = [counted(len(system.services), "service"), counted(len(system.routes), "route")]
    if system.sagas:
        parts.append(counted(len(system.sagas), "saga"))
    return ", ".join(parts)


@app.command()
def config(file: File = None, json: Json = False) -> None:
    """Print the model with every short form and default spelt out.

    Example: mscli config
    """
    from mscli import systemfile

    system = systemfile.read(file or here.root() / here.FILE_NAME).system
    if json:
        console.out_json(systemfile.as_json(system))
    else:
        console.out(systemfile.spelt_out(system).rstrip("\n"))


@app.command()
def graph(file: File = None) -> None:
    """Draw the system as a Mermaid flowchart: routes, calls, databases and the steps of sagas.

    GitHub and many wikis draw such a text in a block of code that is marked as mermaid.

    Example: mscli graph > system.mmd
    """
    from mscli import systemfile
    from mscli.systemfile.chart import chart

    system = systemfile.read(file or here.root() / here.FILE_NAME).system
    console.out(chart(system).rstrip("\n"))


@app.command()
def schema() -> None:
    """Print the JSON Schema of mscli.yaml, for editors and for other tools.

    Example: mscli schema > schema.json
    """
    from mscli import systemfile

    console.out_json(systemfile.schema())
