"""Where things stand in mscli.yaml: places, their lines, and faults that are found at a place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from mscli.errors import Finding

Place: TypeAlias = tuple[str | int, ...]
"""A place in the document: keys of mappings and indices of lists, from the top."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A finding before it has a file and a line.

    `shown` is the place that the message names where it is not `place` itself; `earlier` is a
    second place, whose line the message names.
    """

    place: Place
    message: str
    remedy: str = ""
    severity: Literal["error", "warning"] = "error"
    shown: Place | None = None
    earlier: Place | None = None


class Places:
    """The line of every place of one file, and how a place is written for a person."""

    def __init__(self, file: str, last_line: int) -> None:
        self._file = file
        self._last_line = last_line
        self._lines: dict[Place, int] = {}
        self._written: dict[Place, Place] = {}

    def note(self, place: Place, line: int) -> None:
        """Remember that `place` stands on `line` (from 1)."""
        self._lines[place] = line

    def alias(self, place: Place, written: Place) -> None:
        """Say that `place`, which a short form was expanded to, is written at `written`."""
        self._written[place] = written

    def renumber(self, parent: Place, kept: Iterable[int]) -> None:
        """Move a list's items after others were dropped; `kept` are the old indices."""
        for new, old in enumerate(kept):
            if new != old:
                self._written[(*parent, new)] = self.as_written((*parent, old))

    def as_written(self, place: Place) -> Place:
        """The place as it stands in the file, before short forms were expanded."""
        for length in range(len(place), 0, -1):
            written = self._written.get(place[:length])
            if written is not None:
                return (*written, *place[length:])
        return place

    def line(self, place: Place) -> int:
        """The line of the nearest thing at or above `place`."""
        place = self.as_written(place)
        for length in range(len(place), -1, -1):
            line = self._lines.get(place[:length])
            if line is not None:
                return max(1, min(line, self._last_line))
        return 1

    def finding(self, fault: Fault) -> Finding:
        """The fault with its file and line."""
        message = fault.message
        if fault.earlier is not None:
            message += f" (the first is on line {self.line(fault.earlier)})"
        shown = fault.place if fault.shown is None else fault.shown
        return Finding(
            file=self._file,
            line=self.line(fault.place),
            path=dotted(self.as_written(shown)),
            message=message,
            remedy=fault.remedy,
            severity=fault.severity,
        )


def dotted(place: Place) -> str:
    """A place for a person: `services.orders.calls`, `routes[0].path`."""
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{_visible(part)}"
    return text.removeprefix(".")


def _visible(key: str) -> str:
    """A key without line breaks or control characters, and not longer than a line can bear."""
    shown = key if key.isprintable() else repr(key)[1:-1]
    return shown if len(shown) <= _LONGEST_SHOWN else shown[:_LONGEST_SHOWN] + "..."


_LONGEST_SHOWN = 80
_MANY_WORDS = 1000


def quoted(value: object) -> str:
    """A value of the file in a message: short, on one line, in quotes if it is text."""
    if isinstance(value, str):
        return f"'{_visible(value)}'"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return _visible(str(value))


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """`did you mean 'payments'?`, or nothing if no word is close."""
    from difflib import get_close_matches

    known = list(words)
    if len(word) > _LONGEST_SHOWN or len(known) > _MANY_WORDS:
        return ""
    near = get_close_matches(word.lower(), known, n=1, cutoff=0.6)
    return f"did you mean {quoted(near[0])}?" if near else ""


def one_of(words: Iterable[str]) -> str:
    """`a, b or c`."""
    *others, last = list(words)
    return f"{', '.join(others)} or {last}" if others else last
