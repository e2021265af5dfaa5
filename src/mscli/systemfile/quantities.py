"""Durations and sizes as people write them: `700ms`, `1m30s`, `10MiB`; bare numbers are seconds
and bytes.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal

DURATION_PATTERN = r"^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$"
SIZE_PATTERN = r"^[0-9]+(\.[0-9]+)? ?(B|[kK]B|KiB|MB|MiB|GB|GiB)$"

_SECONDS = {"ms": Decimal("0.001"), "s": Decimal(1), "m": Decimal(60), "h": Decimal(3600)}
_BYTES = {
    "B": 1,
    "kB": 1000,
    "KB": 1000,
    "KiB": 1024,
    "MB": 1000**2,
    "MiB": 1024**2,
    "GB": 1000**3,
    "GiB": 1024**3,
}
_LONGEST = 40


def seconds(value: object) -> float:
    """A duration in seconds; raises ValueError with a sentence for a person."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _finite(value, "a duration")
    if isinstance(value, str) and len(value) <= _LONGEST and re.fullmatch(DURATION_PATTERN, value):
        parts = re.findall(r"([0-9.]+)(ms|s|m|h)", value)
        return float(sum(Decimal(number) * _SECONDS[unit] for number, unit in parts))
    raise ValueError("must be a duration such as 2s, 700ms or 1m30s (a bare number is seconds)")


def size(value: object) -> int:
    """A size in bytes; raises ValueError with a sentence for a person."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and len(value) <= _LONGEST:
        match = re.fullmatch(r"([0-9.]+) ?([A-Za-z]+)", value)
        if match and re.fullmatch(SIZE_PATTERN, value):
            return int(Decimal(match[1]) * _BYTES[match[2]])
    raise ValueError("must be a size such as 10MiB or 512KiB (a bare number is bytes)")


def duration_text(value: float) -> str | float:
    """The shortest way to write `value` seconds that reads back as exactly the same number."""
    for unit, factor in (("s", 1), ("ms", 1000)):
        count = round(value * factor)
        text = f"{count}{unit}"
        if seconds(text) == value:
            return text
    return value


def size_text(value: int) -> str | int:
    """The shortest way to write `value` bytes that reads back as exactly the same number."""
    for unit in ("GiB", "MiB", "KiB"):
        if value and value % _BYTES[unit] == 0:
            return f"{value // _BYTES[unit]}{unit}"
    return value


def _finite(value: float, what: str) -> float:
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ValueError(f"must be {what} that is finite")
    return number
