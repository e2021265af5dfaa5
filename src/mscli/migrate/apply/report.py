"""What `mscli migrate apply` made, and what it left to a person: data, and a page of it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mscli.migrate.apply.asking import Ask
from mscli.migrate.apply.part import Part
from mscli.migrate.apply.splits import Split
from mscli.migrate.store import SHARED
from mscli.model.system import TCP, Service
from mscli.wording import counted

REPORT = "migration/report.md"
HEAD = """\
<!-- Rendered by `mscli migrate apply`, and written again each time: do not edit. -->
# What was made of the monolith
"""


@dataclass(frozen=True, slots=True)
class Report:
    """The monolith as a service, and what became of the boundaries."""

    monolith: Service
    found: str
    hidden: tuple[str, ...] = ()
    parts: tuple[tuple[Part, tuple[Ask, ...]], ...] = ()
    splits: tuple[Split, ...] = ()
    ambient: tuple[str, ...] = ()
    contracts: str = ""
    admin: int = 0
    """Pages of Django's admin, or of Flask-Admin."""


def as_document(report: Report) -> dict[str, object]:
    """The report as plain data; `--json` prints it."""
    return {
        "monolith": {
            "path": report.monolith.path,
            "command": list(report.monolith.command),
            "database": report.monolith.database or "none",
            "migrate": list(report.monolith.migrate),
            "health": report.monolith.health,
            "hidden": list(report.hidden),
            "pages of the admin": report.admin,
        },
        "services": {part.name: _part_document(part, asks) for part, asks in report.parts},
        "split transactions": [
            {
                "what": split.what,
                "evidence": split.evidence,
                "saga": split.saga or None,
                "style": split.style if split.saga else None,
                "to write": split.unwritten if split.saga else [],
                "why no saga": split.why_none or None,
            }
            for split in report.splits
        ],
        "on every request": list(report.ambient),
        "contracts": report.contracts or None,
    }


def _part_document(part: Part, asks: Sequence[Ask]) -> dict[str, object]:
    return {
        "database": part.store,
        "tables": list(part.tables),
        "moved": [f"{f.route.method} {f.route.path}" for f in part.fates if f.is_moved],
        "to be written": {
            f"{f.route.method} {f.route.path}": list(f.reasons)
            for f in part.fates
            if not f.is_moved
        },
        "environment": list(part.environment),
        "cut": list(part.cuts),
        "not understood": list(part.unread),
        "asks the monolith": [f"GET {ask.path}" for ask in asks],
    }


def page(report: Report) -> str:
    """The report for people. The same system gives the same bytes."""
    lines = [HEAD, *_monolith(report)]
    for part, asks in report.parts:
        lines += ["", *_part(part, asks, has_role=bool(report.monolith.database))]
    if report.splits:
        lines += ["", *_splits(report.splits)]
    if report.ambient and report.parts:
        lines += ["", "## On every request", "", _who_runs(report), ""]
        lines += [f"- {text}" for text in report.ambient]
    if report.contracts:
        text = (
            f"`{report.contracts}` freezes the boundaries inside the monolith: run `lint-imports` "
            "(import-linter) in its folder. What crosses today is ignored there; that list may "
            "only shrink."
        )
        lines += ["", "## The boundaries inside", "", text]
    return "\n".join(lines) + "\n"


def _who_runs(report: Report) -> str:
    """Who runs what the monolith runs on every request."""
    whole = [part.name for part, _ in report.parts if part.slice.made[1]]
    if not whole:
        return "Of the monolith; no new service runs it:"
    return f"Of the monolith, and of its application where that goes along ({', '.join(whole)}):"


def _monolith(report: Report) -> Iterator[str]:
    service = report.monolith
    asked = "takes a connection" if service.health == TCP else f"answers `{service.health}`"
    yield "## The monolith"
    yield ""
    yield (
        f"It runs as it is, in `{service.path}`: `{shlex.join(service.command)}`. It is ready when"
        f" it {asked}. Every route goes to it that no other service has."
    )
    if service.database:
        yield ""
        made = f"`{shlex.join(service.migrate)}` makes" if service.migrate else "Its own code makes"
        yield (
            "Its database is one of the system's PostgreSQL, empty at first, in which it has a role"
            f" of its own. {made} its tables."
        )
    if report.admin:
        yield ""
        yield (
            f"{counted(report.admin, 'page')} of the admin stay with it: they show tables of"
            " every service."
        )
    if report.hidden:
        paths = ", ".join(f"`{path}`" for path in report.hidden)
        yield ""
        yield f"The gateway does not publish {paths}: the inside of services is there."


def _part(part: Part, asks: Sequence[Ask], *, has_role: bool) -> Iterator[str]:
    tables = ", ".join(part.tables) or "none"
    yield f"## {part.name}"
    yield ""
    if part.store == SHARED:
        yield (
            f"Its code runs on the monolith's database, and makes no table there. To own later:"
            f" {tables}. The routes are the monolith's until they are flipped."
        )
        yield ""
        yield (
            "It has a role of its own there, which may read and write every row and owns nothing."
            if has_role
            else "Give it a role of its own there, which owns nothing and may use what its code"
            " uses: until then a fault in it reaches every table."
        )
    else:
        yield (
            f"Tables: {tables}. They are empty: the data is the monolith's, and so are the routes."
        )
    for title, moved in (("Moved", True), ("To be written (501 until then)", False)):
        fates = [fate for fate in part.fates if fate.is_moved == moved]
        if not fates:
            continue
        yield ""
        yield f"{title}:"
        yield ""
        for fate in fates:
            yield f"- `{fate.route.method} {fate.route.path}`, {fate.route.handler}"
            yield from (f"  - {reason}" for reason in fate.reasons)
    for title, texts in (
        ("Before a route is flipped, in its `env` or `secrets`", part.environment),
        ("Cut out of the models", part.cuts),
        ("Of `DATABASES` not taken over", part.slice.django.untold),
        ("Not understood, so not in the migration", part.unread),
        ("Asked of the monolith, by `clients/monolith.py`", [f"`GET {a.path}`" for a in asks]),
    ):
        if texts:
            yield from ("", f"{title}:", "")
            yield from (f"- {text}" for text in texts)


def _splits(splits: Sequence[Split]) -> Iterator[str]:
    yield "## Transactions that the boundaries split"
    yield ""
    for split in splits:
        what = f"- {split.what} ({split.evidence})"
        unwritten = ", ".join(split.unwritten)
        if split.style == "choreography":
            yield (
                f"{what}: events of the saga `{split.saga}`, out of the outbox of"
                f" {split.services[0]}, which says `app.state.choreographer.start_with` in the"
                f" transaction that writes. To be written: {unwritten}"
            )
        elif split.saga:
            yield f"{what}: the saga `{split.saga}`. To be written: {unwritten}"
        else:
            yield f"{what}: no saga. {split.why_none[:1].upper()}{split.why_none[1:]}"


def summary(report: Report) -> str:
    """The report for a terminal."""
    found = f"  ({report.found})" if report.found else ""
    lines = [f"monolith: {report.monolith.command[-1]}{found}"]
    if report.monolith.database:
        migrated = f", migrated by: {shlex.join(report.monolith.migrate)}"
        told = migrated if report.monolith.migrate else ", its own code makes the tables"
        lines.append(f"  a database of the system's PostgreSQL{told}")
    if report.admin:
        lines.append(f"  {counted(report.admin, 'page')} of the admin stay with it")
    for part, _ in report.parts:
        moved = sum(fate.is_moved for fate in part.fates)
        left = len(part.fates) - moved
        tables = counted(len(part.tables), "table")
        tables += " to own later, on the monolith's database" if part.store == SHARED else ""
        lines.append(
            f"{part.name}: {tables}, {counted(moved, 'route')} moved, {left} to be written"
        )
        lines += [f"  env: {text}" for text in part.environment]
        for fate in part.fates:
            mark = "moved" if fate.is_moved else f"to be written: {fate.reasons[0]}"
            more = len(fate.reasons) - 1
            rest = f" (and {more} more)" if more > 0 else ""
            lines.append(f"  {fate.route.method} {fate.route.path}  {mark}{rest}")
    for split in report.splits:
        text = f"saga {split.saga}" if split.saga else f"no saga: {split.why_none}"
        lines.append(f"split: {split.what}  {text}")
    return "\n".join(lines)
