"""The few operations on the disk that a transaction is made of, and their errors in words."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from mscli.errors import MscliError

_WORDS = {
    errno.ENOSPC: ("the disk is full", "free some space and run the command again"),
    errno.EDQUOT: ("your quota on the disk is used up", "free some space and try again"),
    errno.EROFS: ("the disk is read-only", "write somewhere else, or mount it for writing"),
    errno.EACCES: ("permission denied", "check who owns the folder: ls -ld"),
    errno.EPERM: ("permission denied", "check who owns the folder: ls -ld"),
    errno.ENAMETOOLONG: ("the path is too long", "use a shorter name or a place higher up"),
}


def in_words(error: OSError, after: str = "nothing has been changed") -> MscliError:
    """The error of a failing disk; `after` says in which state it leaves the system."""
    reason, hint = _WORDS.get(error.errno or 0, (error.strerror or str(error), ""))
    where = error.filename2 or error.filename
    subject = os.fsdecode(where) if isinstance(where, str | bytes | os.PathLike) else "writing"
    return MscliError(f"{subject}: {reason}; {after}", hint)


@contextmanager
def errors_in_words() -> Iterator[None]:
    """Any OSError inside becomes an MscliError that a person understands."""
    try:
        yield
    except OSError as error:
        raise in_words(error) from error


def digest(content: bytes) -> str:
    """The SHA-256 of `content`, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def digest_at(path: Path) -> str | None:
    """The SHA-256 of the regular file at `path`; None if there is none."""
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return None
        return digest(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None


def write_new(path: Path, content: bytes, mode: int) -> None:
    """A new file with exactly this mode, on the disk and whole when this returns."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(handle, rest) :]
        os.fsync(handle)
        path.chmod(mode)
    except OSError as error:
        error.filename = error.filename or str(path)
        raise
    finally:
        os.close(handle)


def keep(path: Path, copy: Path) -> None:
    """A second name for the file at `path`; a copy where the disk has no hard links."""
    try:
        os.link(path, copy)
    except OSError:
        write_new(copy, path.read_bytes(), stat.S_IMODE(path.stat().st_mode))


def make_folders(folders: Iterable[Path]) -> None:
    """Make folders, parents first; those that exist are left alone."""
    for folder in folders:
        try:
            folder.mkdir()
        except FileExistsError:
            if not folder.is_dir():
                raise


def remove_empty(folders: Iterable[Path]) -> None:
    """Remove those of the folders, in this order, that are empty."""
    for folder in folders:
        try:
            folder.rmdir()
        except OSError:
            continue


def sync_folders(folders: Iterable[Path]) -> None:
    """Make renames in these folders survive a loss of power (where the platform can)."""
    if os.name != "posix":
        return
    for folder in folders:
        try:
            handle = os.open(folder, os.O_RDONLY)
        except FileNotFoundError:
            continue
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
