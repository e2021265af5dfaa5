"""The facts for a person: what there is, what is odd, what could not be followed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from mscli.migrate.facts import AccessFact, Facts, condition
from mscli.wording import counted

SHOWN = 15


def report(facts: Facts, *, whole: bool = False) -> str:
    """A readable account; `whole` lists everything instead of the first few of each."""
    limit = 1_000_000 if whole else SHOWN
    sections = [_section(title, lines(facts), limit) for title, lines in SECTIONS]
    return "\n\n".join(part for part in (_summary(facts), *sections) if part)


def _routes(facts: Facts) -> list[str]:
    access = _by_handler(facts)
    return [
        f"{r.method:<8} {r.path}  ->  {r.handler}"
        f"{_touches([a for a in access.get(r.handler, ()) if a.is_of(r)])}"
        f"  ({r.evidence}{condition(r.only_if)})"
        for r in facts.routes
    ]


def _databases(facts: Facts) -> list[str]:
    return [
        f"{each.kind or 'not known which'}"
        + (f", from {', '.join(v.name for v in each.variables)}" if each.variables else "")
        + f"  ({each.evidence})"
        for each in facts.databases
    ]


def _tables(facts: Facts) -> list[str]:
    return [f"{t.table}  {t.model}  ({t.evidence or t.origin})" for t in facts.tables]


def _relations(facts: Facts) -> list[str]:
    return [
        f"{r.source}.{r.name}  {r.kind} -> {r.target or '?'}"
        + (f" through {r.through}" if r.through else "")
        + (f", on delete {r.on_delete}" if r.on_delete else "")
        + f"  ({r.evidence})"
        for r in facts.relations
    ]


def _transactions(facts: Facts) -> list[str]:
    return [
        f"{t.kind}: {', '.join(t.tables)}  in {t.function}  ({t.evidence}, {t.confidence})"
        for t in facts.transactions
    ]


def _ambient(facts: Facts) -> list[str]:
    access = _by_handler(facts)
    return [
        f"{a.kind} {a.name}{_touches(access.get(f'ambient:{a.name}', ()))}"
        f"  ({a.evidence}{condition(a.only_if)})"
        for a in facts.ambient
    ]


def _jobs(facts: Facts) -> list[str]:
    access = _by_handler(facts)
    return [
        f"{j.kind} {j.name}{_touches(access.get(j.handler, ()))}  ({j.evidence})"
        for j in facts.jobs
    ]


def _sql(facts: Facts) -> list[str]:
    return [f"{s.sql[:90]}  ({s.evidence})" for s in facts.sql]


def _external(facts: Facts) -> list[str]:
    return [f"{e.library} {e.target}  in {e.function}  ({e.evidence})" for e in facts.external]


def _unresolved(facts: Facts) -> list[str]:
    return [f"{u.kind}: {u.what}  ({u.evidence})" for u in facts.unresolved]


SECTIONS: tuple[tuple[str, Callable[[Facts], list[str]]], ...] = (
    ("Routes", _routes),
    ("Databases", _databases),
    ("Tables", _tables),
    ("Relations", _relations),
    ("Transactions that write more than one table", _transactions),
    ("On every request", _ambient),
    ("Jobs and commands", _jobs),
    ("Raw SQL", _sql),
    ("Calls to other systems", _external),
    ("Not resolved", _unresolved),
)


def _summary(facts: Facts) -> str:
    kinds = Counter(access.kind for access in facts.accesses)
    names = ", ".join(facts.frameworks) or "no framework recognised"
    return (
        f"{names}: {facts.counts['files']} files, {facts.counts['lines']} lines\n"
        f"{counted(len(facts.routes), 'route')}, {counted(len(facts.tables), 'table')}, "
        f"{counted(len(facts.relations), 'relation')}, "
        f"{counted(kinds['read'], 'read')} and {counted(kinds['write'], 'write')} of a table by a"
        f" handler, {counted(len(facts.transactions), 'transaction')} over more than one table, "
        f"{counted(len(facts.unresolved), 'place')} not resolved"
    )


def _section(title: str, lines: Sequence[str], limit: int) -> str:
    if not lines:
        return ""
    shown = [f"  {line}" for line in lines[:limit]]
    if len(lines) > limit:
        shown.append(f"  ... and {len(lines) - limit} more: --whole shows all")
    return "\n".join([f"{title} ({len(lines)})", *shown])


def _by_handler(facts: Facts) -> dict[str, list[AccessFact]]:
    found: dict[str, list[AccessFact]] = {}
    for access in facts.accesses:
        found.setdefault(access.handler, []).append(access)
    return found


def _touches(accesses: Sequence[AccessFact]) -> str:
    on = [a for a in accesses if not a.only_if]
    text, told = "", {a.table for a in on if a.kind == "write"}
    text += f"  writes {', '.join(sorted(told))}" if told else ""
    read = {a.table for a in on if a.kind == "read"} - told
    text += f"  reads {', '.join(sorted(read))}" if read else ""
    off = sorted({(a.only_if, a.kind, a.table) for a in accesses if a.only_if})
    return text + "".join(f"  {kind}s {table}{condition(names)}" for names, kind, table in off)
