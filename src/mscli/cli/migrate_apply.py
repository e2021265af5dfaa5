"""`mscli migrate apply`: what it is asked for, and what it shows."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mscli import console
from mscli.cli import changes
from mscli.errors import UsageError

if TYPE_CHECKING:
    from mscli.migrate.apply.system import Applied
    from mscli.migrate.boundaries.propose import Proposal


@dataclass(frozen=True, slots=True)
class Made:
    """What was applied, and where."""

    root: Path
    applied: Applied


def applied(
    proposal: Proposal,
    source: Path,
    into: Path | None,
    command: str,
    port: int | None,
    *,
    force: bool,
    dry_run: bool,
) -> Made:
    """Make the system. Raises UsageError where its folder cannot be one."""
    from mscli.migrate.apply.system import Wanted, apply
    from mscli.systemfile.checks.names import tidy

    folder = source.resolve()
    name = tidy(folder.name) or "monolith"
    root = (into or Path(f"{name}-system")).absolute()
    if root.resolve() == folder:
        raise UsageError(
            f"{root} holds the monolith itself", "choose another folder: --into shop-system"
        )
    wanted = Wanted(source, root, root.name, command, port)
    return Made(root, apply(proposal, wanted, force=force, dry_run=dry_run))


def shown(made: Made, *, json: bool, dry_run: bool) -> None:
    """The changes and the report on stdout; warnings, and what comes next, on stderr."""
    from mscli.migrate.apply.report import summary

    outcome, report = made.applied.outcome, made.applied.report
    if json:
        listed = [{"path": change.path, "verb": change.verb} for change in outcome.changes]
        console.out_json(
            {
                "dry_run": dry_run,
                "system": str(made.root),
                "report": asdict(report),
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
        console.say(f"next: cd {made.root} && mscli up -d")
