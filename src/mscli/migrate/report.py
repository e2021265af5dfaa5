"""The facts for a person: what there is, what is odd, what could not be followed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from mscli.migrate.facts import AccessFact, Facts

SHOWN = 15


def report(facts: Facts, *, whole: bool = False) -> str:
    """A readable account; `whole` lists everything instead of the first few of each."""
    limit = 1_000_000 if whole else SHOWN
    parts = [_summary(facts)]
    access = _by_handler(facts)
    routes = [
        f"{r.method:<8} {r.path}  ->  {r.handler}{_touches(access.get(r.handler, ()))}"
        f"  ({r.evidence})"
        for r in facts.routes
    ]
    parts.append(_section("Routes", routes, limit))
    parts.append(
        _section(
            "Tables",
            [
                f"{t.table}  {t.model}" + (f"  ({t.evidence})" if t.evidence else f"  ({t.origin})")
                for t in facts.tables
            ],
            limit,
        )
    )
    parts.append(
        _section(
            "Relations",
            [
                f"{r.source}.{r.name}  {r.kind} -> {r.target or '?'}"
                + (f" through {r.through}" if r.through else "")
                + (f", on delete {r.on_delete}" if r.on_delete else "")
                + f"  ({r.evidence})"
                for r in facts.relations
            ],
            limit,
        )
    )
    parts.append(
        _section(
            "Transactions that write more than one table",
            [
                f"{t.kind}: {', '.join(t.tables)}  in {t.function}  ({t.evidence}, {t.confidence})"
                for t in facts.transactions
            ],
            limit,
        )
    )
    parts.append(
        _section(
            "On every request",
            [
                f"{a.kind} {a.name}{_touches(access.get(f'ambient:{a.name}', ()))}  ({a.evidence})"
                for a in facts.ambient
            ],
            limit,
        )
    )
    parts.append(
        _section(
            "Jobs and commands",
            [
                f"{j.kind} {j.name}{_touches(access.get(j.handler, ()))}  ({j.evidence})"
                for j in facts.jobs
            ],
            limit,
        )
    )
    parts.append(_section("Raw SQL", [f"{s.sql[:90]}  ({s.evidence})" for s in facts.sql], limit))
    parts.append(
        _section(
            "Calls to other systems",
            [f"{e.library} {e.target}  in {e.function}  ({e.evidence})" for e in facts.external],
            limit,
        )
    )
    parts.append(
        _section(
            "Not resolved", [f"{u.kind}: {u.what}  ({u.evidence})" for u in facts.unresolved], limit
        )
    )
    return "\n\n".join(part for part in parts if part)


def _summary(facts: Facts) -> str:
    kinds = Counter(access.kind for access in facts.accesses)
    names = ", ".join(facts.frameworks) or "no framework recognised"
    return (
        f"{names}: {facts.counts['files']} files, {facts.counts['lines']} lines\n"
        f"{len(facts.routes)} routes, {len(facts.tables)} tables, "
        f"{len(facts.relations)} relations, "
        f"{kinds['read']} reads and {kinds['write']} writes of a table by a handler, "
        f"{len(facts.transactions)} transactions that write more than one table, "
        f"{len(facts.unresolved)} places not resolved"
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
    written = sorted({a.table for a in accesses if a.kind == "write"})
    read = sorted({a.table for a in accesses if a.kind == "read"} - set(written))
    text = f"  writes {', '.join(written)}" if written else ""
    return text + (f"  reads {', '.join(read)}" if read else "")
