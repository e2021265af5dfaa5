"""When a process ends, at once: its descriptor becomes readable (pidfd_open(2) of Linux).

supervisord polls its pipes, a second at most, and a signal does not end that wait (PEP 475). A pipe
is closed a moment before the process can be waited for, so that supervisord may look too early, and
then not again before the second is over. Where there is no pidfd, that second is what it takes.
"""

from __future__ import annotations

import contextlib
import os


class Deaths:
    """The processes that are waited for, by their descriptors."""

    def __init__(self) -> None:
        self._pids: dict[int, int] = {}

    def watch(self, pid: int) -> None:
        """Wait for a process, too; one that is gone already is not waited for."""
        if hasattr(os, "pidfd_open") and pid not in self._pids.values():
            with contextlib.suppress(OSError):
                self._pids[os.pidfd_open(pid)] = pid

    def descriptors(self) -> list[int]:
        """What to select for reading."""
        return list(self._pids)

    def seen(self, descriptor: int) -> None:
        """A descriptor was readable: its process has ended and is waited for no longer."""
        if self._pids.pop(descriptor, None) is not None:
            os.close(descriptor)
