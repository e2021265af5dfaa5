"""What one request does: its handler, its statements, which of them were committed together.

Statements are kept without their values. A line is written when a request has done something that
no request like it had done before, so that what is killed has lost nothing.
"""

from __future__ import annotations

import contextvars
import json
import os
import re
from pathlib import Path

STATEMENT = re.compile(
    r"\s*\(?\s*(select|insert|update|delete|with|replace|merge|truncate)\b", re.I
)
WRITING = re.compile(
    r"\s*(insert|update|delete|replace|merge|truncate|with\b.*\b(insert|update|delete)\b)",
    re.I | re.S,
)
TEXTS = re.compile(r"'(?:[^']|'')*'")
LISTS = re.compile(
    r"\(\s*(?:(?:\?|%s|:\w+|\$\d+|%\(\w+\)s|NULL)\s*,\s*)+(?:\?|%s|:\w+|\$\d+|%\(\w+\)s|NULL)\s*\)"
)
MANY = re.compile(r"(\(NULL\)\s*,\s*)+\(NULL\)")
LONGEST = 20_000
OK, REDIRECTED, REFUSED = 200, 300, 400

Key = tuple[str, str, str, bool]


class Record:
    """One request under way."""

    def __init__(self, method: str) -> None:
        self.method = method
        self.handler = ""
        self.route = ""
        self.status = 0
        self.html = False
        self.place = ""
        self.sql: dict[str, None] = {}
        self.together: dict[tuple[str, ...], None] = {}
        self.open: dict[int, dict[str, None]] = {}
        self.depth = 0

    def note(self, sql: str, *, in_transaction: bool, connection: int = 0) -> None:
        """A statement was sent to a database; a request may have more than one connection."""
        if not isinstance(sql, str) or not STATEMENT.match(sql):
            return
        plain = MANY.sub("(NULL)", LISTS.sub("(NULL)", TEXTS.sub("''", sql)))[:LONGEST]
        self.sql[plain] = None
        if in_transaction and WRITING.match(plain):
            self.open.setdefault(connection, {})[plain] = None

    def commit(self, connection: int = 0) -> None:
        """What was written on a connection since the last commit belongs together."""
        written = self.open.pop(connection, {})
        if len(written) > 1:
            self.together[tuple(written)] = None

    def rollback(self, connection: int = 0) -> None:
        """What was written on a connection since the last commit was not."""
        self.open.pop(connection, None)


current: contextvars.ContextVar[Record | None] = contextvars.ContextVar("record", default=None)
ended: list[Record] = []
_seen: dict[Key, set[object]] = {}


def begin(method: str) -> contextvars.Token | None:  # type: ignore[type-arg]
    """A request begins; nothing if one is under way (a framework within a framework)."""
    return current.set(Record(method)) if current.get() is None else None


def end(token: contextvars.Token | None) -> None:  # type: ignore[type-arg]
    """The request that this token began ends."""
    record = current.get()
    if token is None or record is None:
        return
    current.set(None)
    ended[:] = [record]
    write(record)


def write(record: Record) -> None:
    """Keep what a request has done that none like it had done before."""
    good = succeeded(record.method, record.status, html=record.html, place=record.place)
    key = (record.handler, record.method, record.route, good)
    known = _seen.get(key)
    new: list[str] = [sql for sql in record.sql if known is None or sql not in known]
    together = [group for group in record.together if known is None or group not in known]
    if known is not None and not new and not together:
        return
    _seen.setdefault(key, set()).update(new, together)
    line = {
        "handler": record.handler,
        "method": record.method,
        "route": record.route,
        "status": record.status,
        "succeeded": good,
        "sql": new,
        "together": together,
    }
    folder = os.environ.get("MSCLI_TRACE", "")
    if folder:
        with (Path(folder) / f"{os.getpid()}.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


def succeeded(method: str, status: int, *, html: bool, place: str) -> bool:
    """Whether a request did what it was for: a form that is shown again, or a login, did not."""
    if not OK <= status < REFUSED:
        return False
    if status >= REDIRECTED:
        return not re.search(r"log-?in|sign-?in|auth", place, re.I)
    return method in ("GET", "HEAD", "OPTIONS") or status in (201, 204) or not html
