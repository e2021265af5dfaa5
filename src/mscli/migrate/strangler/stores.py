"""The databases of the monolith and of the services, asked as they are and never changed."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from mscli.errors import RuntimeFailed
from mscli.migrate.store import ADDRESS
from mscli.model.system import Service
from mscli.runtimes.processes.psql import Databases, server_at

MAGIC = b"SQLite format 3\0"
SQLITE = "sqlite:///"
_ADDRESS = re.compile(r"postgres(?:ql)?(?:\+\w+)?://")
LEFT_OUT = frozenset({".venv", "__pycache__", ".git", "node_modules"})


class Store(Protocol):
    """One database."""

    def count(self, table: str) -> int | None:
        """How many rows a table has; None where there is no such table."""


@dataclass(frozen=True, slots=True)
class Postgres:
    """A service's database on the system's server, which has to be up."""

    databases: Databases
    service: str

    def count(self, table: str) -> int | None:
        """How many rows a table has; None where there is no such table."""
        found = self.databases.rows(
            self.service, f"SELECT to_regclass({_literal(table)}) IS NOT NULL"
        )
        if found != [(True,)]:
            return None
        query = f"SELECT count(*) FROM {_name(table)}"  # noqa: S608 - quoted
        return int(self.databases.rows(self.service, query)[0][0] or 0)


@dataclass(frozen=True, slots=True)
class Sqlite:
    """A file of a service."""

    path: Path

    def count(self, table: str) -> int | None:
        """How many rows a table has; None where there is no such table."""
        try:
            with closing(sqlite3.connect(f"file:{self.path}?mode=ro", timeout=5, uri=True)) as db:
                query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
                if db.execute(query, (table,)).fetchone() is None:
                    return None
                query = f"SELECT count(*) FROM {_name(table)}"  # noqa: S608 - quoted
                return int(db.execute(query).fetchone()[0])
        except sqlite3.Error as error:
            raise RuntimeFailed(f"{self.path} cannot be read: {error}") from error


def store_of(
    databases: Databases | None,
    service: Service,
    folder: Path | None = None,
    named: Path | None = None,
) -> Store | None:
    """The database of a service, if it can be asked.

    On the system's server while that is up; a PostgreSQL elsewhere that a variable of the service
    names by its address; or the SQLite file in `folder`, the one or the `named` one.
    """
    if service.database:
        return None if databases is None else Postgres(databases, service.name)
    if address := elsewhere(service.env):
        return Postgres(Databases(lambda _: server_at(address)), service.name)
    files = [named] if named else sqlite_files(folder) if folder else []
    return Sqlite(files[0]) if len(files) == 1 else None


def named_file(root: Path, service: Service, services: Mapping[str, Service]) -> Path | None:
    """The SQLite file in a service's folder that a variable names: its own, or of one on it.

    There may be others beside it: a copy, what a scheduler keeps.
    """
    said = [(service, value) for value in service.env.values()]
    said += [(each, each.env[ADDRESS]) for each in services.values() if ADDRESS in each.env]
    inside = (root / service.path).resolve()
    for by, value in said:
        if value.startswith(SQLITE):
            file = (root / by.path / value.removeprefix(SQLITE)).resolve()
            if file.is_file() and file.is_relative_to(inside):
                return root / service.path / file.relative_to(inside)
    return None


def elsewhere(env: Mapping[str, str]) -> str:
    """The address of a PostgreSQL among variables, DATABASE_URL before others; empty for none."""
    found = {name: value for name, value in env.items() if _ADDRESS.match(value)}
    address = found.get("DATABASE_URL") or next(iter(found.values()), "")
    return _ADDRESS.sub("postgresql://", address)


def address_in(env: Mapping[str, str]) -> str:
    """As `elsewhere`, also of a SQLite file; as it is written."""
    found = {n: v for n, v in env.items() if _ADDRESS.match(v) or v.startswith(SQLITE)}
    return found.get("DATABASE_URL") or next(iter(found.values()), "")


def sqlite_files(folder: Path) -> list[Path]:
    """The SQLite files below a folder; links, environments and caches left out."""
    return sorted(path for path in _files(folder) if _is_sqlite(path))


def several(service: str, files: Sequence[str]) -> str:
    """What to do where a service has several SQLite files, and no variable says which it uses."""
    return (
        f"of {', '.join(files)} one is its database: name it in the env of services.{service}, such"
        f" as DATABASE_URL: {SQLITE}{files[0]}"
    )


def _files(folder: Path) -> Iterable[Path]:
    for path in folder.iterdir():
        if path.is_symlink() or path.name in LEFT_OUT:
            continue
        if path.is_dir():
            yield from _files(path)
        elif path.is_file():
            yield path


def _is_sqlite(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


def _name(table: str) -> str:
    return '"' + table.replace('"', '""') + '"'


def _literal(table: str) -> str:
    return "'" + _name(table).replace("'", "''") + "'"
