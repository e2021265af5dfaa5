"""What is drawn for people, and what programs get."""

from __future__ import annotations

import io
import json
import sys

import pytest

from mscli import console, wording
from mscli.errors import UsageError
from mscli.model.events import Event, Happening


class _Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


class _Closed(io.StringIO):
    def write(self, _: str) -> int:
        raise OSError(5, "Input/output error")


def _screen(monkeypatch: pytest.MonkeyPatch) -> _Screen:
    """A terminal in place of stderr; no fixture, for pytest puts its own in place after those."""
    screen = _Screen()
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", screen)
    return screen


def test_colours_are_for_terminals_that_want_them(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = _screen(monkeypatch)
    assert console.has_colour(screen)
    assert not console.has_colour(io.StringIO())
    monkeypatch.setenv("NO_COLOR", "1")
    assert not console.has_colour(screen)
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert not console.has_colour(screen)


def test_columns_are_as_wide_as_their_content(capsys: pytest.CaptureFixture[str]) -> None:
    console.columns(("name", "state"), [("orders-1", "up"), ("a", "stopped")])
    assert capsys.readouterr().out.splitlines() == [
        "NAME       STATE",
        "orders-1   up",
        "a          stopped",
    ]


def test_a_tree_shows_each_folder_once(capsys: pytest.CaptureFixture[str]) -> None:
    console.tree("shop", [("a/c", "create"), ("a/b", "change"), ("z", "remove")])
    assert capsys.readouterr().out.splitlines() == [
        "shop",
        "  a/",
        "    b  (change)",
        "    c  (create)",
        "  z  (remove)",
    ]


def test_json_on_stdout_is_only_json(capsys: pytest.CaptureFixture[str]) -> None:
    console.say("talk")
    console.out_json({"ä": [1]})
    said = capsys.readouterr()
    assert json.loads(said.out) == {"ä": [1]}
    assert said.err == "talk\n"


def test_nobody_is_asked_without_a_terminal() -> None:
    with pytest.raises(UsageError, match="no terminal") as refused:
        console.confirm("Remove all?")
    assert refused.value.hint == "say --yes"
    with pytest.raises(UsageError):
        console.ask("Name")


def test_talk_to_a_closed_terminal_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", _Closed())
    console.say("is anybody there?")


def test_progress_without_a_terminal_is_a_line_an_event_and_none_for_waiting(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with console.Progress("up") as progress:
        progress(Event("orders-1", Happening.WAITING, 0.1, "for payments"))
        progress(Event("orders-1", Happening.STARTING, 0.2, "PORT changed"))
        progress(Event("orders-1", Happening.READY, 1.25))
    lines = capsys.readouterr().err.splitlines()
    assert [line.split() for line in lines] == [
        ["·", "orders-1", "starting", "0.20s", "(PORT", "changed)"],
        ["✔", "orders-1", "ready", "1.25s"],
    ]


def test_progress_on_a_terminal_ends_with_the_last_word_of_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    screen = _screen(monkeypatch)
    with console.Progress("up") as progress:
        progress(Event("orders-1", Happening.STARTING, 0.2))
        progress(Event("orders-1", Happening.FAILED, 0.4, "ended 3 times"))
    end = screen.getvalue().splitlines()[-1]
    assert console.RED in end
    assert "orders-1" in end
    assert "(ended 3 times)" in end


def test_the_time_of_what_goes_on_runs() -> None:
    progress = console.Progress("up")
    progress(Event("orders-1", Happening.STARTING, 5.0))
    progress(Event("postgres", Happening.READY, 6.0))
    progress(Event("payments-1", Happening.READY, 7.0))
    assert list(progress._table().columns[3].cells) == ["  7.0s", "  6.0s", "  7.0s"]


def test_progress_on_a_terminal_ends_in_the_order_of_time_and_keeps_why_something_restarted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    screen = _screen(monkeypatch)
    with console.Progress("up") as progress:
        progress(Event("orders-1", Happening.STOPPING, 0.1, "PORT changed"))
        progress(Event("orders-1", Happening.STARTING, 0.2, "PORT changed"))
        progress(Event("payments-1", Happening.UNCHANGED, 0.3))
        progress(Event("orders-1", Happening.READY, 0.4))
    first, last = screen.getvalue().splitlines()[-2:]
    assert "payments-1" in first
    assert "ready" in last
    assert "(PORT changed)" in last


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "0s"), (42, "42s"), (185, "3m 5s"), (7800, "2h 10m"), (273600, "3d 4h")],
)
def test_durations_are_for_people(seconds: float, text: str) -> None:
    assert wording.duration(seconds) == text


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 B"), (2048, "2 KiB"), (5 << 20, "5 MiB"), (3 << 30, "3.0 GiB")]
)
def test_sizes_are_for_people(count: int, text: str) -> None:
    assert wording.size(count) == text
