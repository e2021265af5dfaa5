from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from mscli.errors import RuntimeFailed
from mscli.model.process import Process
from mscli.runtimes.processes import status
from mscli.runtimes.processes.changing import changing
from mscli.runtimes.processes.place import Place
from tests.unit.runtimes.processes.scenes import place, process, task

ME = Path("/proc/self/cmdline").read_bytes().split(b"\0")[-2].decode()
"""The last argument of this very process, which plays the guard."""


def _written(where: Place, guard: int, **known: object) -> None:
    record = {"state": "running", "pid": os.getpid(), "since": time.time() - 5, "restarts": 2}
    processes = {"a-1": {**record, "code": None, **known}}
    where.file("status.json").write_text(json.dumps({"guard": guard, "processes": processes}))


def _row(where: Place, a: Process | None = None) -> status.Row:
    (row,) = status.rows(where, (a or process("a-1"),))
    return row


def test_a_living_guards_word_counts(tmp_path: Path) -> None:
    where = place(tmp_path, ME)
    _written(where, os.getpid())
    row = _row(where)
    assert (row.state, row.ready, row.restarts, row.pid) == ("running", True, 2, os.getpid())
    assert row.memory > 1_000_000
    assert 4 < row.uptime < 60
    assert status.is_up(where)


def test_a_dead_guards_word_counts_for_nothing(tmp_path: Path) -> None:
    where = place(tmp_path)
    assert _row(where).state == "stopped"
    _written(where, 2**22 + 1)
    assert (_row(where).state, _row(where).pid) == ("stopped", 0)
    assert not status.is_up(where)


def test_a_pid_that_somebody_else_got_since_is_no_guard(tmp_path: Path) -> None:
    where = place(tmp_path, "another-00000000")
    _written(where, os.getpid())
    assert not status.is_up(where)


def test_half_a_status_file_is_none(tmp_path: Path) -> None:
    where = place(tmp_path, ME)
    where.file("status.json").write_text('{"guard": 1, "proc')
    assert _row(where).state == "stopped"


def test_a_crashed_service_has_its_exit_code_and_no_memory(tmp_path: Path) -> None:
    where = place(tmp_path, ME)
    _written(where, os.getpid(), state="crash loop", pid=0, code=3)
    row = _row(where)
    assert (row.state, row.exit_code, row.memory, row.uptime) == ("crash loop", 3, 0, 0)


def test_a_task_is_what_the_guard_says_it_is(tmp_path: Path) -> None:
    where = place(tmp_path, ME)
    _written(where, os.getpid(), state="completed", pid=0, code=0)
    assert _row(where, task("a-1")).state == "completed"


def test_only_who_runs_a_system_changes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    where = place(tmp_path, ME)
    _written(where, os.getpid())
    assert status.user_of(where) == os.getuid()
    with changing(where):
        assert where.is_changing
    somebody = os.getuid() + 4242
    monkeypatch.setattr(os, "getuid", lambda: somebody)
    with pytest.raises(RuntimeFailed, match=r"is up as the user .*, who alone"), changing(where):
        pass
    _written(where, 2**22 + 1)
    with changing(where):
        assert where.is_changing
