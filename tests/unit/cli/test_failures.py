"""What `mscli up` says of processes that did not become ready."""

from __future__ import annotations

from pathlib import Path

import pytest

from mscli.cli.failures import raise_for
from mscli.errors import MscliError, NotReady, RuntimeFailed
from mscli.runtimes.processes.bring_up import Failure
from tests.unit.runtimes.processes.scenes import process, task


def test_nothing_is_said_and_raised_without_failures(capsys: pytest.CaptureFixture[str]) -> None:
    raise_for([])
    assert capsys.readouterr().err == ""


def test_what_several_failed_of_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    of_a, of_b = (RuntimeFailed(f"the environment of {name} cannot be made") for name in "ab")
    failures = [
        Failure(task("a-migrate"), of_a.message, error=of_a),
        Failure(process("a-1"), of_a.message, error=of_a),
        Failure(task("b-migrate"), of_b.message, error=of_b),
        Failure(process("b-1"), of_b.message, error=of_b),
    ]
    with pytest.raises(MscliError) as raised:
        raise_for(failures)
    assert raised.value is of_a
    assert capsys.readouterr().err == f"b-migrate: {of_b.message}\n"


def test_each_that_was_started_is_shown_with_its_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "log"
    log.write_text("before\nno such table\n")
    failures = [
        Failure(process(name, log=str(log)), "not ready after 9 s", offset=7)
        for name in ("a-1", "b-1")
    ]
    with pytest.raises(NotReady, match="not ready: a-1, b-1"):
        raise_for(failures)
    said = capsys.readouterr().err
    assert said.count("no such table") == 2
    assert "before" not in said
