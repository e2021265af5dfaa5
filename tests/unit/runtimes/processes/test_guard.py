from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mscli.runtimes.processes.guard import Guard, Watched
from tests.unit.runtimes.processes.scenes import Pretence, pretended

NO_SUCH_PID = str(2**22 + 1)
"""Above what Linux gives, so that ending its group ends nobody."""


@pytest.fixture
def supervisord(tmp_path: Path) -> Iterator[Pretence]:
    with pretended(tmp_path / "s") as pretence:
        yield pretence


@pytest.fixture
def guard(tmp_path: Path, supervisord: Pretence) -> Guard:
    (tmp_path / "logs").mkdir()
    (tmp_path / "processes").mkdir()
    processes = [{"name": "a-1", "kind": "service"}, {"name": "roles", "kind": "task"}]
    (tmp_path / "processes" / "processes.json").write_text(json.dumps({"processes": processes}))
    return Guard(tmp_path, "shop-12345678", str(tmp_path / "s"))


def _happens(guard: Guard, state: str, name: str = "a-1") -> None:
    guard.handle(f"PROCESS_STATE_{state}", {"processname": name, "pid": NO_SUCH_PID})


def _status(guard: Guard, name: str = "a-1") -> dict[str, Any]:
    known: dict[str, Any] = json.loads((guard.state / "status.json").read_text())["processes"][name]
    return known


def _noted(guard: Guard) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (guard.state / "logs" / "mscli.log").open()]


def test_what_runs_is_in_the_books_with_its_pid(guard: Guard) -> None:
    _happens(guard, "RUNNING")
    assert _status(guard) == _status(guard) | {"state": "running", "pid": int(NO_SUCH_PID)}


def test_a_crash_is_noted_and_the_service_is_due_again(
    guard: Guard, supervisord: Pretence, monkeypatch: pytest.MonkeyPatch
) -> None:
    supervisord.exited("a-1", 3)
    _happens(guard, "RUNNING")
    _happens(guard, "EXITED")
    assert _status(guard) == _status(guard) | {"state": "exited", "pid": 0, "code": 3}
    assert "a-1 exited with code 3, starts again in 0.5 s" in _noted(guard)[0]["message"]
    guard.start_due()
    assert ("startProcess", "a-1", False) not in supervisord.told
    later = time.monotonic() + 0.5
    monkeypatch.setattr(time, "monotonic", lambda: later)
    guard.start_due()
    assert ("startProcess", "a-1", False) in supervisord.told
    _happens(guard, "RUNNING")
    assert _status(guard)["restarts"] == 1


def test_delays_double_to_half_a_minute_and_old_crashes_are_forgiven() -> None:
    watched = Watched()
    delays = []
    for moment in range(8):
        watched.exits.append(float(moment))
        delays.append(watched.delay(float(moment)))
    assert delays == [0.5, 1, 2, 4, 8, 8, 8, 8]
    assert watched.delay(1000.0) == 0.5


def test_five_crashes_within_a_minute_are_a_loop(guard: Guard, supervisord: Pretence) -> None:
    supervisord.exited("a-1", 1)
    for _ in range(4):
        _happens(guard, "EXITED")
    assert _status(guard)["state"] == "exited"
    _happens(guard, "EXITED")
    assert _status(guard)["state"] == "crash loop"
    assert _noted(guard)[-1]["level"] == "ERROR"


def test_what_is_stopped_on_purpose_does_not_come_back(guard: Guard, supervisord: Pretence) -> None:
    supervisord.exited("a-1", 1)
    _happens(guard, "EXITED")
    guard.forget("a-1")
    assert guard.watched["a-1"].due is None
    assert _status(guard)["state"] == "stopped"
    _happens(guard, "RUNNING")
    _happens(guard, "STOPPED")
    assert guard.watched["a-1"].due is None


def test_a_task_that_ends_is_completed_or_failed_and_never_due(
    guard: Guard, supervisord: Pretence
) -> None:
    for code, state in ((0, "completed"), (2, "failed")):
        supervisord.exited("roles", code)
        _happens(guard, "EXITED", "roles")
        assert _status(guard, "roles")["state"] == state
        assert guard.watched["roles"].due is None


def test_the_guard_keeps_no_book_of_itself(guard: Guard) -> None:
    _happens(guard, "RUNNING", "mscli-guard")
    assert guard.watched == {}


def test_a_new_guard_takes_up_the_books_of_the_old_one(guard: Guard, supervisord: Pretence) -> None:
    supervisord.exited("a-1", 1)
    _happens(guard, "EXITED")
    guard.watched["a-1"].restarts = 4
    guard.watched["b-1"] = Watched(state="stopped")
    guard.write_status()
    supervisord.runs("a-1", 77)
    supervisord.exited("b-1", 0)
    supervisord.runs("mscli-guard", 5)

    after = Guard(guard.state, guard.system_id, guard.socket)
    after.resume()
    known = after.watched["a-1"]
    assert (known.state, known.pid, known.restarts) == ("running", 77, 4)
    assert (after.watched["b-1"].state, after.watched["b-1"].due) == ("stopped", None)
    assert "mscli-guard" not in after.watched


def test_a_service_that_died_while_no_guard_looked_is_due(
    guard: Guard, supervisord: Pretence
) -> None:
    _happens(guard, "RUNNING")
    supervisord.exited("a-1", 9)
    after = Guard(guard.state, guard.system_id, guard.socket)
    after.resume()
    assert after.watched["a-1"].due is not None


def test_the_first_guard_asks_nothing(guard: Guard, supervisord: Pretence) -> None:
    guard.resume()
    assert supervisord.told == []


def test_a_disk_without_room_does_not_end_the_guard(guard: Guard) -> None:
    (guard.state / "status.json.new").mkdir()
    (guard.state / "logs" / "mscli.log").mkdir()
    _happens(guard, "RUNNING")
    guard.note("INFO", "nobody reads this")


def test_it_wakes_for_what_is_due_and_twice_a_second_at_least(guard: Guard) -> None:
    assert guard.patience() == 0.5
    guard.watched["a-1"] = Watched(due=0.0)
    assert guard.patience() == 0.0
