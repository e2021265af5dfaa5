"""`--since` and `--until`: a moment, or how long ago it was."""

import re
from datetime import UTC, datetime, timedelta

_UNITS = {
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
    "s": timedelta(seconds=1),
    "ms": timedelta(milliseconds=1),
}
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|[dhms])")
_SPAN = re.compile(rf"(?:{_PART.pattern})+")
_UNIX = re.compile(r"\d{9,}(?:\.\d+)?")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?:[Tt ].*)?")


def parse_since(text: str, now: datetime) -> datetime:
    """The aware time that `text` means.

    `10m` and `2h30m` count back from `now`; RFC 3339, any beginning of it down to the day (UTC
    unless it has a zone) and unix seconds stand for themselves. ValueError otherwise.
    """
    text = text.strip()
    try:
        if _SPAN.fullmatch(text):
            spans = (float(n) * _UNITS[unit] for n, unit in _PART.findall(text))
            return now - sum(spans, timedelta())
        if _UNIX.fullmatch(text):
            return datetime.fromtimestamp(float(text), UTC)
        if _MOMENT.fullmatch(text):
            moment = datetime.fromisoformat(text.upper())
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        pass  # a 31st of February, a year 90000: the same sentence helps
    raise ValueError(
        f"{text!r} is no time: write how long ago (10m, 2h30m), a moment "
        "(2026-11-22T15:04, 2026-11-22T15:04:05Z) or unix seconds"
    )
