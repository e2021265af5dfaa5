"""Log files as feeds: rotation, truncation, and the last N lines without reading the rest.

A source is one stream of bytes spread over files: the supervisor rotates wherever its buffer
ends, so a line may begin in `x.log.1` and end in `x.log`.
"""

import os
import stat
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from mscli.runtimes.logs.lines import Whole
from mscli.runtimes.logs.model import Chunk, Source, View

_BLOCK = 64 * 1024
_ATTEMPTS = 5  # a rotation that takes place while we look makes us look again


class Sibling(NamedTuple):
    """One file of a source, as it was when we looked."""

    path: Path
    inode: int
    size: int
    modified: float


def siblings(path: Path) -> list[Sibling]:
    """A source's files, newest first.

    A rotation renames towards older names; looking from the newest name on can therefore meet
    one file twice (then it is listed once) but never miss one.
    """
    highest = 0
    try:
        names = os.listdir(path.parent)  # noqa: PTH208 - no Path objects for a folder of logs
    except FileNotFoundError:
        return []
    for name in names:
        number = name.removeprefix(f"{path.name}.")
        if number != name and number.isascii() and number.isdigit():
            highest = max(highest, int(number))
    found: dict[int, Sibling] = {}
    numbers = range(1, min(highest, len(names) * 10) + 2)
    for candidate in (path, *(path.with_name(f"{path.name}.{n}") for n in numbers)):
        try:
            status = candidate.stat()
        except FileNotFoundError:
            continue
        if stat.S_ISREG(status.st_mode):
            sibling = Sibling(candidate, status.st_ino, status.st_size, status.st_mtime)
            found.setdefault(status.st_ino, sibling)
    return list(found.values())


def _open(sibling: Sibling) -> int | None:
    """A descriptor of just this file, or None if its name means another one by now."""
    try:
        descriptor = os.open(sibling.path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    if os.fstat(descriptor).st_ino == sibling.inode:
        return descriptor
    os.close(descriptor)
    return None


def _newlines_back(descriptor: int, size: int, wanted: int) -> tuple[int, int]:
    """(how many of the last `wanted` newlines are here, offset after the first of those)."""
    count, end, offset = 0, size, 0
    while end > 0 and count < wanted:
        start = max(0, end - _BLOCK)
        block = os.pread(descriptor, end - start, start)
        at = len(block)
        here = block.count(b"\n")
        if count + here < wanted:
            count += here
        else:
            while count < wanted:
                at = block.rfind(b"\n", 0, at)
                count += 1
            offset = start + at + 1
        end = start
    return count, offset


def tail_start(files: Sequence[Sibling], lines: int, *, partial: bool) -> tuple[int, int]:
    """(index in `files`, offset) of the last `lines` lines; `files` are newest first.

    A last line without a newline counts if `partial`; otherwise it is not a line yet.
    """
    if lines == 0 and partial:
        return 0, files[0].size
    wanted = lines + 1  # newlines: the one before the first line wanted, and one for each line
    ended = False  # whether the last byte of all was seen
    for index, file in enumerate(files):
        descriptor = _open(file)
        if descriptor is None:
            continue
        try:
            if file.size and not ended:
                ended = True
                if partial and os.pread(descriptor, 1, file.size - 1) != b"\n":
                    wanted -= 1
            count, offset = _newlines_back(descriptor, file.size, wanted)
        finally:
            os.close(descriptor)
        if count == wanted:
            return index, offset
        wanted -= count
    return len(files) - 1, 0


class FileFeed:
    """The feed of one `Source`. It waits for a file that is not there yet.

    A truncation that is followed by more bytes than were read before, within one poll, cannot
    be told from growth; the supervisor truncates only where rotation is switched off.
    """

    def __init__(self, source: Source, view: View) -> None:
        self._path: Final = source.path
        self._view: Final = view
        self._whole: Final = Whole()
        self._descriptor: int | None = None
        self._inode = 0
        self._offset = 0
        self._behind = False  # whether there was a newer file when this one was opened
        # Without following, the end is where the file ended when we came: a chatty service
        # must not keep `logs` from returning.
        self._end: tuple[int, int] | None = None
        self._missed = False  # whether there was nothing when we came: then all of it is new

    def read(self, limit: int) -> Chunk:
        """See `Feed`."""
        if self._descriptor is None and not self._begin():
            return Chunk(b"", 0.0, more=False)
        content = self._some(limit) or self._onward(limit)
        status = os.fstat(self._opened())
        size = self._limit(status.st_size)
        more = self._offset < size or self._behind
        return Chunk(self._whole.lines(content), status.st_mtime, more)

    def finish(self) -> bytes:
        """See `Feed`."""
        return self._whole.finish()

    def close(self) -> None:
        """See `Feed`."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _opened(self) -> int:
        assert self._descriptor is not None  # noqa: S101 - for mypy: `_begin` has opened it
        return self._descriptor

    def _limit(self, size: int) -> int:
        """How much of the open file is ours to read, of `size` bytes."""
        return self._end[1] if self._end and self._end[0] == self._inode else size

    def _some(self, limit: int) -> bytes:
        content = os.read(self._opened(), min(limit, self._limit(1 << 62) - self._offset))
        self._offset += len(content)
        return content

    def _onward(self, limit: int) -> bytes:
        """At the end of the open file: what comes after it, if anything does."""
        if self._end and self._end[0] == self._inode:
            self._behind = False
            return b""
        if os.fstat(self._opened()).st_size < self._offset:  # truncated: start over
            os.lseek(self._opened(), 0, os.SEEK_SET)
            self._offset = 0
            return self._whole.finish() + self._some(limit)
        with suppress(FileNotFoundError):
            if os.stat(self._path).st_ino == self._inode:  # noqa: PTH116 - every 25 ms
                self._behind = False
                return b""
        newer = self._newer()
        if newer is None:
            self._behind = False
            return b""
        descriptor, sibling, self._behind = newer
        if rest := self._some(limit):  # written after we saw the end and before the rotation
            os.close(descriptor)
            self._behind = True
            return rest
        self.close()
        self._start(descriptor, sibling, 0)
        return self._some(limit)

    def _start(self, descriptor: int, sibling: Sibling, offset: int) -> None:
        os.lseek(descriptor, offset, os.SEEK_SET)
        self._descriptor, self._inode, self._offset = descriptor, sibling.inode, offset

    def _newer(self) -> tuple[int, Sibling, bool] | None:
        """The file after the open one, opened, and whether that has a newer one in turn."""
        for _ in range(_ATTEMPTS):
            files = siblings(self._path)
            inodes = [file.inode for file in files]
            if self._inode in inodes:
                index = inodes.index(self._inode)
            else:  # removed: whatever was written to since then is newer
                modified = os.fstat(self._opened()).st_mtime
                index = sum(1 for file in files if file.modified >= modified)
            if index == 0:
                return None
            descriptor = _open(files[index - 1])
            if descriptor is not None:
                return descriptor, files[index - 1], index > 1
        return None

    def _begin(self) -> bool:
        """Open the file where reading starts; False while there is none."""
        for _ in range(_ATTEMPTS):
            files = siblings(self._path)
            if not files:
                break
            if not self._view.follow:
                self._end = (files[0].inode, files[0].size)
            index, offset = self._first(files)
            descriptor = _open(files[index])
            if descriptor is not None:
                self._behind = index > 0
                self._start(descriptor, files[index], offset)
                return True
        self._missed = True
        return False

    def _first(self, files: Sequence[Sibling]) -> tuple[int, int]:
        """(index in `files`, offset) of the first line to read."""
        if self._view.tail is not None and not self._missed:
            return tail_start(files, self._view.tail, partial=not self._view.follow)
        since = self._view.since.timestamp() if self._view.since else 0.0
        new = [index for index, file in enumerate(files) if file.modified >= since]
        return new[-1] if new else 0, 0
