"""The guard's books: how each process was when something happened to it last.

One small file, replaced as a whole, so that whoever wants to know reads it and asks nobody.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple

from mscli.runtimes.processes.place import Place

FILE = "status.json"


class Entry(NamedTuple):
    """One process: `since` is when `state` began, in seconds since the epoch."""

    state: str = "stopped"
    pid: int = 0
    since: float = 0.0
    restarts: int = 0
    code: int | None = None


NOTHING = Entry()
"""What is known of a process that never was started."""


class Books(NamedTuple):
    """All entries by process, and the pid of the guard that wrote them."""

    guard: int
    entries: Mapping[str, Entry]


def read(place: Place) -> Books | None:
    """What the guard wrote last; None when it wrote nothing that can be read."""
    try:
        document = json.loads(place.file(FILE).read_text())
        entries = {name: Entry(**entry) for name, entry in document["processes"].items()}
        return Books(document["guard"], entries)
    except (OSError, ValueError, KeyError, TypeError):
        return None
