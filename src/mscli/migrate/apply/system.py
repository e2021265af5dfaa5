"""Boundaries -> a system on the disk: one transaction, and for a new system one rename."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from mscli import systemfile
from mscli.errors import MissingProgram, UsageError
from mscli.migrate.apply import monolith
from mscli.migrate.apply.monolith import FOLDER, Legacy, legacy_of
from mscli.migrate.apply.required import packages_of
from mscli.migrate.apply.sharing import (
    APPLIED,
    address_of,
    check_stores,
    env_of,
    is_told,
    told,
    volumes_of,
)
from mscli.migrate.apply.splits import NewSaga, Split, new_sagas, splits_of
from mscli.migrate.boundaries.document.document import as_applied
from mscli.migrate.boundaries.propose import Proposal
from mscli.migrate.boundaries.steps.contracts import contracts
from mscli.migrate.boundaries.steps.moves import MONOLITH
from mscli.migrate.databases import main_of
from mscli.migrate.facts import DatabaseFact
from mscli.migrate.store import ADDRESS, SHARED, SIGNING
from mscli.model.system import System
from mscli.scaffold.copying import Produced
from mscli.scaffold.editing import Editing, editing
from mscli.scaffold.placing import Outcome
from mscli.scaffold.root import check_root, whole
from mscli.scaffold.services import make_service, update_service
from mscli.scaffold.systems import new_system
from mscli.scaffold.transaction import Change
from mscli.systemfile.places import did_you_mean

try:
    from mscli.migrate.apply.asking import Ask, asks_of
    from mscli.migrate.apply.part import Part, ambient_of
    from mscli.migrate.apply.parts import Parts
    from mscli.migrate.apply.report import REPORT, Report, page
    from mscli.migrate.apply.services import tailored
except ModuleNotFoundError as error:  # pragma: no cover - the extra is not installed
    raise MissingProgram("moving code needs libcst", "pip install 'mscli[migrate]'") from error

CONTRACTS = ".importlinter"
SQLITE, UP = "sqlite", "mscli up -d --wait-timeout 10"
UNMADE = (
    "If it is a SQLite file that is not there yet, or has no tables, let the monolith make it"
    " (`{}`) and apply again; else write"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for. `source` holds the monolith, `destination` the system.

    `services` are those to make; None is every one of the boundaries.
    """

    source: Path
    destination: Path
    name: str
    command: str = ""
    port: int | None = None
    services: tuple[str, ...] | None = None
    database: bool = False
    """Whether the monolith gets a database of the system."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What was written, and what became of every route."""

    outcome: Outcome
    report: Report


def apply(
    proposal: Proposal, wanted: Wanted, *, force: bool = False, dry_run: bool = False
) -> Applied:
    """Make the system, or bring the one that is there up to the boundaries; all or nothing."""
    _check(proposal, wanted)
    if (wanted.destination / systemfile.FILE_NAME).is_file():
        return _write(wanted.destination, proposal, wanted, force=force, dry_run=dry_run)
    check_root(wanted.destination)
    if dry_run:
        with tempfile.TemporaryDirectory() as scratch:
            return _new(Path(scratch, wanted.name), proposal, wanted)
    with whole(wanted.destination) as stage:
        return _new(stage, proposal, wanted)


def _check(proposal: Proposal, wanted: Wanted) -> None:
    known = proposal.boundaries.services
    for name in wanted.services or ():
        if name not in known:
            hint = did_you_mean(name, known) or f"there are {', '.join(known)}"
            raise UsageError(f"the boundaries have no service '{name}'", hint)
    if MONOLITH in known:
        raise UsageError(
            f"a service of the boundaries is called '{MONOLITH}', as the monolith's own",
            "rename it in boundaries.yaml",
        )


def _new(root: Path, proposal: Proposal, wanted: Wanted) -> Applied:
    began = new_system(root, wanted.name, port=wanted.port, of_monolith=True)
    applied = _write(root, proposal, wanted, force=False, dry_run=False)
    outcome = applied.outcome
    changes = _together([*began.changes, *outcome.changes])
    return replace(applied, outcome=replace(outcome, changes=changes))


def _together(changes: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(sorted(Change(path, "create") for path in {change.path for change in changes}))


@dataclass(frozen=True, slots=True)
class _Plan:
    """What there is to do, before anything is written."""

    legacy: Legacy | None
    parts: tuple[tuple[Part, tuple[Ask, ...]], ...]
    fresh: tuple[str, ...]
    splits: tuple[Split, ...]
    sagas: tuple[NewSaga, ...]
    """What splits become now: a service that is new takes part."""
    envs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Variables that services are given: where the monolith's database and files are."""
    migration: str = ""
    """What makes the monolith's tables."""
    said: DatabaseFact | None = None
    """What its settings say of its database."""
    volumes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Of each service, the monolith among them."""
    guests: frozenset[str] = frozenset()
    """Services that share a database of the system's with the monolith."""

    def unplaced(self, system: System) -> Iterator[str]:
        """A word about services that will not be ready: nothing says where the database is."""
        lost = [p.name for p, _ in self.parts if p.is_shared and not is_told(system, p)]
        if lost:
            run = monolith.exec_of(self.migration) if self.migration else UP
            made = UNMADE.format(run) if self.said is None or self.said.kind == SQLITE else "Write"
            yield (
                f"{', '.join(lost)} cannot be ready yet: it is not known where the monolith's"
                f" database is. {made} {ADDRESS} into `env` of each"
            )

    def unsigned(self, system: System) -> Iterator[str]:
        """A word about services that would answer 500: nothing says what the monolith signs by."""
        lost = [p.name for p, _ in self.parts if p.signs and SIGNING not in told(system, p)]
        if lost:
            yield (
                f"{', '.join(lost)}: sessions and messages are signed by the monolith's {SIGNING},"
                " without which what uses them ends in 500; it is never copied. Keep it in a file,"
                f" and write `secrets: {{{SIGNING}: ~/keys/monolith}}` into each and the monolith"
            )

    def edit(self, text: str) -> str:
        """The system file with all that is new in it."""
        if self.legacy:
            text = monolith.add(text, self.legacy, self.volumes[MONOLITH])
        for part, asks in self.parts:
            env = self.envs.get(part.name, {})
            if part.name in self.fresh:
                database = "postgres" if part.owned.tables else None
                calls = [MONOLITH] if asks else []
                text = systemfile.add_service(
                    text,
                    part.name,
                    database=database,
                    calls=calls,
                    env=env,
                    volumes=self.volumes.get(part.name),
                )
            elif env:
                text = systemfile.add_env(text, part.name, env)
            if part.name in self.guests:
                text = systemfile.add_share(text, part.name, MONOLITH)
        for saga in self.sagas:
            text = systemfile.add_saga(
                text, saga.name, owner=saga.owner, steps=saga.steps, style=saga.style
            )
        return text


def _planned(root: Path, proposal: Proposal, wanted: Wanted, before: System) -> _Plan:
    every = proposal.boundaries.services
    chosen = every if wanted.services is None else wanted.services
    shown = [name for name in every if name in chosen or name in before.services]
    fresh = tuple(name for name in shown if name not in before.services)
    there = [name for name in shown if name in before.services]
    check_stores(root, proposal.boundaries, there, wanted.source)
    legacy = None
    if MONOLITH not in before.services:
        legacy = legacy_of(
            wanted.source,
            proposal.facts,
            wanted.command,
            wanted.destination,
            database=wanted.database,
        )
    elif wanted.database and not before.services[MONOLITH].database:
        raise UsageError(
            "the monolith is a service already, with a database elsewhere",
            f"write `database: postgres` into services.{MONOLITH} of {systemfile.FILE_NAME}, and"
            " in `env` what its settings read: docs/migrate.md",
        )
    parts: tuple[tuple[Part, tuple[Ask, ...]], ...] = ()
    packages = packages_of(wanted.source)
    if shown:
        maker = Parts(proposal, wanted.source, packages)
        made = (maker.part(name) for name in shown)
        parts = tuple((part, tuple(asks_of(part, proposal))) for part in made)
    owners = {part.name for part, _ in parts if part.owned.tables}
    shared = {part.name for part, _ in parts if part.store == SHARED}
    splits = tuple(splits_of(proposal, owners, before.sagas, shared)) if shown else ()
    sagas = tuple(new_sagas(splits, before.sagas, set(fresh)))
    address = address_of(root, before, legacy)
    envs = {part.name: env_of(part, before, address) for part, _ in parts}
    volumes = volumes_of(wanted.source, legacy, before, [part for part, _ in parts])
    known = before.services.get(MONOLITH)
    is_ours = bool(known.database if known else wanted.database)
    guests = frozenset(part.name for part, _ in parts if is_ours and _visits(part, before))
    line = known.command[-1] if known and known.command else legacy.start.line if legacy else ""
    said = main_of(proposal.facts.databases)
    migration = monolith.made_by(wanted.source, proposal.facts, line, packages)
    return _Plan(legacy, parts, fresh, splits, sagas, envs, migration, said, volumes, guests)


def _visits(part: Part, before: System) -> bool:
    """Whether a service uses the monolith's database, and nobody has said by which address."""
    asks = part.is_shared or bool(part.slice.django.identity)
    return asks and not is_told(before, part)


def _write(
    root: Path, proposal: Proposal, wanted: Wanted, *, force: bool, dry_run: bool
) -> Applied:
    before = systemfile.read(root / systemfile.FILE_NAME).system
    plan = _planned(root, proposal, wanted, before)
    with editing(root, plan.edit, force=force, dry_run=dry_run) as change:
        place = _contracts(change, proposal, plan.legacy)
        if plan.legacy:
            monolith.place(change.placing, plan.legacy)
            change.placing.warnings.extend(plan.legacy.warnings)
        change.placing.warnings.extend(plan.unplaced(change.system))
        change.placing.warnings.extend(plan.unsigned(change.system))
        for part, asks in plan.parts:
            if part.name in plan.fresh:
                make_service(change, part.name, tailored=tailored(part, asks))
        for name in dict.fromkeys(name for saga in plan.sagas for name in saga.services):
            if name not in plan.fresh:
                update_service(change, name, trust=False)
        report = _report(change.system, proposal, plan, place)
        _render(change, REPORT, page(report))
        _render(change, APPLIED, as_applied(proposal))
        return Applied(change.close(), report)


def _report(system: System, proposal: Proposal, plan: _Plan, place: str) -> Report:
    return Report(
        monolith=system.services[MONOLITH],
        found=plan.legacy.start.found if plan.legacy else "",
        hidden=tuple(monolith.hidden(proposal.facts)),
        parts=plan.parts,
        splits=plan.splits,
        ambient=tuple(ambient_of(proposal.facts, [part for part, _ in plan.parts])),
        contracts=place,
        admin=sum(route.is_of_admin for route in proposal.facts.routes),
    )


def _contracts(change: Editing, proposal: Proposal, legacy: Legacy | None) -> str:
    """The contracts beside the monolith, unless it has some; the path from the system."""
    path = f"{FOLDER}/{CONTRACTS}"
    written = contracts(proposal)
    if not written:
        return ""
    if legacy and CONTRACTS in legacy.code.files:
        path = "migration/importlinter.ini"
    lines: Sequence[str] = [
        "# Scaffolded by mscli migrate apply: yours to change.",
        *written,
    ]
    file = Produced(path, ("\n".join(lines) + "\n").encode())
    change.placing.place("", [file], lambda _: "scaffolded")
    return path


def _render(change: Editing, path: str, text: str) -> None:
    change.placing.place("", [Produced(path, text.encode())], lambda _: "rendered")
