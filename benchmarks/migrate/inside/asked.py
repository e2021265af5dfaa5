"""What an application asks its database for: a row that a statement looks for is one that matters.

SQLite tells each statement with its values. The columns that a `SELECT` compares with a value, by
table, are what a row needs to be found by it: a policy for the event that happens, an open draft.
"""

from __future__ import annotations

import functools
import re
import sqlite3
import sqlite3.dbapi2
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

EACH, LONGEST, KEPT = 3, 20_000, 200_000
LITERAL = r"'(?:[^']|'')*'|-?\d+(?:\.\d+)?"
NAME = r'"?(?P<{0}>\w+)"?'
NAMED = re.compile(
    rf"(?:from|join|,)\s+{NAME.format('table')}\s+(?:as\s+)?{NAME.format('alias')}", re.I
)
COMPARED = re.compile(
    rf"(?P<before>(?:\b(?:and|or|not|where)\s|\()[\s(]*)?"
    rf"(?:\w+\()?{NAME.format('table')}\.{NAME.format('column')}\)?\s*"
    rf"(?:is\s+(?P<is>null|true|false|[01])\b|(?:=|in\s*\()\s*(?P<value>{LITERAL})"
    rf"|(?P<alone>(?=\)|\s(?:and|or)\b|$)))",
    re.I,
)
ORDER = re.compile(r"\b(?:order|group)\s+by\b.*?(?=\blimit\b|$)", re.I | re.S)
SPOKEN = {"null": None, "true": 1, "false": 0, "1": 1, "0": 0}
Wanted = tuple[tuple[str, object], ...]


class Asked:
    """The rows that statements look for, while it listens."""

    def __init__(self) -> None:
        self.listens = False
        self.strict = False  # whether the database keeps to its keys, as others than SQLite do
        self.seen: set[int] = set()
        self.rows: dict[tuple[str, Wanted], None] = {}
        self.known: Counter[tuple[str, tuple[str, ...]]] = Counter()

    def watch(self) -> None:
        """Hear of every statement on connections that are made from now on."""
        for module in (sqlite3, sqlite3.dbapi2):
            module.connect = functools.partial(module.connect, factory=Watched)

    def hear(self, statement: str) -> None:
        """Note what one statement looks for."""
        if not self.listens or len(statement) > LONGEST or len(self.seen) > KEPT:
            return
        if hash(statement) in self.seen or statement[:7].upper() != "SELECT ":
            return
        self.seen.add(hash(statement))
        for table, wanted in looked_for(statement).items():
            shape = (table, tuple(sorted(wanted)))
            row = (table, tuple(sorted(wanted.items())))
            if row not in self.rows and self.known[shape] < EACH:
                self.known[shape] += 1
                self.rows[row] = None


ASKED = Asked()
"""Of the process: it has to hear from the first connection on."""


class Watched(sqlite3.Connection):
    """A connection that is listened to."""

    is_strict = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.execute("pragma synchronous = off")  # it is thrown away afterwards
        self.set_trace_callback(ASKED.hear)

    def cursor(self, *args: Any, **kwargs: Any) -> Any:
        """As before; what other databases do by themselves is asked for when nothing is open."""
        if ASKED.strict and not self.is_strict and not self.in_transaction:
            self.is_strict = True
            super().cursor().execute("pragma foreign_keys = on")
        return super().cursor(*args, **kwargs)


def looked_for(statement: str) -> Mapping[str, dict[str, object]]:
    """Table -> column -> the value that a statement compares it with; the first, where it is told
    several.
    """
    names = {one["alias"]: one["table"] for one in NAMED.finditer(statement)}
    found: dict[str, dict[str, object]] = {}
    for table, column, value in _compared(ORDER.sub("", statement)):
        found.setdefault(names.get(table, table), {}).setdefault(column, value)
    return found


def _compared(statement: str) -> Iterator[tuple[str, str, object]]:
    start = re.search(r"\bwhere\b", statement, re.I)
    for one in COMPARED.finditer(statement, start.start()) if start else ():
        before = (one["before"] or "").lower()
        if one["alone"] is not None:  # a flag, as it is
            if "and" in before or "or" in before or "where" in before or "not" in before:
                yield one["table"], one["column"], int("not" not in before)
        elif "not" not in before:
            yield one["table"], one["column"], _value(one["is"], one["value"])


def _value(spoken: str | None, literal: str | None) -> object:
    if literal is None:
        return SPOKEN[(spoken or "null").lower()]
    if literal.startswith("'"):
        return literal[1:-1].replace("''", "'")
    return float(literal) if "." in literal else int(literal)
