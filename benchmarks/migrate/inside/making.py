"""Requests that only make rows: what an application makes itself is as it has to be."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from typing import Any

from inside.rows import tables

INSERTING = re.compile(r"\s*insert\b", re.I)
CHANGING = re.compile(r"\s*(?:update|delete|replace|merge|truncate)\b", re.I)
EACH = 2

Request = tuple[str, str, str, Any, Any]


class Making:
    """The first requests of each route that succeeded, made rows, and changed none."""

    def __init__(self) -> None:
        self.requests: dict[tuple[str, str], list[Request]] = {}

    def note(self, route: str, request: Request, sql: Mapping[str, None]) -> None:
        """A request that did what it was for, with its statements."""
        some = self.requests.setdefault((route, request[1]), [])
        made = any(INSERTING.match(one) for one in sql)
        if made and len(some) < EACH and not any(CHANGING.match(one) for one in sql):
            some.append(request)


def numbers(connection: sqlite3.Connection) -> dict[str, set[int]]:
    """The rows of each table, by SQLite's own number."""
    found = {}
    for table in tables(connection):
        try:
            rows = connection.execute(f'select rowid from "{table}"').fetchall()
        except sqlite3.OperationalError:
            continue  # a table without such numbers
        found[table] = {number for (number,) in rows}
    return found
