"""How every process of a system is right now, from what is on disk and a question to each.

Neither the system file nor the supervisor is asked: `ps` has to be quick, and has to answer when
the supervisor is dead.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from mscli.model.process import Process
from mscli.runtimes.processes import books
from mscli.runtimes.processes.books import NOTHING, Entry
from mscli.runtimes.processes.place import Place
from mscli.runtimes.processes.readiness import Answer, ask

QUESTION_PATIENCE = 0.5
RUNNING_STATES = {
    Answer.READY: "running",
    Answer.NOT_READY: "not ready",
    Answer.REFUSED: "starting",
    Answer.NONE: "hung",
}
"""How a process that runs is called, by what it answers to its probe."""


class Row(NamedTuple):
    """One process: state, readiness, restarts, memory in bytes, uptime in seconds."""

    process: Process
    state: str
    ready: bool
    restarts: int
    pid: int
    memory: int
    uptime: float
    exit_code: int | None


def rows(place: Place, processes: tuple[Process, ...]) -> list[Row]:
    """A row for each of `processes`; readiness is asked of all at once."""
    known = _known(place)
    answers = _ask_all([p for p in processes if known.get(p.name, NOTHING).state == "running"])
    return [_row(p, known.get(p.name, NOTHING), answers.get(p.name)) for p in processes]


def is_up(place: Place) -> bool:
    """Whether the system's guard, and so its supervisor, is alive."""
    return _living(place) is not None


def user_of(place: Place) -> int | None:
    """As which user the system is up: whose process its guard is.

    Files do not say: a mounted folder may have one owner for all that is in it.
    """
    import psutil  # only here: `ps` is to be quick

    written = _living(place)
    try:
        return psutil.Process(written.guard).uids().real if written else None
    except psutil.NoSuchProcess:
        return None


def _known(place: Place) -> Mapping[str, Entry]:
    written = _living(place)
    return written.entries if written else {}


def _living(place: Place) -> books.Books | None:
    """What the guard wrote; nothing when it is dead, for then all it knew is wrong."""
    written = books.read(place)
    return written if written and _is_guard(written.guard, place.system_id) else None


def _is_guard(pid: int, system_id: str) -> bool:
    """Whether a pid is still the guard's, and not somebody else's who got the number since."""
    try:
        if sys.platform == "linux":  # which tells it of other users' processes, too
            return f"\0{system_id}\0".encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def _row(process: Process, known: Entry, answer: Answer | None) -> Row:
    runs = answer is not None
    return Row(
        process=process,
        state=RUNNING_STATES[answer] if answer else known.state,
        ready=answer is Answer.READY,
        restarts=known.restarts,
        pid=known.pid,
        memory=_memory(known.pid) if runs else 0,
        uptime=time.time() - known.since if runs else 0.0,
        exit_code=known.code,
    )


def _ask_all(processes: list[Process]) -> dict[str, Answer]:
    answers: dict[str, Answer] = {}

    def one(process: Process) -> None:
        answers[process.name] = ask(process, QUESTION_PATIENCE)

    threads = [threading.Thread(target=one, args=(process,)) for process in processes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def _memory(pid: int) -> int:
    """Resident memory of a process with its children; shared pages count once for each."""
    if sys.platform == "linux":
        return _linux_memory(pid)
    import psutil

    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
        return sum(member.memory_info().rss for member in family)
    except psutil.Error:
        return 0


def _linux_memory(pid: int) -> int:
    try:
        folder = Path(f"/proc/{pid}")
        pages = int((folder / "statm").read_text().split()[1])
        children = (folder / "task" / str(pid) / "children").read_text().split()
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") + sum(_linux_memory(int(child)) for child in children)
