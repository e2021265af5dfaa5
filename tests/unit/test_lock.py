"""Two commands that want the same thing: one has it, the other waits and says for whom."""

from __future__ import annotations

import logging
import os
import sys
import threading
from pathlib import Path

import pytest

from mscli import lock
from mscli.errors import MscliError, RuntimeFailed

WAIT = lock.Wait(30, "is changing this system", RuntimeFailed)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lock that `mscli up -d` is about to take."""
    monkeypatch.setattr(sys, "argv", ["/usr/bin/mscli", "up", "-d"])
    return tmp_path / "lock"


def test_who_waits_says_for_whom_and_goes_on_when_it_is_free(
    file: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(lock, "SILENT", 0.0)
    said, got = threading.Event(), threading.Event()

    def hear(_: logging.LogRecord) -> bool:
        said.set()
        return True

    caplog.handler.addFilter(hear)

    def second() -> None:
        with lock.locked(file, WAIT):
            got.set()

    with lock.locked(file, WAIT):
        waiting = threading.Thread(target=second)
        waiting.start()
        assert said.wait(10)
        assert not got.is_set()
    waiting.join()
    assert got.is_set()
    (message,) = caplog.messages
    holder = f"`mscli up -d` (process {os.getpid()})"
    assert message == f"waiting for {holder}, which is changing this system (at most 30 s)"


def test_a_short_wait_is_silent_and_patience_has_an_end(
    file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with lock.locked(file, WAIT):
        holder = rf"`mscli up -d` \(process {os.getpid()}\) is changing this system for more than"
        with (
            pytest.raises(RuntimeFailed, match=holder),
            lock.locked(file, WAIT._replace(seconds=0.1)),
        ):
            pass
    assert caplog.messages == []


def test_a_holder_that_has_left_no_word_is_another_command(file: Path) -> None:
    with lock.locked(file, WAIT):
        file.write_text("")
        with (
            pytest.raises(MscliError, match="another mscli command is"),
            lock.locked(file, WAIT._replace(seconds=0)),
        ):
            pass
