"""A table as a migration makes it. Types are SQLAlchemy's, as code: `sa.String(100)`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

POSTGRESQL = "postgresql."


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key: the table and column that it points to; empty is the primary key."""

    table: str
    column: str = ""
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


@dataclass(frozen=True, slots=True)
class Table:
    """One table. `unknown` says what of its declaration could not be read, with file and line."""

    name: str
    columns: tuple[Column, ...] = ()
    uniques: tuple[tuple[str, ...], ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()
    unknown: tuple[str, ...] = ()

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
    renamed: dict[str, str] = field(default_factory=dict)
    """Fields that have a column of another name, or of none."""

    def done(self, name: str) -> Table:
        """The table, as far as it was read."""
        columns = sorted(self.columns.values(), key=lambda column: not column.primary_key)
        return Table(
            name, tuple(columns), tuple(self.uniques), tuple(self.indexes), tuple(self.unknown)
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
    return Table(table.name, columns, uniques, indexes, (*table.unknown, *lost))


def _type_of(column: Column, known: Mapping[str, Table], depth: int) -> str:
    if column.type or column.reference is None or depth > len(known):
        return column.type
    target = known.get(column.reference.table)
    wanted = column.reference.column
    found = [c for c in (target.columns if target else ()) if _is_target(c, wanted)]
    return _type_of(found[0], known, depth + 1) if found else ""


def _is_target(column: Column, wanted: str) -> bool:
    return column.name == wanted if wanted else column.primary_key
