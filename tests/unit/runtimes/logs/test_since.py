from datetime import UTC, datetime, timedelta, timezone

import pytest

from mscli.runtimes.logs.since import parse_since

NOW = datetime(2026, 11, 22, 15, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10m", NOW - timedelta(minutes=10)),
        ("2h30m", NOW - timedelta(hours=2, minutes=30)),
        ("1.5h", NOW - timedelta(minutes=90)),
        ("1d", NOW - timedelta(days=1)),
        ("250ms", NOW - timedelta(milliseconds=250)),
        ("2026-11-22T15:04", NOW.replace(second=0)),
        ("2026-11-22", NOW.replace(hour=0, minute=0, second=0)),
        ("2026-11-22T15:04:05.5Z", NOW.replace(microsecond=500000)),
        ("2026-11-22t15:04:05z", NOW),
        ("2026-11-22T17:04:05+02:00", NOW.astimezone(timezone(timedelta(hours=2)))),
        (str(int(NOW.timestamp())), NOW),
        (f"{int(NOW.timestamp())}.25", NOW.replace(microsecond=250000)),
    ],
)
def test_a_span_counts_back_and_a_moment_stands_for_itself(text: str, expected: datetime) -> None:
    assert parse_since(text, NOW) == expected


@pytest.mark.parametrize(
    "text", ["", "soon", "10", "m", "-5m", "2026-02-31", "2026-11-22T99", "9" * 30, "9" * 30 + "d"]
)
def test_anything_else_is_answered_with_what_to_write(text: str) -> None:
    with pytest.raises(ValueError, match=r"10m.*2026-11-22T15:04.*unix"):
        parse_since(text, NOW)
