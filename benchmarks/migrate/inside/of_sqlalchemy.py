"""Tables, relations and rows of an application with SQLAlchemy."""

from __future__ import annotations

import datetime
import enum
import sys
import uuid
from collections.abc import Mapping
from typing import Any

from inside.rows import Key


def tables(start: Any, own: tuple[str, ...]) -> dict[str, bool]:
    """Every table, and whether it is the application's own and not a plug-in's."""
    homes: dict[str, list[str]] = {}
    for registry in start.registries():
        for mapper in registry.mappers:
            homes.setdefault(mapper.local_table.name, []).append(mapper.class_.__module__)
    every = {table.name: table for data in start.metadatas() for table in data.tables.values()}
    # Classes that an extension makes for the application's own, such as versions, are its own.
    mine = {
        name: any(belongs(home, own) or home.startswith("sqlalchemy") for home in homes[name])
        for name in every
        if name in homes
    }
    return {name: mine.get(name, _hangs_on(table, mine)) for name, table in every.items()}


def _hangs_on(table: Any, mine: Mapping[str, bool]) -> bool:
    """Whether a table without a class is the application's own: not if it is between others'."""
    targets = [key.column.table.name for key in table.foreign_keys]
    return not targets or any(mine.get(target, True) for target in targets)


def belongs(module: str, own: tuple[str, ...]) -> bool:
    """Whether a module is the application's own."""
    return any(module == name or module.startswith(f"{name}.") for name in own)


def relations(start: Any) -> list[tuple[str, ...]]:
    """Foreign keys; relationships over a table between as (one, other, "both")."""
    found: set[tuple[str, ...]] = set()
    for metadata in start.metadatas():
        for table in metadata.tables.values():
            for key in table.foreign_keys:
                found.add((table.name, key.column.table.name))
    for registry in start.registries():
        for mapper in registry.mappers:
            for relation in mapper.relationships:
                if relation.secondary is not None:
                    ends = {relation.parent.local_table.name, relation.mapper.local_table.name}
                    found.add((min(ends), max(ends), "both"))
    return sorted(found)


def keys(start: Any) -> list[Key]:
    """Foreign keys of one column, and what relationships join on without one."""
    found: dict[Key, None] = {}
    parts = _parts(start)
    for metadata in start.metadatas():
        for table in metadata.tables.values():
            for key in table.foreign_keys:
                ends = (table.name, key.parent.name, key.column.table.name, key.column.name)
                found[Key(*ends, whole=table.name not in parts)] = None
    for registry in start.registries():
        for mapper in registry.mappers:
            for relation in mapper.relationships:
                for local, remote in relation.local_remote_pairs or ():
                    ends = (local, remote) if remote.primary_key else (remote, local)
                    one, other = ends
                    if other.primary_key and one.table.name != other.table.name:
                        names = (one.table.name, one.name, other.table.name, other.name)
                        found[Key(*names, whole=one.table.name not in parts)] = None
    return list(found)


def _parts(start: Any) -> set[str]:
    """Tables of which a row is only a part of what is one: a class has some, its heirs the rest."""
    mappers = [mapper for registry in start.registries() for mapper in registry.mappers]
    heirs = [
        one for one in mappers if one.inherits and one.local_table is not one.inherits.local_table
    ]
    return {end.local_table.name for one in heirs for end in (one, one.inherits)}


def fill_file(start: Any, folder: Any) -> None:
    """Rows in the SQLite file of an application; `start.columns` gives values that must be so."""
    import sqlalchemy

    engine = sqlalchemy.create_engine(f"sqlite:///{start.database(folder)}")
    for metadata in start.metadatas():
        fill(engine, metadata, getattr(start, "columns", {}))
    engine.dispose()


def fill(engine: Any, metadata: Any, given: Mapping[str, Any] | None = None) -> None:
    """Two rows of each table that has none, keys to rows that are there."""
    import sqlalchemy

    for table in metadata.sorted_tables:
        try:
            with engine.connect() as connection:
                before = connection.execute(sqlalchemy.select(*table.primary_key)).fetchall()
        except sqlalchemy.exc.DatabaseError:
            continue  # a table that is made by something that does not run here
        for number in range(len(before) + 1, 3):
            try:
                with engine.begin() as connection:
                    values = {
                        column.name: _value(connection, column, number, given or {})
                        for column in table.columns
                    }
                    row = {name: value for name, value in values.items() if value is not None}
                    connection.execute(table.insert().values(row))
            except Exception as error:
                print(f"{table.name}: {type(error).__name__}: {error}"[:200], file=sys.stderr)


def _value(connection: Any, column: Any, number: int, given: Mapping[str, Any]) -> Any:
    import sqlalchemy as sa

    for key in (f"{column.table.name}.{column.name}", column.name):
        if key in given:
            return given[key]
    for key in column.foreign_keys:
        return _one_of(connection, key.column, number)
    implied = _implied(column)
    found = _one_of(connection, implied, number) if implied is not None else None
    if found is not None:
        return found
    if column.default is not None and not (column.primary_key or column.unique):
        return None
    kind = column.type
    name = type(kind).__name__
    if isinstance(kind, sa.Enum):
        return next(iter(kind.enum_class)) if kind.enum_class else kind.enums[0]
    if "uuid" in name.lower() or "guid" in name.lower():
        return uuid.UUID(int=number, version=4)
    for types, value in (
        (sa.Boolean, True),
        (sa.Integer, None if column is column.table.autoincrement_column else number),
        (sa.DateTime, datetime.datetime(2026, 1, 15, 10, number)),  # noqa: DTZ001
        (sa.Date, datetime.date(2026, 1, 15)),
        (sa.Time, datetime.time(10, 30)),
        (sa.Interval, datetime.timedelta(days=1)),
        (sa.Numeric, 1),
        (sa.LargeBinary, number.to_bytes(16, "big")),
        (sa.JSON, {}),
        (sa.String, _text(column, number)),
    ):
        if isinstance(kind, types):
            return value
    return _decorated(kind, column, number)


def _one_of(connection: Any, column: Any, number: int) -> Any:
    """What the first or the second row holds, by when they came: first rows hang on first rows."""
    import sqlalchemy as sa

    rows = connection.execute(sa.select(column).order_by(sa.text("rowid")).limit(2)).fetchall()
    return rows[min(number, len(rows)) - 1][0] if rows else None


def _implied(column: Any) -> Any:
    """The column that only a name points to: `user_id` where there is a table of users."""
    stem = column.name.removesuffix("_id")
    tables = column.table.metadata.tables
    found = [tables[name] for name in (stem, f"{stem}s") if name in tables]
    if stem == column.name or column.primary_key or not found or "id" not in found[0].columns:
        return None
    return found[0].columns["id"]


def _text(column: Any, number: int) -> str:
    text = f"user{number}@example.com" if "mail" in column.name else f"{column.name[:12]}{number}"
    return text[: getattr(column.type, "length", None) or 200]


def _decorated(kind: Any, column: Any, number: int) -> Any:
    """A value for a type of the application's own, by what it is stored as."""
    import sqlalchemy as sa

    inner = getattr(kind, "impl", None)
    if isinstance(inner, sa.DateTime):
        return datetime.datetime(2026, 1, 15, 10, number, tzinfo=datetime.UTC)
    if isinstance(inner, sa.Integer):
        return number
    if "json" in type(kind).__name__.lower() or isinstance(inner, sa.JSON):
        return {}
    chosen = getattr(kind, "enum_class", None) or getattr(kind, "choices", None)
    if isinstance(chosen, type) and issubclass(chosen, enum.Enum):
        return next(iter(chosen))
    return _text(column, number) if not column.nullable or column.primary_key else None
