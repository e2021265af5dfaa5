"""`mscli doctor`: what this machine has and lacks."""

from __future__ import annotations

from typing import Annotated

import typer

from mscli import console

app = typer.Typer(rich_markup_mode=None, add_completion=False)
SIGNS = {"ok": "✔", "warning": "!", "missing": "✘"}


@app.command()
def doctor(
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check what this machine has and lacks, with a remedy for each lack.

    Every engine with its version and where it comes from. Exits 4 if something needed is missing.

    Example: mscli doctor --json
    """
    from dataclasses import asdict

    from mscli.errors import MissingProgram
    from mscli.runtimes.docker import doctor as docker
    from mscli.runtimes.processes import doctor as processes

    found = [*processes.checks(), *docker.checks()]
    if json:
        console.out_json([asdict(check) for check in found])
    else:
        for check in found:
            console.out(f"{SIGNS[check.state]} {check.name:<12} {check.finding}")
            if check.remedy:
                console.out(f"    {check.remedy}")
    if any(check.state == "missing" for check in found):
        raise typer.Exit(MissingProgram.exit_code)
