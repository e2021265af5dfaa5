import pytest

from mscli.runtimes.logs.levels import level_of_line, level_of_value
from mscli.runtimes.logs.model import Level


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("2026-11-22 15:04:05.123 UTC [12] LOG:  ready", Level.INFO),
        ("2026-11-22 15:04:05.123 UTC [12] ERROR:  no table", Level.ERROR),
        ("2026-11-22 15:04:05.123 UTC [12] orders@orders FATAL:  no role", Level.CRITICAL),
        (
            "2026-11-22 15:04:05 UTC [9] a@a FATAL:  the database system is starting up",
            Level.INFO,
        ),
        ("[12] 2026/11/22 15:04:05.123456 [WRN] slow", Level.WARNING),
        ("[12] 2026/11/22 15:04:05.123456 [INF] ready", Level.INFO),
        ('time="2026-11-22T15:04:05" level=error msg=x', Level.ERROR),
        ("INFO:     127.0.0.1:1 - GET /", Level.INFO),
        ("2026-11-22 15:04:05,123 WARNING orders: slow", Level.WARNING),
        ("2026-11-22 15:04:05 there was no error", None),
        ("Traceback (most recent call last):", None),
        ("    raise ERROR: x", None),
        ("ValueError: no", None),
        ("", None),
    ],
)
def test_the_level_of_every_shape(line: str, level: Level | None) -> None:
    assert level_of_line(line) is level


@pytest.mark.parametrize(
    ("value", "level"),
    [("warn", Level.WARNING), ("Error", Level.ERROR), (50, Level.ERROR), (7, None), ([], None)],
)
def test_a_value_is_a_word_or_a_number_of_pinos(value: object, level: Level | None) -> None:
    assert level_of_value(value) is level
