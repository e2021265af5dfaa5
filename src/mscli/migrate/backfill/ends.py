"""The two ends of a backfill: a table that is read in the order of its key, and one to write to."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from mscli.errors import MscliError, RuntimeFailed
from mscli.migrate.strangler.stores import Postgres, Sqlite, Store
from mscli.runtimes.processes.psql import Databases

Key = tuple[Any, ...]
Row = Mapping[str, Any]
NUMBERS = frozenset({"int2", "int4", "int8", "numeric", "float4", "float8"})
_COLUMNS = """SELECT a.attname, t.typname,
  coalesce(array_position(i.indkey::int2[], a.attnum), -1) AS place
FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
WHERE a.attrelid = to_regclass({table}) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum"""


class Source(Protocol):
    """A table that is read."""

    def columns(self) -> tuple[str, ...]:
        """Its columns."""

    def rows(self, after: Key | None, upto: Key | None, limit: int | None) -> list[Row]:
        """Rows with `after` < key <= `upto` in the order of the key, at most `limit`."""


@dataclass(slots=True)
class PostgresTable:
    """A table on the system's server. Keys that are no numbers are ordered by their bytes."""

    databases: Databases
    service: str
    table: str
    key: tuple[str, ...] = ()
    types: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        found = self.databases.rows(
            self.service, _COLUMNS.format(table=_literal(_name(self.table)))
        )
        self.types = {str(name): str(kind) for name, kind, _ in found}
        placed = sorted((int(place or 0), str(name)) for name, _, place in found if place != -1)
        self.key = self.key or tuple(name for _, name in placed)

    def columns(self) -> tuple[str, ...]:
        """Its columns."""
        return tuple(self.types)

    def rows(self, after: Key | None, upto: Key | None, limit: int | None) -> list[Row]:
        """Rows with `after` < key <= `upto` in the order of the key, at most `limit`."""
        order = ", ".join(self._ordered(name) for name in self.key)
        parts = [
            f"ROW({order}) {sign} ROW({', '.join(map(self._value, self.key, bound))})"
            for sign, bound in ((">", after), ("<=", upto))
            if bound is not None
        ]
        where = f"WHERE {' AND '.join(parts)} " if parts else ""
        most = f"LIMIT {limit}" if limit is not None else ""
        query = f"SELECT to_jsonb(t) FROM {_name(self.table)} t {where}ORDER BY {order} {most}"  # noqa: S608
        found: list[Row] = [row for (row,) in self.databases.rows(self.service, query)]  # type: ignore[misc]
        return found

    def write(self, rows: Sequence[Row], columns: Sequence[str], gone: Sequence[Key]) -> None:
        """Make rows as they are given, and remove those of the keys `gone`, in one transaction.

        Foreign keys are not looked at: the other table may come later.
        """
        names = ", ".join(map(_name, columns))
        changes = ", ".join(
            f"{_name(c)} = excluded.{_name(c)}" for c in columns if c not in self.key
        )
        table = _name(self.table)
        script = ["SET session_replication_role = replica;"]
        if rows:
            document = _literal(json.dumps([{c: row[c] for c in columns} for row in rows]))
            script.append(
                f"INSERT INTO {table} ({names}) SELECT {names} "  # noqa: S608 - names are quoted
                f"FROM json_populate_recordset(NULL::{table}, {document}) "
                f"ON CONFLICT ({', '.join(map(_name, self.key))}) "
                f"DO {f'UPDATE SET {changes}' if changes else 'NOTHING'};"
            )
        keys = ", ".join(self._ordered(name) for name in self.key)
        for key in gone:
            values = ", ".join(map(self._value, self.key, key))
            script.append(f"DELETE FROM {table} t WHERE ROW({keys}) = ROW({values});")  # noqa: S608
        self.databases.execute(self.service, "\n".join(script))

    def count_on(self) -> None:
        """Let the key's sequence go on after the largest key, if it has one."""
        if len(self.key) != 1:
            return
        table, key = _name(self.table), self.key[0]
        self.databases.execute(
            self.service,
            f"SELECT setval(s, m) FROM (SELECT pg_get_serial_sequence({_literal(table)}, "  # noqa: S608
            f"{_literal(key)}) AS s, max({_name(key)}) AS m FROM {table}) q "
            "WHERE s IS NOT NULL AND m IS NOT NULL;"
            if self.types.get(key) in NUMBERS
            else "SELECT 1;",
        )

    def _ordered(self, name: str) -> str:
        column = f"t.{_name(name)}"
        return column if self.types.get(name) in NUMBERS else f'{column}::text COLLATE "C"'

    def _value(self, name: str, value: object) -> str:
        return str(value) if self.types.get(name) in NUMBERS else _literal(str(value))


@dataclass(slots=True)
class SqliteTable:
    """A table of a file."""

    path: Path
    table: str
    key: tuple[str, ...]

    def columns(self) -> tuple[str, ...]:
        """Its columns."""
        found = self._ask(f"PRAGMA table_info({_name(self.table)})", ())
        return tuple(str(row["name"]) for row in found)

    def rows(self, after: Key | None, upto: Key | None, limit: int | None) -> list[Row]:
        """Rows with `after` < key <= `upto` in the order of the key, at most `limit`."""
        keys = ", ".join(map(_name, self.key))
        bounds = [(sign, b) for sign, b in ((">", after), ("<=", upto)) if b is not None]
        parts = [f"({keys}) {sign} ({', '.join('?' * len(bound))})" for sign, bound in bounds]
        where = f"WHERE {' AND '.join(parts)} " if parts else ""
        most = f"LIMIT {limit}" if limit is not None else ""
        query = f"SELECT * FROM {_name(self.table)} {where}ORDER BY {keys} {most}"  # noqa: S608
        return self._ask(query, [value for _, bound in bounds for value in bound])

    def _ask(self, query: str, values: Sequence[object]) -> list[Row]:
        try:
            with closing(sqlite3.connect(f"file:{self.path}?mode=ro", timeout=30, uri=True)) as db:
                db.row_factory = sqlite3.Row
                return [
                    {name: _plain(row[name]) for name in row.keys()}  # noqa: SIM118 - sqlite3.Row
                    for row in db.execute(query, values)
                ]
        except sqlite3.Error as error:
            raise RuntimeFailed(f"{self.path} cannot be read: {error}") from error


def source_of(store: Store, table: str, key: tuple[str, ...]) -> PostgresTable | SqliteTable:
    """A monolith's table, read by the key of the service's. Raises MscliError without one."""
    found: PostgresTable | SqliteTable
    if isinstance(store, Postgres):
        found = PostgresTable(store.databases, store.service, table, key)
        where = "its PostgreSQL"
    elif isinstance(store, Sqlite):
        found = SqliteTable(store.path, table, key)
        where = str(store.path)
    else:
        raise MscliError(f"{table} cannot be read", "a database of another kind")
    if not found.columns():
        raise MscliError(
            f"the monolith has no table '{table}' in {where}",
            "is that the database that it uses? services.monolith in mscli.yaml says which it has",
        )
    return found


def target_of(store: Store, table: str, service: str) -> PostgresTable:
    """A service's table to write to. Raises MscliError for none, and for one without a key."""
    if not isinstance(store, Postgres):
        raise MscliError(
            f"{service} has no database of the system",
            f"services.{service}.database: postgres in mscli.yaml gives it one",
        )
    found = PostgresTable(store.databases, store.service, table)
    if not found.types:
        raise MscliError(f"{service} has no table '{table}'", f"mscli db migrate {service}")
    if not found.key:
        raise MscliError(f"table '{table}' of {service} has no primary key", "give it one")
    return found


def _plain(value: object) -> object:
    """A value as JSON has it; bytes as PostgreSQL writes them."""
    return f"\\x{value.hex()}" if isinstance(value, bytes) else value


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("\0", "").replace("'", "''") + "'"
