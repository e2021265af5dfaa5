"""The rows that a request writes: triggers on a copy of a database note each change.

The notes are in a table of the copy, and the copy is thrown away. Read since the last time, they
are what one request has written, in the order of the writes.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from mscli.migrate.verify.comparing import Comparison, Difference

NOTES = "mscli_notes"
_DECIMAL = re.compile(r"-?\d+\.\d+")
_HEX = re.compile(r"[0-9a-f]{32}")
"""A UUID as SQLAlchemy and Django keep it in SQLite."""


@dataclass(frozen=True, slots=True)
class Write:
    """One row as it was written or, of a delete, as it was."""

    table: str
    kind: str
    row: Mapping[str, Any]


class Notes(Protocol):
    """The changes of one copy."""

    def tables(self) -> frozenset[str]:
        """The tables that are watched."""

    def since(self) -> list[Write]:
        """What was written since it was asked last."""


@dataclass(slots=True)
class SqliteNotes:
    """The changes of a copy that is a file. Made before the service opens it."""

    path: Path
    _tables: frozenset[str] = frozenset()
    _last: int = 0

    def __post_init__(self) -> None:
        with closing(_opened(self.path)) as database:
            database.execute(
                f"CREATE TABLE {NOTES} (n INTEGER PRIMARY KEY, t TEXT, k TEXT, r TEXT)"
            )
            query = "SELECT name FROM sqlite_master WHERE type = 'table'"
            names = [str(name) for (name,) in database.execute(query)]
            kept = [n for n in names if not n.startswith("sqlite_") and n != NOTES]
            self._tables = frozenset(kept)
            for name in kept:
                for statement in _sqlite_triggers(database, name):
                    database.execute(statement)

    def tables(self) -> frozenset[str]:
        """The tables that are watched."""
        return self._tables

    def since(self) -> list[Write]:
        """What was written since it was asked last."""
        with closing(_opened(self.path)) as database:
            query = f"SELECT n, t, k, r FROM {NOTES} WHERE n > ? ORDER BY n"  # noqa: S608
            rows = database.execute(query, (self._last,)).fetchall()
        self._last = rows[-1][0] if rows else self._last
        return [Write(table, kind, json.loads(row)) for _, table, kind, row in rows]


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=30, isolation_level=None)


def _sqlite_triggers(database: sqlite3.Connection, table: str) -> Iterator[str]:
    name = table.replace('"', '""')
    columns = [str(row[1]) for row in database.execute(f'PRAGMA table_info("{name}")')]
    for kind, which in (("insert", "NEW"), ("update", "NEW"), ("delete", "OLD")):
        pairs = ", ".join(
            "'{}', {}.\"{}\"".format(c.replace("'", "''"), which, c.replace('"', '""'))
            for c in columns
        )
        literal = table.replace("'", "''")
        yield (
            f'CREATE TRIGGER "{NOTES}_{name}_{kind}" AFTER {kind.upper()} ON "{name}" BEGIN '  # noqa: S608 - names out of the database, quoted
            f"INSERT INTO {NOTES} (t, k, r) VALUES ('{literal}', '{kind}', "
            f"json_object({pairs})); END"
        )


_TRIGGERS = """
DO $$ DECLARE t record; BEGIN
  FOR t IN SELECT schemaname, tablename FROM pg_tables
    WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND tablename <> 'mscli_notes'
  LOOP
    EXECUTE format('CREATE TRIGGER mscli_notes AFTER INSERT OR UPDATE OR DELETE ON %I.%I '
      'FOR EACH ROW EXECUTE FUNCTION public.mscli_notes()', t.schemaname, t.tablename);
  END LOOP;
END $$"""
_FUNCTION = """
CREATE FUNCTION public.mscli_notes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  INSERT INTO public.mscli_notes (t, k, r) VALUES (TG_TABLE_NAME, lower(TG_OP),
    CASE WHEN TG_OP = 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END);
  RETURN NULL;
END $$"""
POSTGRES = (
    "CREATE TABLE public.mscli_notes (n bigserial PRIMARY KEY, t text, k text, r jsonb)",
    _FUNCTION,
    _TRIGGERS,
)
"""What the administrator runs on a copy of a PostgreSQL database."""


@dataclass(slots=True)
class PostgresNotes:
    """The changes of a copy on the server; `read` asks it one SELECT and gives rows of values."""

    read: Callable[[str], Sequence[Sequence[Any]]]
    _last: int = 0

    def tables(self) -> frozenset[str]:
        """The tables that are watched."""
        query = """SELECT tablename FROM pg_tables
            WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
            AND tablename <> 'mscli_notes'"""
        return frozenset(str(name) for (name,) in self.read(query))

    def since(self) -> list[Write]:
        """What was written since it was asked last."""
        query = f"SELECT n, t, k, r FROM public.{NOTES} WHERE n > {self._last} ORDER BY n"  # noqa: S608
        rows = self.read(query)
        self._last = int(rows[-1][0]) if rows else self._last
        return [Write(str(t), str(k), r if isinstance(r, dict) else json.loads(r))
                for _, t, k, r in rows]  # fmt: skip


@dataclass(slots=True)
class Written:
    """What both sides have written, compared request by request.

    Tables that only the service has are its own affair (outbox, inbox); tables that only the
    monolith has are compared, for a write that nobody does any more is a difference.
    """

    monolith: Notes
    service: Notes
    comparison: Comparison
    ignored: frozenset[str] = frozenset()
    _kept: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self._kept = self.monolith.tables() - self.ignored

    def __call__(self) -> list[Difference]:
        """What differs of all that was written since the last time."""
        sides = [_by_table(notes.since(), self._kept) for notes in (self.monolith, self.service)]
        found: list[Difference] = []
        for table in sorted({*sides[0], *sides[1]}):
            found.extend(self._table(table, *(side.get(table, []) for side in sides)))
        return found

    def _table(self, table: str, one: list[Write], other: list[Write]) -> Iterator[Difference]:
        if [w.kind for w in one] != [w.kind for w in other]:
            yield Difference(f"rows of {table}", _counted(one), _counted(other))
            return
        for index, (a, b) in enumerate(zip(one, other, strict=True)):
            columns = {name: value for name, value in b.row.items() if name in a.row}
            where = f"row {index + 1} of {table} ({a.kind})"
            yield from self.comparison.values(where, canonical(a.row), canonical(columns))


def _by_table(writes: Iterable[Write], kept: frozenset[str]) -> dict[str, list[Write]]:
    found: dict[str, list[Write]] = defaultdict(list)
    for write in writes:
        if write.table in kept:
            found[write.table].append(write)
    return found


def _counted(writes: list[Write]) -> str:
    kinds = [write.kind for write in writes]
    return ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds)) or "none"


def canonical(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row whatever database it is from: of these SQLite has only numbers and texts."""
    return {name: _value(value) for name, value in row.items()}


def _value(value: object) -> object:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int | float):
        return float(value)
    if not isinstance(value, str):
        return value
    if _DECIMAL.fullmatch(value):
        return float(value)
    if _HEX.fullmatch(value):
        return str(UUID(value))
    if value.startswith(("{", "[")):
        return _document(value)
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value
    if len(value) <= len("2026-01-01"):
        return value
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).isoformat()


def _document(text: str) -> object:
    """What a column of JSON holds, which is a text in SQLite."""
    try:
        found: object = json.loads(text)
    except ValueError:
        return text
    return found
