"""Passes over two tables by ranges of the key: what differs is found, and carried over.

The first pass copies, each further one carries over what was written meanwhile, until a pass finds
nothing. Whatever ends it half way, doing it again goes on: rows that are equal are only read.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from mscli.errors import MscliError
from mscli.migrate.backfill.ends import Key, Row, Source
from mscli.migrate.verify.written import canonical

CHUNK = 5000
"""Rows of one range."""
_HEX = re.compile(r"[0-9a-f]{32}")
PAUSE = 0.3
"""Seconds after which a row that differs is looked at again: it may have been on its way."""


class Target(Source, Protocol):
    """A table that is written to."""

    @property
    def table(self) -> str:
        """Its name."""

    @property
    def key(self) -> tuple[str, ...]:
        """The columns of its primary key."""

    @property
    def types(self) -> Mapping[str, str]:
        """PostgreSQL's names of the columns' types."""

    def write(self, rows: Sequence[Row], columns: Sequence[str], gone: Sequence[Key]) -> None:
        """Make rows as they are given, and remove those of the keys `gone`."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A row that is not the same on both sides; None is no such row."""

    key: Key
    monolith: Mapping[str, Any] | None
    service: Mapping[str, Any] | None


@dataclass(slots=True)
class Pass:
    """One pass: how many rows were read at the monolith, and what differed."""

    rows: int = 0
    mismatches: list[Mismatch] = field(default_factory=list)


def one_pass(
    source: Source,
    target: Target,
    *,
    repair: bool,
    chunk: int = CHUNK,
    progress: Callable[[int], object] = lambda _: None,
) -> Pass:
    """Compare the whole table, range by range; with `repair` carry over what differs."""
    columns = shared(source, target)
    found = Pass()
    for rows, mismatches in _ranges(source, target, columns, chunk):
        found.rows += rows
        if repair and mismatches:
            target.write(
                [m.monolith for m in mismatches if m.monolith is not None],
                columns,
                [m.key for m in mismatches if m.monolith is None],
            )
        found.mismatches += mismatches
        progress(found.rows)
    return found


def settled(source: Source, target: Target, mismatches: Sequence[Mismatch]) -> list[Mismatch]:
    """Those that still differ when they are looked at again: no write was on its way."""
    if not mismatches:
        return []
    time.sleep(PAUSE)
    columns = shared(source, target)
    again = one_pass(source, target, repair=False)
    before = {m.key: _comparable(m, columns) for m in mismatches}
    return [m for m in again.mismatches if before.get(m.key) == _comparable(m, columns)]


def shared(source: Source, target: Target) -> tuple[str, ...]:
    """The columns that are carried over. Raises MscliError where the service lacks some."""
    columns = source.columns()
    missing = [name for name in columns if name not in target.columns()]
    if missing:
        raise MscliError(
            f"the service's table {target.table} lacks {', '.join(missing)}",
            "add it by a migration of the service",
        )
    absent = [name for name in target.key if name not in columns]
    if absent:
        raise MscliError(
            f"the monolith's table {target.table} lacks {', '.join(absent)}, a part of the key"
        )
    return columns


def _ranges(
    source: Source, target: Target, columns: Sequence[str], chunk: int
) -> Iterator[tuple[int, list[Mismatch]]]:
    last: Row | None = None
    while True:
        raw = source.rows(_key(target, last), None, chunk)
        ends = len(raw) < chunk
        theirs = [_fitted(row, target.types) for row in raw]
        after = _key(target, _fitted(last, target.types) if last else None)
        upto = None if ends else _key(target, theirs[-1])
        ours = target.rows(after, upto, None)
        yield len(raw), list(_mismatches(target, columns, theirs, ours))
        if ends:
            return
        last = raw[-1]


def _mismatches(
    target: Target, columns: Sequence[str], theirs: Sequence[Row], ours: Sequence[Row]
) -> Iterator[Mismatch]:
    there = {_key(target, row): row for row in theirs}
    here = {_key(target, row): row for row in ours}
    for key in {**there, **here}:
        one, other = there.get(key), here.get(key)
        if one is None or other is None or not _equal(columns, one, other):
            yield Mismatch(key or (), one, other)


def _key(target: Target, row: Row | None) -> Key | None:
    return None if row is None else tuple(row[name] for name in target.key)


def _fitted(row: Row, types: Mapping[str, str]) -> Row:
    """A row of another database as PostgreSQL takes it: UUIDs with hyphens, booleans."""
    return {name: _value(value, types.get(name, "")) for name, value in row.items()}


def _value(value: object, kind: str) -> object:
    if kind == "uuid" and isinstance(value, str) and _HEX.fullmatch(value):
        return "-".join((value[:8], value[8:12], value[12:16], value[16:20], value[20:]))
    if kind == "bool" and isinstance(value, int):
        return bool(value)
    if kind in ("json", "jsonb") and isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            return value
    if kind in ("text", "varchar", "bpchar") and isinstance(value, int | float):
        return str(value)
    return value


def _equal(columns: Sequence[str], one: Row, other: Row) -> bool:
    if all(one[name] == other[name] for name in columns):
        return True
    first = canonical({name: one[name] for name in columns})
    return bool(first == canonical({name: other[name] for name in columns}))


def _comparable(mismatch: Mismatch, columns: Sequence[str]) -> tuple[object, ...]:
    sides = (mismatch.monolith, mismatch.service)
    return tuple(side and canonical({name: side[name] for name in columns}) for side in sides)
