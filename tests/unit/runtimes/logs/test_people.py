"""What people see."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mscli.runtimes.logs.model import Level, View
from mscli.runtimes.logs.people import People, prefix_of
from mscli.runtimes.logs.stamps import stamp
from tests.unit.runtimes.logs.scenes import at, line, source


def scene_line(index: int, message: str, fields: dict[str, object]) -> str:
    whole = {"time": at(index), "level": "INFO", "message": message, **fields}
    return json.dumps(whole, separators=(",", ":"))


def body(*lines: str, view: View | None = None, quick: bool = True) -> list[str | None]:
    painter = People(view or View(prefix=False))
    bare = [line.removesuffix("\n") for line in lines]
    keys = [stamp(line) for line in bare]
    return painter.paint(keys, bare, quick=quick, timed=True)


@pytest.mark.parametrize(
    ("given_line", "expected"),
    [
        (line(0), "INFO  hello\n"),
        (line(0, "taken", order=12, by="ada"), "INFO  taken order=12 by=ada\n"),
        (line(0, "taken", by="ada l", url="http://x"), 'INFO  taken by="ada l" url=http://x\n'),
        (line(0, "taken", sep=",", at=":8000", empty=""), "INFO  taken sep=, at=:8000 empty=\n"),
        (line(0, "a", deep={"x": [1, None]}), 'INFO  a deep={"x":[1,null]}\n'),
        (line(0, 'say "x"', ok=True), 'INFO  say "x" ok=true\n'),
        (line(0, "two\nlines"), "INFO  two\n    lines\n"),
        (
            line(0, "no", "ERROR", exception="Traceback:\n  File\nValueError\n", n=1),
            "ERROR no n=1\n    Traceback:\n      File\n    ValueError\n",
        ),
        ('{"level":30,"time":1795359845500,"msg":"pino"}', "INFO  pino\n"),
        ('{"no":"message"}', " no=message\n"),
        ('{"not json', '{"not json\n'),
        ("[1,2]", "[1,2]\n"),
        ("plain {text}", "plain {text}\n"),
        (
            (
                '{"RequestMethod":"GET","RequestPath":"/orders","DownstreamStatus":502,'
                '"Duration":12345678,"ServiceName":"orders@file","Overhead":1,"level":"info"}'
            ),
            "INFO  GET /orders 502 ms=12.3 to=orders@file\n",
        ),
        ("{" * 5000 + "}", "{" * 5000 + "}\n"),
    ],
)
def test_lines_are_made_readable(given_line: str, expected: str) -> None:
    assert body(given_line) == [expected]


def test_a_line_may_not_pass_for_another_by_escaped_control_characters() -> None:
    forged = line(0, "x\u001b[2K\rorders-1 | y", name="\u001b]0;t\u0007")
    assert body(forged) == ['INFO  x\u240dorders-1 | y name="\\u001b]0;t\\u0007"\n']
    assert body("a\x1b[2Jb", quick=False) == ["ab\n"]


def test_the_grave_is_coloured_with_the_lines_that_continue_it() -> None:
    lines = [line(0, "no", "ERROR"), "Traceback:", "  File", line(1, "hm", "WARNING", n=1), line(2)]
    assert body(*lines, view=View(prefix=False, colour=True)) == [
        "\x1b[31mERROR no\x1b[0m\n",
        "\x1b[31mTraceback:\x1b[0m\n",
        "\x1b[31m  File\x1b[0m\n",
        "\x1b[33mWARNING hm n=1\x1b[0m\n",
        "INFO  hello\n",
    ]


def test_below_the_level_nothing_is_shown_and_the_unknown_neither() -> None:
    lines = [
        line(0),
        "continued",
        line(1, "no", "ERROR"),
        "Traceback",
        f"{at(2)} who knows",
        line(3, "a b", "DEBUG", n="x y"),
    ]
    view = View(prefix=False, level=Level.WARNING)
    found = [text for text in body(*lines, view=view) if text]
    assert found == ["ERROR no\n", "Traceback\n"]


def test_with_timestamps_every_line_begins_with_its_time() -> None:
    view = View(prefix=False, timestamps=True)
    assert body(line(0), view=view) == ["2026-11-22T15:04:05.000Z INFO  hello\n"]
    assert body(line(0, "a\nb"), view=view) == [
        "2026-11-22T15:04:05.000Z INFO  a\n2026-11-22T15:04:05.000Z     b\n"
    ]


def test_the_prefix_is_padded_and_its_colour_is_the_workloads(tmp_path: Path) -> None:
    one, two = source(tmp_path, "orders-1"), source(tmp_path, "orders-2")
    assert prefix_of(one, View(), 10) == "orders-1    | "
    coloured = prefix_of(one, View(colour=True), 8)
    assert coloured.startswith("\x1b[")
    assert coloured.endswith("orders-1  | \x1b[0m")
    assert coloured.replace("-1", "-2") == prefix_of(two, View(colour=True), 8)
    assert "31m" not in coloured
    assert prefix_of(one, View(prefix=False, colour=True), 8) == ""


words = st.one_of(
    st.text(st.sampled_from('ab,:"{}[]=\\ \n\tä\x1b'), max_size=6),
    st.integers(),
    st.booleans(),
    st.none(),
)
names = st.text("kvw", min_size=1, max_size=3)


contents_of_lines = st.tuples(st.text('ab" \\,:', max_size=8), st.dictionaries(names, words))


@settings(max_examples=40, deadline=None)
@given(st.lists(contents_of_lines, min_size=1, max_size=3))
def test_the_quick_way_and_the_thorough_way_show_the_same(
    contents: list[tuple[str, dict[str, object]]],
) -> None:
    lines = [scene_line(index, message, fields) for index, (message, fields) in enumerate(contents)]
    assert body(*lines) == body(*lines, quick=False)


@settings(max_examples=50)
@given(st.text(), st.booleans())
def test_without_colour_there_is_no_escape_byte(text: str, as_json: bool) -> None:
    first = text.replace("\n", " ")
    shown = body(json.dumps({"message": text, "k": text}) if as_json else first, quick=False)
    assert shown[0] is not None
    assert "\x1b" not in shown[0]
