"""One writer at a time: a lock on a file, which the kernel lets go when its process dies."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mscli.errors import MscliError
from mscli.scaffold.disk import errors_in_words

LOCAL = ".mscli/local"
_PAUSE = 0.05


@contextmanager
def locked(root: Path, seconds: float = 10.0) -> Iterator[None]:
    """Hold the system's lock; wait for another writer at most `seconds`, then an MscliError."""
    with errors_in_words():
        (root / LOCAL).mkdir(parents=True, exist_ok=True)
        handle = os.open(root / LOCAL / "writing.lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        deadline = time.monotonic() + seconds
        while not take(handle):
            if time.monotonic() >= deadline:
                raise MscliError(
                    f"another mscli command is writing to {root} for more than {seconds:g} s",
                    "wait for it to end, or stop it, and run this one again",
                )
            time.sleep(_PAUSE)
        yield
    finally:
        os.close(handle)


def take(handle: int) -> bool:
    """Try once to lock the open file; it stays locked until it is closed or its process ends."""
    try:
        if os.name == "posix":
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:  # pragma: no cover - Windows
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    except OSError:
        return False
    return True
