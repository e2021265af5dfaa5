"""One command at a time: a lock on a file, which the kernel lets go when its process dies.

Who holds it stands in the file, so that who waits can say for whom.
"""

from __future__ import annotations

import math
import os
import shlex
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple, TextIO

from mscli.errors import MscliError

SILENT = 1.0
"""Seconds of waiting that nobody needs to hear of."""
_PAUSE = 0.05
_LOCKED = 1 << 30
"""Which byte is locked, where a lock is one of bytes: Windows lets nobody read those."""
_LONGEST = 80


class Wait(NamedTuple):
    """How long to wait for a lock, what its holder does meanwhile, and the error if it goes on."""

    seconds: float
    doing: str
    error: type[MscliError] = MscliError


@contextmanager
def locked(path: Path, wait: Wait) -> Iterator[None]:
    """Hold the lock on the file at `path`, in a folder that is there."""
    with path.open("a+", encoding="utf-8") as file:
        _take(file, wait)
        with suppress(OSError):  # a full disk keeps nobody from taking a system down
            os.ftruncate(file.fileno(), 0)
            os.write(file.fileno(), f"`{_command()}` (process {os.getpid()})".encode())
        yield


def is_held(path: Path) -> bool:
    """Whether somebody holds the lock on the file at `path` now."""
    try:
        with path.open("a+", encoding="utf-8") as file:
            return not _try(file)
    except OSError:
        return False


def _take(file: TextIO, wait: Wait) -> None:
    """Wait for the lock, and say for whom when it takes longer than one expects."""
    began = time.monotonic()
    said = False
    while not _try(file):
        waited = time.monotonic() - began
        if waited >= wait.seconds:
            raise wait.error(
                f"{_holder(file)} {wait.doing} for more than {wait.seconds:g} s",
                "wait for it to end, or stop it, and run this one again",
            )
        if waited >= SILENT and not said:
            said = True
            _say(f"waiting for {_holder(file)}, which {wait.doing}{_at_most(wait.seconds)}")
        time.sleep(_PAUSE)


def _try(file: TextIO) -> bool:
    """Lock the open file now or not; it stays locked until it is closed or its process ends."""
    try:
        if os.name == "posix":
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:  # pragma: no cover - Windows
            import msvcrt

            file.seek(_LOCKED)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    except OSError:
        return False
    return True


def _holder(file: TextIO) -> str:
    file.seek(0)
    return file.read() or "another mscli command"


def _command() -> str:
    words = shlex.join(["mscli", *sys.argv[1:]])
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}..."


def _at_most(seconds: float) -> str:
    return f" (at most {seconds:g} s)" if math.isfinite(seconds) else ""


def _say(text: str) -> None:
    """Talk from below the console: a warning in the program's log, which ends on stderr."""
    import logging  # only here: who waits has the time to load it

    logging.getLogger("mscli").warning(text)
