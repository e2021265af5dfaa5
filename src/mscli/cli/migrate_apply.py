"""`mscli migrate apply`: what it is asked for, and what it shows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mscli import console
from mscli.cli import changes
from mscli.errors import UsageError

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


@dataclass(frozen=True, slots=True)
class Made:
    """What was applied, and where."""

    root: Path
    applied: Applied


def applied(proposal: Proposal, asked: Asked, *, force: bool, dry_run: bool) -> Made:
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
    wanted = Wanted(asked.source, root, root.name, asked.command, asked.port, asked.services)
    return Made(root, apply(proposal, wanted, force=force, dry_run=dry_run))


def shown(made: Made, *, json: bool, dry_run: bool) -> None:
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
