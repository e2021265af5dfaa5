"""Every way in which a command can end, and the one number for it."""

from __future__ import annotations

import errno
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import typer

from mscli import cli
from mscli.cli import group
from mscli.errors import (
    Finding,
    LeftBehind,
    MissingProgram,
    MscliError,
    NotReady,
    RuntimeFailed,
    SystemFileError,
    UsageError,
)

Ending = Callable[[BaseException | None], int]


@pytest.fixture
def ends(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Ending:
    """The exit code of a command that ends with an exception, or well."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)

    def run(with_what: BaseException | None) -> int:
        def command(**_: object) -> None:
            if with_what is not None:
                raise with_what

        monkeypatch.setattr(group, "root", lambda: command)
        return cli.run(["whatever"])

    return run


def _caused_by(cause: BaseException) -> RuntimeError:
    error = RuntimeError("Error calling __set_name__")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (None, 0),
        (MscliError("it failed"), 1),
        (UsageError("it cannot be"), 2),
        (SystemFileError((Finding("mscli.yaml", 3, "services", "wrong"),)), 3),
        (MissingProgram("no uv"), 4),
        (RuntimeFailed("supervisord is gone"), 5),
        (NotReady("orders"), 6),
        (LeftBehind("port 5"), 7),
        (typer.Exit(9), 9),
        (KeyboardInterrupt(), 130),
        (typer.Abort(), 130),
        (_caused_by(KeyboardInterrupt()), 130),  # what Python makes of one while it makes a class
        (OSError(errno.ENOSPC, "No space left on device"), 1),
        (OSError(errno.EROFS, "Read-only file system", "/x"), 1),
        (PermissionError(errno.EACCES, "Permission denied", "/x"), 1),
        (OSError(errno.EMFILE, "Too many open files"), 70),
        (ZeroDivisionError("division by zero"), 70),
    ],
)
def test_each_ending_has_its_code(ends: Ending, error: BaseException | None, code: int) -> None:
    assert ends(error) == code


def test_ctrl_c_while_the_program_loads_is_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def loading(_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "run", loading)
    monkeypatch.setattr("gc.freeze", lambda: None)
    monkeypatch.setattr("gc.set_threshold", lambda _: None)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 130
    assert capsys.readouterr().err == "interrupted\n"


def test_an_error_is_a_sentence_and_a_hint_on_stderr(
    ends: Ending, capsys: pytest.CaptureFixture[str]
) -> None:
    ends(RuntimeFailed("supervisord is gone", "start it again"))
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "error: supervisord is gone\nhint: start it again\n"


def test_each_fault_of_a_system_file_is_a_line(
    ends: Ending, capsys: pytest.CaptureFixture[str]
) -> None:
    ends(
        SystemFileError(tuple(Finding("mscli.yaml", n, "a.b", "wrong", "mend it") for n in (1, 2)))
    )
    assert capsys.readouterr().err.splitlines() == [
        "error: mscli.yaml:1: a.b: wrong - mend it",
        "error: mscli.yaml:2: a.b: wrong - mend it",
    ]


def test_a_bug_is_a_sentence_and_its_traceback_is_in_a_file(
    ends: Ending, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    ends(ZeroDivisionError("division by zero"))
    said = capsys.readouterr().err
    (report,) = tmp_path.glob("mscli-bug-*.txt")
    assert str(report) in said
    assert "Traceback" not in said
    assert "ZeroDivisionError" in report.read_text()


@pytest.mark.parametrize(
    "arguments", [["no-such-command"], ["ps", "--no-such-option"], ["new", "gadget"], ["scale"]]
)
def test_a_wrong_command_line_is_usage(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(arguments) == 2
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("name", list(group.COMMANDS))
def test_help_of_every_command_has_an_example_and_needs_no_system(
    name: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.run([name, "--help"]) == 0
    said = capsys.readouterr().out
    assert "Example:" in said or "COMMAND" in said
    assert cli.run([name, "-h"]) == 0
    assert capsys.readouterr().out == said


def test_what_follows_the_service_is_the_commands_options_too() -> None:
    given = ["-p", "copy", "orders", "psql", "-p", "5432", "--help", "-c", "select 1"]
    context = group.command_of("exec").make_context("exec", list(given))
    assert context.params["project"] == "copy"
    assert context.params["service"] == "orders"
    assert context.params["command"] == tuple(given[3:])


@pytest.mark.programs
def test_a_reader_that_goes_away_is_no_error() -> None:
    script = "from mscli import cli; import sys; sys.exit(cli.run(['schema']))"
    import sys

    writer = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert writer.stdout is not None
    assert writer.stderr is not None
    writer.stdout.close()
    assert writer.stderr.read() == b""
    assert writer.wait() == cli.PIPE_CLOSED


def test_what_other_tools_call_a_command_is_told_what_it_is_called_here(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.run(["status"]) == UsageError.exit_code
    assert "mscli ps" in capsys.readouterr().err
    for name, here in group.ELSEWHERE.items():
        assert name not in group.COMMANDS
        assert here.startswith("-") or here.split()[0] in group.COMMANDS
