"""The lines that a command of our own writes, such as `docker logs`; the command is always ended.

The command's time stands before each line and is taken off again: it tells where to go on. When
the container ends, the engine may not have handed over its last lines (Docker 20.10 loses some), so
that they are read once more from the last time seen.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from mscli.runtimes.logs.model import Chunk, View

SOON, LATER = 0.5, 5.0
"""Seconds until an ended container is looked at again, at first and at most."""
PATIENCE = 0.01
AT_ONCE = 64 * 1024
"""Bytes that a pipe gives at once; room for more would be made at every read, and not be used."""
WAITING = 256 * 1024
"""Bytes that may wait in the pipe, where its size can be chosen (Linux)."""


def floor_of(view: View) -> datetime | None:
    """From when on lines are read where none has been seen: not what a tail has left out."""
    return view.since or (None if view.tail is None else datetime.now(UTC))


class CommandFeed:
    """As `Feed` says; `subject` is the container, the command's last argument.

    `first` are the arguments of the first call, `again` makes those of a later one out of the last
    time seen, which is empty when nothing was; what was seen is left out. Without `stderr` only the
    command's standard output is what the container wrote.
    """

    def __init__(
        self,
        command: Sequence[str],
        subject: str,
        *,
        first: Sequence[str],
        again: Callable[[str], Sequence[str]],
        follow: bool,
        stderr: bool,
    ) -> None:
        self._command, self._subject = list(command), subject
        self._again = again
        self._follow = follow
        self._stderr = subprocess.STDOUT if stderr else subprocess.DEVNULL
        self._rest = b""
        self._last = b""
        self._same: list[bytes] = []
        self._repeats: list[bytes] | None = None
        self._ended = 0.0
        self._patience = SOON
        self._process: subprocess.Popen[bytes] | None = self._open(first)

    def _open(self, arguments: Sequence[str]) -> subprocess.Popen[bytes]:
        going_on = ["--follow"] if self._follow else []
        process = subprocess.Popen(
            [*self._command, *going_on, *arguments, self._subject],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            start_new_session=True,  # Ctrl-C is for us to hear
        )
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        os.set_blocking(process.stdout.fileno(), False)
        if sys.platform == "linux":
            with contextlib.suppress(OSError):  # one user may have so much of it and no more
                fcntl.fcntl(process.stdout.fileno(), fcntl.F_SETPIPE_SZ, WAITING)
        return process

    def read(self, limit: int) -> Chunk:
        """The next whole lines, without the command's times."""
        if self._process is None:
            return self._look_again()
        assert self._process.stdout is not None  # noqa: S101 - it is a pipe
        descriptor = self._process.stdout.fileno()
        if not self._follow:
            select.select([descriptor], [], [], PATIENCE)
        try:
            block = os.read(descriptor, min(limit, AT_ONCE))
        except BlockingIOError:
            return Chunk(b"", time.time(), more=not self._follow)
        if not block:
            self._rest = self._rest if not self._follow else b""  # it is read once more
            self._reap()
            return Chunk(b"", time.time(), more=False)
        whole, newline, rest = (self._rest + block).rpartition(b"\n")
        self._rest = rest
        return self._chunk(
            whole + newline, more=len(block) >= min(limit, AT_ONCE) or not self._follow
        )

    def finish(self) -> bytes:
        """What is left of a line without its end."""
        rest, self._rest = _without_stamps(self._rest), b""
        self.close()
        return rest + b"\n" if rest else b""

    def close(self) -> None:
        """End the process."""
        self._reap()

    def _chunk(self, lines: bytes, *, more: bool) -> Chunk:
        lines = self._without_repeats(lines)
        if not lines:
            return Chunk(b"", time.time(), more=more)
        self._patience = SOON
        last = lines[lines.rfind(b"\n", 0, -1) + 1 :]
        stamp = _stamp_of(last)
        if stamp != self._last:
            self._last, self._same = stamp, []
        self._same += _last_of(lines, stamp)
        return Chunk(_without_stamps(lines), _seconds(stamp), more=more)

    def _without_repeats(self, lines: bytes) -> bytes:
        """Lines without those that were seen before the container ended."""
        while self._repeats is not None and lines:
            first, _, rest = lines.partition(b"\n")
            if first in self._repeats:
                self._repeats.remove(first)
            elif _stamp_of(first) >= self._last:
                self._repeats = None
                break
            lines = rest
        return lines

    def _reap(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            process.terminate()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
        self._ended = time.monotonic()

    def _look_again(self) -> Chunk:
        """Once the container has ended: the rest, and what it writes when it is started again."""
        if self._follow and time.monotonic() - self._ended >= self._patience:
            self._patience = min(LATER, self._patience * 2)
            self._repeats = list(self._same)
            self._process = self._open(self._again(self._last.decode()))
        return Chunk(b"", time.time(), more=False)


def _without_stamps(lines: bytes) -> bytes:
    return b"\n".join([line.partition(b" ")[2] for line in lines.split(b"\n")])


def _last_of(lines: bytes, stamp: bytes) -> list[bytes]:
    """The lines at the end that have one and the same time."""
    found: list[bytes] = []
    end = len(lines) - 1  # a newline is the last of them
    while end > 0:
        start = lines.rfind(b"\n", 0, end) + 1
        if not lines.startswith(stamp, start):
            break
        found.append(lines[start:end])
        end = start - 1
    return found[::-1]


def _stamp_of(line: bytes) -> bytes:
    """The time that stands before a line; those of one container can be compared as they are."""
    return line.partition(b" ")[0].rstrip(b"\n")


def _seconds(stamp: bytes) -> float:
    """A time such as 2026-11-22T19:39:09.630951714Z as seconds; a node may have another zone."""
    try:
        moment = datetime.fromisoformat(stamp.decode())
    except ValueError:
        return time.time()
    return moment.timestamp()
