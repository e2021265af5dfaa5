"""Scenarios of `mscli logs`."""

import json
import re
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from mscli.runtimes.logs import Level, Source, View
from mscli.runtimes.logs import show as show_lines
from tests.unit.runtimes.logs.scenes import START, at, follow, line, shown, source

FOLLOW = View(follow=True, prefix=False)


@pytest.fixture(autouse=True)
def _quick_listing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["mscli.runtimes.logs.show"], "LISTING", 0.01)
    monkeypatch.setattr(sys.modules["mscli.runtimes.logs.show"], "POLL", 0.001)


def turns(count: int) -> Iterator[None]:
    """That many turns in which nothing happens."""
    for _ in range(count):
        time.sleep(0.002)
        yield


def test_services_and_engines_are_merged_by_time(tmp_path: Path) -> None:
    sources = [
        source(tmp_path, "orders-1", line(0, "first") + line(20, "third")),
        source(tmp_path, "postgres", "2026-11-22 15:04:05.010 UTC [1] LOG:  second\n"),
    ]
    assert shown(sources) == (
        "orders-1  | INFO  first\n"
        "postgres  | 2026-11-22 15:04:05.010 UTC [1] LOG:  second\n"
        "orders-1  | INFO  third\n"
    )


def test_a_traceback_is_not_torn_apart(tmp_path: Path) -> None:
    sources = [
        source(tmp_path, "a", line(0, "no", "ERROR") + "Traceback:\n  File\nValueError\n"),
        source(tmp_path, "b", line(0, "b") + line(1, "b")),
    ]
    assert [text[:1] for text in shown(sources).splitlines()] == list("aaaabb")


def test_rotated_files_are_read_in_their_order(tmp_path: Path) -> None:
    subject = source(tmp_path, "orders-1", line(20, "third"))
    (tmp_path / "orders-1.log.1").write_text(line(10, "second"))
    (tmp_path / "orders-1.log.2").write_text(line(0, "first"))
    assert [text.split()[-1] for text in shown([subject]).splitlines()] == [
        "first",
        "second",
        "third",
    ]


def test_a_tail_is_counted_per_source(tmp_path: Path) -> None:
    sources = [
        source(tmp_path, name, "".join(line(n, f"{name}{n}") for n in range(5))) for name in "ab"
    ]
    words = [text.split()[-1] for text in shown(sources, View(tail=2)).splitlines()]
    assert words == ["a3", "b3", "a4", "b4"]


def test_since_and_until_are_both_included(tmp_path: Path) -> None:
    subject = source(tmp_path, "a", "".join(line(n, f"n{n}") + "  more\n" for n in range(5)))
    view = View(
        since=START + timedelta(milliseconds=1),
        until=START + timedelta(milliseconds=3),
        prefix=False,
    )
    assert shown([subject], view).split() == [
        word for n in (1, 2, 3) for word in ("INFO", f"n{n}", "more")
    ]


def test_grep_looks_at_the_raw_line(tmp_path: Path) -> None:
    subject = source(tmp_path, "a", line(0, "one", key="x") + line(1, "two", key="y") + "x\n")
    view = View(prefix=False, grep=re.compile('"key":"x"'))
    assert shown([subject], view) == "INFO  one key=x\n"


def test_json_is_one_object_a_line(tmp_path: Path) -> None:
    content = line(0, "taken", n=1).encode() + b"plain \xff\x1b[2J\n" + b'{"n":NaN,"message":"x"}\n'
    found = [
        json.loads(text)
        for text in shown(
            [source(tmp_path, "orders-1", content)], View(json=True, colour=True)
        ).splitlines()
    ]
    assert found[0] == {
        "time": at(0),
        "source": "orders-1",
        "workload": "orders",
        "level": "INFO",
        "message": "taken",
        "fields": {"time": at(0), "level": "INFO", "message": "taken", "n": 1},
    }
    assert found[1]["message"] == "plain \ufffd\x1b[2J"
    assert found[1]["time"] == at(0)
    assert "fields" not in found[1]
    assert found[2]["message"] == '{"n":NaN,"message":"x"}'


def test_json_keeps_to_the_level_too(tmp_path: Path) -> None:
    subject = source(
        tmp_path, "a", line(0) + line(1, "no", "ERROR") + "Traceback\n" + f"{at(2)} x\n"
    )
    view = View(json=True, level=Level.ERROR)
    assert [json.loads(text)["message"] for text in shown([subject], view).splitlines()] == [
        "no",
        "Traceback",
    ]


def test_bytes_that_are_no_text_pass_through(tmp_path: Path) -> None:
    content = b'\xff\xfe caf\xe9\n{"message":"half a pair \\ud800"}\n'
    written: list[bytes] = []
    subject = source(tmp_path, "a", content)
    show_lines(lambda: [subject], View(prefix=False), written.append, lambda: False)
    assert b"".join(written) == b"\xff\xfe caf\xe9\nhalf a pair \xef\xbf\xbd\n"


def test_a_last_line_without_its_newline_is_shown_when_not_following(tmp_path: Path) -> None:
    assert shown([source(tmp_path, "a", "no newline")]) == "a  | no newline\n"


def test_a_line_of_many_megabytes_is_shown_in_pieces(tmp_path: Path) -> None:
    subject = source(tmp_path, "a", b"x" * 3_500_000 + b"\nafter\n")
    text = shown([subject], View(prefix=False))
    assert max(len(piece) for piece in text.splitlines()) < 2_000_000
    assert text.replace("\n", "") == "x" * 3_500_000 + "after"


def test_nothing_to_show_is_nothing_written(tmp_path: Path) -> None:
    assert shown([]) == ""
    assert shown([source(tmp_path, "a"), source(tmp_path, "b", "")]) == ""


def test_what_is_appended_follows(tmp_path: Path) -> None:
    subject = source(tmp_path, "a", line(0, "old"))

    def steps() -> Iterator[None]:
        yield
        with subject.path.open("a") as file:
            file.write(line(10, "new") + "part")
            file.flush()
            yield from turns(3)
            file.write("ial\n")
        yield from turns(3)

    assert follow(lambda: [subject], FOLLOW, steps()) == "INFO  old\nINFO  new\npartial\n"


def test_tail_nothing_shows_only_what_is_new(tmp_path: Path) -> None:
    subject = source(tmp_path, "a", line(0, "old"))

    def steps() -> Iterator[None]:
        yield from turns(2)
        with subject.path.open("a") as file:
            file.write(line(10, "new"))
        yield

    assert follow(lambda: [subject], FOLLOW._replace(tail=0), steps()) == "INFO  new\n"


def test_a_replica_that_appears_later_joins_without_its_earlier_life(tmp_path: Path) -> None:
    listed = [source(tmp_path, "a", line(0, "a"))]

    def steps() -> Iterator[None]:
        yield from turns(3)
        new = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(time.time() + 1))
        listed.append(source(tmp_path, "longer-1", line(0, "earlier") + f"{new}Z now\n"))
        yield from turns(15)

    text = follow(lambda: list(listed), FOLLOW._replace(prefix=True), steps())
    assert text.splitlines()[0] == "a  | INFO  a"
    assert text.splitlines()[1].startswith("longer-1  | ")
    assert "now" in text
    assert "earlier" not in text


def test_a_replica_that_goes_is_read_to_its_end(tmp_path: Path) -> None:
    one, two = source(tmp_path, "a", line(0, "a")), source(tmp_path, "b", line(1, "b"))
    listed = [one, two]

    def steps() -> Iterator[None]:
        yield from turns(3)
        with two.path.open("a") as file:
            file.write(f"{line(2, 'last')}partial")
        listed.remove(two)
        yield from turns(60)
        two.path.write_text(line(3, "nobody sees this"))
        yield from turns(10)

    text = follow(lambda: list(listed), FOLLOW, steps())
    assert text.split("INFO") == ["", "  a\n", "  b\n", "  last\npartial\n"]


def test_a_replica_that_comes_back_is_not_shown_twice(tmp_path: Path) -> None:
    one, two = source(tmp_path, "a", line(0, "a")), source(tmp_path, "b", line(1, "b"))
    listed: list[Source] = [one, two]

    def steps() -> Iterator[None]:
        yield from turns(3)
        listed.remove(two)
        yield from turns(60)
        listed.append(two)
        yield from turns(30)

    assert follow(lambda: list(listed), FOLLOW, steps()).count("  b\n") == 1


def test_a_line_whose_clock_is_ahead_is_shown_all_the_same(tmp_path: Path) -> None:
    ahead = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))
    sources = [source(tmp_path, "a", f"{ahead} ahead\n"), source(tmp_path, "b", line(0))]
    seen: list[bytes] = []
    began = time.monotonic()
    show_lines(
        lambda: sources,
        FOLLOW,
        seen.append,
        lambda: b"ahead" in b"".join(seen) or time.monotonic() - began > 5,
    )
    assert time.monotonic() - began < 2


def test_until_ends_the_following(tmp_path: Path) -> None:
    subject = source(tmp_path, "a", line(0, "a"))
    view = FOLLOW._replace(until=START)
    show_lines(lambda: [subject], view, lambda _: None, lambda: False)


def test_a_closed_pipe_ends_the_show_and_closes_the_files(tmp_path: Path) -> None:
    def broken(_: bytes) -> None:
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        show_lines(lambda: [source(tmp_path, "a", "x\n")], FOLLOW, broken, lambda: False)
