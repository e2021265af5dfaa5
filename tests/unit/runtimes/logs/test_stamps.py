from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mscli.runtimes.logs.stamps import Stamper, key_of, stamp

NOON = "2026-11-22T15:04:05"


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ('{"time":"2026-11-22T15:04:05.123Z","level":"INFO"}', f"{NOON}.123"),
        ('{"time":"2026-11-22T15:04:05.123456+00:00","level":"INFO"}', f"{NOON}.123456"),
        ('{"time":"2026-11-22T17:04:05.1+02:00"}', f"{NOON}.1"),
        ('{"level":"info","time":"2026-11-22T15:04:05Z","message":"x"}', NOON),
        ('{"level":"info","ts":1795359845.5,"msg":"x"}', f"{NOON}.500000"),
        ('{"level":30,"time":1795359845500,"msg":"x"}', f"{NOON}.500000"),
        ('{"@timestamp":"2026-11-22T10:04:05-0500"}', NOON),
        ('{"time": "2026-11-22T15:04:05.123Z", "level": "INFO"}', f"{NOON}.123"),
        ('{"level": 30, "time": 1795359845500, "msg": "x"}', f"{NOON}.500000"),
        (
            (
                '{"Duration":2000000,"StartUTC":"2026-11-22T15:04:05.123456789Z",'
                '"time":"2026-11-22T15:04:05Z"}'
            ),
            f"{NOON}.125456",
        ),
        ('{"StartUTC":"2026-11-22T15:04:05.123456789Z"}', f"{NOON}.123456789"),
        ("2026-11-22 15:04:05.123 UTC [123] LOG:  ready", f"{NOON}.123"),
        ("2026-11-22 15:04:05,123 ERROR orders: no", f"{NOON}.123"),
        ("2026-11-22 17:04:05 +0200 ready", NOON),
        ("2026-11-22T15:04:05Z ready", NOON),
        ("[123] 2026/11/22 15:04:05.123456 [INF] Server is ready", f"{NOON}.123456"),
        ("[2026-11-22 15:04:05 +0000] [12] [INFO] Booting", NOON),
        ("time=2026-11-22T15:04:05.123 level=INFO msg=x", f"{NOON}.123"),
        ('level=info ts="2026-11-22T15:04:05Z" msg=x', NOON),
        ("2027-01-01T01:00:00+02:00 over midnight", "2026-12-31T23:00:00"),
    ],
)
def test_every_shape_of_time_becomes_one_kind_of_key(line: str, key: str) -> None:
    assert stamp(line) == key


@pytest.mark.parametrize(
    "line",
    [
        "",
        "INFO:     Started server process [12]",
        "  File 'x.py', line 3",
        "2026-13-45 99:99:99 no such day",
        "0001-01-01T00:00:00+02:00 before the calendar",
        "20261122T150405.123456789",
        "12 apples",
        "[",
        "{",
        '{"message":"no \\"time\\":\\"2026-11-22T15:04:05Z\\""}',
        "٢٠٢٦-١١-٢٢T١٥:٠٤:٠٥",
    ],
)
def test_a_line_without_a_time_has_no_key(line: str) -> None:
    assert stamp(line) == ""


@given(st.text())
def test_no_line_is_too_strange(text: str) -> None:
    for start in ("", "{", "[1] ", '{"time":"', '{"ts":', "time=", "2026-11-22T15:04:05"):
        stamp(start + text)


moments = st.datetimes(timezones=st.just(UTC))


@given(moments, moments)
def test_keys_sort_as_times_do(one: datetime, other: datetime) -> None:
    keys = [stamp(f"{moment.isoformat()} x") for moment in (one, other)]
    assert (keys[0] < keys[1]) == (one < other)


def keys(stamper: Stamper, *lines: str, written: float = 1795359845.0) -> list[str]:
    return stamper.keys("".join(f"{line}\n" for line in lines), lines, written)


def service(second: int) -> str:
    return f'{{"time":"2026-11-22T15:04:{second:02}.000Z","level":"INFO","message":"x"}}'


def test_a_line_without_a_time_has_that_of_the_line_before_also_in_the_next_chunk() -> None:
    stamper = Stamper()
    assert keys(stamper, service(1), "Traceback", service(2)) == [
        "2026-11-22T15:04:01.000",
        "2026-11-22T15:04:01.000",
        "2026-11-22T15:04:02.000",
    ]
    assert keys(stamper, "ValueError: no") == ["2026-11-22T15:04:02.000"]


def test_lines_before_the_first_time_have_that_time() -> None:
    assert keys(Stamper(), "starting", service(1)) == ["2026-11-22T15:04:01.000"] * 2


def test_a_source_without_times_has_those_of_its_writing() -> None:
    stamper = Stamper()
    first = keys(stamper, "one", "two")
    later = keys(stamper, "three", written=1795359846.0)
    assert first[0] == first[1] < later[0] == "2026-11-22T15:04:06.000000"


def test_keys_never_go_backwards() -> None:
    stamper = Stamper()
    assert keys(stamper, service(3), service(1)) == ["2026-11-22T15:04:03.000"] * 2
    assert keys(stamper, service(2)) == ["2026-11-22T15:04:03.000"]


def test_a_time_in_the_far_future_is_no_time() -> None:
    far = key_of(datetime.now(UTC) + timedelta(days=400))
    found = keys(Stamper(), "2020-01-01T00:00:00Z a", f"{far} b", "2020-01-01T00:00:01Z c")
    assert found == ["2020-01-01T00:00:00", "2020-01-01T00:00:00", "2020-01-01T00:00:01"]


def test_lines_that_look_alike_at_first_may_have_times_of_other_widths() -> None:
    found = keys(
        Stamper(),
        '{"time":"2020-11-22T15:04:05.12Z","level":"INFO"}',
        '{"time":"2020-11-22T15:04:05.123Z","level":"INFO"}',
        '{"time":"2020-11-22T17:04:06.12+02:00","level":"INFO"}',
    )
    assert found == ["2020-11-22T15:04:05.12", "2020-11-22T15:04:05.123", "2020-11-22T15:04:06.12"]
