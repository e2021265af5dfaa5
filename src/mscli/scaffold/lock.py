"""One writer at a time in a system."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from mscli import lock
from mscli.scaffold.disk import errors_in_words

LOCAL = ".mscli/local"


@contextmanager
def locked(root: Path, seconds: float = 10.0) -> Iterator[None]:
    """Hold the system's lock; wait for another writer at most `seconds`, then an MscliError."""
    wait = lock.Wait(seconds, f"is writing to {root}")
    with ExitStack() as held:
        with errors_in_words():
            (root / LOCAL).mkdir(parents=True, exist_ok=True)
            held.enter_context(lock.locked(root / LOCAL / "writing.lock", wait))
        yield
