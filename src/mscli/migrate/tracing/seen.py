"""Reads what the hook wrote: for each handler and route the tables that were read and written."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mscli.migrate import paths
from mscli.migrate.statements import tables_of


@dataclass(slots=True)
class Seen:
    """One handler of one route, over all its requests."""

    handler: str
    method: str
    path: str
    succeeded: bool = False
    reads: set[str] = field(default_factory=set)
    writes: set[str] = field(default_factory=set)
    together: set[tuple[str, ...]] = field(default_factory=set)


def seen(folder: Path) -> list[Seen]:
    """Everything that was seen, in one order. Requests that reached no route are left out."""
    found: dict[tuple[str, str, str], Seen] = {}
    for line in _lines(folder):
        if not line["handler"]:
            continue
        key = (line["handler"], line["method"], paths.from_any(line["route"]))
        _add(found.setdefault(key, Seen(*key)), line)
    return [found[key] for key in sorted(found)]


def _lines(folder: Path) -> Iterable[dict[str, Any]]:
    for file in sorted(folder.glob("*.jsonl")):
        with file.open(encoding="utf-8") as lines:
            for line in lines:
                try:
                    yield json.loads(line)
                except json.JSONDecodeError:
                    continue  # the last line of a process that was killed


def _add(known: Seen, line: dict[str, Any]) -> None:
    known.succeeded |= line["succeeded"]
    for sql in line["sql"]:
        reads, writes = tables_of(sql)
        known.reads.update(reads)
        known.writes.update(writes)
    for group in line["together"]:
        written = {table for sql in group for table in tables_of(sql)[1]}
        if len(written) > 1:
            known.together.add(tuple(sorted(written)))
