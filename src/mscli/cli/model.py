"""`mscli check`, `config`, `schema` and `render`: the model itself, and what is made of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mscli import console
from mscli.cli import here

app = typer.Typer(rich_markup_mode=None, add_completion=False)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
File = Annotated[
    Path | None, typer.Option("-f", "--file", help="A system file elsewhere.", show_default=False)
]


@app.command()
def check(file: File = None, json: Json = False) -> None:
    """Check mscli.yaml and say what is wrong: file, line, place and remedy of every fault.

    Exits 0 when the file is sound (warnings may be shown), else 3.

    Example: mscli check --json
    """
    from dataclasses import asdict

    from mscli import systemfile
    from mscli.errors import SystemFileError

    system, findings = systemfile.inspect(file or here.root() / here.FILE_NAME)
    if json:
        console.out_json([asdict(finding) for finding in findings])
    elif system is None:
        raise SystemFileError(findings, "docs/system-file.md describes every field")
    else:
        for finding in findings:
            console.warn(str(finding))
        counts = f"{len(system.services)} services, {len(system.routes)} routes"
        console.out(f"{system.name}: sound ({counts})")
    if system is None:
        raise typer.Exit(SystemFileError.exit_code)


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
def schema() -> None:
    """Print the JSON Schema of mscli.yaml, for editors and for other tools.

    Example: mscli schema > schema.json
    """
    from mscli import systemfile

    console.out_json(systemfile.schema())


@app.command()
def render(
    target: Annotated[str, typer.Argument(help="What to render for: processes.")] = "processes",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would be written.")
    ] = False,
    project: here.Project = "",
) -> None:
    """Write the files that the runtime runs, without running them.

    `mscli up` runs exactly these; processes/*/NAME.sh can be run by hand.

    Example: mscli render processes --dry-run
    """
    from mscli.errors import UsageError
    from mscli.render import TARGETS, stack_for
    from mscli.runtimes.processes import bindings as binding
    from mscli.runtimes.processes.rendering import files_of, write

    if target not in TARGETS:
        raise UsageError(f"no target '{target}' in this version", "there is: " + ", ".join(TARGETS))
    system = here.system()
    place = here.place_for(system, project)
    stack = stack_for(system, target)
    bindings = binding.choose(stack, place, {}, isolated=place.is_copy)
    files = files_of(place, stack, bindings)
    if dry_run:
        console.tree(str(place.state), [(file.path, "write") for file in files])
        return
    with place.locked():
        write(place, files)
        binding.remember(place, bindings)
    for file in files:
        console.out(str(place.file(file.path).relative_to(place.root)))
