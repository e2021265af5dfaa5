"""`mscli migrate apply`: what it is asked for, and what it shows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from mscli import console
from mscli.cli import changes
from mscli.cli.migrate_planned import as_planned
from mscli.errors import MscliError, UsageError

if TYPE_CHECKING:
    from mscli.migrate.apply.system import Applied
    from mscli.migrate.boundaries.propose import Proposal


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed; `services` is None for every one."""

    source: Path
    into: Path | None
    services: tuple[str, ...] | None
    command: str
    port: int | None
    database: bool


@dataclass(frozen=True, slots=True)
class Made:
    """What was applied, and where."""

    root: Path
    applied: Applied


def apply(
    path: Annotated[Path, typer.Argument(help="The folder that holds the monolith's code.")],
    boundaries: Annotated[
        Path, typer.Option("-b", "--boundaries", help="The file of boundaries.")
    ] = Path("boundaries.yaml"),
    into: Annotated[
        Path | None,
        typer.Option(
            "--into",
            help="The system's folder. Default: PATH's name and -system.",
            show_default=False,
        ),
    ] = None,
    service: Annotated[
        list[str] | None,
        typer.Option("--service", help="Make this service only; repeatable. Default: every one."),
    ] = None,
    monolith_only: Annotated[
        bool, typer.Option("--monolith-only", help="Make no service: only the gateway in front.")
    ] = False,
    command: Annotated[
        str,
        typer.Option(help="A line for a shell, with $HOST and $PORT, that starts it."),
    ] = "",
    port: Annotated[int | None, typer.Option(help="The gateway's public port.")] = None,
    monolith_database: Annotated[
        Literal["postgres", "none"],
        typer.Option(help="Give the monolith a database of the system; else it keeps its own."),
    ] = "none",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would be written.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite files that mscli renders and you changed.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Make a system that runs: the monolith as it is, with every route, and services beside it.

    Code is moved where that is clean; a route that is to be written says why, and stays with the
    monolith, as every route does until you flip it. The original is only read. Run again, the
    command adds what is new in boundaries.yaml and leaves what is yours.

    Example: mscli migrate apply ./shop --service reports
    """
    chosen = () if monolith_only else tuple(service) if service else None
    asked = Asked(path, into, chosen, command, port, monolith_database == "postgres")
    outcome = _applied(_decided(path, boundaries), asked, force=force, dry_run=dry_run)
    _shown(outcome, json=json, dry_run=dry_run)


def _decided(path: Path, boundaries: Path) -> Proposal:
    """The boundaries as a person has them; there is nothing to apply without."""
    if not path.is_dir():
        raise UsageError(f"{path} is no folder", "give the folder that holds the application")
    if not boundaries.is_file():
        raise MscliError(f"there is no {boundaries}", _missing(path, boundaries))
    return as_planned(path, boundaries, hints=True)


def _missing(path: Path, boundaries: Path) -> str:
    """What to do where the file is not there: in a system's own folder there is a copy of it."""
    if (boundaries.parent / "migration" / boundaries.name).is_file():
        return f"this is a system's own folder: run it where {boundaries.name} is, as before"
    return f"make it first: mscli migrate plan {path}"


def _applied(proposal: Proposal, asked: Asked, *, force: bool, dry_run: bool) -> Made:
    """Make the system. Raises UsageError where its folder cannot be one."""
    from mscli.migrate.apply.system import Wanted, apply
    from mscli.systemfile.checks.names import tidy

    folder = asked.source.resolve()
    name = tidy(folder.name) or "monolith"
    root = (asked.into or Path(f"{name}-system")).absolute()
    if root.resolve() == folder:
        raise UsageError(
            f"{root} holds the monolith itself", "choose another folder: --into shop-system"
        )
    if folder in root.resolve().parents:
        raise UsageError(
            f"{root} is inside of the monolith's folder, and would be read as the monolith's code",
            "choose a folder beside it: --into ../shop-system",
        )
    if not (root / "mscli.yaml").exists() and tidy(root.name) != root.name:
        raise UsageError(
            f"--into: the system would be called '{root.name}', which is no name",
            f"choose another folder: --into {tidy(root.name) or 'shop-system'}",
        )
    wanted = Wanted(
        asked.source, root, root.name, asked.command, asked.port, asked.services, asked.database
    )
    return Made(root, apply(proposal, wanted, force=force, dry_run=dry_run))


def _shown(made: Made, *, json: bool, dry_run: bool) -> None:
    """The changes and the report on stdout; warnings, and what comes next, on stderr."""
    from mscli.migrate.apply.report import as_document, summary

    outcome, report = made.applied.outcome, made.applied.report
    if json:
        listed = [{"path": change.path, "verb": change.verb} for change in outcome.changes]
        console.out_json(
            {
                "dry_run": dry_run,
                "system": str(made.root),
                "report": as_document(report),
                "changes": listed,
                "warnings": list(outcome.warnings),
                "conflicts": list(outcome.conflicts),
            }
        )
        return
    if dry_run:
        changes.show(outcome, made.root.name, dry_run=True, json=False)
    else:
        for warning in outcome.warnings:
            console.warn(warning)
    console.out(summary(report))
    if not dry_run:
        verb = "written" if outcome.changes else "up to date"
        console.say(f"{verb}: {made.root} ({len(outcome.changes)} files)")
        console.say(f"next: cd {made.root} && mscli up -d; plan.md says what comes then")
