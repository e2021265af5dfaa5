"""How every process of a system is right now, from what is on disk and a question to each.

Neither the system file nor the supervisor is asked: `ps` has to be quick, and has to answer when
the supervisor is dead.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mscli.model.process import Process
from mscli.runtimes.processes.place import Place
from mscli.runtimes.processes.readiness import is_ready

QUESTION_PATIENCE = 0.5


@dataclass(frozen=True, slots=True)
class Row:
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
    ready = _ask_all([p for p in processes if known.get(p.name, {}).get("state") == "running"])
    return [_row(process, known.get(process.name, {}), ready) for process in processes]


def is_up(place: Place) -> bool:
    """Whether the system's guard, and so its supervisor, is alive."""
    return bool(_known(place))


def _known(place: Place) -> Mapping[str, Mapping[str, Any]]:
    """What the guard wrote; nothing when it is dead, for then all it knew is wrong."""
    try:
        document = json.loads(place.file("status.json").read_text())
        os.kill(document["guard"], 0)
    except (OSError, ValueError, KeyError):
        return {}
    if sys.platform == "linux" and not _is_guard(document["guard"], place.system_id):
        return {}
    processes: Mapping[str, Mapping[str, Any]] = document["processes"]
    return processes or {"": {}}


def _is_guard(pid: int, system_id: str) -> bool:
    """Whether a pid is still the guard's, and not somebody else's who got the number since."""
    try:
        return f"\0{system_id}\0".encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def _row(process: Process, known: Mapping[str, Any], ready: set[str]) -> Row:
    state = str(known.get("state", "stopped"))
    pid = int(known.get("pid", 0))
    runs = state == "running"
    return Row(
        process=process,
        state="starting" if runs and process.name not in ready else state,
        ready=process.name in ready,
        restarts=int(known.get("restarts", 0)),
        pid=pid,
        memory=_memory(pid) if runs else 0,
        uptime=time.time() - float(known.get("since", 0)) if runs else 0.0,
        exit_code=known.get("code"),
    )


def _ask_all(processes: list[Process]) -> set[str]:
    ready: set[str] = set()

    def ask(process: Process) -> None:
        if is_ready(process, QUESTION_PATIENCE):
            ready.add(process.name)

    threads = [threading.Thread(target=ask, args=(process,)) for process in processes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ready


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
