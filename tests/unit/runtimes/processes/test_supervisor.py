from __future__ import annotations

import resource
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mscli.errors import RuntimeFailed
from mscli.runtimes.processes import supervisor as supervisors
from mscli.runtimes.processes.guard import FORGET, GUARD
from mscli.runtimes.processes.place import Place
from mscli.runtimes.processes.supervisor import Supervisor
from tests.unit.runtimes.processes.scenes import Pretence, place, pretended


@pytest.fixture
def where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    found = place(tmp_path, f"unit-{tmp_path.name[-30:].replace('_', '-')}")
    yield found
    found.socket.unlink(missing_ok=True)


@pytest.fixture
def supervisord(where: Place) -> Iterator[Pretence]:
    with pretended(where.socket) as pretence:
        yield pretence


def test_nobody_is_alive_without_a_socket(where: Place) -> None:
    assert not Supervisor(where).alive()
    with pytest.raises(RuntimeFailed, match="does not answer"):
        Supervisor(where).info()


def test_it_tells_what_runs_and_what_has_ended(where: Place, supervisord: Pretence) -> None:
    supervisord.runs("a-1", 7)
    supervisord.exited("roles", 3)
    infos = Supervisor(where).info()
    assert (infos["a-1"].running, infos["a-1"].pid) == (True, 7)
    assert (infos["roles"].ended, infos["roles"].exit_code) == (True, 3)


def test_the_guard_hears_of_a_stop_before_it_happens(where: Place, supervisord: Pretence) -> None:
    Supervisor(where).stop("a-1", 1)
    assert supervisord.told == [
        ("sendRemoteCommEvent", FORGET, "a-1"),
        ("stopProcess", "a-1", True),
    ]


def test_starting_twice_and_stopping_what_is_down_are_no_faults(
    where: Place, supervisord: Pretence
) -> None:
    supervisord.faults = {
        "startProcess": supervisors.ALREADY_STARTED,
        "stopProcess": supervisors.NOT_RUNNING,
    }
    Supervisor(where).start("a-1")
    Supervisor(where).stop("a-1", 1)
    supervisord.faults = {"startProcess": 50}
    with pytest.raises(RuntimeFailed, match="refused"):
        Supervisor(where).start("a-1")


def test_what_is_gone_stays_until_it_may_be_dropped_and_the_guard_is_never_stopped(
    where: Place, supervisord: Pretence
) -> None:
    supervisord.reload = [[["new-1"], ["other-1", GUARD], ["gone-1"]]]
    Supervisor(where).reread(drop=False)
    first = set(supervisord.told)
    assert ("addProcessGroup", "new-1") in first
    assert {("stopProcess", "other-1", True), ("addProcessGroup", "other-1")} <= first
    assert not any("gone-1" in told or GUARD in told for told in first)
    Supervisor(where).reread(drop=True)
    assert ("removeProcessGroup", "gone-1") in supervisord.told


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\n", b"nonsense\r\n\r\n"])
def test_half_an_answer_is_none(where: Place, answer: bytes) -> None:
    with _answering(where.socket, answer), pytest.raises(RuntimeFailed):
        Supervisor(where).info()


@contextmanager
def _answering(path: Path, answer: bytes) -> Iterator[None]:
    """Whatever is asked, twice at most: xmlrpc tries again when the line goes dead."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        listener.settimeout(0.3)

        def serve() -> None:
            for _ in range(2):
                try:
                    connection, _ = listener.accept()
                except TimeoutError:
                    return
                with connection:
                    connection.recv(4096)
                    connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield
        thread.join()


@pytest.mark.programs
@pytest.mark.timeout(30)
def test_a_supervisor_that_does_not_start_says_why(where: Place) -> None:
    where.file("processes").mkdir()
    where.file("processes", "supervisord.conf").write_text("[supervisord]\nminfds = many\n")
    with pytest.raises(RuntimeFailed, match=r"did not start: .*many"):
        Supervisor(where).launch()


def test_it_asks_for_no_more_files_than_the_user_may_have(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked_for(most: int) -> int:
        monkeypatch.setattr(resource, "getrlimit", lambda _: (most, most))
        return supervisors._descriptors()

    assert [asked_for(most) for most in (256, 1024, 2**20)] == [256, 1024, 1024]
    assert asked_for(resource.RLIM_INFINITY) == 1024
