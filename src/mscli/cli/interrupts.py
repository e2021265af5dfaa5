"""What ends an attached command as Ctrl-C does."""

from __future__ import annotations

import errno
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from mscli import console

NOBODY_READS = frozenset({errno.EPIPE, errno.EIO})
"""What writing to a closed pipe and to a closed terminal ends with."""


@contextmanager
def interrupted_by_signals() -> Iterator[None]:
    """A closed terminal and a polite kill end what is inside as Ctrl-C does."""

    def interrupt(number: int, _: object) -> None:
        if number == signal.SIGHUP:
            console.leave_terminal()
        raise KeyboardInterrupt

    numbers = (signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, interrupt) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
