"""How grave a line is, read from the shapes that services and engines write."""

import re
from collections.abc import Mapping

from mscli.runtimes.logs.model import Level

_WORDS = {
    Level.TRACE: "TRACE TRC",
    Level.DEBUG: "DEBUG DBG DEBUG1 DEBUG2 DEBUG3 DEBUG4 DEBUG5",
    # PostgreSQL's LOG is news of the server, and what explains a message is no message.
    Level.INFO: "INFO INF INFORMATION NOTICE LOG",
    Level.WARNING: "WARNING WARN WRN",
    Level.ERROR: "ERROR ERR",
    Level.CRITICAL: "CRITICAL FATAL FTL PANIC PNC CRIT",
}
LEVELS: Mapping[str, Level] = {
    spelt: level
    for level, words in _WORDS.items()
    for word in words.split()
    for spelt in (word, word.lower(), word.capitalize())
}
"""Level by word, in capitals, small letters or capitalised."""

# pino (Node) writes numbers, ten above Python's from warning on.
_NUMBERS = {
    10: Level.TRACE,
    20: Level.DEBUG,
    30: Level.INFO,
    40: Level.WARNING,
    50: Level.ERROR,
    60: Level.CRITICAL,
}
_HEAD = 100  # characters: a level comes early, and lines may be long
_LOGFMT = re.compile(r'\blevel="?([A-Za-z]+)')
_TOO_EARLY = (
    "FATAL:  the database system is "  # ... starting up: what a probe hears, as often as not
)
_BRACKETS = "[]():|"
_MOST_WORDS = 8  # date, time and zone, then PostgreSQL's pid, user and database


def level_of_value(value: object) -> Level | None:
    """The level that a JSON line's `level` means: a word, or pino's number."""
    if isinstance(value, str):
        return LEVELS.get(value) or LEVELS.get(value.upper())
    return _NUMBERS.get(value) if isinstance(value, int) else None


def level_of_line(line: str) -> Level | None:
    """The level of a line that is not JSON; a continuation (a traceback's line) has none.

    Known: `INFO: ...` (uvicorn), `<time> [12] LOG: ...` (PostgreSQL), `[12] <time> [INF] ...`
    (NATS), `time=... level=INFO ...` (Temporal), `<time> ERROR ...` (most others).
    """
    if line[:1] in " \t":
        return None
    head = line[:_HEAD]
    if "level=" in head and (found := _LOGFMT.search(head)):
        return level_of_value(found[1])
    if not head[:1].isdigit() and not head.startswith("["):
        word, colon, _ = head.partition(":")
        return LEVELS.get(word) if colon and word.isupper() else None
    for word in head.split(None, _MOST_WORDS)[1:]:
        # Capitals only: "2026-11-22 15:04:05 no error so far" is not an error.
        if word.isupper() and (level := LEVELS.get(word.strip(_BRACKETS))):
            return Level.INFO if level is Level.CRITICAL and _TOO_EARLY in head else level
    return None
