"""Puts a SQLite file back to what it was, so that no request sees what another one did."""

from __future__ import annotations

import sqlite3
from pathlib import Path


class Snapshot:
    """A copy in memory of one database."""

    def __init__(self, file: Path) -> None:
        self.live = sqlite3.connect(file, timeout=20, isolation_level=None, check_same_thread=False)
        self.kept = sqlite3.connect(":memory:", check_same_thread=False)
        self.live.backup(self.kept)
        self.version = self._version()

    def _version(self) -> int:
        found: int = self.live.execute("pragma data_version").fetchone()[0]
        return found

    def restore(self) -> None:
        """Back to the copy, if anybody has written since."""
        if self._version() != self.version:
            self.kept.backup(self.live)
            self.version = self._version()

    def values(self) -> dict[str, list[object]]:
        """What stands in columns, by `table.column` and by `column`: for parameters of paths."""
        found: dict[str, list[object]] = {}
        tables = self.live.execute("select name from sqlite_master where type = 'table'").fetchall()
        for (table,) in tables:
            rows = self.live.execute(f'select * from "{table}" limit 3')
            for row in rows.fetchall():
                for column, value in zip(rows.description, row):
                    if value not in (None, ""):
                        found.setdefault(column[0], []).append(value)
                        found.setdefault(f"{table}.{column[0]}", []).append(value)
        return found
