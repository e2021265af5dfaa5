"""What the log room speaks of: sources, views, levels and feeds. No I/O."""

import re
from datetime import datetime
from enum import IntEnum
from pathlib import Path
from typing import NamedTuple, Protocol


class Level(IntEnum):
    """How grave a line is; the numbers are Python's."""

    TRACE = 5
    DEBUG = 10
    INFO = 20
    WARNING = 30
    ERROR = 40
    CRITICAL = 50


class Labelled(Protocol):
    """What every kind of source has; a source must be hashable, and equal to itself in the next
    listing, because that is how the merge knows that it is still there.
    """

    @property
    def name(self) -> str:
        """The label shown, such as `orders-1`."""

    @property
    def workload(self) -> str:
        """What the replicas of one workload share; it chooses the colour."""


class Source(NamedTuple):
    """A replica's log file; its rotated siblings are `path.1`, `path.2`... (older)."""

    name: str
    workload: str
    path: Path


class View(NamedTuple):
    """What the user wants to see.

    `tail` counts lines per source before any filter, `since` and `until` are aware times and
    both inclusive, `grep` is searched in the whole raw line, `level` is the least grave level to
    show (lines of unknown level are then left out). `json` prints NDJSON and ignores
    `timestamps`, `prefix` and `colour`.
    """

    follow: bool = False
    tail: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    timestamps: bool = False
    prefix: bool = True
    colour: bool = False
    json: bool = False
    grep: re.Pattern[str] | None = None
    level: Level | None = None


class Chunk(NamedTuple):
    """Some whole lines of one source.

    `content` is empty or ends with a newline; `written` (epoch seconds) is when the last of it
    was written at the latest, the time of lines that have none; `more` says that further lines
    can be read at once, so that the merge must wait for them.
    """

    content: bytes
    written: float
    more: bool


class Feed(Protocol):
    """The lines of one source, oldest first. It never blocks."""

    def read(self, limit: int) -> Chunk:
        """The next lines, about `limit` bytes of them at most. OSError if they cannot be read."""

    def finish(self) -> bytes:
        """The last line, if it still has no newline, and forget it."""

    def close(self) -> None:
        """Give back what the feed holds open; closing twice is harmless."""
