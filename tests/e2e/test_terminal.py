"""What a person at a terminal sees, and what Ctrl-C and a closed window do."""

from __future__ import annotations

from collections.abc import Callable

import pexpect
import psutil
import pytest

from tests.e2e.checkouts import MSCLI, PATIENCE, Checkout, names_of, until

pytestmark = [pytest.mark.e2e, pytest.mark.patient]
Make = Callable[..., Checkout]
CTRL_C, HIDE_CURSOR, SHOW_CURSOR, GREEN = "\x03", "\x1b[?25l", "\x1b[?25h", "\x1b[32m"


def _terminal(checkout: Checkout, *arguments: str, **extra: str) -> pexpect.spawn[str]:
    terminal: pexpect.spawn[str] = pexpect.spawn(
        MSCLI[0],
        list(arguments),
        cwd=str(checkout.folder),
        env={**checkout.variables, "TERM": "xterm-256color", **extra},
        dimensions=(40, 120),
        encoding="utf-8",
        timeout=int(PATIENCE),
    )
    return terminal


def _to_its_end(terminal: pexpect.spawn[str]) -> tuple[str, int | None]:
    """All that is still shown, and the exit code."""
    terminal.expect(pexpect.EOF)
    terminal.close()
    return str(terminal.before), terminal.exitstatus


def test_up_moves_while_it_works_and_ends_with_plain_lines(make: Make) -> None:
    system = make({"a": {}, "b": {"calls": ["a"]}}, routes=[{"path": "/b", "service": "b"}])
    said, code = _to_its_end(_terminal(system, "up", "-d"))
    assert code == 0, said
    assert said.rfind(SHOW_CURSOR) > said.find(HIDE_CURSOR) > -1
    end = said[said.rfind(SHOW_CURSOR) :]
    assert f"{GREEN}✔" in end
    assert "up in " in end
    assert f"http://127.0.0.1:{system.ports()['gateway:http']}/b" in end

    plain, code = _to_its_end(_terminal(system, "up", "-d", NO_COLOR="1"))
    assert code == 0
    assert "\x1b" not in plain
    assert "up already; nothing changed" in plain
    coloured, _ = _to_its_end(_terminal(system, "logs", "-n", "2"))
    assert "\x1b[" in coloured
    assert "\x1b[" not in _to_its_end(_terminal(system, "logs", "--no-color"))[0]


def test_ctrl_c_stops_an_attached_up_at_once_and_says_so(make: Make) -> None:
    system = make({"a": {}})
    terminal = _terminal(system, "up")
    terminal.expect("Ctrl-C takes the system down")
    terminal.send(CTRL_C)
    terminal.expect("stopping", timeout=2)
    said, code = _to_its_end(terminal)
    assert code == 130
    assert "no process, port or socket of it is left" in said
    system.assert_gone(system.ports())


def test_a_second_ctrl_c_kills_what_would_take_its_time(make: Make) -> None:
    system = make({"stubborn": {"env": {"MODE": "stubborn"}}})
    terminal = _terminal(system, "up")
    terminal.expect("Ctrl-C takes the system down")
    terminal.send(CTRL_C)
    terminal.expect("stopping", timeout=2)
    until(lambda: not system.rows()["gateway"]["ready"] or system.pids())
    terminal.send(CTRL_C)
    terminal.expect("killing", timeout=2)
    said, code = _to_its_end(terminal)
    assert code == 130
    assert said.rstrip().endswith(SHOW_CURSOR)
    system.down()
    system.assert_gone(system.ports())


@pytest.mark.parametrize("moment", ["while it comes up", "while it is attached"])
def test_a_closed_window_takes_the_system_down(make: Make, moment: str) -> None:
    mode = "never" if moment == "while it comes up" else ""
    system = make({"a": {"env": {"MODE": mode}}})
    terminal = _terminal(system, "up")
    terminal.expect("starting" if mode else "Ctrl-C takes the system down")
    until((system.state / "status.json").is_file)
    mscli = psutil.Process(terminal.pid)
    terminal.ptyproc.fileobj.close()  # type: ignore[attr-defined]  # the stubs lack it
    until(lambda: not mscli.is_running() or mscli.status() == psutil.STATUS_ZOMBIE)
    system.assert_gone(system.ports())


def test_removing_data_is_asked_for_and_a_no_removes_nothing(make: Make) -> None:
    system = make({"a": {}})
    system.up()
    terminal = _terminal(system, "down", "-v")
    terminal.expect(r"\(y/N\)")
    terminal.sendline("n")
    assert _to_its_end(terminal)[1] == 2
    assert names_of(system.rows(), ready=True) == ["gateway", "a-1"]
    terminal = _terminal(system, "down", "-v")
    terminal.expect(r"\(y/N\)")
    terminal.sendline("y")
    said, code = _to_its_end(terminal)
    assert code == 0, said
    system.assert_gone(system.ports())


def test_ctrl_c_in_a_command_of_a_service_is_the_commands(make: Make) -> None:
    system = make({"a": {}})
    system.up()
    script = "trap 'echo caught; exit 7' INT; echo begun; while :; do sleep 0.1; done"
    terminal = _terminal(system, "exec", "a", "--", "sh", "-c", script)
    terminal.expect("begun")
    terminal.send(CTRL_C)
    said, code = _to_its_end(terminal)
    assert "caught" in said
    assert code == 7


def test_ctrl_c_ends_watching_and_following_but_not_the_system(trio: Checkout) -> None:
    before = trio.pids()
    for arguments, sign in ((["watch"], "Ctrl-C ends it"), (["logs", "-f", "aside"], "line")):
        terminal = _terminal(trio, *arguments)
        terminal.expect(sign)
        terminal.send(CTRL_C)
        assert _to_its_end(terminal)[1] == 130
    assert trio.pids() == before
