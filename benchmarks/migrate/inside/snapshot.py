"""Puts a SQLite file back to what it was, so that no request sees what another one did."""

from __future__ import annotations

import gc
import sqlite3
import sys
import time
from collections.abc import Collection, Iterator
from pathlib import Path

from inside.rows import tables

PATIENCE, TRIES = 5, 3
BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


class Locked(Exception):
    """Somebody has left a transaction open."""


class Snapshot:
    """A copy in memory of one database."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.live = sqlite3.connect(file, timeout=2, isolation_level=None, check_same_thread=False)
        self.kept = sqlite3.connect(":memory:", check_same_thread=False)
        self.keep()

    def keep(self) -> None:
        """What is there now is what there is to be."""
        self.live.backup(self.kept)
        self.version = self._version()

    def _version(self) -> int:
        found: int = self.live.execute("pragma data_version").fetchone()[0]
        return found

    def changed(self, known: Collection[str]) -> Iterator[str]:
        """The tables that are not what they were, but for those that are known to be others."""
        if self._version() == self.version:
            return
        for table in tables(self.live):
            if table not in known:
                every = f'select * from "{table}"'
                if self.live.execute(every).fetchall() != self.kept.execute(every).fetchall():
                    yield table

    def restore(self) -> None:
        """Back to the copy, if anybody has written since. What a request that was broken off has
        left open is closed with the garbage.
        """
        if self._version() == self.version:
            return
        for _ in range(TRIES):
            end = time.monotonic() + PATIENCE

            def waiting(status: int, _left: int, _total: int, end: float = end) -> None:
                if status in BUSY and time.monotonic() > end:
                    raise Locked

            try:
                self.kept.backup(self.live, progress=waiting, sleep=0.05)
                break
            except Locked:
                gc.collect()
        else:
            print("the database is locked, and stays as it is", file=sys.stderr)
        self.version = self._version()
