"""The last phase of a migration: what nobody reads any more goes, and is kept in a dump.

After Newman (Monolith to Microservices): old tables are dropped as a step of its own, when nobody
has asked for them for a while.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mscli.migrate.boundaries.costs.measures import Step
from mscli.migrate.boundaries.propose import Proposal
from mscli.migrate.boundaries.services import by_owner
from mscli.migrate.boundaries.steps.moves import Move, Phase
from mscli.migrate.databases import main_of
from mscli.migrate.facts import Facts

LONE = {
    "postgresql": ('pg_dump {chosen} "$DATABASE_URL" > {file}', 'psql "$DATABASE_URL"'),
    "sqlite": ('sqlite3 FILE ".dump {names}" > {file}', "sqlite3 FILE"),
    "mysql": ("mysqldump DATABASE {names} > {file}", "mysql DATABASE"),
}
"""How some tables of a kind of database are kept in a file, and what reads statements."""


def dropping(proposal: Proposal, out: Sequence[Step]) -> Phase:
    """The phase that cannot be taken back by a flip."""
    moves = (*_scripts(proposal), *_tables(proposal, out))
    text = "Last, and separate: until here every step can be taken back."
    return Phase("Drop what nobody reads any more", text, moves)


def _scripts(proposal: Proposal) -> Iterator[Move]:
    """Commands and scripts that write tables of several services: no saga takes their place."""
    found = [cut for cut in proposal.cuts if cut.kind == "script"]
    if found:
        yield Move(
            "Write scripts anew that fill tables of several services, or drop them",
            "They run in the monolith until its tables are gone, and no request waits for them: "
            + "; ".join(f"{c.what.removeprefix('script: ')} ({c.evidence[0]})" for c in found),
            (),
            "a script for each service that writes its own tables, or calls of the services",
            "what the scripts are for works on services that have just been made",
            "they still run in the monolith, on its own tables",
        )


def _tables(proposal: Proposal, out: Sequence[Step]) -> Iterator[Move]:
    main = main_of(proposal.facts.databases)
    for step in out:
        if tables := by_owner(proposal.boundaries.tables, step.service):
            kept, reads = _dump(main.kind if main else "", step.service, tables)
            statement = _statement(proposal.facts, tables)
            yield Move(
                f"Drop the old tables of {step.service}",
                ", ".join(tables),
                (),
                f"dump them: {kept}; take all rights away for a week; then"
                f" `mscli migrate route PATH --to {step.service} --drop` for each of its routes,"
                f" which then has no way back, and `{statement}`, by {reads}",
                "nobody has asked for them in that week (the database's own statistics)",
                f"give {step.service}.sql to {reads}",
            )


def _dump(kind: str, service: str, tables: Sequence[str]) -> tuple[str, str]:
    """What keeps tables in a file, and what reads statements of the monolith's database."""
    if kind not in LONE:
        return f"into {service}.sql, by your database's own program", "your database's client"
    keep, reads = LONE[kind]
    chosen = " ".join(f"--table={table}" for table in tables)
    keep = keep.format(chosen=chosen, names=" ".join(tables), file=f"{service}.sql")
    return f"`{keep}`", f"`{reads}`"


def _statement(facts: Facts, tables: Sequence[str]) -> str:
    """SQL that drops tables; in PostgreSQL together, and with the keys of those that stay."""
    main = main_of(facts.databases)
    if main is None or main.kind != "postgresql":
        return "; ".join(f"DROP TABLE {table}" for table in tables)
    stay = any(r.target in tables and r.source not in tables for r in facts.relations)
    return f"DROP TABLE {', '.join(tables)}{' CASCADE' if stay else ''}"
