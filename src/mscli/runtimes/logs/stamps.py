"""The time of a line, as a key that sorts.

A key is UTC text such as `2026-11-22T15:04:05.123`: keys of any precision compare as their times
do, and for most lines a key is a slice of the line. Times without a zone are UTC.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import accumulate

LAST = "~"
"""Greater than every key."""
AFTER = "\0"
"""`key + AFTER` is greater than the key and less than every other greater key."""

_DIGITS = "0123456789"
_STARTS = frozenset(f"{_DIGITS}{{[tl")
"""How a line with a time begins, the words of logfmt too."""
_SERVICE = '{"time":"'
_ZONE = r" ?([+-])(\d\d)(?::?(\d\d))?(?![\d])"
_QUOTED = tuple(
    f'"{name}":{space}"'
    for name in ("time", "ts", "timestamp", "@timestamp")
    for space in ("", " ")
)
_NUMBER = re.compile(r'"(?:ts|time|timestamp)": ?(\d{9,16}(?:\.\d+)?)')
_TRAEFIK_START = '"StartUTC":"'
_TRAEFIK_DURATION = re.compile(r'"Duration":(\d{1,18})\b')
_MILLISECONDS_FROM = 1e11  # as seconds, the year 5138
_FORWARD = timedelta(days=1)


def key_of(moment: datetime) -> str:
    """The key of an aware time."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")


@lru_cache(maxsize=8192)
def _second(head: str) -> str:
    """`2026-11-22 15:04:05`, in any of the usual shapes, checked and as a key; or nothing."""
    if head[4] not in "-/" or head[10] not in "Tt ":
        return ""
    try:
        return datetime.fromisoformat(f"{head[:10].replace('/', '-')}T{head[11:]}").isoformat()
    except ValueError:
        return ""


@lru_cache(maxsize=8192)
def _shifted(second: str, zone: str) -> str:
    """A second's key moved from its zone (`+02:00`) to UTC."""
    found = re.match(_ZONE, zone)
    if found is None:
        return second
    sign, hours, minutes = found.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
    try:
        moment = datetime.fromisoformat(second) - (offset if sign == "+" else -offset)
    except OverflowError:
        return ""
    return moment.isoformat()


def _moment(line: str, at: int) -> str:
    """The key of the date and time written at `at`, or nothing."""
    second = _second(line[at : at + 19]) if line[at + 13 : at + 14] == ":" else ""
    if not second:
        return ""
    rest = line[at + 19 : at + 36]
    fraction = ""
    if rest[:1] in {".", ","}:
        after = rest[1:].lstrip(_DIGITS)
        fraction = rest[1 : len(rest) - len(after)]
        rest = after
    if rest[:1] in {"+", "-"} or rest[:2] in {" +", " -"}:
        second = _shifted(second, rest[:7])
    return f"{second}.{fraction}" if fraction and second else second


def _epoch(seconds: float) -> str:
    if seconds > _MILLISECONDS_FROM:
        seconds /= 1000
    try:
        return key_of(datetime.fromtimestamp(seconds, UTC))
    except (ValueError, OverflowError, OSError):
        return ""


def _json(line: str) -> str:
    if line.startswith(_SERVICE):
        return _moment(line, len(_SERVICE))
    at = line.find(_TRAEFIK_START)
    if at >= 0:
        return _traefik(line, _moment(line, at + len(_TRAEFIK_START)))
    for mark in _QUOTED:
        at = line.find(mark)
        if at >= 0:
            return _moment(line, at + len(mark))
    found = _NUMBER.search(line)
    return _epoch(float(found[1])) if found else ""


def _traefik(line: str, start: str) -> str:
    """When a request ended: its access line's own `time` has whole seconds only."""
    found = _TRAEFIK_DURATION.search(line)
    if not found or not start:
        return start
    try:
        began = datetime.fromisoformat(start[:26]).replace(tzinfo=UTC)
        return key_of(began + timedelta(microseconds=int(found[1]) / 1000))
    except (ValueError, OverflowError):
        return start


def _logfmt(line: str) -> str:
    for mark in ("time=", "ts="):
        at = 0 if line.startswith(mark) else line.find(f" {mark}") + 1
        if at or line.startswith(mark):
            at += len(mark)
            return _moment(line, at + (line[at : at + 1] == '"'))
    return ""


def stamp(line: str) -> str:
    """The key of a line's own time, or nothing when it has none."""
    first = line[:1]
    if first == "{":
        return _json(line)
    if first in _DIGITS and first:
        return _moment(line, 0)
    if first == "[":  # NATS: [123] 2026/11/22 15:04:05.123456 [INF] ...; others: [2026-11-22T...]
        return _moment(line, line.find("] ") + 2) or _moment(line, 1)
    if line.startswith(("time=", "ts=", "level=")):
        return _logfmt(line)
    return ""


class Stamper:
    """Gives every line of one source its key; keys of a source never go backwards.

    A line without a time has the time of the line before. Before the first time of all, lines
    have that time; in a source that never shows one, the time when they were written.
    """

    def __init__(self) -> None:
        self._last = ""
        self.timed = False
        """Whether any line so far had a time of its own."""

    def keys(self, text: str, lines: Sequence[str], written: float) -> list[str]:
        """One key a line. `lines` is `text` split at its newlines and not empty."""
        keys = _slices(text, lines) or _stamps(lines)
        latest = keys[-1] if (in_order := sorted(keys) == keys) else max(keys)
        if latest > self._last and latest > (horizon := key_of(datetime.now(UTC) + _FORWARD)):
            # No clock is a day ahead: what looked like a time is something else.
            keys = [key if key <= horizon else "" for key in keys]
            in_order = False
        first = next(filter(None, keys), "")
        self.timed = self.timed or bool(first)
        if not self.timed:
            first = _epoch(written)
        if not keys[0]:
            keys[0] = (self.timed and self._last) or first
            in_order = False
        if keys[0] < self._last or not in_order:
            keys = list(accumulate(keys, max, initial=self._last))[1:]
        self._last = keys[-1]
        return keys


def _stamps(lines: Sequence[str]) -> list[str]:
    """The key of every line; none where no line begins as one with a time does."""
    if _STARTS.isdisjoint({line[:1] for line in lines}):
        return [""] * len(lines)
    return [stamp(line) for line in lines]


def _slices(text: str, lines: Sequence[str]) -> list[str] | None:
    """The keys of our services' lines, when all of a chunk look like its first; else nothing."""
    first, start = lines[0], len(_SERVICE)
    if not first.startswith(_SERVICE):
        return None
    key = _moment(first, start)
    stop = start + len(key)
    zone = first[stop : stop + 1]
    if not key or first[start:stop] != key or zone not in {"Z", "+"}:
        return None
    if text.count('\n{"time":"2') != len(lines) - 1:
        return None
    if zone == "+" and text.count('+00:00"') < len(lines):
        return None
    try:
        alike = {line[stop] for line in lines} == {zone}
    except IndexError:
        return None
    return [line[start:stop] for line in lines] if alike else None
