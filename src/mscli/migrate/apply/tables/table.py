"""A table as a migration makes it. Types are SQLAlchemy's, as code: `sa.String(100)`."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from mscli.text.quoting import json_inline

POSTGRESQL = "postgresql."


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key: the table and column that it points to; empty is the primary key."""

    table: str
    column: str = ""
    on_delete: str = ""


@dataclass(frozen=True, slots=True)
class Enumeration:
    """A type of PostgreSQL's that a migration makes before the tables that have it."""

    name: str
    values: tuple[str, ...]

    @property
    def code(self) -> str:
        """As SQLAlchemy has it."""
        return f"sa.Enum({self._arguments})"

    @property
    def type(self) -> str:
        """As PostgreSQL has it, for a migration that makes it."""
        return f"{POSTGRESQL}ENUM({self._arguments})"

    @property
    def made(self) -> str:
        """The same in a migration that has made the type."""
        return f"{POSTGRESQL}ENUM({self._arguments}, create_type=False)"

    @property
    def _arguments(self) -> str:
        return ", ".join([*map(json_inline, self.values), f"name={json_inline(self.name)}"])


@dataclass(frozen=True, slots=True)
class Check:
    """A check constraint, in SQL."""

    name: str
    sql: str


@dataclass(frozen=True, slots=True)
class KeyOfSeveral:
    """A foreign key of several columns."""

    columns: tuple[str, ...]
    table: str
    targets: tuple[str, ...]
    on_delete: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column; without a type it has that of what it refers to."""

    name: str
    type: str = ""
    nullable: bool = False
    primary_key: bool = False
    unique: bool = False
    index: bool = False
    server_default: str = ""
    reference: Reference | None = None
    enumeration: Enumeration | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """One table. `unknown` says what of its declaration could not be read, with file and line.

    `unchecked` says it of check constraints: without them a row is read as before, not written.
    """

    name: str
    columns: tuple[Column, ...] = ()
    uniques: tuple[tuple[str, ...], ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()
    unknown: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    unchecked: tuple[str, ...] = ()
    keys: tuple[KeyOfSeveral, ...] = ()

    @property
    def primary_key(self) -> tuple[Column, ...]:
        """The columns of its primary key."""
        return tuple(column for column in self.columns if column.primary_key)


@dataclass(slots=True)
class Draft:
    """A table that is being read."""

    columns: dict[str, Column] = field(default_factory=dict)
    uniques: list[tuple[str, ...]] = field(default_factory=list)
    indexes: list[tuple[str, ...]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)
    keys: list[KeyOfSeveral] = field(default_factory=list)
    conditions: list[tuple[str, ast.expr | None, str]] = field(default_factory=list)
    """Checks that are not SQL as yet: name, condition, and how they are told of."""
    renamed: dict[str, str] = field(default_factory=dict)
    """Fields that have a column of another name, or of none."""

    def done(self, name: str) -> Table:
        """The table, as far as it was read."""
        columns = sorted(self.columns.values(), key=lambda column: not column.primary_key)
        return Table(
            name,
            tuple(columns),
            tuple(self.uniques),
            tuple(self.indexes),
            tuple(self.unknown),
            tuple(self.checks),
            tuple(self.unchecked),
            tuple(self.keys),
        )


def with_types(tables: Iterable[Table]) -> dict[str, Table]:
    """The tables, where a foreign key has the type of what it points to."""
    known = {table.name: table for table in tables}
    return {name: _typed(table, known) for name, table in known.items()}


def _typed(table: Table, known: Mapping[str, Table]) -> Table:
    typed = [replace(c, type=c.type or _type_of(c, known, 0)) for c in table.columns]
    lost = [f"column {c.name} of {table.name}: its type" for c in typed if not c.type]
    columns = tuple(column for column in typed if column.type)
    names = {column.name for column in columns}
    uniques = tuple(group for group in table.uniques if names.issuperset(group))
    indexes = tuple(group for group in table.indexes if names.issuperset(group))
    for group in (*table.uniques, *table.indexes):
        if not names.issuperset(group):
            lost.append(f"the index of {table.name} over {', '.join(group)}: not every column")
    unknown = (*table.unknown, *lost)
    return replace(table, columns=columns, uniques=uniques, indexes=indexes, unknown=unknown)


def _type_of(column: Column, known: Mapping[str, Table], depth: int) -> str:
    if column.type or column.reference is None or depth > len(known):
        return column.type
    target = known.get(column.reference.table)
    wanted = column.reference.column
    found = [c for c in (target.columns if target else ()) if _is_target(c, wanted)]
    return _type_of(found[0], known, depth + 1) if found else ""


def _is_target(column: Column, wanted: str) -> bool:
    return column.name == wanted if wanted else column.primary_key
