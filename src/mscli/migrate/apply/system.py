"""Boundaries -> a system on the disk: one transaction, and for a new system one rename."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from mscli import systemfile
from mscli.migrate.apply import monolith
from mscli.migrate.apply.monolith import Legacy, legacy_of
from mscli.migrate.apply.report import REPORT, Report, page
from mscli.migrate.boundaries.propose import Proposal
from mscli.migrate.boundaries.steps import MONOLITH
from mscli.scaffold.copying import Produced
from mscli.scaffold.editing import editing
from mscli.scaffold.placing import Outcome
from mscli.scaffold.root import check_root, whole
from mscli.scaffold.systems import new_system
from mscli.scaffold.transaction import Change


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for. `source` holds the monolith, `destination` the system."""

    source: Path
    destination: Path
    name: str
    command: str = ""
    port: int | None = None


@dataclass(frozen=True, slots=True)
class Applied:
    """What was written, and what became of every route."""

    outcome: Outcome
    report: Report


def apply(
    proposal: Proposal, wanted: Wanted, *, force: bool = False, dry_run: bool = False
) -> Applied:
    """Make the system, or bring the one that is there up to the boundaries; all or nothing."""
    if (wanted.destination / systemfile.FILE_NAME).is_file():
        return _write(wanted.destination, proposal, wanted, force=force, dry_run=dry_run)
    check_root(wanted.destination)
    if dry_run:
        with tempfile.TemporaryDirectory() as scratch:
            return _new(Path(scratch, wanted.name), proposal, wanted)
    with whole(wanted.destination) as stage:
        return _new(stage, proposal, wanted)


def _new(root: Path, proposal: Proposal, wanted: Wanted) -> Applied:
    began = new_system(root, wanted.name, port=wanted.port)
    applied = _write(root, proposal, wanted, force=False, dry_run=False)
    outcome = applied.outcome
    changes = _together([*began.changes, *outcome.changes])
    return replace(applied, outcome=replace(outcome, changes=changes))


def _together(changes: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(sorted(Change(path, "create") for path in {change.path for change in changes}))


def _write(
    root: Path, proposal: Proposal, wanted: Wanted, *, force: bool, dry_run: bool
) -> Applied:
    before = systemfile.read(root / systemfile.FILE_NAME).system
    legacy: Legacy | None = None
    if MONOLITH not in before.services:
        legacy = legacy_of(wanted.source, proposal.facts, wanted.command, wanted.destination)

    def edit(text: str) -> str:
        return monolith.add(text, legacy) if legacy else text

    with editing(root, edit, force=force, dry_run=dry_run) as change:
        if legacy:
            monolith.place(change.placing, legacy)
            change.placing.warnings.extend(legacy.warnings)
        report = Report(
            monolith=change.system.services[MONOLITH],
            found=legacy.start.found if legacy else "",
            hidden=tuple(monolith.hidden(proposal.facts)),
        )
        written = Produced(REPORT, page(report).encode(), False)
        change.placing.place("", [written], lambda _: "rendered")
        return Applied(change.close(), report)
