"""The databases of the monolith and of the services, asked as they are and never changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from mscli.errors import RuntimeFailed
from mscli.model.process import Process
from mscli.runtimes.processes.psql import Databases

MAGIC = b"SQLite format 3\0"
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


def store_of(databases: Databases | None, process: Process) -> Store | None:
    """The database of a service: on the server while that is up, or the one file in its folder."""
    if "DATABASE_URL_FILE" in process.environment:
        if databases is None:
            return None
        return Postgres(databases, process.workload)
    files = sqlite_files(Path(process.folder))
    return Sqlite(files[0]) if len(files) == 1 else None


def sqlite_files(folder: Path) -> list[Path]:
    """The SQLite files below a folder; links, environments and caches left out."""
    return sorted(path for path in _files(folder) if _is_sqlite(path))


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
