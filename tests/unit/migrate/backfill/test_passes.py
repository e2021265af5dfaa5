"""Passes over two tables: what differs is carried over, and nothing else is touched."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from mscli.errors import MscliError
from mscli.migrate.backfill.ends import Key, Row, SqliteTable
from mscli.migrate.backfill.passes import one_pass, settled

TYPES = {"id": "int4", "ref": "uuid", "paid": "bool", "at": "timestamptz", "note": "text"}
REF, DASHED = "0" * 31 + "1", "00000000-0000-0000-0000-000000000001"


@dataclass
class Table:
    """Rows in memory, by an integer key."""

    kept: dict[int, dict[str, Any]]
    types: Mapping[str, str] = field(default_factory=lambda: TYPES)
    key: tuple[str, ...] = ("id",)
    written: int = 0
    table: str = "orders"

    def columns(self) -> tuple[str, ...]:
        return tuple(self.types)

    def rows(self, after: Key | None, upto: Key | None, limit: int | None) -> list[Row]:
        chosen = [
            row
            for key, row in sorted(self.kept.items())
            if (after is None or key > after[0]) and (upto is None or key <= upto[0])
        ]
        return list(chosen[:limit])

    def write(self, rows: Sequence[Row], columns: Sequence[str], gone: Sequence[Key]) -> None:
        self.written += len(rows) + len(gone)
        self.kept |= {row["id"]: {name: row[name] for name in columns} for row in rows}
        for key in gone:
            self.kept.pop(key[0], None)


def _row(number: int, **other: object) -> dict[str, Any]:
    row = {"id": number, "ref": DASHED, "paid": True, "at": "2026-01-01T00:00:00+00:00"}
    return {**row, "note": "a", **other}


def _full(count: int) -> Table:
    return Table({number: _row(number) for number in range(1, count + 1)})


@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 25])
def test_a_pass_copies_and_the_next_finds_nothing(count: int) -> None:
    source, target = _full(count), Table({})
    assert one_pass(source, target, repair=True, chunk=10).rows == count
    assert target.kept == source.kept
    assert one_pass(source, target, repair=True, chunk=10).mismatches == []
    assert target.written == count


def test_only_what_differs_is_written() -> None:
    source, target = _full(30), _full(30)
    source.kept[7]["note"] = "b"
    del source.kept[20]
    target.kept[99] = _row(99)
    del target.kept[30]
    found = one_pass(source, target, repair=True, chunk=10)
    assert [each.key for each in found.mismatches] == [(7,), (20,), (30,), (99,)]
    assert target.kept == source.kept
    assert target.written == 4


def test_a_comparison_writes_nothing_and_finds_what_was_injected() -> None:
    source, target = _full(30), _full(30)
    target.kept[12]["note"] = "injected"
    found = one_pass(source, target, repair=False, chunk=10)
    assert [(each.key, each.service) for each in found.mismatches] == [((12,), target.kept[12])]
    assert target.written == 0
    assert settled(source, target, found.mismatches) == found.mismatches
    target.kept[12]["note"] = "a"
    assert settled(source, target, found.mismatches) == []


def test_rows_of_another_database_are_the_same_where_they_mean_the_same(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "app.db")) as database:
        database.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, ref, paid, at, note)")
        rows = [(n, REF, 1, "2026-01-01 00:00:00.000000", "a") for n in (1, 2, 3)]
        database.executemany("INSERT INTO t VALUES (?, ?, ?, ?, ?)", rows)
        database.commit()
    source = SqliteTable(tmp_path / "app.db", "t", ("id",))
    assert one_pass(source, _full(3), repair=False, chunk=2).mismatches == []
    empty = Table({})
    one_pass(source, empty, repair=True, chunk=2)
    assert empty.kept[2] == _row(2, at="2026-01-01 00:00:00.000000")


def test_a_column_that_the_service_lacks_is_said_before_anything_is_written() -> None:
    target = Table({}, types={"id": "int4"})
    with pytest.raises(MscliError, match="table orders lacks ref, paid, at, note"):
        one_pass(_full(3), target, repair=True)
    assert target.written == 0
