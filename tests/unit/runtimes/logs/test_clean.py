import pytest
from hypothesis import given
from hypothesis import strategies as st

from mscli.runtimes.logs.clean import clean, is_clean


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("plain\ttext", "plain\ttext"),
        ("title \x1b]0;owned\x07end", "title end"),
        ("link \x1b]8;;http://x\x1b\\end", "link end"),
        ("up \x1b[2A\x1b[2Kfake", "up fake"),
        ("dcs \x1bPq#0\x1b\\end", "dcs end"),
        ("reset \x1bcend", "reset end"),
        ("cut \x1b[", "cut "),
        ("10%\r20%\r\n", "10%\u240d20%"),
        ("c1 \x9b2J", "c1 \ufffd2J"),
        ("bidi \u202egnp.exe", "bidi \ufffdgnp.exe"),
        ("bell\x07 back\x08 nul\x00 del\x7f", "bell\u2407 back\u2408 nul\u2400 del\u2421"),
        ("\x1b[31mred", "red"),
    ],
)
def test_nothing_in_a_line_moves_the_cursor_or_hides_text(line: str, expected: str) -> None:
    assert clean(line, colour=False) == expected


def test_a_lines_own_colours_stay_if_colours_are_wanted_and_end_with_it() -> None:
    assert clean("a\x1b[1;31mb\x1b[2Jc", colour=True) == "a\x1b[1;31mbc\x1b[0m"
    assert clean("a\x1b]0;x\x07b", colour=True) == "ab"


# Sequences inside sequences are what a naive removal puts together.
nasty = st.text(st.sampled_from("\x1b[]mP;:0\x07\\2J \x9b\r\x08\u202eX"), max_size=30)


@given(st.one_of(st.text(), nasty))
def test_what_is_clean_is_known_to_be_clean(line: str) -> None:
    cleaned = clean(line, colour=False)
    assert "\x1b" not in cleaned
    assert clean(cleaned, colour=False) == cleaned
    if "\n" not in line and is_clean(line.encode("utf-8", "surrogateescape")):
        assert cleaned == line
