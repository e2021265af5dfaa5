"""Rows of a database, and which of them hang on which: for the parameters of paths."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

FIRST, MADE = 3, 5
NATURAL = ("slug", "name", "code", "key", "identifier", "username", "title")


@dataclass(frozen=True)
class Key:
    """A column whose values stand in another table's; `fixed` is what else such a row holds."""

    table: str
    column: str
    target: str
    to: str
    fixed: tuple[tuple[str, object], ...] = ()
    whole: bool = True  # false where a row of the table is only a part of what is one to its owner


Row = Mapping[str, object]
Home = tuple[str, int]


def tables(connection: sqlite3.Connection) -> list[str]:
    """Every table that holds rows of the application."""
    found = connection.execute("select name from sqlite_master where type = 'table'").fetchall()
    return sorted(name for (name,) in found if not name.startswith("sqlite_"))


def taken_along(connection: sqlite3.Connection, gone: Iterable[str]) -> set[str]:
    """The tables whose rows go, or lose their key, with rows of those: what the keys say."""
    hanging: dict[str, list[tuple[str, bool]]] = {}
    for table in tables(connection):
        for key in connection.execute(f'pragma foreign_key_list("{table}")'):
            target, on_delete = key[2], key[6]
            if on_delete in ("CASCADE", "SET NULL", "SET DEFAULT"):
                hanging.setdefault(target, []).append((table, on_delete == "CASCADE"))
    found: set[str] = set()
    waiting, seen = list(gone), set(gone)
    while waiting:
        for table, goes in hanging.get(waiting.pop(), ()):
            found.add(table)
            if goes and table not in seen:
                seen.add(table)
                waiting.append(table)
    return found


def by_name(connection: sqlite3.Connection, known: Iterable[Key]) -> list[Key]:
    """Keys that only a name tells of: `user_id` where there is a table of users with an `id`."""
    have = {(key.table, key.column) for key in known}
    names = tables(connection)
    columns = {
        name: [row[1] for row in connection.execute(f'pragma table_info("{name}")')]
        for name in names
    }
    found = []
    for table in names:
        for column in columns[table]:
            stem = column.removesuffix("_id")
            if (table, column) in have or stem == column or not stem:
                continue
            targets = [n for n in (stem, f"{stem}s") if n in columns and "id" in columns[n]]
            found += [Key(table, column, target, "id") for target in targets[:1]]
    return found


class Rows:
    """The first rows of each table and those that were made, and what is above each."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        keys: Iterable[Key],
        made: Mapping[str, Sequence[int]] | None = None,
    ) -> None:
        self.keys: dict[str, list[Key]] = {}
        for key in keys:
            self.keys.setdefault(key.table, []).append(key)
        self.of: dict[str, list[Row]] = {}
        for table in tables(connection):
            self.of[table] = list(_some(connection, table, (made or {}).get(table, ())))
        self._above: dict[Home, frozenset[Home]] = {}

    def above(self, home: Home) -> frozenset[Home]:
        """The row itself and every row that it hangs on, near or far."""
        if home not in self._above:
            found: set[Home] = set()
            waiting = [home]
            while waiting:
                here = waiting.pop()
                if here not in found:
                    found.add(here)
                    waiting += self._parents(here)
            self._above[home] = frozenset(found)
        return self._above[home]

    def _parents(self, home: Home) -> Iterator[Home]:
        row = self.of[home[0]][home[1]]
        for key in self.keys.get(home[0], ()):
            value = row.get(key.column)
            if value is None or any(row.get(name) != wanted for name, wanted in key.fixed):
                continue
            for number, other in enumerate(self.of.get(key.target, ())):
                if other.get(key.to) == value:
                    yield key.target, number

    def values(self, column: str, table: str = "") -> Iterator[tuple[object, Home]]:
        """What stands in a column, of one table or of all, with the row."""
        names = [table] if table else list(self.of)
        for number in range(FIRST + MADE):  # the first of each table first
            for name in names:
                row = self.of.get(name, [])[number : number + 1]
                if row and row[0].get(column) not in (None, ""):
                    yield row[0][column], (name, number)

    def known(self) -> dict[str, object]:
        """A value for each name of a column."""
        found: dict[str, object] = {}
        for rows in self.of.values():
            for row in rows:
                for name, value in row.items():
                    if value not in (None, ""):
                        found.setdefault(name, value)
        return found


def _some(connection: sqlite3.Connection, table: str, made: Sequence[int]) -> Iterator[Row]:
    """The first rows and those that were made to hang on others, in turn."""
    numbers = ", ".join(map(str, made[:MADE]))
    new = _all(connection, f'select * from "{table}" where rowid in ({numbers})')
    old = _all(connection, f'select * from "{table}" where rowid not in ({numbers}) limit {FIRST}')
    for pair in zip_longest(old, new):
        yield from (row for row in pair if row is not None)


def _all(connection: sqlite3.Connection, sql: str) -> list[Row]:
    found = connection.execute(sql)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row)) for row in found.fetchall()]
