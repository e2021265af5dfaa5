"""Lets rows hang on rows, so that what goes with a row, or is shown beside it, is there.

A row that is made is a copy of one of its table, for that holds what the application would write.
Its key is another, what must be unique differs, and what it hangs on hangs together, too.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from inside.asked import Wanted
from inside.rows import Key, tables

TARGETS, TRIES = 4, 4


class Dependants:
    """Makes rows by the keys of an application, in its SQLite."""

    def __init__(self, connection: sqlite3.Connection, keys: Iterable[Key]) -> None:
        self.connection = connection
        self.keys: dict[str, list[Key]] = {name: [] for name in tables(connection)}
        for key in keys:
            if key.table in self.keys and key.target in self.keys:
                self.keys[key.table].append(key)
        self.shape = {name: self._shape(name) for name in self.keys}
        self.made: dict[str, list[int]] = {}
        self.number = 0

    def hang(self) -> dict[str, list[int]]:
        """On each of the first rows of a table, and on those made here, one row of each key.

        What was made, by table and number.
        """
        self.connection.execute("pragma foreign_keys = off")
        for table in self._order():
            for key in filter(lambda key: key.whole, self.keys[table]):
                for target in self._targets(key.target):
                    if target.get(key.to) is not None and not self._hangs(key, target[key.to]):
                        self._make(key, target)
        return self.made

    def let_be_found(self, wanted: Iterable[tuple[str, Wanted]]) -> dict[str, list[int]]:
        """Of each table one row more that a statement would find; what was made, as above.

        A second one, too, where there is one: some code is about there being several.
        """
        self.connection.execute("pragma foreign_keys = off")
        self.made = {}
        for table, values in wanted:
            if table in self.keys and not self._is_part(table):
                self._let_be_found(table, dict(values))
        return self.made

    def take_away(self) -> int:
        """All rows that hang on others and nothing hangs on: some code makes what is missing."""
        led_to = {key.target for keys in self.keys.values() for key in keys}
        ends = [table for table, keys in self.keys.items() if keys and table not in led_to]
        return sum(self.connection.execute(f'delete from "{end}"').rowcount for end in ends)

    def _is_part(self, table: str) -> bool:
        main = self.shape[table]["main"]
        return any(not key.whole and key.column in main for key in self.keys[table])

    def _let_be_found(self, table: str, wanted: dict[str, Any]) -> None:
        shape = self.shape[table]
        wanted = {name: value for name, value in wanted.items() if name in shape["kinds"]}
        if not wanted:
            return
        where = " and ".join(f'"{name}" is ?' for name in wanted)
        found = self._rows(table, f"where {where} limit 1", wanted.values())
        told = {name for name, value in wanted.items() if value is not None}  # null is never twice
        only_one = [*shape["unique"], *([set(shape["main"])] if shape["main"] else [])]
        if found and any(unique <= told for unique in only_one):
            return
        row = (found or self._near(table, wanted) or [None])[0]
        if row is not None and all(wanted.get(name, row) is not None for name in shape["needed"]):
            row = {name: value for name, value in row.items() if name} | wanted
            for try_ in range(TRIES):
                if self._insert(table, self._told_apart(row, shape, set(wanted), every=try_ > 1)):
                    return

    def _near(self, table: str, wanted: dict[str, Any]) -> list[dict[str, Any]]:
        """A row that hangs where one is wanted, or else any."""
        for key in self.keys[table]:
            if wanted.get(key.column) is not None:
                found = self._rows(
                    table, f'where "{key.column}" = ? limit 1', (wanted[key.column],)
                )
                if found:
                    return found
        return self._rows(table, "limit 1")

    def _shape(self, table: str) -> dict[str, Any]:
        """The parts of its primary key, and all columns of each index that is unique."""
        columns = self.connection.execute(f'pragma table_info("{table}")').fetchall()
        unique = []
        for index in self.connection.execute(f'pragma index_list("{table}")').fetchall():
            if index[2]:
                parts = self.connection.execute(f'pragma index_info("{index[1]}")').fetchall()
                unique.append({part[2] for part in parts if part[2]})
        main = [column[1] for column in columns if column[5]]
        kinds = {column[1]: (column[2] or "").upper() for column in columns}
        needed = {c[1] for c in columns if c[3] and c[4] is None and not c[5]}
        return {"main": main, "kinds": kinds, "unique": unique, "needed": needed}

    def _order(self) -> Iterator[str]:
        """What others hang on first."""
        done: dict[str, bool] = {}

        def visit(table: str) -> Iterator[str]:
            if table in done:
                return
            done[table] = True
            for key in self.keys[table]:
                yield from visit(key.target)
            yield table

        for table in sorted(self.keys):
            yield from visit(table)

    def _rows(self, table: str, rest: str = "", values: Iterable[object] = ()) -> list[Any]:
        found = self.connection.execute(f'select rowid, * from "{table}" {rest}', tuple(values))
        names = ["", *(column[0] for column in found.description[1:])]
        return [dict(zip(names, row)) for row in found.fetchall()]

    def _targets(self, table: str) -> list[dict[str, Any]]:
        made = self.made.get(table, [])[: 2 * TARGETS]
        numbers = ", ".join(map(str, made))
        found = self._rows(table, f"limit {TARGETS}")
        return found + (self._rows(table, f"where rowid in ({numbers})") if made else [])

    def _hangs(self, key: Key, value: object) -> bool:
        where = [f'"{name}" = ?' for name, _ in ((key.column, value), *key.fixed)]
        values = [value, *(wanted for _, wanted in key.fixed)]
        return bool(self._rows(key.table, f"where {' and '.join(where)} limit 1", values))

    def _above(self, table: str, row: dict[str, Any]) -> dict[str, dict[str, Any]]:
        """What a row hangs on, near or far, by its table."""
        found = {table: row}
        waiting = [(table, row)]
        while waiting:
            here, one = waiting.pop(0)
            for key in self.keys[here]:
                if one.get(key.column) is not None and key.target not in found:
                    rest = f'where "{key.to}" = ? limit 1'
                    for other in self._rows(key.target, rest, (one[key.column],)):
                        found[key.target] = other
                        waiting.append((key.target, other))
        return found

    def _make(self, key: Key, target: dict[str, Any]) -> None:
        above = self._above(key.target, target)
        row = self._model(key, above)
        if row is None:
            return
        shape = self.shape[key.table]
        held = {key.column, *(name for name, _ in key.fixed)}
        for try_ in range(TRIES):
            if self._insert(key.table, self._told_apart(row, shape, held, every=try_ > 1)):
                return

    def _model(self, key: Key, above: dict[str, dict[str, Any]]) -> dict[str, Any] | None:
        """A row like others of its table that hangs where it should."""
        shape = self.shape[key.table]
        known = self._rows(key.table, "limit 1")
        row = known[0] if known else dict.fromkeys(shape["kinds"])
        row.pop("", None)
        for other in self.keys[key.table]:
            if other.target != key.table and other.target in above and not other.fixed:
                row[other.column] = above[other.target][other.to]
            elif not known and other.column in shape["needed"]:
                first = self._rows(other.target, "limit 1")
                row[other.column] = first[0].get(other.to) if first else None
        row[key.column] = above[key.target][key.to]
        row.update(key.fixed)
        self._turn(key.table, row)
        return None if any(row[name] is None for name in shape["needed"]) else row

    def _turn(self, table: str, row: dict[str, Any]) -> None:
        """Another state: each copy but the first has one of its flags the other way."""
        flags = sorted(name for name, kind in self.shape[table]["kinds"].items() if "BOOL" in kind)
        made = len(self.made.get(table, ()))
        if flags and made:
            name = flags[(made - 1) % len(flags)]
            row[name] = row[name] if row[name] is None else int(not row[name])

    def _told_apart(
        self, row: dict[str, Any], shape: dict[str, Any], held: set[str], *, every: bool
    ) -> dict[str, Any]:
        """Another primary key, and other values where only one row may have one."""
        found = dict(row)
        keys = {name for unique in shape["unique"] for name in unique & held}
        main = shape["main"]
        if len(main) == 1 and main[0] not in held and "INT" in shape["kinds"][main[0]]:
            del found[main[0]]
        columns = set(main) if len(main) == 1 else set()
        for unique in shape["unique"]:
            columns |= unique if every or not unique & keys else set()
        for name in columns - held:
            if found.get(name) is not None:
                found[name] = self._another(found[name])
        return found

    def _another(self, value: object) -> object:
        """A value of the same kind and length."""
        self.number += 1
        if isinstance(value, int | float):
            return 1000 + self.number
        if isinstance(value, bytes):
            return value[:-4] + self.number.to_bytes(4, "big")
        text = str(value)
        if "@" in text:
            return f"n{self.number}{text}"
        tail = f"{self.number:0{min(4, len(text))}d}"
        return text[: max(0, len(text) - len(tail))] + tail

    def _insert(self, table: str, row: dict[str, Any]) -> bool:
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" * len(row))
        try:
            done = self.connection.execute(
                f'insert into "{table}" ({names}) values ({marks})', tuple(row.values())
            )
        except sqlite3.Error as error:
            print(f"{table}: {error}", file=sys.stderr)
            return False
        self.made.setdefault(table, []).append(done.lastrowid or 0)
        return True
